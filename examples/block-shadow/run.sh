#!/bin/sh
# SPDX-License-Identifier: MIT
cd "$(dirname "$0")" || exit
exec "${HOOK:-hook}" run --rules rules sh -c 'cat /etc/shadow; cat ../../../../../../../../etc/shadow' 2>&1
