/* SPDX-License-Identifier: MIT */
/* A library the program needs opens, writes and reads files in its constructor,
 * which runs before the constructor of any preload library. */
#define T_NAME "ctor_before"
#include "t.h"
extern int dso_ctor_result(void);
int main(void)
{
    int r = dso_ctor_result();
    if (r)
        fail("constructor of another library failed at step %d", r);
    pass();
}
