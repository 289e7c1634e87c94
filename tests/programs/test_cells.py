#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each of open, openat, connect, write and execve is logged, blocked and redirected in real programs: what the
program does then, and what both forms of the trace say."""
import os
import re
import socket
import unittest

import support

OPEN = "import os; print(os.read(os.open('a.txt', os.O_RDONLY), 99))"
OPENAT = "import os; print(os.read(os.open('a.txt', os.O_RDONLY, dir_fd=os.open('.', os.O_DIRECTORY)), 99))"
DIAL = "import socket; print(socket.create_connection(('10.0.0.1', 80), 5).getpeername()[0])"
DENIED = "= -1 EACCES (Permission denied) <block rules:1>"


class CellTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "asked for\n")
        self.write("b.txt", "another\n")
        self.write("sub/c.txt", "deeper\n")
        self.write("wrapper", '#!/bin/sh\necho wrapped "$@"\n').chmod(0o755)

    def cell(self, rules, *command, event, line, out=None, err=b"", status=0):
        """Runs the command by the rules; one event has all of that, and a line of the text ends like that."""
        for form in ("json", "text"):
            with self.subTest(format=form):
                ended = self.hooked(*command, rules=rules, settings={"HOOK_FORMAT": form})
                self.assertEqual(ended.status, status, ended.err)
                self.assertIn(err, ended.err)
                if out is not None:
                    self.assertEqual(ended.out, out)
                if form == "text":
                    self.assertTrue(any(re.search(line, shown) for shown in ended.lines), ended.trace.decode())
                else:
                    action, rest = rules.split(maxsplit=1)[0], {"rule": "rules:1", **event}
                    self.assertTrue(ended.find(action=action, **rest), ended.trace.decode())

    def path(self, name):
        return str(self.folder / name)


class OpenTest(CellTest):
    def test_log_names_the_rule_and_changes_nothing(self):
        event = {"op": "open", "path": self.path("a.txt")}
        self.cell("log open ./a.txt", "cat", "a.txt", out=b"asked for\n", event=event, line=r'^open\("a.txt", O_RDONLY\) = 3')
        self.cell("log open ./*.txt", "python3", "-c", OPEN, event=event, line=r'^open64\("a.txt", .* = 3')
        self.cell("log openat ./a.txt", "bash", "-c", "read -r x <a.txt; echo $x", out=b"asked for\n", event=event, line="^open")

    def test_only_what_a_rule_matched_is_logged(self):
        ended = self.hooked("cat", "a.txt", "b.txt", rules="log open ./a.txt")
        self.assertEqual([event["path"] for event in ended.events if "path" in event], [self.path("a.txt")])

    def test_block_fails_with_its_errno(self):
        event = {"op": "open", "path": self.path("a.txt"), "ret": -1, "errno": "ENOENT"}
        line = re.escape("= -1 ENOENT (No such file or directory) <block rules:1>") + "$"
        for command, says, status in (("cat", b"cat: a.txt: No such file or directory", 1), ("tac", b"No such file", 1), ("awk", b"", 2)):
            arguments = ["1"] if command == "awk" else []
            self.cell("block open ./a.txt errno=ENOENT", command, *arguments, "a.txt", out=b"", err=says, status=status, event=event, line=line)

    def test_a_block_of_a_link_is_one_of_the_file(self):
        (self.folder / "link").symlink_to("a.txt")
        (self.folder / "other[1]*").write_bytes(b"x")
        (self.folder / "two").symlink_to(self.folder / "other[1]*")
        for rule, names in (("link", ("link", "a.txt", "./sub/../a.txt")), ("two", ("two", "other[1]*"))):
            for name in names:
                self.cell(f"block open ./{rule}", "cat", name, status=1, err=b"Permission denied", event={"errno": "EACCES"}, line=re.escape(DENIED))
        ended = self.hooked("cat", "b.txt", "two", rules="block open ./link")
        self.assertEqual(ended.out, b"another\nx")

    def test_block_raises_in_python_and_stops_git(self):
        event = {"op": "open", "ret": -1, "errno": "EACCES"}
        self.cell("block open ./a.txt", "python3", "-c", OPEN, status=1, err=b"PermissionError", event=event, line=re.escape(DENIED))
        self.cell("block open ./a.txt", "git", "hash-object", "a.txt", status=128, err=b"Permission denied", event=event, line=re.escape(DENIED))

    def test_redirect_opens_the_other_file(self):
        event = {"op": "open", "path": self.path("a.txt"), "to": self.path("b.txt"), "ret": 3}
        line = "<redirect rules:1 from a.txt>$"
        for command in (["cat", "a.txt"], ["bash", "-c", "read -r x <a.txt; echo $x"], ["perl", "-pe", "", "a.txt"]):
            self.cell("redirect open ./a.txt to ./b.txt", *command, out=b"another\n", event=event, line=line)
        hashed = self.bare("git", "hash-object", "b.txt").out
        self.cell("redirect open ./a.txt to ./b.txt", "git", "hash-object", "a.txt", out=hashed, event={"op": "open"}, line=line)


class OpenatTest(CellTest):
    def test_log_shows_the_folder_and_the_whole_path(self):
        self.cell("log openat ./a.txt", "python3", "-c", OPENAT, out=b"b'asked for\\n'\n",
                  event={"syscall": "openat", "path": self.path("a.txt"), "symbol": "openat64"}, line=r'^openat64\(3, "a.txt", .* = 4')
        self.cell("log openat ./sub symbol=openat", "find", "sub", out=b"sub\nsub/c.txt\n",
                  event={"symbol": "openat", "path": self.path("sub")}, line=r'^openat\(AT_FDCWD, "sub"')

    def test_block_reaches_through_folders(self):
        event = {"syscall": "openat", "errno": "EACCES", "path": self.path("a.txt")}
        self.cell("block openat ./a.txt", "python3", "-c", OPENAT, status=1, err=b"PermissionError", event=event, line=re.escape(DENIED))
        self.cell("block openat ./new.txt", "cp", "a.txt", "new.txt", status=1, err=b"cannot", event={"errno": "EACCES"}, line=re.escape(DENIED))
        self.assertFalse((self.folder / "new.txt").exists())

    def test_redirect_makes_cp_write_elsewhere(self):
        self.cell("redirect openat ./a.txt to ./b.txt", "python3", "-c", OPENAT, out=b"b'another\\n'\n",
                  event={"to": self.path("b.txt"), "symbol": "openat64"}, line="<redirect rules:1 from ")
        rule = "redirect openat ./new.txt access=create to ./sub/moved.txt"
        ended = self.hooked("cp", "a.txt", "new.txt", rules=rule)
        self.assertEqual((ended.status, (self.folder / "sub/moved.txt").read_bytes()), (0, b"asked for\n"))
        self.assertFalse((self.folder / "new.txt").exists())


class OtherOpenersTest(CellTest):
    def test_a_temporary_file_is_made_elsewhere(self):
        script = "import ctypes; t = ctypes.create_string_buffer(b'{0}/new.XXXXXX{1}'); f = ctypes.CDLL(None).{2}; " \
                 "f.restype = ctypes.c_char_p if '{2}' == 'mkdtemp' else ctypes.c_int; r = f(t{3}); print(t.value.decode(), r == t.value or r > 2)"
        (self.folder / "there").mkdir()
        for name, suffix, more in (("mkstemp", "", ""), ("mkstemps", ".txt", ", 4"), ("mkdtemp", "", "")):
            rule = f"redirect {'mkdir' if name == 'mkdtemp' else 'open'} ./new.* to ./there/it.*"
            ended = self.hooked("python3", "-c", script.format(self.folder, suffix, name, more), rules=rule, settings={"HOOK_FORMAT": "text"})
            made, fine = ended.out.decode().split()
            letters = made.removeprefix(self.path("new.")).removesuffix(suffix)
            self.assertRegex(letters, r"^\w{6}$", ended.err)
            self.assertNotEqual(letters, "XXXXXX")
            self.assertEqual((fine, os.path.exists(self.path(f"there/it.{letters}{suffix}")), os.path.exists(made)), ("True", True, False))
            self.assertRegex(ended.trace.decode(), rf'{name}\("{self.path("there/it." + letters)}.*<redirect rules:1 from {made}>')

    def test_glob_finds_nothing_in_a_blocked_folder(self):
        program = self.folder / "find"
        self.write("find.c", "#include <glob.h>\n#include <stdio.h>\nint main(int n, char **v) { glob_t g; int r = glob(v[1], 0, NULL, &g);"
                             "printf(\"%d %zu\\n\", r, g.gl_pathc); globfree(&g); return r; }\n")
        self.assertEqual(self.bare(os.environ["CC"], "find.c", "-o", program).status, 0)
        self.cell("block open ./sub", program, "sub/*", out=b"2 0\n", status=2, event={"symbol": "glob", "errno": "EACCES"},
                  line=r'^glob\("sub/\*", .*\) = GLOB_ABORTED EACCES \(Permission denied\) <block rules:1>$')
        self.assertEqual(self.hooked(program, "*.txt", rules="block open ./sub").out, b"0 2\n")

    def test_a_redirected_file_is_one_file_for_who_compares(self):
        self.cell("redirect open ./a.txt to ./b.txt", "cp", "a.txt", "copy", out=b"", event={"op": "open", "to": self.path("b.txt")}, line="<redirect rules:1 from a.txt>$")
        self.assertEqual((self.folder / "copy").read_bytes(), b"another\n")
        self.cell("redirect open ./a.txt to ./b.txt", "tail", "-c", "3", "a.txt", out=b"er\n", event={"op": "open"}, line="<redirect rules:1 from a.txt>$")

    def test_both_paths_of_a_call_go_elsewhere(self):
        self.write("data/n", "real n\n"), self.write("data/m", "real m\n"), self.write("over/n", "over n\n"), self.write("over/m", "over m\n")
        rule = "redirect %file ./data/** to ./over/**"
        self.assertEqual(self.hooked("mv", "-f", "data/n", "data/m", rules=rule).status, 0)
        self.assertEqual([(self.folder / name).read_text() for name in ("data/n", "data/m", "over/m")], ["real n\n", "real m\n", "over n\n"])
        self.assertEqual(self.hooked("sed", "-i", "s/over/under/", "data/m", rules=rule).status, 0)
        self.assertEqual([(self.folder / name).read_text() for name in ("data/m", "over/m")], ["real m\n", "under n\n"])

    def test_the_second_path_is_shown_where_it_stands(self):
        ended = self.hooked("perl", "-e", "rename('a.txt', 'new.txt') or die", rules="redirect rename ./new.txt to ./sub/new.txt", settings={"HOOK_FORMAT": "text"})
        self.assertIn(f'rename("a.txt", "{self.path("sub/new.txt")}") = 0 <redirect rules:1 from new.txt>', ended.trace.decode())


class ConnectTest(CellTest):
    def test_log_shows_the_address(self):
        with support.Server("127.0.0.1") as server:
            there = f"127.0.0.1:{server.port}"
            for command in (["curl", "-s", f"http://{there}/"], ["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{server.port}"]):
                self.cell("log connect 127.0.0.0/8:*", *command, event={"addr": there, "symbol": "connect"}, line=rf"^connect\(\d+, {there}\) = ")

    def test_block_refuses_the_connection(self):
        event = {"op": "connect", "addr": "10.0.0.1:80", "ret": -1, "errno": "ECONNREFUSED"}
        rule, line = "block connect 10.0.0.1:80 errno=ECONNREFUSED", r"= -1 ECONNREFUSED \(Connection refused\) <block rules:1>$"
        for command, status in ((["curl", "-sS", "http://10.0.0.1/"], 7), (["bash", "-c", "exec 3<>/dev/tcp/10.0.0.1/80"], 1),
                                (["python3", "-c", DIAL], 1), (["git", "ls-remote", "git://10.0.0.1:80/x"], 128)):  # fmt: skip
            self.cell(rule, *command, status=status, event=event, line=line)

    def test_redirect_reaches_the_other_server(self):
        with support.Server("127.0.0.1", b"from elsewhere\n") as server:
            rule, event = f"redirect connect 10.0.0.0/8:80 to 127.0.0.1:{server.port}", {"addr": "10.0.0.1:80", "to": f"127.0.0.1:{server.port}"}
            line = rf"^connect\(\d+, 127.0.0.1:{server.port}\) = .* ?<redirect rules:1 from 10.0.0.1:80>$"
            self.cell(rule, "curl", "-s", "http://10.0.0.1/", out=b"from elsewhere\n", event=event, line=line)
            self.cell(rule, "python3", "-c", DIAL, event=event, line=line)

    def test_a_redirect_to_another_family_keeps_the_socket_as_it_was(self):
        script = """
