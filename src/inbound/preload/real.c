/* SPDX-License-Identifier: MIT */
#include "inbound/preload/preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <stdlib.h>

#include "inbound/preload/next.h"
#include "inbound/preload/spawn.h"
#include "sys/memory.h"
#include "sys/raw.h"

static void *word_result(long ret)
{
    if (ret < 0 && ret > -4096) {
        errno = (int)-ret;
        ret = -1;
    }
    return (void *)ret;
}

static void *early_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    return word_result(raw(SYS_mmap, addr, length, prot, flags, fd, offset));
}

static int early_munmap(void *addr, size_t length)
{
    return (int)(long)word_result(raw(SYS_munmap, addr, length));
}

static int early_mprotect(void *addr, size_t length, int prot)
{
    return (int)(long)word_result(raw(SYS_mprotect, addr, length, prot));
}

static void *early_mremap(void *old, size_t old_size, size_t new_size, int flags, void *new)
{
    return word_result(raw(SYS_mremap, old, old_size, new_size, flags, new));
}

/* An allocator calls these while libc looks up a symbol for us, which must then not be another such call. */
static const struct {
    uint16_t call;
    real_fn *real;
} early[] = {
    { CALL_mmap, (real_fn *)early_mmap },     { CALL_mmap64, (real_fn *)early_mmap },
    { CALL_munmap, (real_fn *)early_munmap }, { CALL_mprotect, (real_fn *)early_mprotect },
    { CALL_mremap, (real_fn *)early_mremap },
};
enum { EARLY = sizeof early / sizeof *early };

static bool settled; /* they have been found, or will be without libc */

static real_fn *early_real(unsigned call)
{
    for (size_t i = 0; !settled && i < EARLY; i++)
        if (early[i].call == call)
            return early[i].real;
    return NULL;
}

real_fn *real_table[CALL_COUNT] APART;

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
    { CALL___isoc23_fscanf, 38, (real_fn *)absent },
    { CALL___isoc23_fwscanf, 38, (real_fn *)absent },
    { CALL___isoc23_scanf, 38, (real_fn *)absent },
    { CALL___isoc23_vfscanf, 38, (real_fn *)absent },
    { CALL___isoc23_vfwscanf, 38, (real_fn *)absent },
    { CALL___isoc23_vscanf, 38, (real_fn *)absent },
    { CALL___isoc23_vwscanf, 38, (real_fn *)absent },
    { CALL___isoc23_wscanf, 38, (real_fn *)absent },
    { CALL_openat2, 43, (real_fn *)raw_openat2 },
    { CALL_pidfd_spawn, 39, (real_fn *)spawn_pidfd_by_path },
    { CALL_pidfd_spawnp, 39, (real_fn *)spawn_pidfd_by_name },
};

static real_fn *too_new(unsigned call)
{
    unsigned minor = (unsigned)strtoul(gnu_get_libc_version() + 2, NULL, 10);
    for (size_t i = 0; i < sizeof newer / sizeof *newer; i++)
        if (newer[i].call == call && minor < newer[i].minor)
            return newer[i].otherwise;
    return NULL;
}

/* Kept by libc for programs that are bound to that version. */
static bool is_only_old(unsigned call)
{
    return call == CALL_llseek || call == CALL_ustat;
}

static real_fn *find(unsigned call)
{
    real_fn *real = (real_fn *)next_find(call_symbol(call), is_only_old(call) ? OLDEST_VERSION : NULL);
    if (!real)
        real = too_new(call);
    if (!real)
        real = (real_fn *)dlsym(RTLD_NEXT, call_symbol(call));
    if (!real) {
        dlerror(); /* ours: not for the program to find */
        real = (real_fn *)absent;
    }
    real_table[call] = real;
    return real;
}

real_fn *real_find(unsigned call)
{
    real_fn *real = early_real(call);
    return real ? real : find(call);
}

void real_init(void)
{
    next_init();
    for (size_t i = 0; !next_is_known() && i < EARLY; i++)
        find(early[i].call);
    settled = true;
}
