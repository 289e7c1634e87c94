# SPDX-License-Identifier: MIT
"""Greets one client on a free port of loopback, and says which port that is."""
import socket

server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
client, _ = server.accept()
client.sendall(b"hello from loopback")
