/* SPDX-License-Identifier: MIT */
/* One writer fills the next of a few buffers and then shows it: readers, also those in a signal
 * handler that broke into a writer, find a whole one. */
#include "sys/cwd.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "sys/memory.h"
#include "sys/raw.h"

enum { BUFFERS = 8, FIRST = 1 };

struct cwd_folder folders[BUFFERS] APART;
_Atomic(struct cwd_folder *) cwd_latest = &folders[0];
static atomic_uint next;

static long ask(char *buf, size_t size)
{
    long len = raw(SYS_getcwd, buf, size);
    if (len > 0 && buf[0] != '/')
        return -ENOENT; /* "(unreachable)" */
    return len > 0 ? len - 1 : len;
}

long cwd_get(char *buf, size_t size)
{
    if (!sandbox_forbids_any(SYS_getcwd))
        return ask(buf, size);
    const struct cwd_folder *folder = cwd_current();
    if (!folder->len)
        return -ENOENT;
    if (folder->len > size)
        return -ENAMETOOLONG;
    memcpy(buf, folder->path, folder->len);
    return (long)folder->len;
}

/* Of a vfork child, which has its parent's memory. */
static struct cwd_folder *own_folder(void)
{
    if (!sys_thread.vfork_folder)
        sys_thread.vfork_folder = memory_map(sizeof(struct cwd_folder));
    return sys_thread.vfork_folder;
}

/* The first is not used again: most processes have no other, and it takes no more than it needs of what their start writes. */
static struct cwd_folder *next_folder(unsigned number)
{
    return number == FIRST ? memory_keep(sizeof(struct cwd_folder)) : &folders[number % BUFFERS];
}

void cwd_changed(void)
{
    if (sandbox_forbids_any(SYS_getcwd))
        return;
    unsigned number = atomic_fetch_add(&next, 1) + 1;
    struct cwd_folder *folder = sys_thread.vforked ? own_folder() : next_folder(number);
    if (!folder)
        return;
    long len = ask(folder->path, sizeof folder->path);
    folder->len = len > 0 ? (size_t)len : 0;
    folder->number = number;
    if (number == FIRST && !sys_thread.vforked)
        memory_keep_less(folder, sizeof *folder, offsetof(struct cwd_folder, path) + folder->len + 1);
    if (!sys_thread.vforked)
        atomic_store_explicit(&cwd_latest, folder, memory_order_release);
}

void cwd_vfork_ended(void)
{
    memory_unmap(__atomic_exchange_n(&sys_thread.vfork_folder, NULL, __ATOMIC_SEQ_CST), sizeof(struct cwd_folder));
}

void cwd_forked(void)
{
    if (!sys_thread.vfork_folder)
        return;
    cwd_vfork_ended();
    cwd_changed();
}