import select, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 40000)
size = s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
s.settimeout(7)
polls = [select.epoll(), select.epoll()]
for poll in polls: poll.register(s.fileno(), select.EPOLLIN)
s.connect(('10.0.0.1', 80))
s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')
print([bool(poll.poll(7)) for poll in polls], s.family.name, s.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
      s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == size, s.getblocking(), s.get_inheritable(), s.recv(999)[:4])"""
        for address in (str(self.aside / "s"), "::1"):
            with support.Server(address, b"other\n") as server:
                to = f"unix:{address}" if "/" in address else f"[::1]:{server.port}"
                ended = self.hooked("python3", "-c", script, rules=f"redirect connect 10.0.0.1:80 to {to}")
                self.assertEqual(ended.out, b"[True, True] AF_INET 1 True True False b'HTTP'\n", ended.err)

    def test_a_socket_of_ipv6_alone_becomes_one_of_ipv4(self):
        with support.Server("127.0.0.1", b"four\n") as server:
            for how in ("s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)", "s.bind(('::1', 0))", ""):
                script = f"import socket; s = socket.socket(socket.AF_INET6); {how}\ns.connect(('2001:db8::1', 80)); s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n'); print(s.recv(4))"
                ended = self.hooked("python3", "-c", script, rules=f"redirect connect [2001:db8::1]:80 to 127.0.0.1:{server.port}")
                self.assertEqual(ended.out, b"b'HTTP'\n", ended.err)

    def test_unix_sockets_are_logged_blocked_and_redirected(self):
        path, other = self.aside / "s", self.aside / "t"
        ask = ["curl", "-sS", "--unix-socket", path, "http://host/"]
        with support.Server(str(path), b"one\n"), support.Server(str(other), b"two\n"):
            address = {"op": "connect", "addr": f"unix:{path}"}
            self.cell(f"log connect unix:{path}", *ask, out=b"one\n", event=address, line=f"unix:{path}")
            self.cell(f"block connect unix:{path}", *ask, status=7, event={**address, "errno": "EACCES"}, line=re.escape(DENIED))
            self.cell(f"redirect connect unix:{path} to unix:{other}", *ask, out=b"two\n", event={**address, "to": f"unix:{other}"}, line=f"from unix:{path}>$")
            self.cell(f"redirect connect unix:{self.aside}/v/* to unix:{self.aside}/*", *ask[:3], self.aside / "v/t", ask[-1], out=b"two\n",
                      event={**address, "addr": f"unix:{self.aside}/v/t", "to": f"unix:{other}"}, line=f"from unix:{self.aside}/v/t>$")  # fmt: skip


SEND = """
import socket
with socket.socket(type=socket.SOCK_DGRAM) as s: print(s.sendmsg([b'he', b'llo'], [], 0, ('10.0.0.1', 53)))"""
# As many messages by one sendmmsg as there are words, to this port of this machine or, "elsewhere", to another; then the rest.
SEND_MANY = """
import ctypes, errno, socket, struct, sys
def name(host, port): return struct.pack('=HHI8x', socket.AF_INET, socket.htons(port), socket.htonl(int.from_bytes(socket.inet_aton(host), 'big')))
words = [word.encode() for word in sys.argv[2:]]
held = [ctypes.create_string_buffer(name(*(('10.0.0.1', 53) if word == b'elsewhere' else ('127.0.0.1', int(sys.argv[1])))), 16) for word in words]
data = [ctypes.create_string_buffer(word, len(word)) for word in words]
pieces = [ctypes.create_string_buffer(struct.pack('=QQ', ctypes.addressof(d), len(d)), 16) for d in data]
many = b''.join(struct.pack('=QI4xQQQQi4xI4x', ctypes.addressof(n), 16, ctypes.addressof(p), 1, 0, 0, 0, 0) for n, p in zip(held, pieces))
many = ctypes.create_string_buffer(many, len(many))
libc = ctypes.CDLL(None, use_errno=True)
with socket.socket(type=socket.SOCK_DGRAM) as s:
    sent = libc.sendmmsg(s.fileno(), many, len(words), 0)
    rest = libc.sendmmsg(s.fileno(), ctypes.byref(many, 64 * sent), len(words) - sent, 0) if 0 <= sent < len(words) else None
