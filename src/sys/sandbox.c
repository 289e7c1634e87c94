/* SPDX-License-Identifier: MIT */
#include "sys/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/memory.h"
#include "sys/raw.h"
#include "sys/thread.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#else
#define ARCH AUDIT_ARCH_AARCH64
#endif

enum { NUMBERS = 512 };

bool sandbox_active;
uint8_t forbidden[NUMBERS] APART;

/* A filter that the program has installed: a copy, as its own may go. */
struct filter {
    struct filter *next;
    struct sock_fprog program;
    struct sock_filter code[];
};

static struct filter *_Atomic filters;

/* The machine that a filter runs on (Documentation/networking/filter.rst), as far as seccomp has it. */
struct machine {
    uint32_t a, x, memory[BPF_MEMWORDS];
    const struct seccomp_data *data;
};

static uint32_t compute(uint32_t op, uint32_t a, uint32_t b)
{
    switch (op) {
    case BPF_ADD: return a + b;
    case BPF_SUB: return a - b;
    case BPF_MUL: return a * b;
    case BPF_DIV: return b ? a / b : 0;
    case BPF_OR: return a | b;
    case BPF_AND: return a & b;
    case BPF_LSH: return b < 32 ? a << b : 0;
    case BPF_RSH: return b < 32 ? a >> b : 0;
    case BPF_XOR: return a ^ b;
    default: return -a; /* BPF_NEG */
    }
}

static bool holds(uint32_t op, uint32_t a, uint32_t b)
{
    return op == BPF_JEQ ? a == b : op == BPF_JGT ? a > b : op == BPF_JGE ? a >= b : a & b;
}

static uint32_t load(const struct machine *m, const struct sock_filter *at)
{
    uint32_t word = 0;
    switch (BPF_MODE(at->code)) {
    case BPF_IMM: return at->k;
    case BPF_LEN: return sizeof *m->data;
    case BPF_MEM: return at->k < BPF_MEMWORDS ? m->memory[at->k] : 0;
    default:
        if (at->k <= sizeof *m->data - sizeof word)
            __builtin_memcpy(&word, (const char *)m->data + at->k, sizeof word);
        return word;
    }
}

static void store(struct machine *m, uint32_t at, uint32_t value)
{
    if (at < BPF_MEMWORDS)
        m->memory[at] = value;
}

/* What the filter says to that call: SECCOMP_RET_... */
static uint32_t run(const struct sock_fprog *filter, const struct seccomp_data *data)
{
    struct machine m = { .data = data };
    for (uint32_t i = 0; i < filter->len; i++) {
        const struct sock_filter *at = &filter->filter[i];
        uint32_t b = BPF_SRC(at->code) == BPF_X ? m.x : at->k;
        switch (BPF_CLASS(at->code)) {
        case BPF_LD: m.a = load(&m, at); break;
        case BPF_LDX: m.x = load(&m, at); break;
        case BPF_ST: store(&m, at->k, m.a); break;
        case BPF_STX: store(&m, at->k, m.x); break;
        case BPF_ALU: m.a = compute(BPF_OP(at->code), m.a, b); break;
        case BPF_JMP: i += BPF_OP(at->code) == BPF_JA ? at->k : holds(BPF_OP(at->code), m.a, b) ? at->jt : at->jf; break;
        case BPF_RET: return BPF_RVAL(at->code) == BPF_A ? m.a : at->k;
        default:
            if (BPF_MISCOP(at->code) == BPF_TAX)
                m.x = m.a;
            else
                m.a = m.x;
        }
    }
    return SECCOMP_RET_KILL_PROCESS;
}

/* The others let the call be made, or make it fail: that does no harm. */
static bool is_harmful(uint32_t action)
{
    action &= SECCOMP_RET_ACTION_FULL;
    return action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG && action != SECCOMP_RET_ERRNO;
}

static void forbid(long nr)
{
    forbidden[nr] = 1;
    sandbox_active = true;
}

bool sandbox_forbids(long nr, const long args[6])
{
    struct seccomp_data data = { .nr = (int)nr, .arch = ARCH };
    if (nr >= 0 && nr < NUMBERS && forbidden[nr])
        return true;
    for (int i = 0; i < 6; i++)
        data.args[i] = (uint64_t)args[i];
    for (const struct filter *filter = filters; filter; filter = filter->next)
        if (is_harmful(run(&filter->program, &data)))
            return true;
    return false;
}

bool sandbox_forbids_any(long nr)
{
    static const long none[6];
    return sandbox_active && sandbox_forbids(nr, none);
}

void sandbox_prepare(const void *address)
{
    struct sock_fprog program;
    sys_thread.filter = NULL;
    if (memory_peek(&program, address, sizeof program) < (long)sizeof program)
        return;
    size_t size = program.len * sizeof(struct sock_filter);
    struct filter *copy = memory_map(sizeof *copy + size);
    size_t done = 0;
    for (long got = 1; copy && done < size && got > 0; done += got > 0 ? (size_t)got : 0)
        got = memory_peek((char *)copy->code + done, (const char *)program.filter + done, size - done);
    if (!copy || done < size) {
        memory_unmap(copy, sizeof *copy + size);
        return;
    }
    copy->program = (struct sock_fprog){ program.len, copy->code };
    sys_thread.filter = copy;
}

void sandbox_filter(void)
{
    struct filter *filter = sys_thread.filter;
    sys_thread.filter = NULL;
    if (!filter) { /* no memory to look at it: whatever it says, nothing that it does not let happen may */
        sandbox_all();
        return;
    }
    filter->next = filters;
    while (!atomic_compare_exchange_weak(&filters, &filter->next, filter))
        ;
    sandbox_active = true;
}

void sandbox_strict(void)
{
    for (long nr = 0; nr < NUMBERS; nr++)
        if (nr != SYS_read && nr != SYS_write && nr != SYS_exit && nr != SYS_rt_sigreturn)
            forbid(nr);
}

void sandbox_all(void)
{
    for (long nr = 0; nr < NUMBERS; nr++)
        forbid(nr);
}
