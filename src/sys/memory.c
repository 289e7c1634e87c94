/* SPDX-License-Identifier: MIT */
#include "sys/memory.h"

#ifdef HOOK_SANITIZED
#include <dlfcn.h>
#endif
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "sys/raw.h"
#include "sys/readable.h"

enum { PAGE = 4096 };

#ifdef HOOK_SANITIZED

/* A sanitizer has to see that memory goes and comes: else a page that two threads have had one after the other looks
 * like a race, or one that was its own like a mistake. Its functions are the first of their names for the program; for
 * us ours are. Looked up once: dlsym clears what dlerror has to say. */
static struct {
    __typeof__(&mmap) map;
    __typeof__(&munmap) unmap;
} first;

static void find_first(void)
{
    void *program = first.unmap ? NULL : dlopen(NULL, RTLD_LAZY);
    if (!program)
        return;
    first.map = (__typeof__(&mmap))dlsym(program, "mmap");
    first.unmap = (__typeof__(&munmap))dlsym(program, "munmap");
}

void *memory_map(size_t size)
{
    find_first();
    void *at = first.map(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void memory_unmap(void *block, size_t size)
{
    if (block)
        first.unmap(block, size);
}

#else

void *memory_map(size_t size)
{
    long at = raw(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at < 0 && at > -PAGE ? NULL : (void *)at;
}

void memory_unmap(void *block, size_t size)
{
    if (block)
        raw(SYS_munmap, block, size);
}

#endif

char kept[16 * 1024] APART __attribute__((aligned(64)));
static atomic_size_t kept_size;

static size_t rounded(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

void *memory_keep(size_t size)
{
    const size_t whole = rounded(size);
    size_t at = atomic_load(&kept_size);
    while (whole <= sizeof kept - at && !atomic_compare_exchange_weak(&kept_size, &at, at + whole))
        ;
    return whole <= sizeof kept - at ? kept + at : memory_map(size);
}

void memory_keep_less(void *block, size_t old_size, size_t new_size)
{
    const size_t at = (uintptr_t)block - (uintptr_t)kept;
    size_t end = at + rounded(old_size);
    if (at < sizeof kept)
        atomic_compare_exchange_strong(&kept_size, &end, at + rounded(new_size));
}

void *memory_map_shared(size_t size)
{
    long at = raw(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return at < 0 && at > -PAGE ? NULL : (void *)at;
}

void *memory_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    if (!block)
        return memory_map(new_size);
    if (new_size == 0) {
        memory_unmap(block, old_size);
        return NULL;
    }
    long at = raw(SYS_mremap, block, old_size, new_size, MREMAP_MAYMOVE);
    return at < 0 && at > -PAGE ? NULL : (void *)at;
}

/* A string is copied with what stands behind it: a sanitizer would take that for a mistake. */
#ifdef HOOK_SANITIZED
__attribute__((no_sanitize("address", "thread"))) static void copy(void *dst, const void *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile char *)dst)[i] = ((const volatile char *)src)[i];
}
#else
#define copy memcpy
#endif

/* Without the system call: what cannot be an address at all is refused, all else must be believed. */
static long copy_in_place(void *dst, const void *src, size_t n)
{
    const uintptr_t lowest = 64 * 1024;
    if ((uintptr_t)src < lowest || (intptr_t)src < 0)
        return -EFAULT;
    copy(dst, src, n);
    return (long)n;
}

/* Asks the kernel to change the signal mask in a way that there is none: it reads the new mask before it says so. */
static long probe(const void *word)
{
    return raw(SYS_rt_sigprocmask, -1, word, NULL, sizeof(uint64_t));
}

static __attribute__((noinline)) long ask_and_peek(void *dst, const void *src, size_t n)
{
    const size_t to_edge = PAGE - (uintptr_t)src % PAGE;
    n = n < to_edge ? n : to_edge;
    const long answer = probe((const void *)((uintptr_t)src & ~(uintptr_t)7));
    if (answer == -EPERM || answer == -ENOSYS)
        return copy_in_place(dst, src, n);
    if (answer != -EINVAL)
        return -EFAULT;
    copy(dst, src, n);
    return (long)n;
}

long memory_peek(void *dst, const void *src, size_t n)
{
    if (!readable_surely(src, n))
        return ask_and_peek(dst, src, n);
    copy(dst, src, n);
    return (long)n;
}
