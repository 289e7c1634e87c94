/* SPDX-License-Identifier: MIT */
/* A call by which a process ends itself with a signal does not come back: it is told before it is made. Should it come back all
 * the same, it is told with its result as well, as an exec is. */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "inbound/preload/preload.h"
#include "sys/raw.h"
#include "sys/signal.h"

/* libc keeps these for itself: it sends them for nobody. */
static bool is_libcs(int number)
{
    return number == 32 || number == 33;
}

static bool is_own_group(long group)
{
    return group == 0 || group == raw(SYS_getpgid, 0);
}

/* Is this thread, or any of the process that the kernel likes, sent the signal? Another thread may be gone, or hold it back. */
static bool is_sent_here(unsigned row, const long *word, int number)
{
    const int to = (int)word[0], pid = (int)raw(SYS_getpid);
    switch (row) {
    case CALL_raise: return !is_libcs(number);
    case CALL_pthread_kill: return (pthread_t)word[0] == pthread_self() && !is_libcs(number);
    case CALL_tgkill: return to == pid && (int)word[1] == raw(SYS_gettid);
    case CALL_killpg: return to != 1 && is_own_group(to); /* 1 would stand for all but this process */
    case CALL_kill: return to == pid || (to <= 0 && to != -1 && is_own_group(-(long)to));
    default: return to == pid;
    }
}

void fatal_before(struct passage *passage)
{
    const unsigned row = call_table[passage->event.call].row;
    const int number = (int)passage->word[row == CALL_raise ? 0 : row == CALL_tgkill ? 2 : 1];
    if (!passage->log || !is_sent_here(row, passage->word, number) || !signal_would_end(number))
        return;
    passage->event.no_ret = true;
    gate_tell(&preload_gate, passage);
    passage->event.no_ret = false;
}
