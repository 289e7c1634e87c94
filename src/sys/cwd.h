/* SPDX-License-Identifier: MIT */
/* The current folder; remembered for a program that has put itself under seccomp, and may no longer
 * be made to ask for it. */
#ifndef SYS_CWD_H
#define SYS_CWD_H

#include <stdatomic.h>
#include <stddef.h>

#include "sys/thread.h"

/* Writes it without a NUL; returns the length or a negative errno. */
long cwd_get(char *buf, size_t size);

/* As it was when the program last changed it; a length of 0: not known. Another number: another folder. */
struct cwd_folder {
    size_t len;
    unsigned number;
    char path[4096];
};
extern _Atomic(struct cwd_folder *) cwd_latest __attribute__((visibility("hidden")));
static inline const struct cwd_folder *cwd_current(void)
{
    const struct cwd_folder *own = sys_thread.vfork_folder;
    return own ? own : atomic_load_explicit(&cwd_latest, memory_order_acquire);
}

/* The program may have changed it. */
void cwd_changed(void);

/* A vfork child has gone, and what it has changed was its own; a child has been forked, with what is its own now. */
void cwd_vfork_ended(void);
void cwd_forked(void);

#endif
