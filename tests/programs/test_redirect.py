#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A folder that lies elsewhere is a folder to all programs, and who is sent to another address is told the one that it asked for."""
import socket
import threading
import unittest

import support


class TreeTest(support.ProgramTest):
    """`fake` is what programs see of `real`."""

    RULES = "set log none\nredirect %file ./fake to ./real\nredirect %file ./fake/** to ./real/**\n"

    def setUp(self):
        super().setUp()
        self.write("real/a", "one\n")
        self.write("real/inner/b", "two\n")
        (self.folder / "real/link").symlink_to("a")
        (self.folder / "fake").mkdir()
        self.write("fake/hidden", "not seen\n")

    def shell(self, command, expected, status=0):
        ended = self.hooked("bash", "-c", command, rules=self.RULES, settings={"HOOK_OUTPUT": "stderr", "GIT_CONFIG_GLOBAL": "/dev/null"})
        self.assertEqual((ended.status, ended.err.decode(), ended.out.decode()), (status, "", expected), command)
        self.assertEqual([path.name for path in (self.folder / "fake").iterdir()], ["hidden"])

    def real(self, name=""):
        return sorted(path.name for path in (self.folder / "real" / name).iterdir())

    def test_programs_list_and_read_it(self):
        for command, expected in (
            ("ls fake", "a\ninner\nlink\n"),
            ("ls -l fake | sed 1d | cut -c1", "-\nd\nl\n"),
            ("ls -R fake/inner", "fake/inner:\nb\n"),
            ("find fake | sort", "fake\nfake/a\nfake/inner\nfake/inner/b\nfake/link\n"),
            ("find fake -type f -exec cat {} + | sort", "one\ntwo\n"),
            ("cat fake/a fake/./inner/../inner/b fake/link", "one\ntwo\none\n"),
            ("cd fake/inner && pwd && ls && cd .. && cat a", f"{self.folder}/fake/inner\nb\none\n"),
            ("echo fake/*", "fake/a fake/inner fake/link\n"),
            ("grep -r t fake", "fake/inner/b:two\n"),
            ("du -a fake | cut -f2 | sort", "fake\nfake/a\nfake/inner\nfake/inner/b\nfake/link\n"),
            ("diff -r fake real && readlink fake/link && realpath fake/link", f"a\n{self.folder}/fake/a\n"),
            ("stat -c %F fake fake/a fake/link", "directory\nregular file\nsymbolic link\n"),
            ("test -e fake/hidden || test -x fake/a || echo neither", "neither\n"),
            ("python3 -c \"import os; print([(a, sorted(b + c)) for a, b, c in os.walk('fake')])\"", "[('fake', ['a', 'inner', 'link']), ('fake/inner', ['b'])]\n"),
            ("cd fake; python3 -c 'import os; print(os.path.basename(os.getcwd()))'", "real\n"),
        ):  # fmt: skip
            self.shell(command, expected)

    def test_programs_write_to_it(self):
        self.shell("mkdir fake/new && echo hi >fake/new/f && cat fake/new/f && chmod 600 fake/new/f && touch -d @0 fake/new/f && stat -c %a:%Y fake/new/f", "hi\n600:0\n")
        self.assertEqual(self.real("new"), ["f"])
        self.shell("ln fake/a fake/hard && ln -s a fake/soft && cat fake/hard fake/soft && mv fake/new fake/inner/ && rm fake/hard fake/soft fake/inner/new/f && rmdir fake/inner/new", "one\none\n")
        self.assertEqual(self.real(), ["a", "inner", "link"])
        self.shell("cp -r fake copy && cp -r copy fake/ && find fake/copy | sort", "fake/copy\nfake/copy/a\nfake/copy/inner\nfake/copy/inner/b\nfake/copy/link\n")
        self.shell("rm -r fake/copy copy; ls fake", "a\ninner\nlink\n")
        self.shell("f=$(mktemp fake/x.XXXXXX) && echo y >$f && cat fake/x.* && rm $f", "y\n")

    def test_tar_packs_and_unpacks_it(self):
        self.shell("tar cf t.tar fake && tar tf t.tar | sort", "fake/\nfake/a\nfake/inner/\nfake/inner/b\nfake/link\n")
        self.shell("rm -r fake/inner fake/a && tar xf t.tar && cat fake/a fake/inner/b", "one\ntwo\n")
        self.assertEqual(self.real("inner"), ["b"])

    def test_git_works_in_it(self):
        name = "git -c user.name=n -c user.email=e@x"
        self.shell(f"git init -q fake/r && cd fake/r && echo x >f && git add f && {name} commit -qm m && git status --short && git log --format=%s", "m\n")
        self.shell(f"git clone -q fake/r fake/c && cd fake/c && cat f && echo y >>f && {name} commit -qam n && git log --format=%s && git status --short", "x\nn\nm\n")
        self.assertEqual(self.real(), ["a", "c", "inner", "link", "r"])
        self.shell("rm -rf fake/c fake/r; ls fake", "a\ninner\nlink\n")

    def test_its_border_is_that_of_a_file_system(self):
        script = ("import os\nfor call, *paths in ((os.rename, 'fake/a', 'x'), (os.rename, 'rules', 'fake/x'), (os.link, 'fake/a', 'x'), (os.link, 'rules', 'fake/x'), (os.replace, 'fake/inner', 'x')):\n"
                  " try: call(*paths); print('done')\n except OSError as e: print(e.errno, end=' ')")  # fmt: skip
        self.shell(f'python3 -c "{script}"', "18 18 18 18 18 ")
        self.shell("mv fake/a out && cat out && ls fake && mv out fake/a && cat fake/a && mv fake/inner out && ls out && mv out fake/inner && cat fake/inner/b", "one\ninner\nlink\none\nb\ntwo\n")
        self.shell("ln -s fake alias && mv alias/a fake/c && cat fake/c && mv fake/c alias/a && ls alias/", "one\na\ninner\nlink\n")
        self.assertEqual(self.real(), ["a", "inner", "link"])


