#!/bin/sh
# SPDX-License-Identifier: MIT
# A server on loopback stands in for one that is not there.
cd "$(dirname "$0")" || exit
rules=$(mktemp) port=$(mktemp)
/usr/bin/python3 -u server.py >"$port" &
trap 'kill $! 2>/dev/null; rm -f "$rules" "$port"' EXIT
while [ ! -s "$port" ]; do sleep 0.1; done
sed "s/8080/$(cat "$port")/" rules >"$rules"
"${HOOK:-hook}" run --rules "$rules" /usr/bin/python3 -c '
import socket
print(socket.create_connection(("10.0.0.1", 80)).recv(100).decode())' 2>&1
