/* SPDX-License-Identifier: MIT */
/* Who is calling: process and thread ids without a system call a time, also after
 * every way of forking. */
#ifndef SYS_THREAD_H
#define SYS_THREAD_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* What a call has mapped for itself. */
struct left_blocks {
    const struct arena *arena; /* its passage's; NULL: none */
    void *blocks;
};

enum { LEFT_BLOCKS = 4 };

/* A vfork that has not come back to the parent yet, and memory that is mapped in its child: the parent frees it. */
struct vfork_level {
    unsigned call; /* by which symbol */
    bool logged;
    uint64_t time, began; /* as an event has the first, and the clock by which calls last */
    void *maps;
    void *blocks; /* of the exec that the child is about to make */
};

enum { VFORKS = 4 };

/* In memory that the kernel zeroes in every forked child, however it was forked (MADV_WIPEONFORK, since Linux 4.14). */
struct thread_page {
    unsigned birth; /* never what the process that has forked this one had: their pids can be the same, each in its namespace */
    int pid;
};

/* First what each record looks at. */
struct sys_thread {
    int pid, tid;                   /* as last looked up, */
    unsigned birth;                 /* in the process of that birth */
    int vforked;                    /* how many vforks deep: the memory is the parent's */
    int trace_tid;                  /* with which id it writes to a binary trace, */
    void *trace_chunk;              /* which chunk it may write to as if nobody else did; or NULL */
    const struct thread_page *page; /* thread_page, if there is such a chunk */
    void *trace;                    /* where it writes, */
    bool trace_alone;               /* and nobody else */
    int *error;                     /* its errno, once that has been asked for */
    bool output_lost;               /* the vfork child has put its own file at our descriptor's number */
    bool stderr_lost;               /* it has replaced standard error */
    void *vfork_folder;             /* the vfork child's working folder, once it has changed that: struct cwd_folder */
    void *vfork_lines;              /* what it could not write: the parent does */
    void *filter;                   /* that this thread is about to install: sandbox.c */
    bool lends;                     /* a child runs beside it that takes itself for this thread */
    /* memory of calls that are being made, or have been left: runtime/world.c */
    struct left_blocks left[LEFT_BLOCKS];
    struct vfork_level vfork_level[VFORKS + 1]; /* by how deep the child is; what the first has nobody frees */
};

extern _Thread_local struct sys_thread sys_thread __attribute__((tls_model("initial-exec"), aligned(64)));

/* Of who is so many vforks deep; deeper than VFORKS several share one, and are told with one time. */
static inline struct vfork_level *thread_vfork_level(int depth)
{
    return &sys_thread.vfork_level[depth <= VFORKS ? depth : 0];
}

/* NULL: there is none. */
extern struct thread_page *thread_page __attribute__((visibility("hidden")));

void thread_init(void);
int thread_pid(void);
unsigned thread_birth(void);
int thread_tid(void);
void thread_ids(int *ret_pid, int *ret_tid);

/* The thread's errno, without a call. */
static inline int *thread_errno(void)
{
    if (__builtin_expect(!sys_thread.error, 0))
        sys_thread.error = &errno;
    return sys_thread.error;
}

/* Are the ids in sys_thread those of the caller? */
static inline bool thread_is_known(void)
{
    return thread_page && thread_page->birth && thread_page->birth == sys_thread.birth && !sys_thread.vforked;
}

/* thread_pid, without a call mostly. */
static inline int thread_own_pid(void)
{
    return __builtin_expect(thread_is_known(), 1) ? sys_thread.pid : thread_pid();
}

#endif
