#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What rules may ask and do, one by one, in real programs."""
import os
import time
import unittest

import support


class LanguageTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "asked for\n")

    def reads(self, rules, *command):
        """Whether the command (cat a.txt) may read the file by these rules."""
        ended = self.hooked(*(command or ["cat", "a.txt"]), rules=rules)
        self.assertEqual(ended.out, b"" if ended.status else b"asked for\n", ended.err)
        return ended.status == 0


class ConditionTest(LanguageTest):
    def test_uid_and_gid_are_of_who_calls(self):
        uid, gid = os.geteuid(), os.getegid()
        self.assertFalse(self.reads(f"block open ./a.txt uid={uid} gid={gid}"))
        self.assertTrue(self.reads(f"block open ./a.txt uid={uid + 1}"))
        self.assertTrue(self.reads(f"block open ./a.txt where not gid={gid}"))

    def test_where_joins_conditions(self):
        rules = "block open ./a.txt where (exe=**/cat or exe=**/tac) and not access=write"
        self.assertFalse(self.reads(rules))
        self.assertFalse(self.reads(rules, "tac", "a.txt"))
        self.assertTrue(self.reads(rules, "head", "-n", "1", "a.txt"))
        self.assertTrue(self.reads("allow open ./a.txt where exe=**/cat\nblock open ./a.txt"))

    def test_fd_kinds_tell_a_pipe_from_a_file(self):
        rules = "block write fd=pipe exe=**/cat errno=EIO"
        self.assertIn(b"Input/output error", self.hooked("cat", "a.txt", rules=rules).err)
        ended = self.hooked("bash", "-c", "cat a.txt >b.txt", rules=rules)
        self.assertEqual((ended.status, (self.folder / "b.txt").read_bytes()), (0, b"asked for\n"))

    def test_contains_is_about_what_is_written(self):
        rules = 'block write ./log contains="pass word" errno=EIO'
        self.write("b.txt", "a pass word\n")
        self.assertEqual(self.hooked("bash", "-c", "cat a.txt >log", rules=rules).status, 0)
        self.assertIn(b"Input/output error", self.hooked("bash", "-c", "cat b.txt >log", rules=rules).err)
        writev = "import os; print(os.writev(os.open('log', os.O_WRONLY), [b'a pa', b'ss w', b'ord']))"
        self.assertIn(b"Input/output error", self.hooked("python3", "-c", writev, rules=rules).err)
        self.assertEqual(self.hooked("python3", "-c", writev.replace("ord", "asp"), rules=rules).out, b"11\n")

    def test_contains_is_about_copies_as_well(self):
        self.write("b.txt", "a pass word\n")
        rules = 'block write ./log contains="pass word" errno=EIO'
        self.assertIn(b"Input/output error", self.hooked("cp", "b.txt", "log", rules=rules).err)
        self.assertEqual(self.hooked("cp", "a.txt", "log", rules=rules).status, 0)
        self.assertEqual((self.folder / "log").read_bytes(), b"asked for\n")


class IncludeTest(LanguageTest):
    def test_an_included_file_decides_and_is_named(self):
        self.write("conf/more.rules", "block open ../a.txt errno=ENOENT\n")
        self.write("conf/all.rules", "include more.rules\n")
        ended = self.hooked("cat", "a.txt", rules="log open\ninclude conf/all.rules\nallow open")
        self.assertTrue(ended.find(action="block", rule="conf/more.rules:1", errno="ENOENT"), ended.trace)

    def test_a_broken_included_file_ends_the_program_before_it_begins(self):
        self.write("more.rules", "blok open\n")
        for rules, says in (("include more.rules", b"hook: more.rules:1:1: unknown action"), ("\ninclude no.rules", b"hook: rules:2:9: cannot be read: No such")):
            ended = self.hooked("cat", "a.txt", rules=rules)
            self.assertEqual((ended.status, ended.out), (125, b""))
            self.assertIn(says, ended.err)


