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
#include <unistd.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "core/policy/policy.h"

static struct {
    const char *path;
    char *origin;
    struct stat seen;
    uint32_t *generation; /* NULL: nobody wants to know */
} watch;

void reload_begin(const char *path, const char *origin)
{
    char name[64];
    int fd = memfd_create("hook reload", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, sizeof *watch.generation) != 0)
        die(STATUS_FAILED, "--reload: %s", strerror(errno));
    void *shared = mmap(NULL, sizeof *watch.generation, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED || stat(path, &watch.seen) != 0)
        die(STATUS_FAILED, "--reload: %s", strerror(errno));
    watch.path = path;
    watch.origin = strdup(origin);
    watch.generation = shared;
    snprintf(name, sizeof name, "/proc/%d/fd/%d", getpid(), fd);
    setenv("HOOK_RELOAD", name, 1);
}

bool reload_watches(void)
{
    return watch.generation;
}

static bool has_changed(const struct stat *now)
{
    return now->st_ino != watch.seen.st_ino || now->st_dev != watch.seen.st_dev || now->st_size != watch.seen.st_size ||
           memcmp(&now->st_mtim, &watch.seen.st_mtim, sizeof now->st_mtim) != 0;
}

void reload_poll(void)
{
    struct stat now;
    if (stat(watch.path, &now) != 0 || !has_changed(&now))
        return;
    watch.seen = now;
    struct policy *policy = rules_compile(watch.path, watch.origin);
    if (policy && rules_publish(policy))
        __atomic_fetch_add(watch.generation, 1, __ATOMIC_RELEASE);
    else
        say("%s: the old rules stay in force", watch.path);
    free(policy);
}
