#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A binary trace holds what text and JSON would have said, loses nothing, and is not felt by the program."""
import json
import os
import re
import signal
import struct
import subprocess
import sys
import time
import unittest

import support

SCRIPT = """import ctypes, mmap, os, socket, subprocess
os.chdir("/usr")
os.stat("share")
fd = os.open("/etc", os.O_RDONLY)
os.access("hosts", os.F_OK, dir_fd=fd)
os.listdir(fd)
os.close(fd)
try:
    os.rename("/nonexistent/a", "b")
except OSError:
    pass
s = socket.socket(socket.AF_UNIX)
s.connect_ex("nowhere")
s.connect_ex("\\0abstract\\xff")
libc = ctypes.CDLL(None)
room = ctypes.addressof(ctypes.c_char.from_buffer(mmap.mmap(-1, 4096)))
for length in range(4):
    libc.bind(s.fileno(), ctypes.c_void_p(room), length)
os.chdir("/etc")
libc.glob(b"host*", 0, None, ctypes.c_void_p(room))
os.chdir("/usr")
os.write(1, bytes(range(256)))
subprocess.run(["cat", "lib/os-release"], cwd="/", stdout=subprocess.DEVNULL)
if os.fork() == 0:
    os.chdir("lib")
    os.access("os-release", os.R_OK)
    os._exit(3)
os.wait()
os.chdir("share")
os.access("doc", os.R_OK)
"""


def without_chance(events):
    """The events of one process after the other; what differs from run to run is made the same."""
    names, found = {}, []
    for event in events:
        if event.get("symbol") in ("syscall", "getrandom"):
            continue  # an address of a buffer, and bytes, that are chosen by chance
        event = {key: value for key, value in event.items() if key not in ("time", "dur_ns")}
        for place in (event, event.get("args", {})):
            for key in {"pid", "tid", "ppid"} & place.keys():
                place[key] = names.setdefault(place[key], len(names))
        if event.get("op") in ("fork", "wait", "clone"):
            event.pop("ret", None)
        found.append(event)
    return [without_places(json.dumps(event)) for event in sorted(found, key=lambda event: event["pid"])]


def masked(lines):
    """Processes and times are other ones the next time."""
    lines = re.sub(rb"(?m)^\[HOOK \d+\]( +\d+\.\d{6} | \d\d:\d\d:\d\d[. ])?", lambda match: re.sub(rb" *\d+", b"N", match[0]), lines)
    lines = re.sub(rb"(?m)<\d+\.\d{6}>$|(?<=\"time\":\")[^\"]*|(?<=id\":)\d+|(?<=dur_ns\":)\d+|st_atime[^ ]*=[^,]*", b"N", lines)
    return without_places(re.sub(rb"(?m)(?<=N\.)\d{6} ", b"N ", lines).decode())


def without_places(text):
    """The room on the disk, and what the kernel has mapped, are where they are."""
    return re.sub(r"0x7f[0-9a-f]{10}|(?<=f_bfree=)\d+|(?<=f_bavail=)\d+|(?<=f_ffree=)\d+", "X", text)


class TraceTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.trace = self.aside / "trace"

    def record(self, *command, settings=None, **how):
        return self.hooked(*command, settings={"HOOK_FORMAT": "binary", **(settings or {})}, **how)

    def cat(self, *options):
        done = subprocess.run([support.HOOK, "cat", *options, self.trace], capture_output=True, env=self.environment(), check=False)
        # a kill may come in the middle of a record, of a call that has not come back to the program
        said = re.sub(rb"hook: \S+: \d+ events? left out: the program was ended in the middle of writing it\n", b"", done.stderr)
        self.assertEqual((done.returncode, said), (0, b""))
        return done.stdout

    def events(self, *options):
        return [json.loads(line) for line in self.cat("-F", "json", *options).splitlines()]


