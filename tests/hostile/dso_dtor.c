/* SPDX-License-Identifier: MIT */
#define T_NAME "dtor_after"
#include "t.h"
static int armed;
void dso_dtor_arm(void) { armed = 1; }
__attribute__((destructor(101))) static void d(void)
{
    if (!armed) return;
    char p[] = "/tmp/hostile.dtor.XXXXXX", b[8] = "";
    int fd = mkstemp(p);
    CHECK(fd == 3);
    CHECK(write(fd, "hello", 5) == 5);
    CHECK(close(fd) == 0);
    CHECK((fd = open(p, O_RDONLY)) == 3);
    CHECK(read(fd, b, 8) == 5);
    CHECK(close(fd) == 0);
    FILE *f = fopen(p, "r");
    CHECK(f && fgets(b, 8, f));
    fclose(f);
    CHECK(unlink(p) == 0);
    pid_t c = fork();
    if (c == 0) {
        execl("/bin/true", "true", (char *)0);
        _exit(9);
    }
    CHECK(t_wait(c) == 0);
    t_line("PASS", NULL);
}
