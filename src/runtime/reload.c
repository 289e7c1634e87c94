/* SPDX-License-Identifier: MIT */
#include "runtime/reload.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "runtime/image.h"
#include "sys/raw.h"

static const uint32_t *generation;
static uint32_t seen;
static atomic_flag busy = ATOMIC_FLAG_INIT;

bool reload_watch(const char *path)
{
    long fd = raw(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    long at = fd < 0 ? fd : raw(SYS_mmap, NULL, sizeof *generation, PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0)
        raw(SYS_close, fd);
    if (at < 0 && at > -4096)
        return false;
    generation = (const uint32_t *)at;
    seen = __atomic_load_n(generation, __ATOMIC_ACQUIRE);
    return true;
}

/* One thread does it, and the others go on with the old rules. The old ones stay mapped: someone may be at them. */
const struct policy *reload_poll(const char *image, const char *rules)
{
    uint32_t now = __atomic_load_n(generation, __ATOMIC_ACQUIRE);
    if (now == seen || atomic_flag_test_and_set(&busy))
        return NULL;
    const struct policy *policy = image_map(image, rules);
    seen = now;
    atomic_flag_clear(&busy);
    return policy;
}
