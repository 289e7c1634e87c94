#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The trace tells strace's story: under both at once, each open, connect and exec that strace sees, and that a preload
library can see, is in the trace with the same path and result; and nothing is in the trace that did not happen."""
import collections
import os
import re
import shutil
import unittest

import support

# What libc and the dynamic linker do inside a call of the program, without a call that could be taken in between: the
# call, what it is made on (of an open with its flags), and where. All else that is not in the trace is missing.
INSIDE_LIBC = (
    ("open", r"/etc/ld\.so\.(cache|preload) O_RDONLY\|O_CLOEXEC", "the dynamic linker, at the start and for dlopen"),
    ("open", r".*\.so[.0-9]* O_RDONLY\|O_CLOEXEC", "the dynamic linker, at the start and for dlopen"),
    ("open", r"/usr/lib/locale/.* O_RDONLY\|O_CLOEXEC", "setlocale"),
    ("open", r"/usr/share/locale/locale\.alias O_RDONLY\|O_CLOEXEC", "setlocale"),
    ("open", r"/usr/share/locale.*\.mo O_RDONLY", "gettext, and strerror by it"),
    ("open", r"/usr/lib/.*/gconv/.* O_RDONLY(\|O_CLOEXEC)?", "iconv and the wide streams"),
    ("open", r"/etc/localtime O_RDONLY\|O_CLOEXEC", "localtime, strftime and mktime"),
    ("open", r"/usr/share/zoneinfo/.* O_RDONLY\|O_CLOEXEC", "localtime, strftime and mktime"),
    ("open", r"/etc/(nsswitch\.conf|passwd|group) O_RDONLY\|O_CLOEXEC", "getpwnam, getgrnam and their families"),
    ("open", r"/etc/(hosts|host\.conf|resolv\.conf|gai\.conf|services) O_RDONLY\|O_CLOEXEC", "getaddrinfo"),
    ("connect", r"unix:/var/run/nscd/socket", "getpwnam, getgrnam, getaddrinfo and their families"),
    ("connect", r"(\[[0-9a-f:]+\]|[0-9.]+):(0|53)|.*AF_UNSPEC.*", "getaddrinfo, to ask a name server and to sort the answers"),
    ("open", r"/proc/sys/kernel/ngroups_max O_RDONLY(\|O_CLOEXEC)?", "sysconf"),
    ("open", r"(/sys/devices/system/cpu/\w+|/proc/stat) O_RDONLY\|O_CLOEXEC", "sysconf and get_nprocs"),
)  # fmt: skip
# What the library opens: the arguments of the start, and a program to see whether it can be followed there.
OWN = ("/proc/self/cmdline", "O_RDONLY|O_CLOEXEC")
OWN_LOOK = "O_RDONLY|O_NONBLOCK|O_CLOEXEC"
SEARCHES = {"execvp", "execvpe", "execlp", "posix_spawnp"}
CALLS = "open,openat,openat2,creat,connect,execve,execveat"


def unescape(text):
    return text.encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")


def absolute(base, path):
    return os.path.normpath(os.path.join(base, path)).replace("//", "/", 1)


def address(text):
    """The address in strace's braces, as the trace spells it."""
    if found := re.search(r"AF_INET, sin_port=htons\((\d+)\), sin_addr=inet_addr\(\"([^\"]*)", text):
        return f"{found[2]}:{found[1]}"
    if found := re.search(r"AF_INET6, sin6_port=htons\((\d+)\).*inet_pton\(AF_INET6, \"([^\"]*)", text):
        return f"[{found[2]}]:{found[1]}"
    if found := re.search(r"AF_UNIX, sun_path=(@?)\"(.*)\"}", text):
        return f"unix:{found[1]}{unescape(found[2])}"
    return text


Call = collections.namedtuple("Call", "op tid on result flags")


