# SPDX-License-Identifier: MIT
# Short names for the builds of CMakePresets.json.

# The Debian packages that each job needs. Tests may add programs to run, none that starts a service.
PACKAGES_BUILD = gcc libc6-dev cmake ninja-build
PACKAGES_CHECK = $(PACKAGES_BUILD) g++ pkg-config libcriterion-dev python3 strace coreutils bash curl git
PACKAGES_FORMAT = clang-format git

PRESET ?= dev
JOBS ?= 2
PREFIX ?= /usr/local
ifeq ($(PRESET),clang)
PACKAGES_CHECK += clang
endif

.PHONY: all help demo check format install clean

all:
	cmake --preset release
	cmake --build --preset release

help:
	@echo 'make            build the library and the command (build/release)'
	@echo 'make demo       install what is missing, build, and watch cat and ls at work'
	@echo 'make check      install what is missing, build and run every test; PRESET=asan-ubsan, tsan or clang for'
	@echo '                another build, JOBS=N for N tests at a time'
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

format:
	@.ci/packages $(PACKAGES_FORMAT)
	git ls-files '*.c' '*.h' | xargs clang-format -i

install: all
	cmake --install build/release --prefix $(PREFIX)

clean:
	rm -rf build
