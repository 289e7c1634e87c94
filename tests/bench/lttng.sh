#!/bin/sh
# SPDX-License-Identifier: MIT
# lttng.sh OUT LIBRARY COMMAND...: the command with LTTng's trace points recorded into the folder OUT. The session daemon is of
# this run alone: no kernel, its own home and run folders, gone with it.
set -eu
out=$1 library=$2
shift 2
home=$(mktemp -d)
export LTTNG_HOME="$home" HOME="$home" LTTNG_UST_REGISTER_TIMEOUT=-1 LTTNG_UST_ALLOW_BLOCKING=1
trap 'test -s "$home/pid" && kill "$(cat "$home/pid")"; while test -s "$home/pid" && kill -0 "$(cat "$home/pid")"; do sleep 0.02; done; rm -rf "$home"' EXIT
exec 3>&1 1>"$home/log" 2>&1
lttng-sessiond --no-kernel --daemonize --pidfile "$home/pid"
lttng create bench --output="$out"
lttng enable-channel --userspace --subbuf-size=4M --num-subbuf=4 --blocking-timeout=inf bench
lttng enable-event --userspace --channel=bench 'bench:*'
lttng start
status=0
LD_PRELOAD="$library${LD_PRELOAD:+:$LD_PRELOAD}" "$@" >&3 || status=$?
lttng destroy
exit "$status"
