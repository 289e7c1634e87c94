#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""With no rules a program cannot tell: the same output, status and files as in a bare run."""
import os
import shutil
import stat
import unittest

import support

CALLER = os.environ.get("CC", "cc")
GIT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
       for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", "2026-01-02T03:04:05Z"))},
}  # fmt: skip


class TransparentTest(support.ProgramTest):
    def scene(self):
        """The same files in an empty folder, all equally old."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.write("a.txt", "one\ntwo\nthree\n")
        self.write("dir/b.txt", "four\nfive\n")
        self.write("dir/deep/c.bin", bytes(range(256)) * 300)
        self.write("hello.c", '#include <stdio.h>\nint main(void) { puts("compiled"); return 3; }\n')
        self.write("Makefile", "all: 1 2 3 4\n\t@cat 1 2 3 4\n1 2 3 4:\n\t@echo made $@ >$@\n")
        (self.folder / "link").symlink_to("dir/b.txt")
        for path in [*self.folder.rglob("*"), self.folder]:
            os.utime(path, (1e9, 1e9), follow_symlinks=False)

    def files(self):
        """Every file's mode and content."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            mode = path.lstat().st_mode
            content = path.read_bytes() if stat.S_ISREG(mode) else os.readlink(path) if stat.S_ISLNK(mode) else None
            found[str(path.relative_to(self.folder))] = (oct(mode), content)
        return found

    def same(self, *command, status=0, files=True, settings=None):
        settings = settings or {}
        self.scene()
        bare = self.bare(*command, environment=self.environment(**settings))
        expected = self.files()
        self.assertEqual(bare.status, status, bare.err)
        for form in ("text", "json"):
            with self.subTest(format=form):
                self.scene()
                hooked = self.hooked(*command, settings={"HOOK_FORMAT": form, **settings})
                self.assertEqual((hooked.out, hooked.err, hooked.status), (bare.out, bare.err, bare.status))
                self.assertGreater(len(hooked.trace), 0)
                if files:
                    self.assertEqual(self.files(), expected)

    def same_script(self, script, **how):
        self.same("bash", "-c", script, **how)

    def test_cat_prints_and_complains_as_ever(self):
        self.same("cat", "a.txt", "missing", "link", status=1)

    def test_ls_lists_as_ever(self):
        self.same("ls")
        self.same("ls", "-lR", "--time-style=full-iso")

    def test_cp_and_mv_make_the_same_files(self):
        self.same("cp", "-a", "dir", "copy")
        self.same("mv", "-v", "dir", "moved")
        self.same("cp", "missing", "copy", status=1)

    def test_bash_pipes_and_subshells_work(self):
        self.same_script("cat a.txt | tr a-z A-Z | (read -r first; echo $first; wc -l); echo $(cd dir && ls; exit 4) $?")

    def test_bash_here_documents_and_redirections_work(self):
        self.same_script(
            "cat <<END >out\n$((6 * 7))\nEND\nexec 5<a.txt; read -r -u 5 line; echo $line >>out; exec 5<&-\n"
            "cat out - 2>&1 <<<word; cat nothing 2>err; cat err >&2; cat <(echo substituted)"
        )

    def test_bash_background_jobs_and_traps_work(self):
        self.same_script("trap 'echo bye' EXIT; (sleep 0.05; exit 7) & wait $!; echo $?; kill -TERM $$", status=-15)

    def test_python_files_children_threads_and_sockets_work(self):
        self.same("python3", "-c", """if True:
            import os, pathlib, socket, subprocess, sys, threading
            pathlib.Path('new').write_text('x' * 100000)
            print(sorted(os.listdir('.')), os.stat('new').st_size, os.path.exists('missing'))
            print(subprocess.run(['sh', '-c', 'cat; exit 5'], input=b'in', capture_output=True))
            with os.popen('echo popen') as stream: print(os.waitstatus_to_exitcode(os.system('exit 6')), stream.read())
            sums = []
            workers = [threading.Thread(target=lambda i=i: sums.append(len(open('a.txt').read()) + i)) for i in range(8)]
            for worker in workers: worker.start()
            for worker in workers: worker.join()
            server = socket.create_server(('127.0.0.1', 0))
            client = socket.create_connection(server.getsockname())
            accepted, _ = server.accept()
            accepted.sendall(b'over a socket')
            print(sorted(sums), client.recv(100), [s.fileno() for s in (server, client, accepted)])
            try: open('missing')
            except OSError as error: print(error)
            sys.exit(9)""", status=9)

    def test_git_keeps_a_repository(self):
        self.same_script(
            "git init -q -b main && git add . && git commit -q -m first && echo more >>a.txt && git status --short && git diff"
            " && git commit -qam second && git log --stat && git fsck && git gc -q && git log --oneline",
            files=False, settings=GIT,
        )  # fmt: skip

    def test_curl_fetches_over_ipv4_ipv6_and_a_unix_socket(self):
        path = self.aside / "socket"
        with support.Server("127.0.0.1") as v4, support.Server("::1") as v6, support.Server(str(path)):
            self.same("curl", "-sSi", f"http://127.0.0.1:{v4.port}/", f"http://localhost:{v4.port}/")
            self.same("curl", "-sSi", f"http://[::1]:{v6.port}/")
            self.same("curl", "-sSi", "--unix-socket", path, "http://host/")
        self.same("curl", "-s", "http://127.0.0.1:1/", status=7)  # -S would tell how many milliseconds it took

    def test_a_compiler_compiles_to_the_same_bytes(self):
        self.same_script(f"{CALLER} -Wall -O1 -o hello hello.c && ./hello", status=3)
        self.same_script(f"{CALLER} -c missing.c 2>/dev/null", status=1)

    def test_tar_packs_and_unpacks(self):
        self.same_script("tar -cf all.tar --sort=name a.txt dir link && tar -tvf all.tar && mkdir to && tar -xf all.tar -C to && ls -R to")

    def test_find_and_grep_walk_the_tree(self):
        self.same_script("find . -type f -size -9k -exec grep -l e {} + | sort; grep -rn f . | sort; find missing", status=1)

    def test_sort_spills_into_temporary_files(self):
        self.same_script("seq 60000 | sort -rnS 32k --parallel=2 -T . | md5sum; sort -o a.txt a.txt")

    def test_make_runs_two_jobs_at_a_time(self):
        self.same("make", "-j2")
        self.same_script("make -j2 -s missing 2>/dev/null", status=2)

    def test_perl_opens_forks_and_waits(self):
        self.same("perl", "-e", """
            open(my $in, '<', 'a.txt') or die; print while <$in>; open($in, '<', 'missing') or print "$!\n";
            opendir(my $d, 'dir'); print join(' ', sort readdir $d), "\n"; print `echo from a child`;
            $| = 1; if (my $pid = fork) { waitpid $pid, 0; print $? >> 8, "\n" } else { exit 8 }""")

    @support.skip_sanitized("the runtime does not start without its options")
    @support.skip_sanitized("the runtime does not start without its options")
    def test_an_emptied_environment_runs_programs(self):
        self.same("env", "-i", "/bin/cat", "a.txt")

    def test_an_environment_is_what_the_program_made_it_when_children_are_not_followed(self):
        self.same("env", "-i", "A=1", "/usr/bin/env", settings={"HOOK_FOLLOW": "0"})


if __name__ == "__main__":
    unittest.main()
