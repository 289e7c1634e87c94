/* SPDX-License-Identifier: MIT */
/* A walk over the whole table by each call that asks a descriptor what it is: nothing is open but what the program opened. */
#define T_NAME "fds_walked"
#include "t.h"
int main(void)
{
    enum { FIRST = 1000, LAST = 5000 };
    struct stat st;
    for (int fd = FIRST; fd < LAST; fd++) {
        ERR(fstat(fd, &st), EBADF);
        ERR(fcntl(fd, F_GETFD), EBADF);
        ERR(dup(fd), EBADF);
        ERR(dup2(fd, 9), EBADF);
        ERR(close(fd), EBADF);
    }
    int mine = fcntl(1, F_DUPFD, FIRST);
    CHECK(mine == FIRST && fstat(mine, &st) == 0);
    CHECK(close(mine) == 0);
    pass();
}
