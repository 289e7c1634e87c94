#!/bin/sh
# SPDX-License-Identifier: MIT
cd "$(dirname "$0")" || exit
exec "${HOOK:-hook}" run -e open,read,write,close cat hello.txt 2>&1
