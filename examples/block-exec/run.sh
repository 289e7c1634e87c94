#!/bin/sh
# SPDX-License-Identifier: MIT
cd "$(dirname "$0")" || exit
exec "${HOOK:-hook}" run --rules rules sh -c 'date +%Y >/dev/null && echo date ran; id || echo "id did not: $?"' 2>&1