class HostTest(LanguageTest):
    @support.needs_localhost
    def test_a_host_is_the_name_that_was_resolved(self):
        with support.Server("127.0.0.1") as server:
            port = server.port
            dial = f"import socket; print(socket.create_connection(('%s', {port}), 5).getpeername()[0])"
            named, plain = dial % "localhost", dial % "127.0.0.1"
            rules = f"block connect localhost:{port} errno=ENETUNREACH"
            ended = self.hooked("python3", "-c", named, rules=rules)
            self.assertIn(b"Network is unreachable", ended.err)
            self.assertTrue(ended.find(op="connect", action="block", rule="rules:1", addr=f"127.0.0.1:{port}"))
            self.assertEqual(self.hooked("python3", "-c", plain, rules=rules).out, b"127.0.0.1\n", "nothing was resolved")
            self.assertEqual(self.hooked("python3", "-c", named, rules=f"block connect localhost:{port + 1}").out, b"127.0.0.1\n")
            byname = "import socket; socket.gethostbyname('localhost'); " + plain
            self.assertIn(b"Network is unreachable", self.hooked("python3", "-c", byname, rules=rules).err)
            self.assertIn(b"Network is unreachable", self.hooked("bash", "-c", f"exec 3<>/dev/tcp/localhost/{port}", rules=rules).err)
            dial = f"print IO::Socket::INET->new('localhost:{port}') ? 'yes' : 'no'"
            self.assertEqual(self.hooked("perl", "-MIO::Socket::INET", "-e", dial, rules=rules).out, b"no")


class EffectTest(LanguageTest):
    def test_ret_is_what_a_blocked_call_returns(self):
        ended = self.hooked("rm", "a.txt", rules="block unlink ./a.txt ret=0")
        self.assertEqual((ended.status, ended.err, (self.folder / "a.txt").exists()), (0, b"", True))
        self.assertTrue(ended.find(op="unlink", ret=0, action="block", rule="rules:1"))
        self.assertFalse(any("errno" in event for event in ended.find(op="unlink")))
        ended = self.hooked("rm", "a.txt", rules="block unlink ./a.txt ret=-1")
        self.assertTrue(ended.find(op="unlink", ret=-1, errno="EACCES"))

    def test_signal_ends_the_process_whatever_it_does_about_it(self):
        for name, number in (("SIGKILL", 9), ("TERM", 15), ("SIGINT", 2)):
            script = "import signal\nfor s in (2, 15): signal.signal(s, signal.SIG_IGN)\nopen('a.txt')"
            ended = self.hooked("python3", "-c", script, rules=f"block open ./a.txt signal={name}")
            self.assertEqual((ended.status, ended.out), (-number, b""))
            self.assertTrue(ended.find(op="open", errno="EACCES", action="block"), "it is told before")

    def test_delay_waits_and_changes_nothing_else(self):
        began = time.monotonic()
        ended = self.hooked("cat", "a.txt", rules="delay open ./a.txt by=300ms")
        self.assertGreaterEqual(time.monotonic() - began, 0.3)
        self.assertEqual((ended.out, ended.err), (b"asked for\n", b""))
        event = ended.find(op="open", action="delay", rule="rules:1")[0]
        self.assertLess(event["dur_ns"], 200000000, "the call itself is quick")

    def test_a_signal_does_not_shorten_a_delay_nor_fail_the_call(self):
        script = ("import os, signal, time\nseen = []\nsignal.signal(signal.SIGALRM, lambda *_: seen.append(1))\n"
                  "signal.setitimer(signal.ITIMER_REAL, 0.1)\nbegan = time.monotonic()\nos.close(os.open('a.txt', 0))\n"
                  "print(time.monotonic() - began >= 0.4, seen)")  # fmt: skip
        ended = self.hooked("python3", "-c", script, rules="delay open ./a.txt by=400ms")
        self.assertEqual(ended.out, b"True [1]\n", ended.err)

    def test_a_delay_holds_for_a_block_too(self):
        began = time.monotonic()
        ended = self.hooked("cat", "a.txt", rules="delay open ./* by=200ms\nblock open ./a.txt errno=EIO")
        self.assertGreaterEqual(time.monotonic() - began, 0.2)
        self.assertIn(b"Input/output error", ended.err)

    def test_rules_may_fail_some_of_the_calls(self):
        script = "import os\nfor i in range(8):\n try: os.close(os.open('a.txt', 0)); print(end='.')\n except OSError: print(end='x')"
        for keys, out in (("after=3", b"...xxxxx"), ("every=3", b"..x..x.."), ("times=2", b"xx......"), ("after=2 times=1", b"..x.....")):
            self.assertEqual(self.hooked("python3", "-c", script, rules=f"block open ./a.txt errno=EIO {keys}").out, out)

    def test_a_seed_makes_chances_repeatable(self):
        script = "import os\nfor i in range(100):\n try: os.close(os.open('a.txt', 0)); print(end='.')\n except OSError: print(end='x')"
        runs = [self.hooked("python3", "-c", script, rules="block open ./a.txt chance=50%", settings=settings).out
                for settings in ({"HOOK_SEED": "7"}, {"HOOK_SEED": "7"}, {"HOOK_SEED": "8"}, {}, {})]  # fmt: skip
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(len(set(runs)), 4)
        self.assertIn(b"hook: HOOK_SEED: 'x' is not a number", self.hooked("true", settings={"HOOK_SEED": "x"}).err)

    def test_a_forked_child_goes_on_counting_by_itself(self):
        script = ("import os\ndef t():\n try: os.close(os.open('a.txt', 0)); return '.'\n except OSError: return 'x'\n"
                  "a = t()\nif os.fork() == 0: os.write(1, (a + t() + t()).encode()); os._exit(0)\nos.wait()\n"
                  "os.write(1, (' ' + a + t() + t()).encode())")  # fmt: skip
        ended = self.hooked("python3", "-c", script, rules="block open ./a.txt after=2")
        self.assertEqual(ended.out, b"..x ..x", ended.err)


