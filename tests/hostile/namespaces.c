/* SPDX-License-Identifier: MIT */
/* New user, process and mount namespaces, where they are allowed: getpid is 1, getuid may be nobody's, and calls, children
 * and execs go on. Not dumpable, and with no memory that may be locked. */
#define T_NAME "namespaces"
#include "t.h"
#include <sched.h>
#include <sys/prctl.h>
static void calls(void)
{
    struct stat st;
    for (int i = 0; i < 10; i++) {
        int fd = open("f", O_RDWR | O_CREAT, 0666);
        if (fd != 3 || write(fd, "abc", 3) != 3 || fstat(fd, &st) || close(fd) || access("/proc/self/exe", F_OK)) _exit(81);
        if (open("/nonexistent/zz", O_RDONLY) != -1 || errno != ENOENT) _exit(82);
        pid_t p = i % 2 ? fork() : vfork();
        if (p == 0) {
            execl("/bin/true", "true", (char *)0);
            _exit(83);
        }
        if (t_wait(p)) _exit(84);
    }
    if (system("exit 5") != 5 << 8) _exit(85);
}
int main(int argc, char **argv)
{
    t_tmp();
    CHECK(chmod(".", 0777) == 0);
    static const int flags[] = { CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS, CLONE_FS, CLONE_NEWNS };
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
        pid_t p = fork();
        if (p == 0) {
            t_dir[0] = 0;
            if (unshare(flags[i])) _exit(77); /* not allowed here */
            pid_t c = fork();
            if (c == 0) {
                if (flags[i] & CLONE_NEWPID && (getpid() != 1 || syscall(SYS_gettid) != 1)) _exit(80);
                calls();
                _exit(77);
            }
            _exit(t_wait(c));
        }
        int r = t_wait(p);
        if (r != 77) fail("flags %x: %d", flags[i], r);
        unlink("f");
    }
    for (int i = 0; i < 3; i++) {
        pid_t p = fork();
        if (p == 0) {
            t_dir[0] = 0;
            if (i < 2 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) _exit(86);
            if (i > 0 && geteuid() == 0 && (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))) _exit(87);
            if (i == 2 && (setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){ 0, 0 }) || setrlimit(RLIMIT_STACK, &(struct rlimit){ 65536, 65536 }))) _exit(88);
            calls();
            _exit(77);
        }
        int r = t_wait(p);
        if (r != 77) fail("without rights, way %d: %d", i, r);
        unlink("f");
    }
    pass();
}
