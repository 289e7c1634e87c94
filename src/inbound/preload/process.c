/* SPDX-License-Identifier: MIT */
/* Functions that return twice or not at all. */
#include "inbound/preload/preload.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/types.h>

#include "inbound/preload/environ.h"
#include "inbound/preload/types.h"
#include "sys/clock.h"
#include "sys/cwd.h"
#include "sys/descriptor.h"
#include "sys/directory.h"
#include "sys/memory.h"
#include "sys/thread.h"

#define FORK_AS(sym, of)                                                                                                         \
    EXPORT(pid_t, sym)(void) NAMED(sym);                                                                                         \
    ANY_STACK pid_t entry_##sym(void)                                                                                            \
    {                                                                                                                            \
        struct passage p;                                                                                                        \
        bool go = preload_before(&p, CALL_##sym);                                                                                \
        long pid = go ? ((pid_t(*)(void))real_symbol(CALL_##of))() : p.event.ret;                                                \
        if (pid == 0 && go) {                                                                                                    \
            preload_forked();                                                                                                    \
            return 0;                                                                                                            \
        }                                                                                                                        \
        return (pid_t)preload_after(&p, go, pid);                                                                                \
    }
#define FORK(sym) FORK_AS(sym, sym)
FORK(fork)
FORK(__fork)
FORK(_Fork)

/* The child has ended or become another program: its memory is ours alone again. */
static void vfork_ended(void)
{
    sys_thread.output_lost = sys_thread.stderr_lost = false;
    cwd_vfork_ended();
    directory_forget_all(); /* what it has noted is of its own descriptors */
    preload_vfork_ended();
    if (sys_thread.vforked >= VFORKS)
        return;
    struct vfork_level *left = thread_vfork_level(sys_thread.vforked + 1);
    environ_free_left(left);
    struct arena blocks = { .blocks = __atomic_exchange_n(&left->blocks, NULL, __ATOMIC_SEQ_CST) };
    if (blocks.blocks)
        preload_gate.release(&blocks);
}

/* libc forks inside: the child comes back from here. */
static long forked_inside(struct passage *p, unsigned call, long (*make)(const long *word))
{
    bool go = preload_before(p, call);
    long ret = go ? make(p->word) : p->event.ret;
    p->log = p->log && preload_flag(call) & GATE_LOG && (ret != 0 || call_is_childs(call));
    return preload_after(p, go, ret);
}

static long make_daemon(const long *word)
{
    if (!word[1] && descriptor_stderr_cut(2, 2))
        preload_stderr_cut();
    int ret = ((int (*)(int, int))real_symbol(CALL_daemon))((int)word[0], (int)word[1]);
    if (ret == 0)
        preload_forked();
    cwd_changed();
    descriptor_stderr_changed();
    return ret;
}

EXPORT(int, daemon)(int nochdir, int noclose) NAMED(daemon);
ANY_STACK int entry_daemon(int nochdir, int noclose)
{
    struct passage p = { .word = { nochdir, noclose } };
    return (int)forked_inside(&p, CALL_daemon, make_daemon);
}

static long make_forkpty(const long *word)
{
    typedef int forkpty_fn(int *, char *, const struct termios *, const struct winsize *);
    int ret =
        ((forkpty_fn *)real_symbol(CALL_forkpty))((int *)word[0], (char *)word[1], (const void *)word[2], (const void *)word[3]);
    if (ret == 0) {
        preload_forked();
        descriptor_stderr_changed();
    }
    return ret;
}

EXPORT(int, forkpty)(int *amaster, char *name, const struct termios *termp, const struct winsize *winp) NAMED(forkpty);
ANY_STACK int entry_forkpty(int *amaster, char *name, const struct termios *termp, const struct winsize *winp)
{
    struct passage p = { .word = { (long)amaster, (long)name, (long)termp, (long)winp } };
    return (int)forked_inside(&p, CALL_forkpty, make_forkpty);
}

/* A child on the parent's memory while that waits, as after vfork. */
struct lent {
    clone_fn *fn;
    void *arg;
};

static ANY_STACK int run_lent(void *argument)
{
    const struct lent *lent = argument;
    sys_thread.vforked++;
    return lent->fn(lent->arg);
}

static int clone_call(unsigned call, clone_fn *fn, void *stack, int flags, void *arg, pid_t *parent_tid, void *tls,
                      pid_t *child_tid)
{
    struct passage p = { .word = { (long)fn, (long)stack, flags, (long)arg, (long)parent_tid, (long)tls, (long)child_tid } };
    struct lent lent = { fn, arg };
    typedef int real_clone(clone_fn *, void *, int, void *, ...);
    bool lends = (flags & (CLONE_VM | CLONE_VFORK | CLONE_SETTLS)) == (CLONE_VM | CLONE_VFORK);
    bool go = preload_before(&p, call);
    if (go && (flags & (CLONE_VM | CLONE_VFORK | CLONE_SETTLS)) == CLONE_VM) {
        sys_thread.lends = true;
        sys_thread.trace_alone = false;
        sys_thread.trace_chunk = NULL;
    }
    int vforked = sys_thread.vforked;
    long ret = p.event.ret;
    if (go && lends && fn)
        ret = ((real_clone *)real_symbol(call))(run_lent, stack, flags, &lent, parent_tid, tls, child_tid);
    else if (go)
        ret = ((real_clone *)real_symbol(call))(fn, stack, flags, arg, parent_tid, tls, child_tid);
    if (lends) {
        sys_thread.vforked = vforked;
        vfork_ended();
    }
    return (int)preload_after(&p, go, ret);
}

#define CLONE(sym)                                                                                                               \
    EXPORT(int, sym)(clone_fn * fn, void *stack, int flags, void *arg, ...) NAMED(sym);                                          \
    ANY_STACK int entry_##sym(clone_fn *fn, void *stack, int flags, void *arg, ...)                                              \
    {                                                                                                                            \
        va_list rest;                                                                                                            \
        va_start(rest, arg);                                                                                                     \
        pid_t *parent_tid = va_arg(rest, pid_t *);                                                                               \
        void *tls = va_arg(rest, void *);                                                                                        \
        pid_t *child_tid = va_arg(rest, pid_t *);                                                                                \
        va_end(rest);                                                                                                            \
        return clone_call(CALL_##sym, fn, stack, flags, arg, parent_tid, tls, child_tid);                                        \
    }
CLONE(clone)
CLONE(__clone)

/* A sanitizer would find its marks of the child's stack on the parent's. */
#if defined(__x86_64__) && !defined(HOOK_SANITIZED)

/* Asked by the entry below, in the parent: 0 to go on, else what is returned to the program. */
ANY_STACK __attribute__((used)) long vfork_before(unsigned call)
{
    struct passage p;
    bool go = preload_before(&p, call);
    if (!go)
        return preload_after(&p, false, p.event.ret);
    sys_thread.vforked++;
    atomic_signal_fence(memory_order_seq_cst); /* a signal handler that vforks goes one deeper */
    struct vfork_level *level = thread_vfork_level(sys_thread.vforked);
    level->call = call;
    level->logged = p.log;
    level->time = p.event.time_ns;
    level->began = p.began;
    return 0;
}

ANY_STACK __attribute__((used)) long vfork_after(long pid)
{
    int saved = errno;
    struct passage p;
    const struct vfork_level level = *thread_vfork_level(sys_thread.vforked);
    sys_thread.vforked--;
    vfork_ended();
    gate_open(&preload_gate, &p, level.call, 0);
    p.log = level.logged;
    if (p.log) {
        p.event.pid = thread_pid();
        p.event.tid = thread_tid();
        p.event.time_ns = level.time;
        p.began = level.began;
    }
    long ret = pid < 0 ? -1 : pid;
    gate_after(&preload_gate, &p, ret, pid < 0 ? (int)-pid : 0);
    errno = pid < 0 ? (int)-pid : saved;
    return ret;
}

/* The child returns from here first, on the same stack: so nothing of ours may lie on it
 * meanwhile. The return address waits in a register, as in glibc's own vfork. */
#define VFORK(sym)                                                                                                               \
    __asm__(".text\n"                                                                                                            \
            ".globl " #sym "\n"                                                                                                  \
            ".type " #sym ", @function\n" #sym ":\n"                                                                             \
            "    endbr64\n"                                                                                                      \
            "    movl %0, %%edi\n"                                                                                               \
            "    subq $8, %%rsp\n"                                                                                               \
            "    call vfork_before\n"                                                                                            \
            "    addq $8, %%rsp\n"                                                                                               \
            "    testq %%rax, %%rax\n"                                                                                           \
            "    jnz 1f\n"                                                                                                       \
            "    popq %%rdi\n"                                                                                                   \
            "    movl $58, %%eax\n"                                                                                              \
            "    syscall\n"                                                                                                      \
            "    pushq %%rdi\n"                                                                                                  \
            "    testq %%rax, %%rax\n"                                                                                           \
            "    jz 1f\n"                                                                                                        \
            "    movq %%rax, %%rdi\n"                                                                                            \
            "    subq $8, %%rsp\n"                                                                                               \
            "    call vfork_after\n"                                                                                             \
            "    addq $8, %%rsp\n"                                                                                               \
            "1:  ret\n"                                                                                                          \
            ".size " #sym ", .-" #sym "\n"                                                                                       \
            :                                                                                                                    \
            : "i"(CALL_##sym))

/* Only for its asm: an operand needs a function around it. */
__attribute__((used, naked)) static void vfork_entries(void)
{
    VFORK(vfork);
    VFORK(__vfork);
}

#else

/* fork does all that vfork promises. */
FORK_AS(vfork, fork)
FORK_AS(__vfork, fork)

#endif

/* The program ends by exit: the handler that the runtime has registered tells it. */
static ANY_STACK _Noreturn void leave(unsigned call, int status)
{
    struct passage p;
    p.word[0] = status;
    bool go = preload_before(&p, call);
    preload_after(&p, go, 0);
    preload_exiting(call, status);
    ((void (*)(int))real_symbol(call))(status);
    __builtin_unreachable();
}

#define EXIT(sym)                                                                                                                \
    EXPORT(_Noreturn void, sym)(int status) NAMED(sym);                                                                          \
    _Noreturn void entry_##sym(int status)                                                                                       \
    {                                                                                                                            \
        leave(CALL_##sym, status);                                                                                               \
    }
EXIT(exit)
EXIT(_exit)
EXIT(_Exit)
EXIT(quick_exit)

EXPORT(_Noreturn void, abort)(void) NAMED(abort);
ANY_STACK _Noreturn void entry_abort(void)
{
    struct passage p;
    bool go = preload_before(&p, CALL_abort);
    preload_after(&p, go, 0);
    ((void (*)(void))real_symbol(CALL_abort))();
    __builtin_unreachable();
}
