/* SPDX-License-Identifier: MIT */
/* Children and threads made by clone and clone3 themselves, sharing memory or not, without thread-local storage of their
 * own, and vfork within vfork: calls work in all, and the parent's state is as before. */
#define T_NAME "clone_kinds"
#include "t.h"
#include <linux/sched.h>
#include <sched.h>
static char stack[4][65536] __attribute__((aligned(16)));
static volatile int done;
static int calls(void *a)
{
    struct stat st;
    char name[20] = "fx", b[4];
    name[1] = 'a' + (int)(long)a;
    for (int i = 0; i < 10; i++) {
        int fd = open(name, O_RDWR | O_CREAT, 0600);
        if (fd < 0 || write(fd, "abc", 3) != 3 || pread(fd, b, 3, 0) != 3 || close(fd) || stat(name, &st)) return 41;
        if (open("/nope", O_RDONLY) != -1 || unlink(name)) return 42;
    }
    __atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
    return 7;
}
static int execs(void *a)
{
    if (calls(a) != 7) return 43;
    execl("/nonexistent/x", "x", (char *)0);
    execl("/bin/sh", "sh", "-c", "exit 7", (char *)0);
    return 44;
}
static int nested(void *a)
{
    pid_t p = vfork();
    if (p == 0) {
        pid_t q = vfork();
        if (q == 0) {
            int fd = open("/dev/null", O_WRONLY);
            execl("/bin/sh", "sh", "-c", "exit 5", (char *)0);
            _exit(45);
        }
        if (t_wait(q) != 5) _exit(46);
        int fd = open("nested", O_WRONLY | O_CREAT, 0600);
        if (fd < 0 || close(fd)) _exit(47);
        _exit(calls(a));
    }
    return t_wait(p);
}
int main(void)
{
    t_tmp();
    static const int flags[] = { 0, CLONE_VM, CLONE_VM | CLONE_VFORK, CLONE_VFORK, CLONE_VM | CLONE_FILES | CLONE_FS, CLONE_FILES };
    for (int i = 0; i < 60; i++) {
        int f = flags[i % 6];
        pid_t pid = getpid(), p = clone(i % 12 < 6 ? calls : execs, stack[0] + sizeof stack[0], f | SIGCHLD, 0);
        CHECK(p > 0);
        int r = t_wait(p);
        if (r != 7) fail("clone with flags %x, round %d: %d", f, i, r);
        CHECK(getpid() == pid && calls(0) == 7);
        int fd = open("/dev/null", O_RDONLY);
        if (fd != 3) fail("after clone with flags %x a file got descriptor %d", f, fd);
        close(fd);
    }
    done = 0;
    for (long i = 1; i < 4; i++) /* threads that have no storage of their own: one after the other, errno is shared */
        { CHECK(clone(calls, stack[i] + sizeof stack[i], CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, (void *)i) > 0);
        for (int k = 0; k < 2000 && done < i; k++) usleep(1000); }
    CHECK(done == 3);
    for (int i = 0; i < 10; i++) {
        struct clone_args a = { .exit_signal = SIGCHLD, .flags = i % 2 ? CLONE_VFORK : 0 };
        long p;
        if (i < 5) p = syscall(SYS_clone3, &a, sizeof a);
        else p = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        if (p == 0) _exit(i % 3 ? calls(0) : execs(0));
        CHECK(p > 0 && t_wait(p) == 7);
    }
    for (int i = 0; i < 20; i++) CHECK(nested(0) == 7 && calls(0) == 7);
    CHECK(open("/dev/null", O_RDONLY) == 3);
    pass();
}
