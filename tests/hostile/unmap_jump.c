/* SPDX-License-Identifier: MIT */
/* A signal handler jumps out of munmap when the kernel has unmapped the memory, before the call has returned:
 * what is written from there is EFAULT all the same. */
#define T_NAME "unmap_jump"
#include "t.h"
#include "../steps.h"
#include <setjmp.h>
#include <ucontext.h>
enum { STEPS = 900, STRIDE = 3, PAGE = 4096 };
static char page[3 * PAGE] __attribute__((aligned(PAGE)));
#if defined(__x86_64__)
static sigjmp_buf out;
static volatile int steps, at;
static void on_step(int s, siginfo_t *i, void *c)
{
    (void)s, (void)i;
    if (++steps < at)
        return;
    ((ucontext_t *)c)->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
    siglongjmp(out, 1);
}
static int run(int fd)
{
    unsigned char there;
    if (sigsetjmp(out, 1) == 0) {
        go_in_steps(1);
        munmap(page, PAGE);
        go_in_steps(0);
    } else
        go_in_steps(0);
    if (mincore(page, PAGE, &there) == 0)
        return 0;
    return write(fd, page, 1) == -1 && errno == EFAULT ? 2 : 1;
}
#endif
int main(void)
{
#if defined(__x86_64__)
    int ends[2], gone = 0, status;
    struct sigaction a = { .sa_sigaction = on_step, .sa_flags = SA_SIGINFO };
    CHECK(pipe(ends) == 0 && sigaction(SIGTRAP, &a, NULL) == 0);
    CHECK(write(ends[1], page, 1) == 1);
    CHECK(munmap(page + 2 * PAGE, PAGE) == 0); /* the first call is a longer one */
    for (at = 1; at < STEPS; at += STRIDE) {
        pid_t p = fork();
        CHECK(p >= 0);
        if (p == 0)
            _exit(run(ends[1]));
        CHECK(waitpid(p, &status, 0) == p);
        if (status & ~0x200) fail("status %x at step %d", (unsigned)status, at);
        gone += status != 0;
    }
    if (gone < 2) fail("was never unmapped");
#endif
    pass();
}
