/* SPDX-License-Identifier: MIT */
/* Signal sets, what is done on a signal, and how a child has ended. */
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

#include "core/flags.h"
#include "core/value.h"

enum { SIGNALS = 64, FIRST_REAL_TIME = 32 };

/* Without SIG, as in a set. */
static void put_signal_of_set(struct out *out, int number)
{
    char name[24];
    struct out named = { .buf = name, .size = sizeof name };
    if (number >= FIRST_REAL_TIME) {
        put_text(out, number == FIRST_REAL_TIME ? "RTMIN" : "RT_");
        if (number > FIRST_REAL_TIME)
            put_unsigned(out, (unsigned)(number - FIRST_REAL_TIME));
    } else if (put_signal(&named, number)) {
        for (size_t i = 3; i < named.len; i++)
            put_char(out, name[i]);
    }
}

/* A set that has most signals is shown by those that it has not. */
void put_signal_set(struct out *out, uint64_t set)
{
    int count = 0;
    bool first = true;
    for (int number = 0; number < SIGNALS; number++)
        count += set >> number & 1;
    if (count >= SIGNALS * 2 / 3) {
        put_char(out, '~');
        set = ~set;
    }
    put_char(out, '[');
    for (int number = 1; number <= SIGNALS; number++) {
        if (!(set >> (number - 1) & 1))
            continue;
        if (!first)
            put_char(out, ' ');
        first = false;
        put_signal_of_set(out, number);
    }
    put_char(out, ']');
}

void put_signal_handler(struct out *out, uint64_t handler)
{
    if (handler == (uintptr_t)SIG_DFL)
        put_text(out, "SIG_DFL");
    else if (handler == (uintptr_t)SIG_IGN)
        put_text(out, "SIG_IGN");
    else if (handler == (uintptr_t)SIG_ERR)
        put_text(out, "SIG_ERR");
    else
        put_hex(out, handler);
}

void put_signal_action(struct out *out, const void *bytes)
{
    struct sigaction action;
    uint64_t mask;
    memcpy(&action, bytes, sizeof action);
    memcpy(&mask, &action.sa_mask, sizeof mask);
    put_text(out, action.sa_flags & SA_SIGINFO ? "{sa_sigaction=" : "{sa_handler=");
    put_signal_handler(out, (uintptr_t)action.sa_handler);
    put_text(out, ", sa_mask=");
    put_signal_set(out, mask);
    put_text(out, ", sa_flags=");
    put_flags(out, FLAG_SET_SA, (unsigned)action.sa_flags, false);
    put_char(out, '}');
}

void put_wait_status(struct out *out, int status)
{
    if (WIFEXITED(status)) {
        put_text(out, "[{WIFEXITED(s) && WEXITSTATUS(s) == ");
        put_signed(out, WEXITSTATUS(status));
    } else if (WIFSTOPPED(status)) {
        put_text(out, "[{WIFSTOPPED(s) && WSTOPSIG(s) == ");
        if (!put_signal(out, WSTOPSIG(status)))
            put_signed(out, WSTOPSIG(status));
    } else if (WIFCONTINUED(status)) {
        put_text(out, "[{WIFCONTINUED(s)");
    } else {
        put_text(out, "[{WIFSIGNALED(s) && WTERMSIG(s) == ");
        if (!put_signal(out, WTERMSIG(status)))
            put_signed(out, WTERMSIG(status));
        if (WCOREDUMP(status))
            put_text(out, " && WCOREDUMP(s)");
    }
    put_text(out, "}]");
}
