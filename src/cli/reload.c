/* SPDX-License-Identifier: MIT */
/* Rules that change while the command runs: looked at now and then, compiled here, and put where every process finds
 * them; a number in shared memory says that they have changed. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "core/policy/policy.h"
#include "core/policy/watch.h"
#include "embed/load.h"

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx, (void)old_size;
    return realloc(block, new_size);
}

static bool look(const char *path, struct watch_file *ret)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    *ret = (struct watch_file){ st.st_dev, st.st_ino, (uint64_t)st.st_size,
                                (uint64_t)st.st_ctim.tv_sec * 1000000000u + (uint64_t)st.st_ctim.tv_nsec };
    return true;
}

static const struct policy_memory memory = { resize, NULL };
static struct watch watch = { .look = look, .memory = &memory };
static char *rules, *origin;
static uint32_t *generation; /* NULL: nobody wants to know */

static void note(const char *path)
{
    watch_note(&watch, path);
}

struct policy *reload_compile(void)
{
    watch_begin(&watch);
    watch_note(&watch, rules);
    return rules_compile(rules, &(struct embed_extra){ .origin = origin, .reads = note });
}

void reload_begin(const char *path, const char *named)
{
    char name[64];
    int fd = memfd_create("hook reload", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, sizeof *generation) != 0)
        die(STATUS_FAILED, "--reload: %s", strerror(errno));
    void *shared = mmap(NULL, sizeof *generation, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED)
        die(STATUS_FAILED, "--reload: %s", strerror(errno));
    rules = strdup(path);
    origin = strdup(named);
    generation = shared;
    snprintf(name, sizeof name, "/proc/%d/fd/%d", getpid(), fd);
    setenv("HOOK_RELOAD", name, 1);
}

bool reload_watches(void)
{
    return generation;
}

void reload_poll(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (!watch_changed(&watch, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec))
        return;
    struct policy *policy = reload_compile();
    if (policy && rules_publish(policy))
        __atomic_fetch_add(generation, 1, __ATOMIC_RELEASE);
    else
        say("%s: the old rules stay in force", rules);
    free(policy);
}
