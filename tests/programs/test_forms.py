#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each key and each form of a target, in real programs: a row a rule, that blocks and one that does not."""
import os
import socket
import unittest

import support

READ, WRITE, APPEND = ["cat", "a.txt"], ["bash", "-c", "echo x >a.txt"], ["bash", "-c", "echo x >>a.txt"]
SAY, PIPED = ["python3", "-c", "import os; os.write(1, b'some words')"], ["bash", "-c", "cat a.txt | cat"]
WRITEV = ["python3", "-c", "import os; os.writev(os.open('a.txt', os.O_WRONLY), [b'some wo', b'rds'])"]
SEND = ["python3", "-c", "import socket; a, b = socket.socketpair(); a.send(b'some words')"]
UID, GID = os.geteuid(), os.getegid()

# The call and its target, a condition that holds, one that does not, and who makes the call.
CONDITIONS = (
    ("open ./a.txt", "access=read", "access=write,create", READ),
    ("open ./a.txt", "access=write", "access=read", WRITE),
    ("open ./a.txt", "access=create", "access=read", APPEND),
    ("open ./a.txt", "access=read,write", "access=create", READ),
    ("open ./a.txt", "symbol=open", "symbol=fopen", READ),
    ("open ./a.txt", "symbol=open64", "symbol=creat", READ),
    ("open ./a.txt", "exe=/usr/bin/cat", "exe=/usr/bin/tac", READ),
    ("open ./a.txt", "exe=**/c?t", "exe=**/t*", READ),
    ("open ./a.txt", "exe=/{usr/,}bin/{cat,tac}", "exe=/usr/sbin/**", READ),
    ("open ./a.txt", 'argv="cat a.txt"', "argv=cat", READ),
    ("open ./a.txt", 'argv="*a.t*"', 'argv="* -n*"', READ),
    ("open ./a.txt", f"uid={UID}", f"uid={UID + 1}", READ),
    ("open ./a.txt", f"uid=77,{UID}-{UID + 5}", f"uid={UID + 1}-99999", READ),
    ("open ./a.txt", f"gid={GID}", f"gid={GID + 1}", READ),
    ("open ./a.txt", "pid=2-4194304", "pid=1", READ),
    ("exec **/cat", 'argv="cat a*"', 'argv="tac*"', ["bash", "-c", "cat a.txt; exit $?"]),
    ("exec **/cat", "exe=**/bash", "exe=**/cat", ["bash", "-c", "cat a.txt; exit $?"]),
    ("write", "fd=1", "fd=0,2-9", SAY),
    ("write", "fd=0-1", "fd=2", SAY),
    ("write", "fd=pipe exe=**/cat", "fd=file,socket,tty,device,dir,other exe=**/cat", PIPED),
    ("write ./a.txt", "fd=file", "fd=pipe,dir", WRITEV),
    ("send", "fd=socket", "fd=file,pipe", SEND),
    ("write ./a.txt", 'contains="some words"', "contains=other", WRITEV),
    ("write", 'contains="e w"', 'contains="e  w"', SAY),
    ("send", "contains=words", "contains=WORDS", SEND),
)  # fmt: skip

# A target that is the file's, and one that is not. The file is "a.txt" in the folder of the rules, which is HOME as well.
PATHS = (
    ("*", "./b.txt"),
    ("{folder}/a.txt", "{folder}/a"),
    ("a.txt", "A.txt"),
    ("./a.txt", "./a.txt/x"),
    ("sub/../a.txt", "sub/a.txt"),
    ("~/a.txt", "~/.txt"),
    ("./*", "./*/*"),
    ("./*.txt", "./*.tx"),
    ("./?.t?t", "./?.t?"),
    ("./[a-c].txt", "./[b-z].txt"),
    ("./[!b-z].txt", "./[!a].txt"),
    ("./[^b-z].txt", "./[^a].txt"),
    ("./[[:alpha:]].txt", "./[![:lower:]].txt"),
    ("./a[[:punct:]]txt", "./a[[:alnum:]_]txt"),
    ("./{{[[:digit:]],a}}.txt", "./{{[[:digit:]],b}}.txt"),
    ("**/work*/a.txt", "**/work[!x]a.txt"),
    ("./{{a,b}}.txt", "./{{b,c}}.txt"),
    ("./a.{{c,t{{x,y}}t}}", "./a.{{c,t{{y,z}}t}}"),
    ("~/**", "~/sub/**"),
    ("/**", "/sub/**"),
    ("**/a.txt", "**/b.txt"),
    ("**/work/*.txt", "**/work/*/*.txt"),
    ("/**/w*k/**", "/**/w*x/**"),
    ('"./a.txt"', '"./a .txt"'),
    (r"./\x61\056txt", r"./\*.txt"),
    ("$list", "$other"),
)

