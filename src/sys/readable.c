/* SPDX-License-Identifier: MIT */
#include "sys/readable.h"

#include <elf.h>
#include <link.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "sys/memory.h"
#include "sys/raw.h"

/* Below its top the kernel keeps so much free for the main thread's stack, whatever its limit. */
enum { STACK_LEAST = 128 * 1024 * 1024, SEGMENTS = 4 };
enum { UNKNOWN, SURE, DOUBTED };

/* glibc's: where the heap ends, as brk and sbrk keep it. */
extern void *__curbrk __attribute__((weak));

struct range {
    uintptr_t from, to;
};

static struct {
    uintptr_t heap;  /* where it begins; 0: not known */
    uintptr_t stack; /* where the main thread's ends: behind the program's arguments and environment */
    uintptr_t given; /* where of these the environment begins, whose strings are the last; as stack: not known */
    struct range segment[SEGMENTS];
    int state; /* DOUBTED: a part of these has been taken away, or something before they were known */
} known;

static uintptr_t page_of(uintptr_t at)
{
    return at & ~(getauxval(AT_PAGESZ) - 1);
}

static uintptr_t pages_up(uintptr_t at)
{
    return page_of(at + getauxval(AT_PAGESZ) - 1);
}

/* Whole pages, as they are taken away. The headers say how far the program was loaded from where it was linked to be. */
static void note_segments(const ElfW(Phdr) * header, size_t count)
{
    const ElfW(Phdr) *self = header;
    unsigned have = 0;
    while (self < header + count && self->p_type != PT_PHDR)
        self++;
    if (self == header + count)
        return;
    const uintptr_t base = (uintptr_t)header - self->p_vaddr;
    for (const ElfW(Phdr) *one = header; one < header + count && have < SEGMENTS; one++) {
        const struct range range = { page_of(base + one->p_vaddr), pages_up(base + one->p_vaddr + one->p_memsz) };
        if (one->p_type != PT_LOAD || !(one->p_flags & PF_R))
            continue;
        if (have && range.from <= known.segment[have - 1].to)
            known.segment[have - 1].to = range.to;
        else
            known.segment[have++] = range;
    }
}

/* The main thread's whole stack: nothing else is so close below its end. */
static struct range stack(void)
{
    return (struct range){ known.stack - STACK_LEAST / 2, known.stack };
}

static bool lies_in(struct range range, uintptr_t at)
{
    return at >= range.from && at < range.to;
}

/* What another thread takes meanwhile is not overlooked. Where something has been taken from the heap already, it begins
 * somewhere below. */
void readable_init(void)
{
    const ElfW(Phdr) *header = (const ElfW(Phdr) *)getauxval(AT_PHDR);
    if (header)
        note_segments(header, getauxval(AT_PHNUM));
    known.stack = getauxval(AT_EXECFN);
    known.given = lies_in(stack(), (uintptr_t)environ) ? (uintptr_t)environ : known.stack;
    if (&__curbrk)
        known.heap = page_of(__curbrk ? (uintptr_t)__curbrk : (uintptr_t)raw(SYS_brk, 0));
    int unknown = UNKNOWN;
    __atomic_compare_exchange_n(&known.state, &unknown, SURE, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

static struct range heap(void)
{
    return known.heap ? (struct range){ known.heap, (uintptr_t)__atomic_load_n(&__curbrk, __ATOMIC_RELAXED) }
                      : (struct range){ 0, 0 };
}

bool readable_surely(const void *memory, size_t size)
{
    const uintptr_t at = (uintptr_t)memory, frame = (uintptr_t)__builtin_frame_address(0);
    const struct range made = heap();
    if (__atomic_load_n(&known.state, __ATOMIC_RELAXED) != SURE)
        return false;
    if (lies_in(made, at))
        return size <= made.to - at;
    if (at < known.stack && (at >= known.given || (at >= frame && lies_in(stack(), frame))))
        return size <= known.stack - at;
    for (unsigned i = 0; i < SEGMENTS && known.segment[i].to; i++)
        if (lies_in(known.segment[i], at))
            return size <= known.segment[i].to - at;
    return false;
}

static bool meets(struct range range, uintptr_t at, size_t size)
{
    return at < range.to && at + size > range.from;
}

/* Of the main thread's stack another thread may take a part, or code that runs on a stack of its own. */
void readable_taken(uintptr_t at, size_t size)
{
    bool taken =
        __atomic_load_n(&known.state, __ATOMIC_ACQUIRE) == UNKNOWN || meets(heap(), at, size) || meets(stack(), at, size);
    for (unsigned i = 0; i < SEGMENTS; i++)
        taken = taken || meets(known.segment[i], at, size);
    if (taken)
        __atomic_store_n(&known.state, DOUBTED, __ATOMIC_RELAXED);
}