# What every call says of every kind of file, by every way to end its name.
ENDINGS = """
import os, shutil, sys
root = sys.argv[1] + '/'
flags = ('O_RDONLY', 'O_RDONLY|O_NOFOLLOW', 'O_RDONLY|O_DIRECTORY', 'O_RDONLY|O_NOFOLLOW|O_DIRECTORY', 'O_RDWR|O_CREAT', 'O_RDWR|O_CREAT|O_EXCL', 'O_PATH|O_NOFOLLOW')
calls = {'stat': os.stat, 'lstat': os.lstat, 'access': os.access, 'unlink': os.unlink, 'rmdir': os.rmdir, 'mkdir': os.mkdir, 'readlink': os.readlink, 'listdir': os.listdir,
         'truncate': lambda name: os.truncate(name, 0), 'chmod': lambda name: os.chmod(name, 0o700), 'symlink': lambda name: os.symlink('a', name),
         'link': lambda name: os.link(root + 'a', name), 'link of': lambda name: os.link(name, root + 'x'), 'rename': lambda name: os.rename(name, root + 'x'),
         'rename to': lambda name: os.rename(root + 'a', name), 'rename folder to': lambda name: os.rename(root + 'e', name), 'exec': lambda name: os.posix_spawn(name, ['x'], {})}
calls |= {f: lambda name, f=f: os.open(name, eval('os.' + f.replace('|', '|os.'))) for f in flags}
for call in calls:
    for name in ('a', 'dir', 'e', 'la', 'ld', 'none', 'gone'):
        for end in ('', '/', '//', '/.', '/./', '/in', '/in/', '/./in/.'):
            for folder in ('dir', 'e'):
                os.makedirs(root + folder)
            for file in ('a', 'dir/in'):
                os.close(os.open(root + file, os.O_CREAT, 0o600))
            for link, to in (('la', 'a'), ('ld', 'dir'), ('gone', 'no/where')):
                os.symlink(to, root + link)
            args = (name + end, os.R_OK) if call == 'access' else (name + end,)
            try:
                ret = calls[call](root + args[0], *args[1:])
                said = oct(ret.st_mode) if hasattr(ret, 'st_mode') else os.path.basename(os.readlink('/proc/self/fd/%d' % ret)) if '_' in call else ret
                if '_' in call:
                    os.close(ret)
            except OSError as error:
                said = error.errno
            left = [os.path.join(folder, entry)[len(root):] for folder, folders, files in os.walk(root) for entry in sorted(folders + files)]
            print(call, name + end, said, *left)
            for entry in os.listdir(root):
                shutil.rmtree(root + entry) if os.path.isdir(root + entry) and not os.path.islink(root + entry) else os.unlink(root + entry)
"""