# The same of an address; P is the port.
ADDRESSES = (
    ("*", "*:1"),
    ("127.0.0.1:P", "127.0.0.2:P"),
    ("127.0.0.1", "127.0.0.2"),
    ("127.0.0.1:*", "127.0.0.1:1-2"),
    ("127.0.0.0/8:P", "126.0.0.0/8:P"),
    ("127.0.0.0/31:P", "127.0.0.2/31:P"),
    ("0.0.0.0/0:P", "0.0.0.0/1:1"),
    ("*:P", "*:1"),
    ("*:1-65535", "*:1-2"),
    ("*:P-P", "[::1]:P"),
    ("localhost:P", "localhost:1"),
    ("local*:P", "*.local:P"),
    ("LOCALHOST:1-65535", "host:1-65535"),
    ("$list", "$other"),
)
UNIX = (
    ("unix:{folder}/s", "unix:{folder}/t"),
    ("unix:./s", "unix:s/s"),
    ("unix:s", "unix:@s"),
    ("unix:~/?", "unix:~/??"),
    ("unix:**/work/*", "unix:**/other/*"),
    ("unix:*", "unix:@*"),
    ("*", "*:80"),
)


class FormTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "asked for\n")

    def blocked(self, rules, command):
        """Whether the only rule has blocked a call."""
        ended = self.hooked(*command, rules=rules.replace("{{", "{").replace("}}", "}"))
        self.assertNotIn(b"hook:", ended.err, rules)
        return bool(ended.find(action="block"))

    def check(self, rule, holds, command, before=""):
        self.assertEqual(self.blocked(before + rule, command), holds, rule)

    def test_conditions(self):
        for call, holds, fails, command in CONDITIONS:
            for condition, result in ((holds, True), (fails, False)):
                self.check(f"block {call} {condition}", result, command)
                joined = condition.replace(" exe=", " and exe=")
                self.check(f"block {call} where {joined}", result, command)
                self.check(f"block {call} where ({joined}) and pid=2-4194304", result, command)
                self.check(f"block {call} where pid=1 or ({joined})", result, command)
                if joined == condition:
                    self.check(f"block {call} where not {condition}", not result, command)

    def test_paths(self):
        lists = "let list = ./b.txt ./a.txt\nlet other = ./b.txt ./c.txt\n"
        for target, other in PATHS:
            for word, result in ((target, True), (other, False)):
                self.check(f"block open {word} access=read where exe=**/cat".replace("{folder}", str(self.folder)), result, READ, lists if "$" in word else "")

    @support.needs_localhost
    def test_addresses(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen(64)
            port = str(server.getsockname()[1])
            dial = ["python3", "-c", f"import socket; socket.create_connection(('localhost', {port}), 5)"]
            lists = f"let list = 10.0.0.1:80 127.0.0.1:{port}\nlet other = 10.0.0.1:80 *:1\n"
            for target, other in ADDRESSES:
                for word, result in ((target, True), (other, False)):
                    # the name stands for ::1 as well, where nobody listens
                    rule = f"allow connect [::1]:*\nallow connect unix:*\nblock connect {word}".replace(":P", f":{port}").replace("-P", f"-{port}")
                    self.check(rule, result, dial, lists if "$" in word else "")

    def test_ipv6(self):
        dial = ["python3", "-c", "import socket; s = socket.socket(socket.AF_INET6); s.connect_ex(('::1', 9))"]
        for word, result in (("[::1]:9", True), ("[::]/0:9", None), ("[::/0]:9", True), ("[::1]", True), ("[::2]:9", False), ("[fe80::/10]:*", False), ("127.0.0.1:9", False), ("*:9", True)):
            if result is None:
                self.assertIn(b"hook: rules:1:", self.hooked("true", rules=f"block connect {word}").err)
            else:
                self.check(f"block connect {word}", result, dial)

    def test_unix_sockets(self):
        dial = "import socket; a = socket.socket(socket.AF_UNIX); a.bind('s'); a.listen(); b = socket.socket(socket.AF_UNIX); b.connect_ex('s')"
        for target, other in UNIX:
            for word, result in ((target, True), (other, False)):
                self.check(f"block connect {word}".replace("{folder}", str(self.folder)), result, ["python3", "-c", dial])
                (self.folder / "s").unlink()
        for word, result in (("unix:@hook*", True), ("unix:@hook-x", True), ("unix:@x", False), ("unix:hook-x", False)):
            self.check(f"block connect {word}", result, ["python3", "-c", "import socket; socket.socket(socket.AF_UNIX).connect_ex('\\0hook-x')"])

    def test_unix_sockets_under_other_names(self):
        dial = ["python3", "-c", "import socket; socket.socket(socket.AF_UNIX).connect_ex('other')"]
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.folder / "s"))
            server.listen()
            os.link(self.folder / "s", self.folder / "other")
            self.check("block connect unix:./s", True, dial)
            self.check("block connect unix:./t", False, dial)
            (self.folder / "other").unlink()
            move = "import os, socket; os.rename('s', 'other'); socket.socket(socket.AF_UNIX).connect('other')"
            self.check("block connect unix:./s", True, ["python3", "-c", move])

    def test_this_machine_by_no_address(self):
        for address, result in (("::ffff:0.0.0.0", True), ("::ffff:127.0.0.1", True), ("::ffff:10.0.0.1", False), ("::", False)):
            dial = f"import socket; s = socket.socket(socket.AF_INET6); s.setblocking(False); s.connect_ex(({address!r}, 9))"
            for rule in ("127.0.0.1:9", "127.0.0.0/8", "127.0.0.1"):
                self.check(f"block connect {rule}", result, ["python3", "-c", dial])

    def test_addresses_without_a_family(self):
        script = ("import ctypes, socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c = ctypes.CDLL(None)\n"
                  "a = b'\\0\\0\\0\\x09\\x7f\\0\\0\\1' + bytes(8)\n")
        send, leave = script + "c.sendto(s.fileno(), b'x', 1, 0, a, 16)", script + "c.connect(s.fileno(), a, 16)"
        self.check("block sendto 127.0.0.1:9", True, ["python3", "-c", send])
        self.check("block sendto *:9", True, ["python3", "-c", send])
        self.check("block sendto *:10", False, ["python3", "-c", send])
        self.check("block connect 127.0.0.1:9", False, ["python3", "-c", leave])

    def test_shared_memory_and_semaphores(self):
        name = f"hook-{os.getpid()}"
        for call, file in (("shm_open", name), ("sem_open", f"sem.{name}")):
            for spelled in (f"/{name}", name):
                script = f"import ctypes; c = ctypes.CDLL(None); c.{call}(b'{spelled}', 0o102, 0o600, 1); c.{call[:4]}unlink(b'{spelled}')"
                self.check(f"block open /dev/shm/{file}", True, ["python3", "-c", script])
                self.check("block open /dev/shm/**", True, ["python3", "-c", script])
                self.check(f"block unlink /dev/shm/{file}", True, ["python3", "-c", script])
                self.check(f"block open /{name}", False, ["python3", "-c", script])

    def test_home_is_that_of_the_first(self):
        cleared = [] if support.RUNTIME else [["env", "-i", "cat", "a.txt"]]  # a sanitizer's runtime does not start there
        for command in (["env", "HOME=/", "cat", "a.txt"], ["bash", "-c", "HOME=/usr cat a.txt"], *cleared):
            self.check("block open ~/a.txt where exe=**/cat", True, command)

    def test_what_a_block_does(self):
        for keys, status in (("", "13"), ("errno=EIO", "5"), ("errno=ENOENT", "2"), ("ret=-1", "13"), ("ret=7", "7"), ("ret=0", "0")):
            script = "import ctypes; c = ctypes.CDLL(None, use_errno=True); r = c.unlink(b'a.txt'); print(r if r >= 0 else ctypes.get_errno())"
            self.assertEqual(self.hooked("python3", "-c", script, rules=f"block unlink ./a.txt {keys}").out.decode(), status + "\n")
        for keys, status in (("signal=KILL", -9), ("signal=SIGTERM", -15), ("signal=6", None), ("signal=TERM errno=EIO", -15)):
            self.assertEqual(self.hooked(*READ, rules=f"block open ./a.txt {keys}").status, 125 if status is None else status)

    def test_which_of_the_calls(self):
        script = "import os\nfor i in range(8):\n try: os.close(os.open('a.txt', 0)); print(end='.')\n except OSError: print(end='x')"
        for keys, out in (("after=3", "...xxxxx"), ("every=2", ".x.x.x.x"), ("times=2", "xx......"), ("after=1 every=3 times=2", "...x..x."), ("chance=0%", "........"),
                          ("chance=100%", "xxxxxxxx"), ("after=2 where uid=0-999999", "..xxxxxx")):  # fmt: skip
            self.assertEqual(self.hooked("python3", "-c", script, rules=f"block open ./a.txt {keys}").out.decode(), out)

    def test_logs_are_chosen_by_rule(self):
        for rules, shown in (("log open ./a.txt", 1), ("log open ./a.txt\nnolog open", 0), ("nolog open\nlog open ./a.txt", 1), ("set log none\nlog open ./a.txt", 0),
                             ("set log all\nnolog open ./a.txt", 0), ("nolog open ./a.txt\nblock open ./a.txt", 0)):  # fmt: skip
            ended = self.hooked(*READ, rules=rules)
            self.assertEqual(len([event for event in ended.events if event.get("path") == str(self.folder / "a.txt") and event["op"] == "open"]), shown, rules)


if __name__ == "__main__":
    unittest.main()
