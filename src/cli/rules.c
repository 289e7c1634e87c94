/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cache.h"
#include "embed/load.h"

static void show(void *ctx, const char *message, size_t len)
{
    (void)ctx;
    fputs("hook: ", stderr);
    fwrite(message, 1, len, stderr);
}

struct policy *rules_compile(const char *path, const struct embed_extra *extra)
{
    struct policy *policy = NULL;
    int errors = embed_compile_file(path, extra, show, NULL, &policy);
    if (errors < 0)
        say("%s: %s", path, strerror(-errors));
    return policy;
}

bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t done = write(fd, bytes, len);
        if (done <= 0)
            return false;
        bytes += done;
        len -= (size_t)done;
    }
    return true;
}

static int make_image(const struct policy *policy)
{
    int fd = memfd_create("hook rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool whole = fd >= 0 && write_all(fd, (const char *)policy, policy_size(policy));
    if (whole && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Open in this process as long as it waits for the command; a later one takes its place. */
static const char *publish(int fd)
{
    static char name[64];
    static int published = -1;
    if (fd < 0)
        return NULL;
    if (published < 0) {
        published = fd;
        snprintf(name, sizeof name, "/proc/%d/fd/%d", getpid(), fd);
        return name;
    }
    bool taken = dup3(fd, published, O_CLOEXEC) >= 0;
    close(fd);
    return taken ? name : NULL;
}

const char *rules_publish(const struct policy *policy)
{
    return publish(make_image(policy));
}

const char *rules_publish_cached(const char *path, const char *origin)
{
    return publish(cache_open(path, origin));
}
