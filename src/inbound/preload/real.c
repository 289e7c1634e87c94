/* SPDX-License-Identifier: MIT */
#include "inbound/preload/preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <stdlib.h>

#include "inbound/preload/shell.h"
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

/* Functions that a C library may be too old to have. Such a one is not asked: dlsym would make up an error
 * message, with the program's malloc. */
static const struct {
    uint16_t call;
    uint8_t minor; /* glibc 2.minor brought it */
    real_fn *otherwise;
} newer[] = {
    { CALL_openat2, 43, (real_fn *)raw_openat2 },
};

static real_fn *too_new(unsigned call)
{
    unsigned minor = (unsigned)strtoul(gnu_get_libc_version() + 2, NULL, 10);
    for (size_t i = 0; i < sizeof newer / sizeof *newer; i++)
        if (newer[i].call == call && minor < newer[i].minor)
            return newer[i].otherwise;
    return NULL;
}

real_fn *real_find(unsigned call)
{
    real_fn *real = too_new(call);
    if (!real)
        real = (real_fn *)dlsym(RTLD_NEXT, call_symbol(call));
    if (!real) {
        dlerror(); /* ours: not for the program to find */
        real = (real_fn *)absent;
    }
    real_table[call] = real;
    return real;
}

void real_find_all(void)
{
    for (unsigned call = 0; call < CALL_COUNT; call++)
        real_symbol(call);
    compat_find_all();
    shell_find_all();
}
