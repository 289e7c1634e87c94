/* SPDX-License-Identifier: MIT */
/* A handler on the smallest alternate stack (_SC_MINSIGSTKSZ, and 4 KiB to
 * work with), with an unmapped page below it, opens files. */
#define T_NAME "altstack_min"
#include "t.h"
static volatile sig_atomic_t done;
static void h(int s)
{
    (void)s;
    for (int i = 0; i < 3; i++) {
        int fd = open("/dev/null", O_WRONLY);
        if (fd < 0 || write(fd, "x", 1) != 1 || close(fd)) { done = -1; return; }
    }
    struct stat st;
    if (stat("/", &st) || access("/", R_OK) || open("/nope", O_RDONLY) != -1) { done = -1; return; }
    done++;
}
int main(void)
{
    long min = sysconf(_SC_MINSIGSTKSZ);
    size_t size = (size_t)min + 4096, all = 65536;
    char *m = mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(m != MAP_FAILED);
    size_t pages = (size + 4095) & ~4095ul;
    char *top = m + all;
    CHECK(mprotect(top - pages, pages, PROT_READ | PROT_WRITE) == 0);
    /* the stack begins so that its low end is the page's beginning */
    stack_t ss = { .ss_sp = top - pages, .ss_size = size };
    CHECK(sigaltstack(&ss, NULL) == 0);
    struct sigaction sa = { .sa_handler = h, .sa_flags = SA_ONSTACK };
    CHECK(sigaction(SIGUSR1, &sa, NULL) == 0);
    pid_t p = fork(); /* a crash is reported by the parent */
    if (p == 0) {
        CHECK(sigaltstack(&ss, NULL) == 0);
        for (int i = 0; i < 100; i++) raise(SIGUSR1);
        _exit(done == 100 ? 0 : 5);
    }
    int r = t_wait(p);
    if (r) fail("with an alternate stack of %zu bytes: %d (1011: it overflowed)", size, r);
    pass();
}
