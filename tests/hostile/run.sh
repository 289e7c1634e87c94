#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh BIN MODE [LIBRARY | RUNTIME] [NAME=VALUE...]: runs every hostile program, bare or under $HOOK_LIB with these
# settings; RUNTIME: those excepted for the sanitizer's runtime with that alone, and each has to fail. A program
# passes when its only output is "PASS name", nothing comes on standard error, and its status is 0. except.txt
# says who need not pass where, and why.
here=$(cd "$(dirname "$0")" && pwd)
bin=$1 mode=$2
shift 2
for fd in /proc/$$/fd/*; do fd=${fd##*/}; case $fd in 0|1|2|255) ;; *) eval "exec $fd>&-" ;; esac; done
tmp=$(mktemp -d); mkdir "$tmp/d"; chmod 755 "$tmp"; trap 'rm -rf "$tmp"' EXIT
settings=()
for setting; do
    case $setting in
    LIBRARY) settings+=("LD_PRELOAD=${HOOK_TEST_PRELOAD:+$HOOK_TEST_PRELOAD:}$HOOK_LIB" HOOK_FOLLOW=0) ;;
    RUNTIME) settings+=("LD_PRELOAD=$HOOK_TEST_PRELOAD") ;;
    *) settings+=("${setting/@TRACE@/$tmp/trace}") ;;
    esac
done
[ -n "$HOOK_TEST_PRELOAD" ] && settings+=(ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 TSAN_OPTIONS=report_signal_unsafe=0)

sanitizer=${HOOK_TEST_PRELOAD##*/lib}
sanitizer=${sanitizer%%.*} # asan or tsan

listed() { # $1: the program, then words: is it in the list with one of them?
    local program=$1 modes name word
    shift
    while read -r modes name _; do
        [ "$name" = "$program" ] || continue
        for word; do case ",$modes," in *",$word,"*) return 0 ;; esac; done
    done <"$here/except.txt"
    return 1
}

excepted() { # $1: the program
    if [ -n "$HOOK_TEST_PRELOAD" ]; then
        listed "$1" "$mode" sanitizer "$sanitizer" instrumented "$sanitizer-instrumented"
    else
        listed "$1" "$mode"
    fi
}

run() { # $1: the program's file; has it passed?
    timeout -k 2 "$seconds" env -i PATH=/usr/bin:/bin HOME=/tmp TMPDIR="$tmp/d" LC_ALL=C "${settings[@]}" "$1" \
        >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
    # a program that makes itself a daemon may have its word to say after its first process has ended
    for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "$tmp/out" ] && break; sleep 0.2; done
    rm -f "$tmp/trace"
    [ $status = 0 ] && [ "$(tr -d '\0' <"$tmp/out")" = "PASS ${1##*/}" ] && [ ! -s "$tmp/err" ]
}

seconds=60
if [ "$mode" = runtime ]; then
    seconds=10 needless=0
    for program in "$bin"/*; do
        name=${program##*/}
        listed "$name" sanitizer "$sanitizer" && ! listed "$name" sometimes || continue
        run "$program" && needless=$((needless + 1)) && echo "runtime: $name passes with the runtime alone, but except.txt has it"
    done
    [ $needless = 0 ]
    exit
fi

passed=0 failed=0 expected=0
for program in "$bin"/*; do
    name=${program##*/}
    case $name in *.so|other) continue ;; esac
    # what a sanitizer's runtime cannot do may take it for ever to find out
    if [ -n "$HOOK_TEST_PRELOAD" ] && [ "$mode" != native ] && excepted "$name"; then
        expected=$((expected + 1))
        continue
    fi
    if run "$program"; then
        passed=$((passed + 1))
    elif [ "$mode" != native ] && excepted "$name"; then
        expected=$((expected + 1))
    else
        failed=$((failed + 1))
        echo "$mode: $name: status $status: $(head -c 300 "$tmp/out" | tr -d '\0') $(head -c 300 "$tmp/err" | tr -d '\0')"
    fi
done
echo "$mode: $passed passed, $failed failed, $expected failed as except.txt says"
[ $failed = 0 ] && [ $passed -gt 0 ]