class TipTest(support.ProgramTest):
    def test_a_tip_allows_what_was_blocked(self):
        for name in ("a.txt", 'b "*".txt', "c\n\u00e4"):
            self.write(name, "asked for\n")
            blocked = self.hooked("cat", name, rules="block open ./*", settings={"HOOK_SHOW": "tips", "HOOK_FORMAT": "text"})
            line, tip = blocked.lines
            self.assertRegex(line, r"EACCES \(Permission denied\) <block rules:1>$")
            self.assertTrue(tip.startswith("hook: tip: allow open "), tip)
            rule = tip.removeprefix("hook: tip: ")
            self.assertEqual(self.hooked("cat", name, rules=f"{rule}\nblock open ./*").out, b"asked for\n")
            told = self.hooked("cat", name, rules="block open ./*", settings={"HOOK_SHOW": "tips"}).find(action="block")
            self.assertEqual([event["tip"] for event in told], [rule])

    def test_tips_are_of_blocked_calls_and_of_lines(self):
        self.write("a.txt", "x")
        ended = self.hooked("cat", "a.txt", rules="log open ./*", settings={"HOOK_SHOW": "tips"})
        self.assertFalse([event for event in ended.events if "tip" in event])
        ended = self.hooked("true", settings={"HOOK_SHOW": "tips", "HOOK_FORMAT": "binary"})
        self.assertEqual((ended.status, ended.err), (125, b"hook: HOOK_SHOW: tips are not in the binary format\n"))


# Tells of each change in what an open gives, until it is told to stop.
WATCHER = """
import os, sys, time
def tried():
    try: os.close(os.open('a', 0)); return 0
    except OSError as e: return e.errno
def settle(errno):
    end = time.monotonic() + 20
    while tried() != errno and time.monotonic() < end: time.sleep(0.01)
    print(tried(), end=' ', flush=True)
def put(text, name='rules'):
    with open(name, 'w') as f: f.write(text)
def swap(text, name='rules'):
    put(text, 'new'); os.rename('new', name)
def still(errno, seconds=0.4):
    end = time.monotonic() + seconds
    while time.monotonic() < end: assert tried() == errno; time.sleep(0.01)
"""


