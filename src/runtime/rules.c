/* SPDX-License-Identifier: MIT */
#include "runtime/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "core/policy/compile.h"
#include "core/policy/policy.h"
#include "core/policy/watch.h"
#include "runtime/config.h"
#include "runtime/message.h"
#include "runtime/world.h"
#include "sys/clock.h"
#include "sys/cwd.h"
#include "sys/memory.h"
#include "sys/output.h"
#include "sys/raw.h"
#include "sys/thread.h"

enum { CHUNK = 64 * 1024, LARGEST = 64 * 1024 * 1024 };

const char *rules_shown_name(const char *path)
{
    const char *mark = strstr(path, "/./");
    return mark ? mark + 3 : path;
}

/* All of what fd reads; a part of the rules would be worse than none. Returns 0 or a negative errno. */
static int read_all(int fd, struct policy_file *ret)
{
    for (;;) {
        if (ret->len == ret->size) {
            char *bigger = memory_resize(NULL, ret->text, ret->size, ret->size + CHUNK);
            if (!bigger)
                return -ENOMEM;
            ret->text = bigger;
            ret->size += CHUNK;
        }
        long got = raw(SYS_read, fd, ret->text + ret->len, ret->size - ret->len);
        if (got <= 0)
            return (int)got;
        ret->len += (size_t)got;
        if (ret->len > LARGEST)
            return -EFBIG;
    }
}

/* A pipe can be read once: the first process would have the rules, and its children none. */
static int read_file(const char *path, struct policy_file *ret)
{
    struct stat st;
    long fd = raw(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return (int)fd;
    int err = (int)raw(SYS_fstat, fd, &st);
    if (err == 0)
        err = S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ? -ESPIPE : read_all((int)fd, ret);
    raw(SYS_close, fd);
    return err;
}

static int load(const char *path, struct policy_file *ret)
{
    int err = read_file(path, ret);
    if (err < 0)
        memory_unmap(ret->text, ret->size);
    return err;
}

/* The folder that relative paths in the file are taken from; false when it is not to be known. */
static bool folder_of(const char *path, char *buf, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    long base = 0;
    if (path[0] != '/' && (base = cwd_get(buf, size - 1)) < 0)
        return false;
    if ((size_t)base + len + 2 > size)
        return false;
    if (len > 0 && path[0] != '/')
        buf[base++] = '/';
    memcpy(buf + base, path, len);
    buf[(size_t)base + len] = '\0';
    if (!buf[0])
        memcpy(buf, "/", 2);
    return true;
}

static void show(void *ctx, const char *text, size_t len)
{
    (void)ctx;
    output_write(2, "hook: ", 6);
    output_write(2, text, len);
}

static void say_nothing(void *ctx, const char *text, size_t len)
{
    (void)ctx, (void)text, (void)len;
}

static bool look(const char *path, struct watch_file *ret)
{
    struct stat st;
    if (raw(SYS_newfstatat, AT_FDCWD, path, &st, 0) != 0)
        return false;
    *ret = (struct watch_file){ st.st_dev, st.st_ino, (uint64_t)st.st_size,
                                (uint64_t)st.st_ctim.tv_sec * 1000000000u + (uint64_t)st.st_ctim.tv_nsec };
    return true;
}

static const struct policy_memory memory = { memory_resize, NULL };
struct watch rules_watch = { .look = look, .memory = &memory };

bool rules_noted;

static void note(const char *path)
{
    if (rules_noted)
        watch_note(&rules_watch, path);
}

struct policy *rules_load(const char *path, bool tells)
{
    char dir[PATH_MAX];
    struct policy_file file = { NULL, 0, 0 };
    struct policy *policy = NULL;
    watch_begin(&rules_watch);
    note(path);
    int err = load(path, &file);
    if (err < 0) {
        if (tells)
            message(rules_shown_name(path), ": ",
                    err == -ESPIPE ? "a pipe, which children could not read again" : error_text(-err), NULL);
        return NULL;
    }
    const struct policy_text text = {
        .name = rules_shown_name(path),
        .dir = folder_of(path, dir, sizeof dir) ? dir : "/",
        .home = config_home(),
        .text = file.text,
        .len = file.len,
        .load = load,
        .reads = note,
        .source = &world_facts,
    };
    if (policy_compile(&text, &memory, tells ? show : say_nothing, NULL, &policy) != 0)
        policy = NULL;
    memory_unmap(file.text, file.size);
    return policy;
}

static uint64_t random_seed(void)
{
    uint64_t seed = 0;
    if (raw(SYS_getrandom, &seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = clock_mono_ns() ^ (uint64_t)thread_pid() << 32;
    return seed;
}

static bool has_seed;

static size_t state_counts;

int rules_state(const struct policy *policy, bool reload, const char *seed, struct policy_state *ret)
{
    size_t counts = reload ? LIMIT_RULES : policy_counts(policy);
    ret->counts = counts ? memory_map(counts * sizeof *ret->counts) : NULL;
    state_counts = counts;
    has_seed = seed;
    ret->seed = 0;
    for (; seed && *seed; seed++)
        ret->seed = ret->seed * 10 + (uint64_t)(*seed - '0');
    if (!has_seed && counts)
        ret->seed = random_seed();
    return counts && !ret->counts ? -ENOMEM : 0;
}

void rules_start_again(struct policy_state *state)
{
    memset(state->counts, 0, state_counts * sizeof *state->counts);
}

void rules_forked(struct policy_state *state)
{
    if (!has_seed && state->counts)
        state->seed = random_seed();
}
