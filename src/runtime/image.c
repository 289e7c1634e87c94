/* SPDX-License-Identifier: MIT */
#include "runtime/image.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "core/policy/policy.h"
#include "sys/raw.h"

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static bool is_sealed(long fd)
{
    long seals = raw(SYS_fcntl, fd, F_GET_SEALS);
    return seals >= 0 && (seals & SEALS) == SEALS;
}

/* As `hook run` keeps images from one run to the next. */
static bool is_own(const struct stat *st)
{
    return S_ISREG(st->st_mode) && st->st_uid == (uid_t)raw(SYS_geteuid) && !(st->st_mode & 0277);
}

static void *map_trusted(long fd, size_t *ret_size)
{
    struct stat st;
    if (raw(SYS_fstat, fd, &st) != 0 || (!is_sealed(fd) && !is_own(&st)))
        return NULL;
    long at = raw(SYS_mmap, NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    *ret_size = (size_t)st.st_size;
    return at < 0 && at > -4096 ? NULL : (void *)at;
}

const struct policy *image_map(const char *path, const char *rules)
{
    size_t size = 0;
    long fd = raw(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    void *block = fd < 0 ? NULL : map_trusted(fd, &size);
    if (fd >= 0)
        raw(SYS_close, fd);
    if (block && policy_is_image(block, size, rules))
        return block;
    if (block)
        raw(SYS_munmap, block, size);
    return NULL;
}