class ReloadTest(support.ProgramTest):
    """The library by itself looks at the files that its rules are from."""

    def watched(self, rules, script, out, settings=None, **more):
        self.write("a", "x")
        ended = self.hooked("python3", "-c", WATCHER + script, rules=rules, settings={"HOOK_RELOAD": "1", **(settings or {})}, **more)
        self.assertEqual((ended.status, ended.out), (0, out), ended.err)
        return ended

    def test_changed_rules_are_taken_up(self):
        ended = self.watched("block open ./a errno=EIO", "settle(5); swap('block open ./a errno=ENOENT'); settle(2); put('allow open'); settle(0)"
                             "\nswap('block stat ./a errno=EPERM'); end = time.monotonic() + 20\nwhile time.monotonic() < end:\n time.sleep(0.01)\n try: os.stat('a')\n except PermissionError: print('stat'); break", b"5 2 0 stat\n")  # fmt: skip
        self.assertEqual(ended.err, b"")
        self.assertTrue(ended.find(op="stat", action="block", rule="rules:1"))

    def test_a_change_that_leaves_size_and_time_is_taken_up(self):
        script = "settle(5); st = os.stat('rules'); f = open('rules', 'r+'); f.write('block open ./a errno=EPERM'.ljust(st.st_size)); f.close()\nos.utime('rules', ns=(st.st_atime_ns, st.st_mtime_ns)); settle(1)"
        self.watched("block open ./a errno=EIO  ", script, b"5 1 ")

    def test_an_included_file_is_watched_too(self):
        self.write("more", "block open ./a errno=EIO\n")
        self.watched("include more", "settle(5); swap('block open ./a errno=ENOENT', 'more'); settle(2)", b"5 2 ")

    def test_broken_rules_leave_the_old_ones_in_force(self):
        ended = self.watched("block open ./a errno=EIO", "settle(5); swap('blok open'); still(5); swap('include more'); still(5); put('block open ./a errno=ENOENT', 'more'); settle(2)", b"5 2 ")  # fmt: skip
        self.assertEqual(ended.err.count(b"hook: rules:1:1: unknown action 'blok'"), 1, ended.err)
        self.assertEqual(ended.err.count(b"rules:1:9: cannot be read: No such file"), 1, ended.err)
        self.assertEqual(ended.err.count(b"hook: rules: the old rules stay in force\n"), 2, ended.err)

    def test_what_is_half_written_is_not_taken_up(self):
        script = ("settle(5); put(''); began = time.monotonic()\nfor i in range(60):\n put(''); late = time.monotonic() - began > 0.09; began = time.monotonic(); result = tried()\n"
                  " if late: print('late'); break\n assert result == 5; time.sleep(0.01)\nelse: put('block open ./a errno=ENOENT'); settle(2)")  # fmt: skip
        self.write("a", "x")
        ended = self.hooked("python3", "-c", WATCHER + script, rules="block open ./a errno=EIO", settings={"HOOK_RELOAD": "1"})
        if ended.out.endswith(b"late\n"):
            self.skipTest("the machine is too busy to write as often")
        self.assertEqual((ended.status, ended.out, ended.err), (0, b"5 2 ", b""))

    def test_while_the_file_is_gone_the_rules_stay(self):
        ended = self.watched("block open ./a errno=EIO", "settle(5); os.unlink('rules'); still(5); put('block open ./a errno=ENOENT'); settle(2)", b"5 2 ")
        self.assertEqual(ended.err, b"")

    def test_nothing_is_told_to_another_file_at_standard_error(self):
        ended = self.watched("set log none\nblock open ./a errno=EIO", "settle(5); os.dup2(os.open('own', os.O_WRONLY | os.O_CREAT), 2); swap('blok open'); still(5)", b"5 ")
        self.assertEqual(((self.folder / "own").read_bytes(), ended.err), (b"", b""))

    def test_threads_forked_children_and_small_stacks_see_it(self):
        self.watched("block open ./a errno=EIO", "import signal, threading\nsettle(5); swap('block open ./a errno=ENOENT')\nthreading.stack_size(32768)\n"
                     "ts = [threading.Thread(target=settle, args=(2,)) for _ in range(4)]\n[t.start() for t in ts]; [t.join() for t in ts]\n"
                     "if os.fork() == 0: swap('block open ./a errno=EPERM'); settle(1); os._exit(0)\nos.wait(); settle(1)", b"5 2 2 2 2 1 1 ")  # fmt: skip

    def test_without_the_variable_nothing_is_looked_at(self):
        self.watched("block open ./a errno=EIO", "settle(5); swap('allow open'); still(5)", b"5 ", settings={"HOOK_RELOAD": "0"})
        ended = self.hooked("true", settings={"HOOK_RELOAD": "x"})
        self.assertEqual((ended.status, ended.err), (125, b"hook: HOOK_RELOAD: 'x' is neither '0' nor '1'\n"))


if __name__ == "__main__":
    unittest.main()
