/* SPDX-License-Identifier: MIT */
#include "sys/thread.h"

#include <stddef.h>
#include <sys/mman.h>

#include "sys/memory.h"
#include "sys/raw.h"

_Thread_local struct sys_thread sys_thread __attribute__((tls_model("initial-exec"), aligned(64)));

int *thread_pid_page;

void thread_init(void)
{
    int *page = memory_map(sizeof *page);
    if (page && raw(SYS_madvise, page, 4096, MADV_WIPEONFORK) == 0) {
        *page = (int)raw(SYS_getpid);
        thread_pid_page = page;
    } else
        memory_unmap(page, sizeof *page);
}

int thread_pid(void)
{
    if (!thread_pid_page || sys_thread.vforked)
        return (int)raw(SYS_getpid);
    if (*thread_pid_page == 0)
        *thread_pid_page = (int)raw(SYS_getpid);
    return *thread_pid_page;
}

int thread_tid(void)
{
    int pid = thread_pid();
    if (sys_thread.vforked)
        return (int)raw(SYS_gettid);
    if (sys_thread.pid != pid) {
        sys_thread.tid = (int)raw(SYS_gettid);
        sys_thread.pid = pid;
    }
    return sys_thread.tid;
}
