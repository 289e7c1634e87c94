/* SPDX-License-Identifier: MIT */
#include "sys/reader.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/stat.h>

#include "sys/raw.h"
#include "sys/thread.h"

/* Two bits a descriptor: it has been asked for, and it reads. */
enum { DESCRIPTORS = 1024, EACH = 32, ASKED = 1, READS = 2 };
static _Atomic uint64_t words[DESCRIPTORS / EACH];

static uint64_t bits_of(int fd, unsigned bits)
{
    return (uint64_t)bits << 2 * ((unsigned)fd % EACH);
}

static bool ask(int fd)
{
    struct stat st;
    return raw(SYS_fstat, fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* Who is asking has said so before: if somebody forgets the descriptor meanwhile, the answer is about another file. */
static bool learn(_Atomic uint64_t *word, int fd)
{
    uint64_t now = atomic_fetch_or(word, bits_of(fd, ASKED)) | bits_of(fd, ASKED);
    const bool reads = ask(fd);
    while (reads && now & bits_of(fd, ASKED) && !atomic_compare_exchange_weak(word, &now, now | bits_of(fd, READS)))
        ;
    return reads;
}

bool reader_reads(int fd)
{
    if ((unsigned)fd >= DESCRIPTORS || sys_thread.vforked) /* a vfork child has descriptors of its own, in memory that is not */
        return false;
    _Atomic uint64_t *word = &words[(unsigned)fd / EACH];
    const uint64_t known = atomic_load_explicit(word, memory_order_relaxed);
    return known & bits_of(fd, READS) || (!(known & bits_of(fd, ASKED)) && learn(word, fd));
}

void reader_forget(int fd)
{
    if ((unsigned)fd >= DESCRIPTORS)
        return;
    _Atomic uint64_t *word = &words[(unsigned)fd / EACH];
    if (__builtin_expect(atomic_load_explicit(word, memory_order_relaxed) & bits_of(fd, ASKED), 0))
        atomic_fetch_and(word, ~bits_of(fd, ASKED | READS));
}

void reader_forget_all(void)
{
    for (unsigned i = 0; i < DESCRIPTORS / EACH; i++)
        atomic_store(&words[i], 0);
}
