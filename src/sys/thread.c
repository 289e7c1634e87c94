/* SPDX-License-Identifier: MIT */
#include "sys/thread.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "sys/memory.h"
#include "sys/raw.h"

_Thread_local struct sys_thread sys_thread __attribute__((tls_model("initial-exec"), aligned(64)));

struct thread_page *thread_page;

static void look(struct thread_page *page)
{
    static atomic_uint births;
    unsigned birth;
    do {
        birth = atomic_fetch_add(&births, 1) + 1;
        page->birth = birth;
        atomic_signal_fence(memory_order_seq_cst);
        page->pid = (int)raw(SYS_getpid);
        atomic_signal_fence(memory_order_seq_cst);
    } while (page->birth != birth); /* a signal handler has forked: the child goes on here */
}

void thread_init(void)
{
    struct thread_page *page = memory_map(sizeof *page);
    if (page && raw(SYS_madvise, page, 4096, MADV_WIPEONFORK) == 0) {
        look(page);
        thread_page = page;
    } else {
        memory_unmap(page, sizeof *page);
    }
}

int thread_pid(void)
{
    if (!thread_page || sys_thread.vforked)
        return (int)raw(SYS_getpid);
    int pid;
    while ((pid = __atomic_load_n(&thread_page->pid, __ATOMIC_RELAXED)) == 0)
        look(thread_page);
    return pid;
}

unsigned thread_birth(void)
{
    const int pid = thread_pid();
    return thread_page ? thread_page->birth : (unsigned)pid;
}

void thread_ids(int *ret_pid, int *ret_tid)
{
    *ret_pid = thread_own_pid();
    atomic_signal_fence(memory_order_seq_cst); /* who is forked in between tells its parent by the first */
    *ret_tid = thread_tid();
}

int thread_tid(void)
{
    if (thread_is_known())
        return sys_thread.tid;
    if (sys_thread.vforked)
        return (int)raw(SYS_gettid);
    const unsigned birth = thread_birth();
    if (sys_thread.birth != birth) {
        sys_thread.trace_chunk = NULL;
        sys_thread.trace_tid = 0;
        sys_thread.tid = (int)raw(SYS_gettid);
        sys_thread.pid = thread_pid();
        atomic_signal_fence(memory_order_seq_cst); /* a signal handler believes the two above once it finds this */
        sys_thread.birth = birth;
    }
    return sys_thread.tid;
}
