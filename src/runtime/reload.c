/* SPDX-License-Identifier: MIT */
#include "runtime/reload.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "core/policy/watch.h"
#include "runtime/image.h"
#include "runtime/message.h"
#include "runtime/rules.h"
#include "sys/clock.h"
#include "sys/descriptor.h"
#include "sys/raw.h"
#include "sys/stack.h"
#include "sys/thread.h"

enum { PAUSE_NS = 50000000 };

static const uint32_t *generation; /* NULL: the files are looked at */
static uint32_t seen;
static _Atomic uint64_t next_ns; /* when they are to be looked at again */
static atomic_flag busy = ATOMIC_FLAG_INIT;
static const char *rules_path;
static const struct policy *loaded;

bool reload_by_number(const char *path)
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

void reload_by_files(void)
{
    next_ns = clock_coarse_ns() + PAUSE_NS;
}

static const struct policy *poll_number(const char *image, const char *rules)
{
    uint32_t now = __atomic_load_n(generation, __ATOMIC_ACQUIRE);
    if (now == seen || atomic_flag_test_and_set(&busy))
        return NULL;
    const struct policy *policy = image_map(image, rules);
    seen = now;
    atomic_flag_clear(&busy);
    return policy;
}

/* Standard error may have become something else, which is not written to. */
static void load(void)
{
    descriptor_stderr_changed();
    bool tells = descriptor_stderr_ok();
    loaded = rules_load(rules_path, tells);
    if (!loaded && tells)
        message(rules_shown_name(rules_path), ": the old rules stay in force", NULL);
}

/* The child of a vfork leaves it to its parent. */
static const struct policy *poll_files(const char *rules)
{
    uint64_t now = clock_coarse_ns();
    if (now < atomic_load_explicit(&next_ns, memory_order_relaxed) || sys_thread.vforked || atomic_flag_test_and_set(&busy))
        return NULL;
    const struct policy *policy = NULL;
    atomic_store_explicit(&next_ns, now + PAUSE_NS, memory_order_relaxed);
    if (watch_changed(&rules_watch, clock_real_ns())) {
        rules_path = rules;
        policy = stack_call(load) ? loaded : NULL;
    }
    atomic_flag_clear(&busy);
    return policy;
}

/* One thread does it, and the others go on with the old rules. The old ones stay mapped: someone may be at them. */
const struct policy *reload_poll(const char *image, const char *rules)
{
    return generation ? poll_number(image, rules) : poll_files(rules);
}

void reload_forked(void)
{
    atomic_flag_clear(&busy);
}
