/* SPDX-License-Identifier: MIT */
#include "outbound/trace/holder.h"

#include <errno.h>
#include <stddef.h>

#include "sys/memory.h"
#include "sys/raw.h"
#include "sys/thread.h"

enum { HOLDERS = 256, SHARED = 16, FEW = 12, FEW_SHARED = 4, NEAR = 4, TRIES = 4 };

static struct holder near[NEAR]; /* the first ones, which most programs have enough of */
struct holder far[HOLDERS - NEAR] APART;
struct holder common[SHARED] APART; /* for the threads that find none of their own */
static atomic_uint holders_birth;   /* of which process they are */
static atomic_uint held, next_try;
static unsigned most = HOLDERS, shared = SHARED;

void holders_few(bool few)
{
    most = few ? FEW : HOLDERS;
    shared = few ? FEW_SHARED : SHARED;
}

bool holders_are_old(void)
{
    return !sys_thread.vforked && atomic_load(&holders_birth) != thread_birth();
}

bool holders_begin_anew(void)
{
    unsigned old = atomic_load(&holders_birth);
    if (!holders_are_old() || !atomic_compare_exchange_strong(&holders_birth, &old, thread_birth()))
        return false;
    for (unsigned i = 0; i < holders_count(); i++) {
        struct holder *holder = holder_at(i);
        atomic_store(&holder->chunk, NULL);
        atomic_store(&holder->tid, 0);
        atomic_store(&holder->depth, 0);
        atomic_store(&holder->renewing, false);
    }
    atomic_store(&held, 0);
    return true;
}

void holders_forget(void)
{
    atomic_store(&holders_birth, 0);
}

/* Of whatever process: a vfork child has its parent's holders, and a number of its own. A sanitizer does not see that the kernel
 * has said so, and what the thread has written would look like a race. */
static bool has_ended(int tid)
{
#ifdef HOOK_SANITIZED
    (void)tid;
    return false;
#else
    return raw(SYS_tkill, tid, 0) == -ESRCH;
#endif
}

struct holder *holder_at(unsigned number)
{
    return number < NEAR ? &near[number] : number < HOLDERS ? &far[number - NEAR] : &common[number - HOLDERS];
}

static struct holder *own_holder(int tid)
{
    const unsigned count = atomic_load(&held);
    for (unsigned i = 0; i < count; i++)
        if (atomic_load_explicit(&holder_at(i)->tid, memory_order_relaxed) == tid)
            return holder_at(i);
    return NULL;
}

/* A few of the others, in turn: one may have been left by a thread that is no more. */
static struct holder *left_holder(int tid)
{
    const unsigned count = atomic_load(&held);
    for (unsigned i = 0; i < TRIES && i < count; i++) {
        struct holder *holder = holder_at(atomic_fetch_add(&next_try, 1) % count);
        int old = atomic_load(&holder->tid);
        if (old && has_ended(old) && atomic_compare_exchange_strong(&holder->tid, &old, tid))
            return holder;
    }
    return NULL;
}

static struct holder *new_holder(int tid)
{
    unsigned at = atomic_load(&held);
    while (at < most && !atomic_compare_exchange_weak(&held, &at, at + 1))
        ;
    if (at >= most)
        return &common[(unsigned)tid % shared];
    atomic_store(&holder_at(at)->tid, tid);
    return holder_at(at);
}

struct holder *holder_find(int tid)
{
    struct holder *holder = own_holder(tid);
    if (!holder && !sys_thread.vforked) /* whose namespace may be another: no thread can be found there */
        holder = left_holder(tid);
    if (!holder)
        holder = new_holder(tid);
    sys_thread.trace = holder;
    sys_thread.trace_alone = !sys_thread.lends && !holder_is_shared(holder);
    sys_thread.trace_tid = tid;
    holder_tell(holder);
    return holder;
}

void holder_tell(const struct holder *holder)
{
    const bool alone = sys_thread.trace == holder && sys_thread.trace_alone && !sys_thread.vforked && thread_page;
    sys_thread.page = thread_page;
    sys_thread.trace_chunk = alone ? atomic_load(&holder->chunk) : NULL;
}

bool holders_are_shared(void)
{
    return atomic_load(&held) >= most;
}

bool holder_is_shared(const struct holder *holder)
{
    return holder >= common && holder < common + SHARED;
}

bool holders_are_one(void)
{
    return atomic_load(&held) == 1;
}

unsigned holders_count(void)
{
    return holders_are_shared() ? HOLDERS + SHARED : atomic_load(&held);
}

unsigned holder_begin_taking(struct holder *holder)
{
    const unsigned depth = atomic_load(&holder->depth);
    if (depth < TAKING)
        atomic_store(&holder->taking[depth], NULL);
    atomic_store(&holder->depth, depth + 1);
    return depth;
}

bool holder_is_taking(const struct holder *holder, const struct hook_trace_extent *extent)
{
    const unsigned depth = atomic_load(&holder->depth);
    bool taking = depth > TAKING;
    for (unsigned i = 0; i < depth && i < TAKING; i++)
        taking = taking || atomic_load(&holder->taking[i]) == extent;
    return taking;
}
