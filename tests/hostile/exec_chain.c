/* SPDX-License-Identifier: MIT */
/* Programs in every wrapping that the kernel unpacks: scripts of scripts, a memfd, a descriptor that is closed by the
 * exec, names through /proc, folders, empty files, missing interpreters, no right to execute; from a thread as well. */
#define T_NAME "exec_chain"
#include "t.h"
#include <sys/syscall.h>
static int run(int how, const char *path, int fd)
{
    pid_t p = how % 2 ? vfork() : fork();
    if (p == 0) {
        char *av[] = { "zero", "one", NULL }, *ev[] = { NULL };
        if (how < 2) execve(path, av, ev);
        else if (how < 4) execvpe(path, av, ev);
        else if (how < 6) fexecve(fd, av, ev);
        else if (how < 8) execveat(fd, "", av, ev, AT_EMPTY_PATH);
        else execveat(AT_FDCWD, path, av, ev, AT_SYMLINK_NOFOLLOW);
        _exit(100 + errno);
    }
    return t_wait(p);
}
static void script(const char *name, const char *text, int mode) { t_file(name, text); CHECK(chmod(name, mode) == 0); }
static void *thread_exec(void *a)
{
    char *av[] = { "sh", "-c", "exit 23", NULL };
    execve("/bin/sh", av, environ);
    _exit(99);
}
#define IS(call, n) do { int r_ = call; if (r_ != (n)) fail("line %d: %s gave %d, not %d", __LINE__, #call, r_, n); } while (0)
int main(void)
{
    t_tmp();
    setenv("PATH", ".:/bin:/usr/bin", 1);
    char b[500];
    script("plain", "#!/bin/sh\nexit 11\n", 0755);
    snprintf(b, sizeof b, "#! \t%s/plain  arg with blanks\nnever\n", t_dir);
    script("second", b, 0755);
    snprintf(b, sizeof b, "#!%s/second\n", t_dir);
    script("third", b, 0755);
    script("one", "exit 17\n", 0644);
    script("args", "#!/bin/sh -u\ntest \"$1\" = one && exit 12\n", 0755);
    script("none", "", 0755);
    script("nobang", "exit 13\n", 0755);
    script("lost", "#!/nonexistent/interpreter\n", 0755);
    script("forbidden", "#!/bin/sh\n", 0644);
    script("loop", "#!./loop\n", 0755);
    script("binary", "\x7f" "ELF and nothing else", 0755);
    CHECK(mkdir("folder", 0755) == 0 && symlink("plain", "link") == 0);
    for (int i = 0; i < 4; i++) {
        IS(run(i, i < 2 ? "./plain" : "plain", 0), 11);
        IS(run(i, "./third", 0), 11);
        IS(run(i, "./args", 0), 12);
        IS(run(i, "./link", 0), 11);
        IS(run(i, "./lost", 0), 100 + ENOENT);
        IS(run(i, "./forbidden", 0), 100 + EACCES);
        IS(run(i, "./folder", 0), 100 + EACCES);
        IS(run(i, "./loop", 0), 100 + ELOOP);
        IS(run(i, "./none", 0), i < 2 ? 100 + ENOEXEC : 0);
        IS(run(i, "./nobang", 0), i < 2 ? 100 + ENOEXEC : 13);
        IS(run(i, "./plain/x", 0), 100 + ENOTDIR);
        IS(run(i, "", 0), 100 + ENOENT);
    }
    IS(run(8, "./link", 0), 100 + ELOOP);
    int fd = open("plain", O_RDONLY), path = open("plain", O_PATH);
    IS(run(4, NULL, fd), 11);
    IS(run(7, NULL, path), 11);
    CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0);
    IS(run(5, NULL, fd), 100 + ENOENT); /* the interpreter could not open it */
    CHECK(close(fd) == 0 && close(path) == 0);
    int in = open("/bin/sh", O_RDONLY), memory = (int)syscall(SYS_memfd_create, "shell", 1);
    static char all[1 << 20];
    ssize_t n;
    while ((n = read(in, all, sizeof all)) > 0) CHECK(write(memory, all, n) == n);
    snprintf(b, sizeof b, "/proc/self/fd/%d", memory);
    for (int i = 4; i < 8; i++) IS(run(i, NULL, memory), 17); /* the shell reads "one" */
    IS(run(0, b, 0), 17);
    pid_t p = fork();
    if (p == 0) {
        pthread_t t;
        pthread_create(&t, NULL, thread_exec, NULL);
        for (;;) access("/", R_OK);
    }
    IS(t_wait(p), 23);
    pass();
}
