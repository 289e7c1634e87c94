# SPDX-License-Identifier: MIT
# Short names for the builds of CMakePresets.json.

# The Debian packages that each job needs. Tests may add programs to run, none that starts a service; those of check-long do
# where there is an init: it is for containers.
# Python's own tests, of the version that is or will be installed.
PYTHON_TESTS = lib$(or $(shell readlink /usr/bin/python3),python3.11)-testsuite
PACKAGES_BUILD = gcc libc6-dev cmake ninja-build zlib1g-dev libsqlite3-dev
PACKAGES_CHECK = $(PACKAGES_BUILD) g++ pkg-config libcriterion-dev python3 strace coreutils bash curl git musl-tools \
    babeltrace2 perl protobuf-compiler \
    libjemalloc2 libtcmalloc-minimal4 libmimalloc2.0 $(PYTHON_TESTS)
PACKAGES_CHECK_LONG = $(PACKAGES_CHECK) make dash perl libglib2.0-tests systemd-tests python3-psutil python3-tornado redis-server \
    redis-tools nginx-light apache2-utils postgresql openssh-server openssh-client procps nodejs default-jdk-headless chromium
PACKAGES_FUZZ = $(PACKAGES_CHECK) clang libclang-rt-dev
PACKAGES_BENCH = $(PACKAGES_CHECK) valgrind ltrace uftrace lttng-tools liblttng-ust-dev fakechroot proxychains4 faketime
PACKAGES_FORMAT = clang-format git

PRESET ?= dev
FUZZ_SECONDS ?= 60
JOBS ?= 2
PREFIX ?= /usr/local
ifeq ($(PRESET),clang)
PACKAGES_CHECK += clang
endif

.PHONY: all help demo check check-long fuzz bench format install clean

all:
	cmake --preset release
	cmake --build --preset release

help:
	@echo 'make            build the library and the command (build/release)'
	@echo 'make demo       install what is missing, build, and watch cat and ls at work'
	@echo 'make check      install what is missing, build and run every test; PRESET=asan-ubsan, tsan or clang for'
	@echo '                another build, JOBS=N for N tests at a time'
	@echo 'make check-long install what is missing, and run all of other people'\''s test suites bare and under the library'
	@echo 'make fuzz       install what is missing, and run each fuzzer for FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make bench      measure what calls cost, side by side with other tools, for docs/performance.md'
	@echo 'make install    install below PREFIX ($(PREFIX)), staged in DESTDIR'
	@echo 'make format     format the C files'
	@echo 'make clean      delete every build'

demo:
	@.ci/packages $(PACKAGES_BUILD)
	@$(MAKE) --no-print-directory all
	@cmake --install build/release --prefix build/demo >build/demo.log
	@examples/demo/run.sh $(CURDIR)/build/demo/bin/hook

# The summary comes last, also when tests failed.
check:
	@.ci/packages $(PACKAGES_CHECK)
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)
	@ctest --preset $(PRESET) -j$(JOBS) --output-log build/$(PRESET)/check.log; status=$$?; \
	grep 'tests passed, ' build/$(PRESET)/check.log; exit $$status

# The format that make check does not have; SUITES='--format binary --rules tests/suites/rules' is another way.
SUITES ?= --format text
check-long:
	@.ci/packages $(PACKAGES_CHECK_LONG)
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)
	@HOOK_LIB=$(CURDIR)/build/$(PRESET)/src/runtime/libhook.so HOOK_BIN=$(CURDIR)/build/$(PRESET)/src/cli/hook \
	    python3 -B tests/suites/run.py --jobs $(JOBS) $(SUITES)

# Each starts from tests/fuzz/corpus; what it learns beyond that stays in build/fuzz/corpus.
fuzz:
	@.ci/packages $(PACKAGES_FUZZ)
	cmake --preset fuzz
	cmake --build --preset fuzz
	@for fuzzer in policy format trace; do \
	    mkdir -p build/fuzz/corpus/$$fuzzer; \
	    echo "fuzz_$$fuzzer: $(FUZZ_SECONDS) s"; \
	    UBSAN_OPTIONS=halt_on_error=1 build/fuzz/tests/fuzz/fuzz_$$fuzzer -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
	        -dict=tests/fuzz/policy.dict -artifact_prefix=build/fuzz/ build/fuzz/corpus/$$fuzzer $$(ls -d tests/fuzz/corpus/$$fuzzer 2>/dev/null) || exit; \
	done

# A peer that cannot be had is left out of the table, and the table says so.
bench:
	@.ci/packages $(PACKAGES_BENCH) || echo 'make bench: goes on with what there is'
	cmake --preset bench
	cmake --build --preset bench

format:
	@.ci/packages $(PACKAGES_FORMAT)
	git ls-files '*.c' '*.h' | xargs clang-format -i

install: all
	cmake --install build/release --prefix $(PREFIX)

clean:
	rm -rf build