class Strace:
    """The calls in a file of strace -f -y."""

    line = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<ret>-?\d+)(<.*>(\(deleted\))?)?( (?P<errno>E\w+) \(.*\))?$")
    opened = re.compile(r'((AT_FDCWD|\d+)<(?P<base>[^>]*)>, )?"(?P<path>(\\.|[^"\\])*)", (?P<flags>[\w|{}=, ]*?)(, 0\d*)?$')
    started = re.compile(r'"(?P<path>(\\.|[^"\\])*)", ')

    def __init__(self, file, folder):
        self.folder, self.calls, self.unread = folder, [], []
        halves = {}
        for text in file.read_text(errors="replace").splitlines():
            tid, rest = text.split(maxsplit=1)
            if rest.endswith(" <unfinished ...>"):
                halves[tid] = rest.removesuffix(" <unfinished ...>")
                continue
            if resumed := re.match(r"<\.\.\. \w+ resumed>", rest):
                rest = halves.pop(tid, "") + rest[resumed.end() :]
            if not rest.startswith(("---", "+++")):
                self.take(int(tid), rest)

    def take(self, tid, text):
        call = self.line.match(text)
        if not call:
            self.unread.append(text)
            return
        result = call["errno"] or "done"
        if call["name"] == "connect":
            self.calls.append(Call("connect", tid, address(call["arguments"]), result, ""))
        elif call["name"].startswith("exec"):
            path = absolute(self.folder, unescape(self.started.match(call["arguments"])["path"]))
            self.calls.append(Call("exec", 0, path, result, ""))
        else:
            asked = self.opened.match(call["arguments"])
            path = absolute(unescape(asked["base"] or str(self.folder)), unescape(asked["path"]))
            self.calls.append(Call("open", tid, path, result, asked["flags"]))


def told(events):
    """The same calls in a trace. Who execs, the child or its parent for it, is left open."""
    for event in events:
        if event["op"] in ("open", "connect", "exec"):
            on = event.get("addr") if event["op"] == "connect" else event.get("path")
            yield Call(event["op"], 0 if event["op"] == "exec" else event["tid"], on, event.get("errno", "done"), "")


def inside_libc(call, events):
    if call.op == "exec":  # a search in PATH that went on
        return call.result in ("ENOENT", "EACCES", "ENOTDIR") and any(
            event.get("symbol") in SEARCHES and os.path.basename(event["args"]["file"]) == os.path.basename(call.on) for event in events
        )
    return any(call.op == op and re.fullmatch(pattern, f"{call.on} {call.flags}".strip()) for op, pattern, _ in INSIDE_LIBC)


