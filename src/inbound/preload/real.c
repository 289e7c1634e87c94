/* SPDX-License-Identifier: MIT */
#include "inbound/preload/preload.h"

#include <dlfcn.h>
#include <errno.h>

#include "sys/raw.h"

real_fn *real_table[CALL_COUNT];

/* For a symbol that this C library does not have. */
static long absent(void)
{
    errno = ENOSYS;
    return -1;
}

static int raw_openat2(int dirfd, const char *path, void *how, size_t size)
{
    long ret = raw(SYS_openat2, dirfd, path, how, size);
    if (ret >= 0)
        return (int)ret;
    errno = (int)-ret;
    return -1;
}

real_fn *real_find(unsigned call)
{
    real_fn *real = (real_fn *)dlsym(RTLD_NEXT, call_symbol(call));
    if (!real) {
        dlerror(); /* ours: not for the program to find */
        real = call == CALL_openat2 ? (real_fn *)raw_openat2 : (real_fn *)absent;
    }
    real_table[call] = real;
    return real;
}

void real_find_all(void)
{
    for (unsigned call = 0; call < CALL_COUNT; call++)
        real_symbol(call);
}
