# SPDX-License-Identifier: MIT
"""What is run: a name, and a command in a folder that fill has filled. {port} is that of a local server."""
import os
import subprocess

GIT = "git -c user.name=a -c user.email=a@b -c gc.auto=0"
THREADS = """
import os, subprocess, tempfile, threading
for i in range(8):
    worker = threading.Thread(target=lambda: open(f'thread{i}', 'w').close())
    worker.start()
    worker.join()
subprocess.run(['cat', 'a.txt'], env={}); subprocess.run(['/usr/bin/true']); os.system('cat a.txt; exit 1'); os.popen('echo popen').read()
tempfile.TemporaryFile().close()
for way in (['missing'], ['./missing'], ['./a.txt']):
    try: subprocess.run(way)
    except OSError: pass
os.open('b.txt', os.O_RDONLY, dir_fd=os.open('dir', os.O_DIRECTORY))
os.execlp('cat', 'cat', 'a.txt')
"""
PROGRAMS = (
    ("cat", ["cat", "a.txt", "missing", "dir"]),
    ("ls", ["ls", "-lR", "."]),
    ("cp", ["cp", "-r", "dir", "copy"]),
    ("mv", ["mv", "a.txt", "dir/moved"]),
    ("rm", ["rm", "-r", "dir", "missing"]),
    ("install", ["install", "-D", "-m", "755", "a.txt", "new/place/a"]),
    ("find", ["find", ".", "-type", "f", "-newer", "a.txt"]),
    ("grep", ["grep", "-r", "o", "."]),
    ("sed", ["sed", "-i", "s/o/0/", "a.txt"]),
    ("sort", ["sort", "a.txt", "-o", "sorted"]),
    ("diff", ["diff", "-r", "dir", "a.txt"]),
    ("gzip", ["gzip", "-k", "a.txt"]),
    ("tar, create", ["tar", "-cf", "all.tar", "dir", "a.txt"]),
    ("tar, extract", ["tar", "-xf", "small.tar"]),
    ("id", ["id"]),
    ("env -i", ["env", "-i", "/usr/bin/ls", "dir"]),
    ("timeout", ["timeout", "9", "cat", "a.txt"]),
    ("xargs", ["sh", "-c", "ls | xargs -n 2 cat"]),
    ("dash", ["dash", "-c", "for i in 1 2; do cat a.txt >out.$i 2>/dev/null; done; cd dir && cat b.txt; missing; exit 3"]),
    ("bash", ["bash", "-c", "cat a.txt | sort | (read -r x; cat <<<$x >out); cd dir; cat b.txt ../a.txt; ls /nonexistent; exit 3"]),
    ("awk", ["awk", "{ n++ } END { print n }", "a.txt", "dir/b.txt"]),
    ("perl", ["perl", "-e", "open F, 'a.txt'; open G, 'missing'; opendir D, 'dir'; system 'ls'; print `cat a.txt`; mkdir 'm'; rmdir 'm'; exec 'true'"]),
    ("python3", ["python3", "-c", "import subprocess, os, json; open('a.txt').read(); os.listdir('dir'); subprocess.run(['cat', 'a.txt']); os.system('true')"]),
    ("python3, threads", ["python3", "-c", THREADS]),
    ("date", ["env", "TZ=Europe/Berlin", "date", "+%Z"]),
    ("getent", ["getent", "ahosts", "127.0.0.1"]),
    ("perl, PATH", ["env", "PATH=/nonexistent:/usr/bin", "perl", "-e", "system 'ls'; system 'missing'"]),
    ("make", ["make", "-s", "-j2"]),
    ("gcc", ["gcc", "-o", "hello", "hello.c"]),
    ("git", ["sh", "-c", f"git init -q r && cd r && cp -p ../a.txt . && git add a.txt && {GIT} commit -qm one && git status && git log"]),
    ("curl", ["curl", "-s", "http://127.0.0.1:{port}/"]),
    ("python3, http", ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:{port}/').read()"]),
)  # fmt: skip


def fill(folder):
    (folder / "dir").mkdir()
    (folder / "a.txt").write_text("one\ntwo\n")
    (folder / "dir/b.txt").write_text("three\n")
    (folder / "hello.c").write_text("#include <stdio.h>\nint main(void) { return puts(\"hello\") < 0; }\n")
    (folder / "Makefile").write_text("all:\n\t@cat a.txt\n\t@cat dir/b.txt >out\n")
    subprocess.run(["tar", "--mtime=@1000000000", "-cf", "small.tar", "dir"], cwd=folder, check=True)
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (1000000000, 1000000000))
