/* SPDX-License-Identifier: MIT */
/* Argument lists and vectors of the largest sizes that the kernel takes, and one more. */
#define T_NAME "huge_args"
#include "t.h"
#include <spawn.h>
enum { LONGEST = 128 * 1024 - 1, MANY = 10000 };
int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "count")) {
        size_t sum = 0;
        for (int i = 0; i < argc; i++) sum += strlen(argv[i]);
        return argc == atoi(argv[2]) && sum == strtoul(argv[3], NULL, 10) + strlen(argv[0]) + 5 + strlen(argv[2]) + strlen(argv[3]) ? 11 : 12;
    }
    t_tmp();
    setrlimit(RLIMIT_STACK, &(struct rlimit){ 16 << 20, 16 << 20 });
    static char *av[MANY + 10], big[LONGEST + 2], count[20], sum[20];
    memset(big, 'x', LONGEST);
    av[0] = "x";
    av[1] = "count";
    av[2] = count;
    av[3] = sum;
    for (int k = 0; k < 3; k++) {
        size_t n = 4, all = 0;
        for (; k == 0 && n < MANY; n++, all += 3) av[n] = "arg";
        for (; k == 1 && n < 12; n++, all += LONGEST) av[n] = big;
        for (; k == 2 && n < 5; n++) { av[n] = big; big[LONGEST] = 'y'; }
        av[n] = NULL;
        sprintf(count, "%zu", n);
        sprintf(sum, "%zu", all);
        for (int how = 0; how < 3; how++) {
            pid_t p = 0;
            int e = 0;
            if (how == 2) e = posix_spawn(&p, "/proc/self/exe", NULL, NULL, av, environ);
            else if ((p = how ? vfork() : fork()) == 0) {
                execv("/proc/self/exe", av);
                _exit(errno == E2BIG ? 13 : 14);
            }
            int r = e ? 0 : t_wait(p);
            if (k < 2 ? e || r != 11 : e ? e != E2BIG : r != 13) fail("list %d, way %d: %d, errno %d", k, how, r, e);
        }
    }
    static struct iovec v[1025];
    static char data[1025];
    for (int i = 0; i < 1025; i++) v[i] = (struct iovec){ &data[i], 1 };
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    CHECK(fd == 3 && writev(fd, v, 1024) == 1024 && lseek(fd, 0, SEEK_SET) == 0 && readv(fd, v, 1024) == 1024);
    ERR(writev(fd, v, 1025), EINVAL);
    ERR(readv(fd, v, 1025), EINVAL);
    ERR(writev(fd, v, -1), EINVAL);
    ERR(pwritev(fd, v, INT_MAX, 0), EINVAL);
    v[0].iov_len = -1;
    ERR(writev(fd, v, 1), EINVAL);
    pass();
}
