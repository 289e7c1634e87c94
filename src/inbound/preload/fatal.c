/* SPDX-License-Identifier: MIT */
/* A call by which a process ends itself with a signal does not come back: it is told before it is made. */
#include <signal.h>
#include <unistd.h>

#include "inbound/preload/preload.h"
#include "sys/raw.h"
#include "sys/signal.h"

static bool is_own_group(int group)
{
    return group == 0 || group == raw(SYS_getpgid, 0);
}

/* Is this thread, or any of the process that the kernel likes, sent the signal? Where it is another thread its mask counts, which
 * is not known. */
static bool is_sent_here(unsigned row, const long *word, int number)
{
    const int to = (int)word[0], pid = (int)raw(SYS_getpid);
    switch (row) {
    case CALL_raise: return true;
    case CALL_pthread_kill: return number == SIGKILL;
    case CALL_tgkill: return to == pid && (number == SIGKILL || (int)word[1] == raw(SYS_gettid));
    case CALL_killpg: return is_own_group(to);
    case CALL_kill: return to == pid || (to <= 0 && to != -1 && is_own_group(-to));
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
    passage->log = false;
}
