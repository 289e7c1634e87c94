/* SPDX-License-Identifier: MIT */
#include "sys/aside.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>

#include "sys/memory.h"
#include "sys/raw.h"
#include "sys/signal.h"
#include "sys/thread.h"

#if defined(HOOK_SANITIZED)

static bool is_watched(void)
{
    return true;
}

#else

/* The request RUNNING_ON_VALGRIND of valgrind.h: elsewhere these instructions do nothing. */
static bool is_watched(void)
{
    const unsigned long request[6] = { 0x1001 };
#if defined(__x86_64__)
    register unsigned long answer __asm__("rdx") = 0;
    __asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\txchgq %%rbx, %%rbx"
                     : "+r"(answer)
                     : "a"(request)
                     : "cc", "memory");
#elif defined(__aarch64__)
    register unsigned long answer __asm__("x3") = 0;
    register const unsigned long *asked __asm__("x4") = request;
    __asm__ volatile("ror x12, x12, #3\n\tror x12, x12, #13\n\tror x12, x12, #51\n\tror x12, x12, #61\n\torr x10, x10, x10"
                     : "+r"(answer)
                     : "r"(asked)
                     : "cc", "memory");
#endif
    return answer;
}

#endif

enum { STACK = 32 * 1024 };

/* A thread of the process, as pthread_create's are, but for the table: not a child, of which a program could be told, or which
 * would be the first of a namespace that the program has made for its own. */
enum { FLAGS = CLONE_VM | CLONE_FS | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_VFORK };

/* The new thread comes back from the system call on the other stack: there it runs the function, and ends. */
static __attribute__((noinline)) long begin(void *top, aside_fn *run, void *arg)
{
#if defined(__x86_64__)
    long ret = SYS_clone;
    register long child_tid __asm__("r10") = 0;
    register long tls __asm__("r8") = 0;
    register void *to_run __asm__("r12") = (void *)run;
    register void *with __asm__("r13") = arg;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r13, %%rdi\n\t"
                     "mov $1, %%esi\n\t"
                     "call *%%r12\n\t"
                     "xor %%edi, %%edi\n\t"
                     "mov %[exit], %%eax\n\t"
                     "syscall\n"
                     "1:"
                     : "+a"(ret)
                     : "D"((long)FLAGS), "S"(top), "d"(0L), "r"(child_tid), "r"(tls), "r"(to_run), "r"(with), [exit] "i"(SYS_exit)
                     : "rcx", "r11", "memory");
    return ret;
#elif defined(__aarch64__)
    register long number __asm__("x8") = SYS_clone;
    register long ret __asm__("x0") = FLAGS;
    register void *stack __asm__("x1") = top;
    register long parent_tid __asm__("x2") = 0, tls __asm__("x3") = 0, child_tid __asm__("x4") = 0;
    register void *to_run __asm__("x19") = (void *)run;
    register void *with __asm__("x20") = arg;
    __asm__ volatile("svc 0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov x29, xzr\n\t"
                     "mov x0, x20\n\t"
                     "mov x1, #1\n\t"
                     "blr x19\n\t"
                     "mov x0, xzr\n\t"
                     "mov x8, %[exit]\n\t"
                     "svc 0\n"
                     "1:"
                     : "+r"(ret)
                     : "r"(number), "r"(stack), "r"(parent_tid), "r"(tls), "r"(child_tid), "r"(to_run),
                       "r"(with), [exit] "i"(SYS_exit)
                     : "memory");
    return ret;
#endif
}

/* Since glibc 2.32. */
extern char __libc_single_threaded __attribute__((weak));

static bool is_alone(void)
{
    return sys_thread.vforked || (&__libc_single_threaded && __libc_single_threaded);
}

int aside_run(aside_fn *run, void *arg)
{
    const long args[6] = { FLAGS };
    if (is_watched()) {
        run(arg, false);
        return 0;
    }
    if (sandbox_active && (sandbox_forbids(SYS_clone, args) || sandbox_forbids_any(SYS_exit)))
        return -EPERM;
    uint64_t signals;
    long tid = -EPERM;
    char *stack = memory_map(STACK);
    if (!stack)
        return -ENOMEM;
    if (signal_hold(&signals)) { /* no handler is to run in that thread */
        tid = begin(stack + STACK, run, arg);
        signal_let(signals);
    }
    memory_unmap(stack, STACK);
    if (tid == -EINVAL && is_alone()) { /* after unshare(CLONE_NEWPID) there are no more threads */
        run(arg, false);
        tid = 0;
    }
    return tid < 0 ? (int)tid : 0;
}

int aside_here(aside_fn *run, void *arg)
{
    if (!is_alone())
        return -EBUSY;
    run(arg, false);
    return 0;
}

void aside_look(aside_fn *run, void *arg)
{
    if (aside_here(run, arg) < 0 && aside_run(run, arg) < 0)
        run(arg, false);
}