class EndingTest(support.ProgramTest):
    """A name that ends with a slash is one of a folder, in a redirected tree as elsewhere."""

    def test_each_call_minds_how_a_name_ends(self):
        (self.folder / "real").mkdir()
        bare = self.bare("python3", "-c", ENDINGS, "real").out.decode().splitlines()
        ended = self.hooked("python3", "-c", ENDINGS, "fake", rules=TreeTest.RULES, settings={"HOOK_OUTPUT": "stderr"})
        self.assertEqual((ended.status, ended.err), (0, b""))
        different = [(one, other) for one, other in zip(bare, ended.out.decode().splitlines(), strict=True) if one != other]
        self.assertEqual(different, [])

    def test_programs_mind_how_a_name_ends(self):
        self.write("real/dir/in", "y\n")
        self.write("real/a", "x\n")
        self.write("B", "b\n")
        (self.folder / "real/ld").symlink_to("dir")
        rules = TreeTest.RULES + "redirect open ./A to ./B\n"
        for command, status, out in ((("find", "fake/ld/"), 0, "fake/ld/\nfake/ld/in\n"), (("ls", "fake/ld/"), 0, "in\n"), (("cat", "fake/a/"), 1, ""),
                                     (("rm", "-r", "fake/ld/"), 1, ""), (("cat", "A/"), 1, ""), (("cat", "A"), 0, "b\n")):  # fmt: skip
            ended = self.hooked(*command, rules=rules)
            self.assertEqual((ended.status, ended.out.decode()), (status, out), command)
            self.assertEqual(b"Not a directory" in ended.err, status == 1, command)
        self.assertTrue((self.folder / "real/ld").is_symlink())


class Openat2Test(support.ProgramTest):
    def test_what_restricts_the_name_does_not_restrict_where_it_goes(self):
        self.write("q/a", "old")
        self.write("q/b", "new")
        (self.folder / "q/to_a").symlink_to("a")
        (self.folder / "q/to_b").symlink_to("b")
        rules = "set log none\nredirect open ./q/a to ./q/b\nredirect open ./q/c to ./q/to_b"
        script = support.OPENAT2 + "q = os.open('q', 0)\nprint(*(openat2(q, name, resolve=resolve) for name, resolve in %s), openat2(q, 'a', size=16), openat2(q, 'a', size=0))"
        asked = "(('a', 0), ('a', IN_ROOT), ('/a', IN_ROOT), ('a', BENEATH), ('a', NO_XDEV), ('to_a', BENEATH), ('c', NO_SYMLINKS), ('a', 1 << 40))"
        ended = self.hooked("python3", "-c", script % asked, rules=rules)
        self.assertEqual((ended.out.decode(), ended.err), ("b'new' b'new' b'new' b'new' b'new' b'new' 40 22 22 14\n", b""))


class Answering:
    """A socket on this machine whose thread answers what it is sent."""

    def __init__(self, kind, address):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family, kind)
        self.socket.bind(address)
        self.kind = kind
        if kind == socket.SOCK_STREAM:
            self.socket.listen(16)
        else:
            threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        while True:
            data, address = self.socket.recvfrom(99)
            if data == b"stop":
                return
            self.socket.sendto(b"re " + data, address)

    @property
    def port(self):
        return self.socket.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.kind == socket.SOCK_DGRAM:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"stop", self.socket.getsockname())
        self.socket.close()


