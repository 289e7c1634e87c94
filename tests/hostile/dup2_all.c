/* SPDX-License-Identifier: MIT */
/* dup2 over every descriptor 3 to 255: all must be the program's file, which
 * must hold the program's bytes only. */
#define T_NAME "dup2_all"
#include "t.h"
int main(void)
{
    t_tmp();
    int fd = open("mine", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);
    CHECK(fd == 3);
    for (int i = 4; i < 256; i++) CHECK(dup2(fd, i) == i);
    struct stat a, b;
    CHECK(fstat(fd, &a) == 0);
    for (int i = 3; i < 256; i++) {
        CHECK(fstat(i, &b) == 0);
        if (a.st_ino != b.st_ino || a.st_dev != b.st_dev) fail("descriptor %d is another file", i);
    }
    for (int i = 0; i < 500; i++) {
        int g = open("/dev/null", O_RDONLY);
        if (g != 256) fail("open gave %d, not 256", g);
        close(g);
    }
    for (int i = 3; i < 256; i++) CHECK(write(i, "y", 1) == 1);
    CHECK(fstat(fd, &a) == 0);
    if (a.st_size != 253) fail("the file has %ld bytes, not 253: something else wrote there", (long)a.st_size);
    for (int i = 3; i < 256; i++) CHECK(close(i) == 0);
    CHECK(open("mine", O_RDONLY) == 3);
    char m[300];
    CHECK(read(3, m, 300) == 253);
    for (int i = 0; i < 253; i++) CHECK(m[i] == 'y');
    pass();
}
