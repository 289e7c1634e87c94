/* SPDX-License-Identifier: MIT */
/* Criterion shares memory with its tests at an address of its own choice, where the thread sanitizer has its shadow. Linked into
 * the unit tests, this moves it to where the sanitizer wants a program's memory. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/types.h>

#pragma GCC visibility push(default)

#define WISHES_FROM  0x200000000000u
#define WISHES_TO    0x600000000000u
#define ALLOWED_FROM 0x7e8000000000u
#define ALLOWED_MASK 0x007fffffffffu

static int is_wish(const void *address)
{
    return (uintptr_t)address >= WISHES_FROM && (uintptr_t)address < WISHES_TO;
}

int mincore(void *address, size_t length, unsigned char *pages)
{
    int (*next)(void *, size_t, unsigned char *) = (int (*)(void *, size_t, unsigned char *))dlsym(RTLD_NEXT, "mincore");
    if (!is_wish(address))
        return next(address, length, pages);
    errno = ENOMEM; /* nothing is mapped there */
    return -1;
}

void *mmap64(void *address, size_t length, int access, int flags, int fd, off64_t offset)
{
    void *(*next)(void *, size_t, int, int, int, off64_t) =
        (void *(*)(void *, size_t, int, int, int, off64_t))dlsym(RTLD_NEXT, "mmap64");
    if (is_wish(address) && flags & MAP_SHARED)
        address = (void *)(ALLOWED_FROM + ((uintptr_t)address & ALLOWED_MASK));
    return next(address, length, access, flags, fd, offset);
}