print(sent, rest, errno.errorcode.get(ctypes.get_errno()))"""


class MessageTest(CellTest):
    def setUp(self):
        super().setUp()
        self.server = socket.socket(type=socket.SOCK_DGRAM)
        self.addCleanup(self.server.close)
        self.server.bind(("127.0.0.1", 0))
        self.server.settimeout(20)
        self.port = self.server.getsockname()[1]

    def test_a_message_is_refused_by_its_address(self):
        event = {"op": "send", "addr": "10.0.0.1:53", "errno": "EACCES"}
        self.cell("block send 10.0.0.1:53", "python3", "-c", SEND, status=1, err=b"PermissionError", event=event, line=re.escape(DENIED))

    def test_a_message_goes_elsewhere(self):
        event, line = {"op": "send", "addr": "10.0.0.1:53", "to": f"127.0.0.1:{self.port}"}, rf"<redirect rules:1 to 127.0.0.1:{self.port}>$"
        self.cell(f"redirect send 10.0.0.1 to 127.0.0.1:{self.port}", "python3", "-c", SEND, out=b"5\n", event=event, line=line)
        self.assertEqual(self.server.recv(9), b"hello")

    def test_each_of_many_messages_is_decided_on(self):
        ended = self.hooked("python3", "-c", SEND_MANY, self.port, "hello", "elsewhere", rules="block send 10.0.0.1:53")
        self.assertEqual((ended.out, self.server.recv(9)), (b"1 -1 EACCES\n", b"hello"), ended.err)

    def test_messages_to_several_places_are_sent_by_one_call(self):
        self.server.connect(self.server.getsockname())
        words = ["a", "b", "elsewhere", "c", *map(str, range(50))]
        ended = self.hooked("python3", "-c", SEND_MANY, self.port, *words, rules="log send")
        sent, rest, _ = ended.out.split()
        if sent == b"2":
            self.skipTest("no route to another address")
        self.assertEqual((int(sent), rest, ended.err), (len(words), b"None", b""))
        events = ended.find(op="send")
        self.assertEqual([event["ret"] for event in events][:3], [2, 1, 32])
        self.assertEqual(sum(event["ret"] for event in events), len(words))

    def test_messages_are_refused_for_what_is_in_them(self):
        for rule, result in ((("contains=secret"), b"-1 None EACCES\n"), ("10.0.0.1 contains=secret", b"3 None None\n"), ("127.0.0.1 contains=se*t", b"3 None None\n")):
            ended = self.hooked("python3", "-c", SEND_MANY, self.port, "a", "the secret", "b", rules=f"block sendmmsg {rule}")
            self.assertEqual(ended.out, result, ended.err)
        ended = self.hooked("python3", "-c", SEND_MANY, self.port, "elsewhere", "the secret", rules="block sendmmsg contains=secret")
        self.assertEqual(ended.out, b"1 -1 EACCES\n", ended.err)


class WriteTest(CellTest):
    def test_log_shows_what_was_written(self):
        self.cell("log write fd=1", "cat", "a.txt", out=b"asked for\n",
                  event={"op": "write", "ret": 10, "args": {"fd": 1, "buf": "asked for\n", "count": 10}}, line=r'^write\(1, "asked for\\n", 10\) = 10')

    def test_block_is_a_write_error_of_the_program(self):
        event, line = {"op": "write", "ret": -1, "errno": "ENOSPC"}, r"= -1 ENOSPC \(No space left on device\) <block rules:1>$"
        self.cell("block write fd=1 errno=ENOSPC", "cat", "a.txt", out=b"", status=1, err=b"No space left", event=event, line=line)
        self.cell("block write fd=1 errno=ENOSPC", "python3", "-c", "import os; os.write(1, b'x')", out=b"", status=1, err=b"OSError", event=event, line=line)
        script = "open F, '>out'; defined syswrite(F, 'x') or die $!"
        self.cell("block write ./out errno=ENOSPC", "perl", "-e", script, out=b"", status=28, err=b"No space left", event=event, line=line)
        self.assertEqual((self.folder / "out").read_bytes(), b"")

    def test_a_block_on_a_folder_stops_git_from_keeping_objects(self):
        self.bare("git", "init", "-q")
        self.cell("block write ./.git/objects/** errno=EIO", "git", "add", "a.txt", status=128, err=b"Input/output error",
                  event={"op": "write", "errno": "EIO"}, line="<block rules:1>$")

    def test_redirect_writes_to_the_file_instead(self):
        event, line = {"op": "write", "to": self.path("copy"), "ret": 10}, r"^write\(.*\) = 10 <redirect rules:1"
        for command in (["cat", "a.txt"], ["python3", "-c", "import os; os.write(1, b'asked for\\n')"], ["perl", "-e", "syswrite STDOUT, \"asked for\\n\""]):
            (self.folder / "copy").unlink(missing_ok=True)
            self.cell("redirect write fd=1 to ./copy", *command, out=b"", event=event, line=line)
            self.assertEqual((self.folder / "copy").read_bytes(), b"asked for\n" * 2, "one of each format")

    def test_redirect_refuses_what_a_write_would(self):
        script = "import os\nfor fd in (os.open('a.txt', os.O_RDONLY), 77):\n try: os.write(fd, b'x')\n except OSError as e: print(e.errno)"
        self.hooked("python3", "-c", script, rules="redirect write to ./copy")
        self.assertEqual((self.folder / "copy").read_bytes().split(b"\n")[:2], [b"9", b"9"])

    def test_redirect_takes_a_here_document_away_from_bash(self):
        self.cell("redirect write exe=**/bash to ./copy", "bash", "-c", "cat <<<'asked for'", out=b"",
                  event={"op": "write", "to": self.path("copy")}, line="<redirect rules:1")


class ExecTest(CellTest):
    programs = (["bash", "-c", "/usr/bin/true an argument; exit $?"], ["env", "true", "an", "argument"],
                ["python3", "-c", "import os; os.execv('/usr/bin/true', ['true', 'an', 'argument'])"],
                ["python3", "-c", "import subprocess; print(end=subprocess.run(['true', 'an', 'argument'], stdout=-1, text=True, check=True).stdout)"],
                ["git", "-c", "alias.go=!exec /usr/bin/true an argument", "go"])  # fmt: skip

    def test_log_shows_the_program_and_its_arguments(self):
        for command in self.programs:
            self.cell("log execve /usr/bin/true", *command, out=b"", event={"op": "exec", "path": "/usr/bin/true", "ret": 0}, line=r"^\w*(exec|spawn)\w*\(")

    def test_block_is_the_error_of_whoever_starts_it(self):
        for command in self.programs:
            ended = self.hooked(*command, rules="block execve /usr/bin/true")
            self.assertNotEqual(ended.status, 0, command)
            self.assertIn(b"ermission", ended.err)
            self.assertTrue(ended.find(op="exec", path="/usr/bin/true", action="block", errno="EACCES", ret=-1), ended.trace)

    def test_redirect_starts_the_other_program(self):
        for command in self.programs:
            self.cell("redirect execve /usr/bin/true to ./wrapper", *command, out=b"wrapped an argument\n",
                      event={"op": "exec", "path": "/usr/bin/true", "to": self.path("wrapper")}, line="<redirect rules:1 from (/usr/bin/)?true>$")

    def test_redirect_changes_the_shell_of_system_and_popen(self):
        children = support.BUILT / "children"
        self.write("shell", '#!/bin/sh\necho shell "$@"\nexit 5\n').chmod(0o755)
        event = {"op": "exec", "path": "/bin/sh", "to": self.path("shell")}
        for way in ("system", "popen"):
            self.cell("redirect exec /bin/sh to ./shell", children, way, "ls", out=b"shell -c ls\n", status=5, event={**event, "symbol": way},
                      line=rf'^{way}\("ls".*<redirect rules:1 to .*/shell>$')

    def test_redirect_changes_what_fexecve_starts(self):
        script = "import os; f = os.open('/usr/bin/true', os.O_RDONLY); os.set_inheritable(f, True); os.execve(f, ['true', 'an'], os.environ)"
        self.cell("redirect exec /usr/bin/true to ./wrapper", "python3", "-c", script, out=b"wrapped an\n",
                  event={"symbol": "fexecve", "to": self.path("wrapper")}, line=r"^fexecve\(3, .*<redirect rules:1 to .*/wrapper>$")


if __name__ == "__main__":
    unittest.main()
