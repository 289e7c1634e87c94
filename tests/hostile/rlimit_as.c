/* SPDX-License-Identifier: MIT */
/* No more memory to be had (RLIMIT_AS, RLIMIT_DATA): open and write go on. */
#define T_NAME "rlimit_as"
#include "t.h"
int main(void)
{
    t_tmp();
    struct rlimit r = { 4096, 4096 };
    while (malloc(1 << 12) == NULL) {}
    CHECK(setrlimit(RLIMIT_AS, &r) == 0);
    /* use up what malloc holds */
    int k = 0;
    for (size_t s = 1 << 16; s >= 16; s /= 2)
        while (malloc(s)) k++;
    CHECK(k > 0);
    for (int i = 0; i < 2000; i++) {
        int fd = open("f", O_RDWR | O_CREAT, 0600);
        if (fd != 3) fail("open with no memory: %d errno %d", fd, errno);
        if (write(fd, "abc", 3) != 3) fail("write with no memory: errno %d", errno);
        close(fd);
        struct stat st;
        CHECK(stat("f", &st) == 0 && access("f", R_OK) == 0);
        ERR(open("nope", O_RDONLY), ENOENT);
    }
    CHECK(unlink("f") == 0 && rmdir(t_dir) == 0);
    t_line("PASS", NULL);
    _exit(0);
}