@support.skip_sanitized("addresses are not the same twice")
class SameTest(TraceTest):
    # without randomisation of addresses, which events contain
    commands = (
        ("setarch", "-R", "cat", "/etc/passwd", "/nonexistent"),
        ("setarch", "-R", "python3", "-S", "-c", SCRIPT),
        ("setarch", "-R", "find", "/etc/default", "-name", "x*"),
    )

    def test_cat_prints_what_json_would_have_said(self):
        for command in self.commands:
            with self.subTest(command=command[2]):
                live = without_chance(self.hooked(*command).events)
                self.record(*command)
                self.assertEqual(without_chance(self.events()), live)

    def test_cat_prints_what_text_would_have_said(self):
        for settings in ({}, {"HOOK_TRACE": "%file"}):
            for command in self.commands[::2]:
                with self.subTest(command=command[2], **settings):
                    live = self.hooked(*command, settings={"HOOK_FORMAT": "text", **settings}).trace
                    self.record(*command, settings=settings)
                    live, later = (re.sub(r"(?m)^\[HOOK \d+\]", "", without_places(text.decode())) for text in (live, self.cat()))
                    self.assertEqual(later, live)

    def test_options_of_run_mean_the_same_to_cat(self):
        command = ("setarch", "-R", "cat", "/etc/passwd", "/nonexistent", "/etc/hosts")
        nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        for words in (["-t"], ["-tt"], ["-ttt"], ["-r"], ["-T"], ["-x"], ["-xx"], ["-s", "7"], ["-s", "500"], ["-q"], ["-qq"], ["-v"], ["-y"],
                      ["-z"], ["-Z"], ["-P", "/etc/hosts"], ["-P", "/etc/hosts", "-P", "/nonexistent"], ["-e", "read,open", "-qq", "-tt"],
                      ["-F", "json"], ["-F", "json", "-s", "3"], ["-F", "json", "-Z"], ["-F", "json", "-P", "/etc/passwd"]):
            with self.subTest(words=words):
                self.bare(support.HOOK, "run", "-o", self.trace, *words, *command, **nowhere)
                live = self.trace.read_bytes()
                asked = [word for word in words if word in ("-y", "-s", "-v", "7", "500", "3")]  # these make the trace another
                self.bare(support.HOOK, "run", "-F", "binary", "-o", self.trace, *asked, *command, **nowhere)
                self.assertEqual(masked(self.cat(*words)), masked(live))
                self.assertTrue(live)

    def test_what_the_trace_does_not_hold_is_told(self):
        self.record("cat", "/etc/passwd")
        done = subprocess.run([support.HOOK, "cat", "-y", self.trace], capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, b"hook: -y: the paths of descriptors are not in the trace (`hook run -y` records them)\n"))
        done = subprocess.run([support.HOOK, "cat", "-s", "100", "-e", "read", self.trace], capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b"hook: -s: of 1 string less was recorded (`hook run -s` says how much)\n"))

    def test_rules_are_told_as_in_json(self):
        rules = "set log all\nblock open /etc/hosts\nredirect open /etc/passwd to /etc/group\n"
        command = ("setarch", "-R", "cat", "/etc/hosts", "/etc/passwd")
        live = without_chance(self.hooked(*command, rules=rules).events)
        self.record(*command, rules=rules)
        self.assertEqual(without_chance(self.events()), live)


class FilterTest(TraceTest):
    def test_calls_and_processes_are_selected(self):
        self.record("sh", "-c", "cat /etc/hostname; cat /etc/passwd; exit 3")
        opened = self.events("-e", "open")
        self.assertEqual({event["op"] for event in opened}, {"open", "start", "exit"})
        self.assertEqual(self.cat("-e", "open").count(b"\n"), sum(event["op"] == "open" for event in opened))
        pids = [event["pid"] for event in opened if event["op"] == "start"]
        self.assertEqual(len(pids), 3)
        self.assertEqual({event["pid"] for event in self.events("-p", str(pids[1]), "-p", str(pids[2]))}, set(pids[1:]))
        self.assertEqual(self.events("-e", "none"), [])

    def test_times_are_in_order_and_near_those_of_the_clock(self):
        self.record("python3", "-c", "import time, os; os.access(f'/{time.time_ns()}', 0); time.sleep(0.05); os.access(f'/{time.time_ns()}', 0)")
        events = self.events()
        self.assertEqual([event["time"] for event in events], sorted(event["time"] for event in events))
        for event in events:
            if re.fullmatch(r"/\d{19}", event.get("path", "")):
                seconds, fraction = subprocess.run(["date", "-d", event["time"], "+%s.%N"], capture_output=True, text=True, check=True).stdout.split(".")
                late = int(seconds) * 10**9 + int(fraction) - int(event["path"][1:])
                self.assertLess(abs(late), 20_000_000)


