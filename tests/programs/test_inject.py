#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A file with another content: the same for everyone who asks, and nothing reaches the real one."""
import os
import unittest

import support

OTHER = b"another content\nof two lines\n"
RULES = r'inject open ./a.txt text "another content\nof two lines\n"'


class InjectTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "asked for\n")

    def outputs(self, expected, *command, rules=RULES, status=0, **how):
        ended = self.hooked(*command, rules=rules, **how)
        self.assertEqual((ended.status, ended.err, ended.out), (status, b"", expected), command)
        return ended

    def python(self, script, expected, **how):
        return self.outputs(expected, "python3", "-c", "import mmap, os; " + script, **how)

    def test_programs_read_the_content(self):
        for command in (["cat", "a.txt"], ["head", "-c", "100", "a.txt"], ["tail", "-n", "2", "a.txt"], ["bash", "-c", "cat <a.txt"],
                        ["perl", "-pe", "", "a.txt"], ["grep", "", "a.txt"], ["sed", "", "./../work/a.txt"], ["env", "cat", "a.txt"],
                        ["bash", "-c", "for i in 1; do cat a.txt; done"]):  # fmt: skip
            ended = self.outputs(OTHER, *command)
            self.assertTrue(ended.find(op="open", action="inject", rule="rules:1"), command)

    def test_sizes_agree(self):
        self.outputs(b"29 a.txt\n", "wc", "-c", "a.txt")
        self.outputs(b"29\n", "stat", "-c", "%s", "a.txt")
        self.outputs(b"29\n", "stat", "-L", "-c", "%s", "a.txt")
        self.python("print(os.stat('a.txt').st_size, os.lstat('a.txt').st_size, os.fstat(os.open('a.txt', 0)).st_size)", b"29 29 29\n")
        self.outputs(b"-rw-r--r-- 29\n", "stat", "-c", "%A %s", "a.txt")

    def test_seek_map_and_a_second_open_agree(self):
        self.python("f = os.open('a.txt', 0); os.lseek(f, 8, 0); print(os.read(f, 7)); g = os.open('a.txt', 0); print(os.read(g, 7)); "
                    "print(mmap.mmap(f, 0, prot=mmap.PROT_READ)[:7])", b"b'content'\nb'another'\nb'another'\n")  # fmt: skip

    def test_writes_stay_with_who_writes(self):
        self.python("f = os.open('a.txt', os.O_RDWR); os.write(f, b'x'); os.lseek(f, 0, 0); print(os.read(f, 7)); print(open('a.txt').read(7))",
                    b"b'xnother'\nanother\n")  # fmt: skip
        self.python("f = open('a.txt', 'w'); f.write('gone'); f.close(); print(open('a.txt').read(7))", b"another\n")
        self.outputs(b"", "bash", "-c", "echo gone >a.txt; echo gone >>a.txt")
        self.assertEqual((self.folder / "a.txt").read_bytes(), b"asked for\n")

    def test_the_lowest_number_is_given_and_none_is_left(self):
        self.python("os.close(0); print(os.open('a.txt', 0)); print(sorted(map(int, os.listdir('/proc/self/fd')))[:4])", b"0\n[0, 1, 2, 3]\n")
        script = "f = [open('a.txt') for i in range(50)]; [x.close() for x in f]; print(len(os.listdir('/proc/self/fd')))"
        bare = self.bare("python3", "-c", "import os; " + script).out
        self.python(script, bare, settings={"HOOK_OUTPUT": "stderr", "HOOK_TRACE": "none"})

    def test_flags_mean_what_they_mean_for_a_file(self):
        script = "\ntry: os.open('a.txt', os.%s); print('opened')\nexcept OSError as e: print(e.errno)"
        for flags, out in (("O_NOFOLLOW", b"opened"), ("O_CREAT | os.O_EXCL", b"17"), ("O_DIRECTORY", b"20"), ("O_CREAT", b"opened"), ("O_CLOEXEC", b"opened")):
            self.python(script % flags, out + b"\n")
        self.python("print(os.get_inheritable(os.open('a.txt', os.O_CLOEXEC)))", b"False\n")

    def test_it_is_no_folder(self):
        script = "\nfor end in ('/', '//', '/.', '/./'):\n try: %s; print('done')\n except OSError as e: print(e.errno, end=' ')"
        for call, out in (("os.open('a.txt' + end, 0)", "20 20 20 20 "), ("os.open('a.txt' + end, os.O_CREAT | os.O_WRONLY)", "21 21 20 20 "), ("os.stat('a.txt' + end)", "20 20 20 20 "),
                          ("os.lstat('a.txt' + end)", "20 20 20 20 "), ("os.truncate('a.txt' + end, 1)", "20 20 20 20 ")):  # fmt: skip
            self.assertEqual(self.bare("python3", "-c", "import os" + script % call).out.decode(), out)
            self.python(script % call, out.encode())
        self.python("print(*(os.access('a.txt' + end, 0) for end in ('', '/', '/.')))", b"True False False\n")
        self.outputs(b"", "awk", "BEGIN { exit getline <\"a.txt/\" }", status=255)

    def test_openat2_means_what_it_says(self):
        (self.folder / "link").symlink_to("a.txt")
        script = support.OPENAT2 + "for name, how in %r: print(openat2(-100, name, **how))"
        asked = [("a.txt", {}), ("a.txt", {"resolve": 4}), ("a.txt", {"resolve": 8}), ("link", {}), ("link", {"resolve": 4}), ("../work/a.txt", {"resolve": 8}),
                 ("a.txt", {"size": 16}), ("a.txt", {"size": 0}), ("a.txt", {"size": 32, "more": b"12345678"}), ("a.txt", {"size": 32, "more": bytes(8)}),
                 ("a.txt", {"size": 5000}), ("a.txt", {"flags": 1 << 40}), ("a.txt", {"mode": 0o600}), ("a.txt", {"resolve": 1 << 40}),
                 ("a.txt", {"flags": os.O_CREAT, "mode": 0o600}), ("a.txt", {"flags": os.O_CREAT, "mode": 0o70600}),
                 ("a.txt", {"flags": os.O_CREAT | os.O_EXCL, "mode": 0o600}), ("a.txt", {"flags": os.O_WRONLY}), ("a.txt/", {"flags": os.O_CREAT, "mode": 0o600})]  # fmt: skip
        bare = self.bare("python3", "-c", script % asked).out
        self.assertIn(b"40\n", bare)
        self.outputs(bare.replace(b"asked for\\n", OTHER.replace(b"\n", b"\\n")), "python3", "-c", script % asked)

    def test_a_file_that_is_not_there_may_be_injected(self):
        rules = "inject open ./none text hello"
        self.outputs(b"hello", "cat", "none", rules=rules)
        self.outputs(b"", "test", "-r", "none", rules=rules)
        self.assertFalse((self.folder / "none").exists())

    def test_streams_of_c_programs_read_it(self):
        self.outputs(b"another content\n", "awk", "NR == 1", "a.txt")
        self.outputs(b"of two lines\nanother content\n", "tac", "a.txt")
        self.outputs(b"another content\nof two lines\n", "sort", "a.txt")

    def test_the_content_of_a_file(self):
        self.write("b.txt", b"x" * 100000)
        rules = "inject open ./a.txt file ./b.txt"
        self.outputs(b"x" * 100000, "cat", "a.txt", rules=rules)
        self.outputs(b"", "bash", "-c", "echo gone >a.txt", rules=rules)
        self.assertEqual((self.folder / "b.txt").stat().st_size, 100000)
        (self.folder / "b.txt").unlink()
        self.assertIn(b"No such file", self.hooked("cat", "a.txt", rules=rules).err)

    def test_who_compares_finds_one_file(self):
        script = ("f, g = os.open('%s', 0), os.open('./%s', os.O_RDWR)\n"
                  "s = lambda t: (t.st_dev, t.st_ino, t.st_nlink, t.st_size, t.st_mode, t.st_mtime_ns, t.st_ctime_ns, t.st_blocks)\n"
                  "all = [s(t) for t in (os.stat('%s'), os.lstat('%s'), os.fstat(f), os.fstat(g), os.fstat(os.dup(f)), os.stat('%s', dir_fd=os.open('.', 0)))]\n"
                  "print(len(set(all)), all[0][2], all[0][3], flush=True)\nif os.fork() == 0: print(s(os.stat('%s')) == all[0], s(os.fstat(f)) == all[0], flush=True); os._exit(0)\nos.wait()")  # fmt: skip
        for name in ("a.txt", "none"):
            self.python("\n" + script.replace("%s", name), b"1 1 29\nTrue True\n", rules=RULES.replace("a.txt", name))
        self.outputs(b"same\n", "bash", "-c", "[ $(stat -c %d:%i:%h:%Y a.txt) = $(stat -c %d:%i:%h:%Y - <a.txt) ] && echo same")
        self.outputs(b"no\n", "bash", "-c", "[ b.txt -ef a.txt ] || echo no", rules=RULES + '\ninject open ./b.txt text "another content\\nof two lines\\n"')
        self.assertEqual(self.hooked("stat", "-c", "%d:%i", "a.txt", rules=RULES).out, self.bare("stat", "-c", "%d:%i", "a.txt").out)

    def test_statx_and_streams_say_the_same(self):
        source = ("#include <fcntl.h>\n#include <stdio.h>\n#include <sys/stat.h>\nint main(void) { struct statx a, b, c; FILE *f = fopen(\"a.txt\", \"r\");"
                  "statx(AT_FDCWD, \"a.txt\", 0, STATX_ALL, &a); statx(fileno(f), \"\", AT_EMPTY_PATH, STATX_ALL, &b); statx(AT_FDCWD, \"./a.txt\", AT_SYMLINK_NOFOLLOW, STATX_ALL, &c);"
                  "printf(\"%d %d %d\\n\", (int)b.stx_size, a.stx_ino == b.stx_ino && b.stx_ino == c.stx_ino, a.stx_dev_minor == b.stx_dev_minor && a.stx_mtime.tv_sec == b.stx_mtime.tv_sec && b.stx_nlink == 1); return 0; }\n")  # fmt: skip
        self.write("x.c", source)
        self.assertEqual(self.bare(os.environ["CC"], "-D_GNU_SOURCE", "x.c", "-o", "x").status, 0)
        self.outputs(b"29 1 1\n", self.folder / "x")

    def test_programs_copy_it(self):
        for command in (("cp", "a.txt", "copy"), ("cp", "-p", "a.txt", "copy"), ("install", "-m", "644", "a.txt", "copy"), ("bash", "-c", "cat <a.txt >copy"),
                        ("python3", "-c", "import shutil; shutil.copy2('a.txt', 'copy')"), ("bash", "-c", "tar cf - a.txt | tar xOf - >copy")):  # fmt: skip
            self.outputs(b"", *command)
            self.assertEqual((self.folder / "copy").read_bytes(), OTHER, command)
            (self.folder / "copy").unlink()
        self.outputs(b"", "bash", "-c", "diff a.txt a.txt && cmp a.txt a.txt && [ -s a.txt ] && find a.txt -size +100c")

    def test_a_name_of_its_descriptor_is_one_of_it(self):
        for command in ("cp /dev/stdin copy <a.txt && cmp -s a.txt copy && rm copy", "cp -p /proc/self/fd/0 copy <a.txt && rm copy", "install /dev/stdin copy <a.txt && rm copy",
                        "[ a.txt -ef /dev/stdin ] <a.txt", "[ /dev/fd/3 -ef /proc/self/fd/3 ] 3<a.txt && [ ! a.txt -ef rules ]"):  # fmt: skip
            self.outputs(b"", "bash", "-c", command)
        self.outputs(b"", "bash", "-c", 'exec 3<a.txt; [ "$(stat -c %i:%d:%h:%Z a.txt)" = "$(stat -L -c %i:%d:%h:%Z /dev/fd/3)" ]')
        self.outputs(b"0 0\n", "bash", "-c", "echo x >gone; exec 3<gone; rm gone; stat -L -c '%h' /dev/fd/3 | tr '\\n' ' '; stat -c %h - <&3")

    def test_who_follows_it_sees_no_change(self):
        for option in ("-f", "-F"):
            self.outputs(OTHER, "timeout", "1.5", "tail", option, "a.txt", status=124)

    def test_truncate_does_not_reach_the_real_file(self):
        self.python("os.truncate('a.txt', 3); print(os.path.getsize('a.txt'))", b"29\n")
        self.outputs(b"", "truncate", "-s", "0", "a.txt")
        self.python("\ntry: os.truncate('a.txt', -1)\nexcept OSError as e: print(e.errno)", b"22\n")
        self.assertEqual((self.folder / "a.txt").read_bytes(), b"asked for\n")

    def test_a_child_reads_what_it_has_been_given(self):
        self.outputs(b"content\n", "python3", "-c", "import os, subprocess; f = open('a.txt'); os.lseek(f.fileno(), 8, 0); subprocess.run(['head', '-n', '1'], stdin=f)")
        self.outputs(OTHER * 2, "bash", "-c", "cat <a.txt; cat a.txt")

    def test_a_file_that_has_become_something_else_is_not_waited_for(self):
        script = "import os; os.mkfifo('b')\nfor ask in (lambda: os.open('a.txt', 0), lambda: os.stat('a.txt'), lambda: open('a.txt')):\n try: ask()\n except OSError as e: print(e.errno)"
        self.outputs(b"13\n13\n13\n", "python3", "-c", script, rules="inject open ./a.txt file ./b")

    def test_a_large_file_is_whole(self):
        content = bytes(range(256)) * 20000
        self.write("b.bin", content)
        rules = "inject open ./a.txt file ./b.bin"
        self.python("print(open('a.txt', 'rb').read() == open('b.bin', 'rb').read(), os.stat('a.txt').st_size)", b"True 5120000\n", rules=rules)
        self.outputs(b"", "cmp", "a.txt", "b.bin", rules=rules)


if __name__ == "__main__":
    unittest.main()
