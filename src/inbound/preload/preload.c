/* SPDX-License-Identifier: MIT */
/* No lock, no guard, nothing that stays marked: a signal handler may come in at any point, make
 * hooked calls itself, and leave by siglongjmp; a thread may be cancelled inside the real call. What a call
 * needs is on its own stack. */
#include "inbound/preload/preload.h"

#include <errno.h>

#include "sys/memory.h"
#include "sys/signal.h"

struct gate preload_gate;
uint8_t preload_flags[CALL_COUNT] = { [0 ... CALL_COUNT - 1] = GATE_LEARN };

static unsigned generation; /* of what preload_concern says */
static bool learned;        /* is there anything to forget? */

/* The first call may be one of code that has its stack 8 bytes off. */
static ANY_STACK __attribute__((noinline)) bool has_started(void)
{
    const int err = errno;
    const bool started = preload_start();
    errno = err;
    return started;
}

uint8_t preload_learn(unsigned call)
{
    unsigned asked;
    uint8_t flags;
    if (!has_started())
        return GATE_START;
    real_symbol(call);
    do {
        asked = __atomic_load_n(&generation, __ATOMIC_SEQ_CST);
        __atomic_store_n(&learned, true, __ATOMIC_SEQ_CST);
        flags = preload_concern(call);
        __atomic_store_n(&preload_flags[call], flags, __ATOMIC_SEQ_CST);
    } while (asked != __atomic_load_n(&generation, __ATOMIC_SEQ_CST));
    return flags;
}

void preload_forget_flags(void)
{
    __atomic_fetch_add(&generation, 1, __ATOMIC_SEQ_CST);
    const bool any = __atomic_load_n(&learned, __ATOMIC_SEQ_CST);
    for (unsigned call = 0; any && call < CALL_COUNT; call++)
        __atomic_store_n(&preload_flags[call], GATE_LEARN, __ATOMIC_RELEASE);
}

/* The thread may leave the call by longjmp, or be cancelled in it: what is needed for deciding alone goes before. */
static void give_back(struct passage *passage)
{
    struct arena *arena = &passage->arena;
    unsigned action = passage->verdict.action;
    if (!arena->blocks || passage->log || action == HOOK_ACTION_REDIRECT || action == HOOK_ACTION_INJECT ||
        facts_is_exec(passage->event.call))
        return;
    preload_gate.release(arena);
    arena->base = passage->scratch;
    arena->size = arena->used = 0;
}

/* Asks everyone who has a say; false: the result is in the passage. */
static bool go_on(struct passage *passage)
{
    if (passage->flags & (GATE_LOG | GATE_DECIDE) && !gate_before(&preload_gate, passage)) {
        divert_refused(passage);
        return false;
    }
    if (!keep_before(passage))
        return false;
    if (passage->verdict.action == HOOK_ACTION_INJECT)
        return inject_before(passage);
    if (passage->verdict.to_addr) {
        bool fit = divert_socket(passage);
        peer_note(passage);
        return fit;
    }
    if (!passage->divert || facts_is_exec(passage->event.call))
        return true;
    divert_write(passage);
    return false;
}

void preload_open(struct passage *passage, unsigned call)
{
    passage->saved_errno = errno;
    passage->flags = preload_known_flag(call);
    passage->event.call = (uint16_t)call;
    passage->log = false;
    /* not set up yet, or just being: the call goes on as if we weren't there */
    if (!(passage->flags & GATE_START))
        gate_open(&preload_gate, passage, call, passage->flags);
}

bool preload_ask(struct passage *passage)
{
    if (passage->flags & GATE_START) {
        taken_note(call_table[passage->event.call].row, passage->word);
        return true;
    }
    bool go = go_on(passage);
    give_back(passage);
    errno = go && call_fails_by_errno(call_table[passage->event.call].fail) ? 0 : passage->saved_errno;
    return go;
}

bool preload_before(struct passage *passage, unsigned call)
{
    preload_open(passage, call);
    if (call == CALL_posix_spawn_file_actions_addopen && passage->flags & (GATE_LOG | GATE_DECIDE))
        passage->event.path = actions_path(passage, (const void *)passage->word[0], (const char *)passage->word[2]);
    return preload_ask(passage);
}

/* What the program finds in errno after a call. */
static int errno_after(const struct passage *passage, bool made, bool failed)
{
    unsigned fail = call_table[passage->event.call].fail;
    if (made)
        return call_fails_by_errno(fail) && !failed ? passage->saved_errno : errno;
    return failed && fail != FAIL_ERR ? passage->event.err : passage->saved_errno;
}

long preload_after(struct passage *passage, bool made, long ret)
{
    if (passage->flags & GATE_START)
        return ret;
    if (made)
        ret = peer_option(passage, listing_after(passage, ret));
    bool failed = made ? gate_failed(passage->event.call, ret, errno) : passage->event.err != 0;
    int err = errno_after(passage, made, failed);
    if (made && !failed && passage->verdict.action == HOOK_ACTION_REDIRECT &&
        call_arg_of_kind(passage->event.call, KIND_TEMPLATE, 0) >= 0)
        ret = divert_template(passage, ret);
    if (made && !failed && passage->flags)
        keep_after(passage, ret);
    if (passage->verdict.action == HOOK_ACTION_INJECT)
        inject_after(passage);
    gate_after(&preload_gate, passage, ret, failed ? err : 0);
    if (passage->verdict.signal)
        signal_end_process(passage->verdict.signal);
    errno = err;
    return ret;
}

void preload_late(const struct plain_call *plain, const struct plain_row *row)
{
    gate_late(&preload_gate, plain, row);
}
