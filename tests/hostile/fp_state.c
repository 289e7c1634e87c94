/* SPDX-License-Identifier: MIT */
/* Floating point with every exception unmasked, rounding upward, and flags that stay as they were. */
#define T_NAME "fp_state"
#include "t.h"
#include <fenv.h>
#if defined(__x86_64__)
static unsigned mxcsr(void) { unsigned m; __asm__ volatile("stmxcsr %0" : "=m"(m)); return m; }
static unsigned short x87(void) { unsigned short c; __asm__ volatile("fnstcw %0" : "=m"(c)); return c; }
#else
static unsigned mxcsr(void) { return 0; }
static unsigned short x87(void) { return 0; }
#endif
static volatile double one = 1, three = 3;
static void calls(void)
{
    struct stat st;
    char b[8];
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    CHECK(fd == 3 && write(fd, "abc", 3) == 3 && pread(fd, b, 3, 0) == 3 && close(fd) == 0 && stat("f", &st) == 0);
    CHECK(open("/nonexistent/zzz/x", O_RDONLY) == -1);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "nope" };
    ERR(connect(s, (void *)&u, sizeof u), ENOENT);
    CHECK(close(s) == 0);
    ERR(execl("/nonexistent/x", "x", (char *)0), ENOENT);
}
int main(void)
{
    t_tmp();
    CHECK(feenableexcept(FE_ALL_EXCEPT) != -1 && fesetround(FE_UPWARD) == 0);
    unsigned m = mxcsr();
    unsigned short c = x87();
    for (int i = 0; i < 50; i++) calls();
    if (mxcsr() != m || x87() != c) fail("control words became %x %x, were %x %x", mxcsr(), x87(), m, c);
    fedisableexcept(FE_ALL_EXCEPT);
    feclearexcept(FE_ALL_EXCEPT);
    calls();
    if (fetestexcept(FE_ALL_EXCEPT)) fail("exception flags %x were set", fetestexcept(FE_ALL_EXCEPT));
    fesetround(FE_DOWNWARD);
    volatile double low = one / three;
    fesetround(FE_UPWARD);
    calls();
    if (fegetround() != FE_UPWARD || !(one / three > low)) fail("the rounding mode changed");
    CHECK(fetestexcept(FE_INEXACT));
    calls();
    if (!fetestexcept(FE_INEXACT)) fail("an exception flag was cleared");
    pass();
}
