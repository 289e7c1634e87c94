# SPDX-License-Identifier: MIT
import ctypes
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import unittest

from command import BIN, Command

COUNTS = """
import signal, sys, time
got = []
signal.signal(signal.SIGINT, lambda *_: got.append(1))
print("ready", flush=True)
end = time.monotonic() + 30
while not got and time.monotonic() < end: time.sleep(0.05)
time.sleep(0.5)
print("got", len(got), flush=True)
sys.exit(5)
"""

# Without children: a terminal may stop one between vfork and exec, and its parent then waits.
SLEEPS = "import sys, time; print('ready', flush=True); time.sleep(2); sys.exit(6)"

# A shell's part: a job of its own on the terminal, which stops and is continued.
JOB = """
import os, signal, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
_, status = os.waitpid(pid, os.WUNTRACED)
print("stopped", os.WIFSTOPPED(status), flush=True)
os.killpg(pid, signal.SIGCONT)
_, status = os.waitpid(pid, 0)
print("status", os.WEXITSTATUS(status), flush=True)
"""


@unittest.skipUnless(os.path.exists("/dev/pts/ptmx"), "there are no pseudo-terminals here")
class Terminal(Command):
    def open(self, *words):
        """Starts a program on a terminal of its own."""
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.execve(words[0], [str(word) for word in words], self.environment())
        self.addCleanup(os.close, self.terminal)
        return pid

    def read_until(self, word):
        seen, end = b"", time.monotonic() + 40
        while word not in seen and time.monotonic() < end:
            if select.select([self.terminal], [], [], 1)[0]:
                seen += os.read(self.terminal, 4096)
        self.assertIn(word, seen)
        return seen

    def test_what_is_typed_reaches_the_command_once_and_does_not_end_hook(self):
        pid = self.open(BIN, "run", "-o", "/dev/null", sys.executable, "-c", COUNTS)
        self.read_until(b"ready")
        os.write(self.terminal, b"\x03")
        self.assertIn(b"got 1", self.read_until(b"got 1"))
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 5)

    def test_hook_stops_and_continues_with_the_command(self):
        pid = self.open(sys.executable, "-c", JOB, BIN, "run", "-o", "/dev/null", sys.executable, "-c", SLEEPS)
        self.read_until(b"ready")
        os.write(self.terminal, b"\x1a")
        self.read_until(b"stopped True")
        self.read_until(b"status 6")
        os.waitpid(pid, 0)

    def test_a_terminal_that_goes_away_is_told_to_the_command(self):
        script = "trap 'echo told >told; exit' HUP; echo ready; for ((i = 0; i < 600; i++)); do sleep 0.05; done"
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(BIN, [BIN, "run", "-o", "/dev/null", "bash", "-c", script], self.environment())
        self.assertIn(b"ready", os.read(terminal, 4096))
        os.close(terminal)
        os.waitpid(pid, 0)
        self.assertTrue(os.path.exists(self.folder + "/told"))


class Signals(Command):
    def start(self, *words, **how):
        run = subprocess.Popen([BIN, "run", "-o", "/dev/null", *words], env=self.environment(), stdout=subprocess.PIPE, text=True, **how)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        self.addCleanup(run.stdout.close)
        return run

    def test_signals_that_are_sent_go_on_to_the_command(self):
        for name in ("TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "ALRM", "WINCH"):
            run = self.start("bash", "-c", f"trap 'echo got; exit 7' {name}; echo ready; for ((i = 0; i < 600; i++)); do sleep 0.05; done")
            self.assertEqual(run.stdout.readline(), "ready\n")
            run.send_signal(getattr(signal, f"SIG{name}"))
            self.assertEqual((run.stdout.readline(), run.wait(timeout=60)), ("got\n", 7), name)

    def test_children_of_others_that_become_its_own_are_waited_for(self):
        def adopt():
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER

        script = "pid=$(sh -c 'sleep 0.1 >/dev/null & echo $!'); for i in $(seq 100); do [ -e /proc/$pid ] || exit 9; sleep 0.05; done; exit 1"
        self.assertEqual(self.start("sh", "-c", script, preexec_fn=adopt).wait(timeout=60), 9)

    def test_the_status_tells_the_signal(self):
        for name in ("KILL", "TERM", "USR1", "PIPE"):
            run = self.hook("run", "-o", "/dev/null", "sh", "-c", f"ulimit -c 0; kill -{name} $$")
            self.assertEqual(run.returncode, 128 + getattr(signal, f"SIG{name}"))

    def test_a_command_that_stops_itself_without_a_terminal_goes_on_when_continued(self):
        run = self.start("bash", "-c", "(sleep 0.5; kill -CONT $$) & kill -STOP $$; wait; exit 8", start_new_session=True)
        self.assertEqual(run.wait(timeout=60), 8)

    def test_mask_and_dispositions_are_the_starters(self):
        def prepare():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])

        command = ["grep", "-E", "^Sig(Blk|Ign|Cgt)", "/proc/self/status"]
        bare = subprocess.run(command, preexec_fn=prepare, capture_output=True, text=True, env=self.environment())
        run = self.hook("run", "-o", "/dev/null", *command, preexec_fn=prepare)
        self.assertEqual((run.returncode, self.named(run.stdout)), (0, self.named(bare.stdout)))

    def named(self, masks):
        """Without the real-time signals: two are libc's own, and a sanitizer's thread resets what make left of them."""
        return re.sub(r"\t\w{8}", "\t", masks)

    def test_the_status_is_known_when_children_are_ignored(self):
        run = self.hook("run", "-o", "/dev/null", "sh", "-c", "exit 9", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual((run.returncode, run.stderr), (9, ""))


if __name__ == "__main__":
    unittest.main()