@support.skip_sanitized("the runtime opens files of its own")
@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class StoryTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "one\ntwo\n")
        self.write("dir/b.txt", "three\n")
        self.write("hello.c", "int main(void) { return 0; }\n")
        self.write("Makefile", "all:\n\t@cat a.txt\n\t@cat dir/b.txt missing\n")

    def story(self, *command):
        """Runs the command under strace and the library at once, and compares what they tell."""
        trace, straced = self.aside / "trace", self.aside / "straced"
        trace.unlink(missing_ok=True)
        settings = {"LD_PRELOAD": support.LIBRARY, "HOOK_FORMAT": "json", "HOOK_OUTPUT": trace}
        options = [option for name, value in settings.items() for option in ("-E", f"{name}={value}")]
        ended = self.bare("strace", "-f", "-y", "-s", "9999", "-o", straced, "-e", f"trace={CALLS}", *options, *command, trace=trace)
        seen = Strace(straced, self.folder)
        self.assertEqual(seen.unread, [])
        self.assertGreater(len(seen.calls), 3, ended.err)
        started = {call.on for call in seen.calls if call.op == "exec"}
        theirs = [call for call in seen.calls[1:] if not self.our_own(call, trace, started)]
        ours = collections.Counter(told(ended.events))
        possible = collections.Counter(call._replace(flags="") for call in theirs)
        required = collections.Counter(call._replace(flags="") for call in theirs if not inside_libc(call, ended.events))
        self.assertEqual(list(required - ours), [], "strace saw these, the trace has not")
        self.assertEqual(list(ours - possible), [], "the trace has these, strace saw none")
        return ended

    def our_own(self, call, trace, started):
        return call.on == str(trace) or (call.on, call.flags) == OWN or (call.on in started and call.flags == OWN_LOOK)

    def script(self, text):
        return self.story("bash", "-c", text)

    def test_files_of_small_programs(self):
        for command in (["cat", "a.txt", "missing", "dir"], ["ls", "-lR"], ["cp", "-a", "dir", "copy"], ["mv", "copy", "moved"],
                        ["sort", "a.txt", "-o", "sorted"], ["sed", "-i", "s/o/0/", "a.txt"], ["tar", "-cf", "all.tar", "dir"],
                        ["tar", "-xf", "all.tar"], ["find", ".", "-type", "f"], ["grep", "-r", "t", "."], ["id"], ["rm", "-r", "dir"]):  # fmt: skip
            with self.subTest(command=command):
                self.story(*command)

    def test_files_that_libc_reads_too_are_not_missed_when_a_program_reads_them(self):
        paths = ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/hosts", "/proc/self/maps"]
        ended = self.story("cat", *paths)
        self.assertLessEqual(set(paths), {event["path"] for event in ended.find(op="open")})

    def test_what_libc_does_by_itself_is_not_taken_for_missing(self):
        for command in (["date"], ["env", "TZ=Europe/Berlin", "date"], ["getent", "ahosts", "localhost"], ["nproc"], ["ls", "-l"],
                        ["env", "PATH=/nonexistent:/usr/bin", "perl", "-e", "system 'ls'"]):  # fmt: skip
            with self.subTest(command=command):
                self.story(*command)

    def test_pipelines_and_children_of_bash(self):
        self.script("cat a.txt | sort | (read -r x; cat <<<$x >out); cd dir; cat b.txt ../a.txt missing; ls /nonexistent; exit 3")
        self.script("for i in 1 2 3; do cat a.txt & done; wait; ./missing; missing; exec env -i /usr/bin/cat a.txt")

    def test_make_and_a_compiler(self):
        self.story("make", "-j2")
        self.story("gcc", "-o", "hello", "hello.c")

    def test_git(self):
        self.script("git init -q . && git add a.txt && git -c user.name=a -c user.email=a@b commit -qm one; git log; git status; git gc -q")

    def test_python_with_threads_and_children(self):
        self.story("python3", "-c", """if True:
            import os, socket, subprocess, tempfile, threading
            workers = [threading.Thread(target=lambda i=i: open(f'thread{i}', 'w').close()) for i in range(8)]
            for worker in workers: worker.start()
            for worker in workers: worker.join()
            subprocess.run(['cat', 'a.txt'], env={}); subprocess.run(['/usr/bin/true']); os.system('cat a.txt; exit 1')
            os.popen('echo popen').read(); tempfile.TemporaryFile().close(); tempfile.NamedTemporaryFile().close()
            for way in (['missing'], ['./missing'], ['./a.txt']):
                try: subprocess.run(way)
                except OSError: pass
            os.open('b.txt', os.O_RDONLY, dir_fd=os.open('dir', os.O_DIRECTORY))
            os.execlp('cat', 'cat', 'a.txt')""")  # fmt: skip

    def test_connections(self):
        path = self.aside / "socket"
        with support.Server("127.0.0.1") as v4, support.Server("::1") as v6, support.Server(str(path)):
            for command in (["curl", "-s", f"http://127.0.0.1:{v4.port}/"], ["curl", "-s", f"http://[::1]:{v6.port}/"],
                            ["curl", "-s", "--unix-socket", path, "http://host/"], ["curl", "-s", "http://127.0.0.1:1/"],
                            ["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{v4.port}"]):  # fmt: skip
                with self.subTest(command=command):
                    ended = self.story(*command)
                    self.assertTrue(ended.find(op="connect"))

    def test_perl(self):
        self.story("perl", "-e", "open F, 'a.txt'; open G, 'missing'; opendir D, 'dir'; system 'ls'; print `cat a.txt`; exec 'true'")


if __name__ == "__main__":
    unittest.main()