class PeerTest(support.ProgramTest):
    def python(self, script, expected, rules):
        ended = self.hooked("python3", "-c", "import os, socket\n" + script, rules="set log none\n" + rules)
        self.assertEqual((ended.status, ended.out.decode()), (0, expected), ended.err.decode())

    def test_a_connection_is_with_whom_it_was_asked_for(self):
        with Answering(socket.SOCK_STREAM, ("127.0.0.1", 0)) as inet, Answering(socket.SOCK_STREAM, f"\0hook-{id(self)}") as local:
            rules = (f"redirect connect 10.0.0.1:80 to 127.0.0.1:{inet.port}\nredirect connect 10.0.0.2:80 to unix:@hook-{id(self)}\n"
                     f"redirect connect [fd00::1]:80 to 127.0.0.1:{inet.port}\nlog connect *:{inet.port}")
            dial = "s = socket.socket(socket.{0}); s.connect(({1!r}, {2})); print(s.getpeername()[:2])\n"
            self.python(dial.format("AF_INET", "10.0.0.1", 80), "('10.0.0.1', 80)\n", rules)
            self.python(dial.format("AF_INET", "10.0.0.2", 80), "('10.0.0.2', 80)\n", rules)
            self.python(dial.format("AF_INET6", "fd00::1", 80), "('fd00::1', 80)\n", rules)
            self.python(dial.format("AF_INET6", "::ffff:10.0.0.1", 80), "('::ffff:10.0.0.1', 80)\n", rules)
            self.python(dial.format("AF_INET", "127.0.0.1", inet.port), f"('127.0.0.1', {inet.port})\n", rules)
            both = dial.format("AF_INET", "10.0.0.1", 80) + "t = s\n" + dial.format("AF_INET", "127.0.0.1", inet.port) + "print(t.dup().getpeername())\n"
            self.python(both + "if os.fork() == 0: os.write(1, str(t.getpeername()).encode()); os._exit(0)\nos.wait()",
                        f"('10.0.0.1', 80)('10.0.0.1', 80)\n('127.0.0.1', {inet.port})\n('10.0.0.1', 80)\n", rules)  # fmt: skip

    def test_what_is_told_fits_where_less_was_asked_for(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6")
        with Answering(socket.SOCK_STREAM, ("::1", 0)) as server:
            self.python("import ctypes; s = socket.socket(); s.connect(('10.0.0.1', 80)); a = bytearray(16); n = ctypes.c_uint(16)\n"
                        "at = (ctypes.c_char * 16).from_buffer(a); print(ctypes.CDLL(None).getpeername(s.fileno(), at, ctypes.byref(n)))\n"
                        "print(n.value, socket.inet_ntoa(bytes(a[4:8])), a[3])", "0\n16 10.0.0.1 80\n", f"redirect connect 10.0.0.1:80 to [::1]:{server.port}")

    def test_options_of_tcp_are_none_of_a_unix_socket(self):
        with Answering(socket.SOCK_STREAM, f"\0hook-{id(self)}"):
            script = ("def say(s, *option):\n try: s.setsockopt(*option); print('set', end=' ')\n except OSError as e: print(e.errno, end=' ')\n"
                      "s = socket.socket(); s.connect(('10.0.0.2', 80)); say(s, socket.IPPROTO_TCP, socket.TCP_NODELAY, 1); say(s, socket.IPPROTO_IP, socket.IP_TOS, 16)\n"
                      "say(s, socket.SOL_SOCKET, 9999, 1); say(s, socket.IPPROTO_UDP, 1, 1)\n"
                      "t = socket.socket(socket.AF_UNIX); t.connect('\\0hook-%d'); say(t, socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)")  # fmt: skip
            self.python(script % id(self), "set set 92 95 95 ", f"redirect connect 10.0.0.2:80 to unix:@hook-{id(self)}")

    def test_a_unix_socket_is_bound_in_the_other_folder(self):
        rules = "redirect %file ./fake/** to ./real/**\nredirect bind,connect unix:./fake/** to unix:./real/**"
        (self.folder / "real").mkdir()
        self.python("a, b = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX); a.bind('fake/s'); a.listen(); b.connect('fake/s'); print(os.listdir('real'), os.path.exists('fake/s'))\n"
                    "os.unlink('fake/s')", "['s'] True\n", rules)  # fmt: skip

    def test_an_answer_comes_from_whom_was_asked(self):
        with Answering(socket.SOCK_DGRAM, ("127.0.0.1", 0)) as server:
            rules = f"redirect sendto,sendmsg,connect 10.0.0.0/24:53 to 127.0.0.1:{server.port}"
            script = ("s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)\n"
                      "s.sendto(b'a', ('10.0.0.1', 53)); print(s.recvfrom(99))\n"
                      "s.sendmsg([b'b'], [], 0, ('10.0.0.2', 53)); print(s.recvmsg(99)[0::3])\n"
                      "s.connect(('10.0.0.3', 53)); s.send(b'c'); print(s.recvfrom(99), s.getpeername())\n"
                      "t = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); t.settimeout(20); t.sendto(b'd', ('127.0.0.1', %d)); print(t.recvfrom(99)[1][0])")  # fmt: skip
            self.python(script % server.port, "(b're a', ('10.0.0.1', 53))\n(b're b', ('10.0.0.2', 53))\n(b're c', ('10.0.0.3', 53)) ('10.0.0.3', 53)\n127.0.0.1\n", rules)


if __name__ == "__main__":
    unittest.main()