class RingTest(TraceTest):
    def test_the_last_events_of_each_process_are_kept(self):
        script = "import os\nfor i in range(20000): os.access(f'/nonexistent/{i}', 0)\nif os.fork(): os.wait()\nelse:\n" \
                 " for i in range(9000): os.access(f'/child/{i}', 0)\n os.kill(os.getpid(), 9)"
        ended = self.record("python3", "-S", "-c", script, settings={"HOOK_RING": "256K"})
        self.assertEqual((ended.status, ended.err), (0, b""))
        paths = [event["path"] for event in self.events("-e", "access") if "path" in event]
        for folder, count in (("/nonexistent", 20000), ("/child", 9000)):
            kept = [path for path in paths if os.path.dirname(path) == folder]
            self.assertGreater(len(kept), 1500)
            self.assertLess(len(kept), 9000)
            self.assertEqual(kept, [f"{folder}/{i}" for i in range(count - len(kept), count)])
        self.assertLess(os.stat(self.trace).st_blocks * 512, 1200 * 1024)

    @support.skip_sanitized("the runtime has pages of its own")
    def test_the_holes_of_a_ring_are_not_read(self):
        self.bare(support.HOOK, "run", "-o", f"ring:1G:{self.trace}", "sh", "-c", "cat /etc/hostname; cat /etc/hostname; true")
        cat = subprocess.Popen([support.HOOK, "cat", self.trace], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(cat.pid, 0)
        cat.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(cat.returncode, 0)
        self.assertLess(usage.ru_minflt, 1000)  # they come in pieces of up to 2 MiB

    def test_threads_share_the_ring(self):
        ended = self.record(support.BUILT / "writers", 2, 8, 1000, settings={"HOOK_RING": "4M"})
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertEqual(len({event["path"] for event in self.events("-e", "access") if "path" in event}), 16000)

    def test_the_command_sets_it_up(self):
        done = self.bare(support.HOOK, "run", "-o", f"ring:1M:{self.trace}", "cat", "/etc/hostname")
        self.assertEqual((done.status, done.err), (0, b""))
        self.assertIn("/etc/hostname", [event.get("path") for event in self.events()])
        for output, options, why in (("ring:1K", [], b"is no size"), ("ring:x:y", [], b"is no size"), ("ring:1M", ["-F", "json"], b"a ring is in the binary")):
            refused = self.bare(support.HOOK, "run", "-o", output, *options, "touch", "started")
            self.assertEqual(refused.status, 125)
            self.assertIn(why, refused.err)
            self.assertFalse((self.folder / "started").exists())
        self.assertEqual(self.record("true", settings={"HOOK_RING": "much"}).status, 125)


class FolderTest(TraceTest):
    def asked(self, *args, **settings):
        ended = self.record(support.BUILT / "moves", *args, settings=settings)
        self.assertEqual((ended.status, ended.err), (0, b""))
        events = ended.events if settings.get("HOOK_FORMAT") == "json" else self.events()
        paths = [event["path"] for event in events if event.get("args", {}).get("path", "").startswith("of_")]
        for _ in range({"walks": 1, "numbers": 2}.get(args[0], 0)):
            paths.remove("/of_root")
        for path in paths:
            self.assertEqual(path, f"{self.folder}/{path[-1]}/of_{path[-1]}")
        return len(paths)

    def test_a_number_that_means_another_folder_is_not_taken_for_the_one_before(self):
        self.assertEqual(self.asked("numbers"), 21)
        self.assertEqual(self.asked("numbers", HOOK_FORMAT="json"), 21)
        for only in "faccessat", "all,!openat,!close", "faccessat,close", "faccessat,openat":
            self.trace.unlink()
            self.assertEqual(self.asked("numbers", HOOK_TRACE=only), 21, only)

    def test_what_is_mounted_goes_to_another_folder(self):
        if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
            self.skipTest("needs a mount namespace")
        self.assertEqual(self.record("unshare", "-rm", support.BUILT / "moves", "mounts").status, 0)
        paths = [event["path"] for event in self.events() if event.get("args", {}).get("path", "").startswith("of_")]
        self.assertEqual(paths, [f"{self.folder}/m/of_m", f"{self.folder}/c/of_c"])

    def test_the_library_goes_to_other_folders_by_itself(self):
        self.assertEqual(self.asked("walks"), 3 + 2 + 2 + 2)
        self.assertEqual(self.asked("walks", HOOK_FORMAT="json"), 3 + 2 + 2 + 2)

    def test_handlers_and_threads_do_not_take_each_others_folder(self):
        self.assertGreaterEqual(self.asked("signals"), 60000)
        self.trace.unlink()
        self.asked("signals", HOOK_RING="1M")


class FollowTest(TraceTest):
    def test_a_living_trace_is_followed_to_its_end(self):
        script = "import os, time\nfor i in range(300):\n    os.access(f'/nonexistent/{i}', 0)\n    i % 100 or time.sleep(0.3)"
        environment = self.environment(HOOK_FORMAT="binary", HOOK_OUTPUT=str(self.trace), HOOK_TRACE="access",
                                       LD_PRELOAD=":".join(filter(None, (support.RUNTIME, support.LIBRARY))))
        with subprocess.Popen(["python3", "-S", "-c", script], env=environment) as program:
            while not self.trace.exists() or not self.trace.read_bytes()[:1]:
                self.assertIsNone(program.poll())
            with subprocess.Popen([support.HOOK, "cat", "-f", self.trace], stdout=subprocess.PIPE, text=True) as cat:
                first = next(line for line in cat.stdout if "/nonexistent/0" in line)
                self.assertIsNone(program.poll())
                lines = [first] + [line for line in cat.stdout if "/nonexistent/" in line]
        self.assertEqual([re.search(r"/nonexistent/(\d+)", line)[1] for line in lines], [str(i) for i in range(300)])

    def test_a_number_that_another_process_has_by_now_is_not_waited_for(self):
        self.record("cat", "/etc/hostname")
        lines, whole = self.cat(), bytearray(self.trace.read_bytes())
        chunk = whole.index(b"CHNK")
        time.sleep(0.1)
        with subprocess.Popen(["sleep", "60"]) as other:
            whole[chunk + 8:chunk + 12] = other.pid.to_bytes(4, sys.byteorder)
            self.trace.write_bytes(whole)
            done = subprocess.run([support.HOOK, "cat", "-f", self.trace], capture_output=True, check=False)
            self.assertIsNone(other.poll())
            other.kill()
        self.assertEqual((done.returncode, done.stdout.count(b"\n"), done.stderr), (0, lines.count(b"\n"), b""))

    def test_a_trace_that_is_made_shorter_ends_who_follows_it(self):
        with subprocess.Popen([support.HOOK, "run", "-F", "binary", "-o", self.trace, "sleep", "60"], start_new_session=True) as program:
            while not self.trace.exists() or not self.trace.read_bytes().startswith(b"hook"):
                self.assertIsNone(program.poll())
            with subprocess.Popen([support.HOOK, "cat", "-f", self.trace], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as cat:
                cat.stdout.readline()
                os.truncate(self.trace, 100)
                said = cat.stderr.read()
            os.killpg(program.pid, signal.SIGKILL)
        self.assertEqual((cat.returncode, said), (1, b"hook: %s: has been made shorter while it was read\n" % os.fsencode(self.trace)))

    def test_a_living_ring_is_followed(self):
        script = "import os, threading, time\ndef ask():\n for i in range(10000):\n" \
                 "  os.access(f'/nonexistent/{threading.get_native_id()}/{i}', 0)\n  i % 500 or time.sleep(0.05)\n" \
                 "for i in range(3): threading.Thread(target=ask).start()"
        environment = self.environment(HOOK_FORMAT="binary", HOOK_OUTPUT=str(self.trace), HOOK_TRACE="access", HOOK_RING="1M",
                                       LD_PRELOAD=":".join(filter(None, (support.RUNTIME, support.LIBRARY))))
        with subprocess.Popen(["python3", "-S", "-c", script], env=environment) as program:
            while not self.trace.exists() or not self.trace.read_bytes()[:1]:
                self.assertIsNone(program.poll())
            cat = subprocess.run([support.HOOK, "cat", "-f", "-F", "json", self.trace], capture_output=True, check=False)
        self.assertEqual(cat.stderr, b"")
        found = {}
        for event in map(json.loads, cat.stdout.splitlines()):
            if event.get("path", "").startswith("/nonexistent/"):
                _, _, tid, number = event["path"].split("/")
                self.assertEqual(event["tid"], int(tid))
                found.setdefault(tid, []).append(int(number))
        self.assertEqual(len(found), 3)
        for numbers in found.values():
            self.assertEqual(numbers, sorted(set(numbers)))
            self.assertEqual(numbers[-1], 9999)


class FeltTest(TraceTest):
    def test_large_parts_lie_where_huge_pages_do(self):
        script = "import os\nchild = os.fork()\nfor i in range(20000 if child else 30000): os.access(f'/nonexistent/{child == 0}/{i}', 0)\n" \
                 "if child: os.wait()"
        self.record("python3", "-S", "-c", script, settings={"HOOK_TRACE": "access"})
        data = self.trace.read_bytes()
        at, end = struct.unpack_from("<Q", data, 72)[0], struct.unpack_from("<Q", data, 120)[0]
        found = []
        while at < end:
            magic, _, size = struct.unpack_from("<IiQ", data, at)
            is_extent = magic == 0x4E545845
            found += [(at, size)] if is_extent else []
            at += size if is_extent else 65536
        large = [at for at, size in found if size == 2 << 20]
        self.assertEqual((len(large), [at for at in large if at % (2 << 20)]), (2, []))
        self.assertEqual(len({event["path"] for event in self.events() if event.get("path", "").startswith("/nonexistent")}), 50000)

    def test_no_descriptor_is_held(self):
        script = "import os; print(sorted(os.listdir('/proc/self/fd')))"
        self.assertEqual(self.record("python3", "-S", "-c", script).out, self.bare("python3", "-S", "-c", script).out)

    def test_each_process_can_have_a_file_of_its_own(self):
        self.record("sh", "-c", "(true; cat /etc/hostname) >/dev/null; exit 3", settings={"HOOK_OUTPUT": str(self.aside / "trace.%p")})
        found = {}
        for path in self.aside.glob("trace.*"):
            self.trace = path
            found[path.suffix[1:]] = {str(event["pid"]) for event in self.events()}
        self.assertGreaterEqual(len(found), 2)
        self.assertTrue(all(name in pids for name, pids in found.items()), found)

    def test_a_trace_goes_on_where_it_ended(self):
        self.record("true")
        first = self.events()
        with_trace = {"HOOK_FORMAT": "binary", "HOOK_OUTPUT": str(self.trace),
                      "LD_PRELOAD": ":".join(filter(None, (support.RUNTIME, support.LIBRARY)))}
        subprocess.run(["true"], env=self.environment(**with_trace), check=True)
        self.assertEqual([event["op"] for event in self.events()], 2 * [event["op"] for event in first])

    def test_what_cannot_be_a_trace_stops_the_program(self):
        self.write("text", "no trace\n" * 1000)
        for output in ("stderr", "fd:2", "text", "/dev/null", "/"):
            with self.subTest(output=output):
                ended = self.record("touch", "started", settings={"HOOK_OUTPUT": output})
                self.assertEqual(ended.status, 125)
                self.assertIn(b"HOOK_OUTPUT", ended.err)
                self.assertFalse((self.folder / "started").exists())

    def test_a_daemon_in_another_root_goes_on_being_recorded(self):
        script = "import os\nos.chroot('/etc')\nfor i in range(5000): os.access(f'/nonexistent/{i}', 0)"
        if self.bare("python3", "-S", "-c", "import os; os.chroot('/')").status:
            self.skipTest("only root may change the root")
        self.assertEqual(self.record("python3", "-S", "-c", script).err, b"")
        self.assertEqual(sum(event.get("path", "").startswith("/nonexistent/") for event in self.events()), 5000)


if __name__ == "__main__":
    unittest.main()
