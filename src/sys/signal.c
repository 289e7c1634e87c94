/* SPDX-License-Identifier: MIT */
#include "sys/signal.h"

#include <signal.h>

#include "sys/raw.h"

/* As the kernel has it, all zero: the default action. */
struct kernel_action {
    uintptr_t handler;
    unsigned long flags;
    uintptr_t restorer;
    uint64_t mask;
};

bool signal_hold(uint64_t *ret_before)
{
    const uint64_t all = UINT64_MAX;
    return raw(SYS_rt_sigprocmask, SIG_BLOCK, &all, ret_before, sizeof all) == 0;
}

void signal_let(uint64_t before)
{
    raw(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
}

void signal_end_process(int number)
{
    const struct kernel_action usual = { 0 };
    uint64_t set = UINT64_C(1) << (number - 1);
    raw(SYS_rt_sigaction, number, &usual, NULL, sizeof set);
    raw(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, sizeof set);
    raw(SYS_tgkill, raw(SYS_getpid), raw(SYS_gettid), number);
}

static bool ends_by_default(int number)
{
    switch (number) {
    case SIGCHLD:
    case SIGCONT:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGURG:
    case SIGWINCH: return false;
    default: return number > 0 && number <= 64;
    }
}

bool signal_would_end(int number)
{
    struct kernel_action action;
    uint64_t held;
    if (!ends_by_default(number) || raw(SYS_getpid) == 1)
        return false;
    return number == SIGKILL ||
           (raw(SYS_rt_sigaction, number, NULL, &action, sizeof held) == 0 && action.handler == (uintptr_t)SIG_DFL &&
            raw(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &held, sizeof held) == 0 && !(held >> (number - 1) & 1));
}
