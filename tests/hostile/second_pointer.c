/* SPDX-License-Identifier: MIT */
/* The first of two paths is why the call fails; the second is no address, and nobody has looked at it. */
#define T_NAME "second_pointer"
#include "t.h"
int main(void)
{
    char *bad = (char *)8;
    t_tmp();
    SAME(link("nope/a", bad), syscall(SYS_link, "nope/a", bad));
    SAME(rename("nope/a", bad), syscall(SYS_rename, "nope/a", bad));
    SAME(renameat(AT_FDCWD, "nope/a", AT_FDCWD, bad), syscall(SYS_renameat, AT_FDCWD, "nope/a", AT_FDCWD, bad));
    SAME(linkat(AT_FDCWD, "nope/a", AT_FDCWD, bad, 0), syscall(SYS_linkat, AT_FDCWD, "nope/a", AT_FDCWD, bad, 0));
    SAME(utimensat(AT_FDCWD, "nope/a", (void *)bad, 0), syscall(SYS_utimensat, AT_FDCWD, "nope/a", bad, 0));
    pass();
}
