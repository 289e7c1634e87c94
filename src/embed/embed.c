/* SPDX-License-Identifier: MIT */
/* The rules engine in a process of its own will: memory from malloc, facts from the C library. */
#include "hook/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/call.h"
#include "core/facts.h"
#include "core/policy/policy.h"
#include "embed/source.h"

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx, (void)old_size;
    if (new_size > 0)
        return realloc(block, new_size);
    free(block);
    return NULL;
}

static long link_target(const char *path, char *buf, size_t size)
{
    if (readlink(path, buf, size) < 0)
        return -errno;
    char *real = realpath(path, NULL);
    size_t len = real ? strlen(real) : 0;
    long ret = !real ? -errno : len > size ? -ENAMETOOLONG : (long)len;
    if (ret > 0)
        memcpy(buf, real, len);
    free(real);
    return ret;
}

static const struct policy_memory memory = { resize, NULL };

struct hook_policy {
    struct policy *image;
    struct policy_state state;
};

/* Takes the image, whatever comes of it. */
static int wrap(struct policy *image, struct hook_policy **ret)
{
    struct hook_policy *policy = calloc(1, sizeof *policy);
    size_t counts = policy_counts(image);
    if (policy)
        policy->image = image;
    if (policy && counts)
        policy->state.counts = calloc(counts, sizeof *policy->state.counts);
    if (!policy || (counts && !policy->state.counts) ||
        (counts && getrandom(&policy->state.seed, sizeof policy->state.seed, 0) < 0)) {
        hook_policy_free(policy);
        free(policy ? NULL : image);
        return -ENOMEM;
    }
    *ret = policy;
    return 0;
}

/* Returns the text, to be freed, or NULL with errno set. */
static char *read_file(const char *path, size_t *ret_len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    size_t len = 0, size = 0;
    char *text = NULL;
    ssize_t got = fd;
    while (fd >= 0) {
        if (size - len < 4096) {
            char *bigger = realloc(text, size + 65536);
            got = bigger ? 0 : -1;
            if (!bigger)
                break;
            text = bigger;
            size += 65536;
        }
        got = read(fd, text + len, size - len);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    int err = errno;
    if (fd >= 0)
        close(fd);
    if (got < 0) {
        free(text);
        errno = err;
        return NULL;
    }
    *ret_len = len;
    return text;
}

static int load(const char *path, struct policy_file *ret)
{
    ret->text = read_file(path, &ret->len);
    return ret->text ? 0 : -errno;
}

int hook_policy_parse(const char *name, const char *text, size_t len, const char *dir, hook_error_fn *error, void *ctx,
                      struct hook_policy **ret)
{
    char *cwd = dir ? NULL : getcwd(NULL, 0);
    if (!dir && !cwd)
        return -errno;
    const struct policy_text source = { name, dir ? dir : cwd, getenv("HOME"), text, len, load, link_target };
    struct policy *policy = NULL;
    int err = policy_compile(&source, &memory, error, ctx, &policy);
    free(cwd);
    return err == 0 ? wrap(policy, ret) : err;
}

void hook_policy_seed(struct hook_policy *policy, unsigned long long seed)
{
    policy->state.seed = seed;
}

/* The absolute folder that a file lies in, to be freed, or NULL with errno set. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *base = path[0] == '/' ? strdup("/") : getcwd(NULL, 0);
    size_t len = slash ? (size_t)(slash - path) : 0, size = base ? strlen(base) + len + 3 : 0;
    char *folder = base ? malloc(size) : NULL;
    if (folder)
        path_join(base, path, len, folder, size);
    free(base);
    return folder;
}

int hook_policy_load(const char *path, hook_error_fn *error, void *ctx, struct hook_policy **ret)
{
    size_t len = 0;
    char *text = read_file(path, &len), *dir = text ? folder_of(path) : NULL;
    int err = dir ? hook_policy_parse(path, text, len, dir, error, ctx, ret) : -errno;
    free(dir);
    free(text);
    return err;
}

void hook_policy_free(struct hook_policy *policy)
{
    if (!policy)
        return;
    free(policy->state.counts);
    free(policy->image);
    free(policy);
}

/* Blocks of an arena, one before the other. */
static void *more(struct arena *arena, size_t size)
{
    void **block = malloc(size + 16);
    if (!block)
        return NULL;
    *block = arena->blocks;
    arena->blocks = block;
    return block + 2;
}

static void release(struct arena *arena)
{
    while (arena->blocks) {
        void **block = arena->blocks;
        arena->blocks = *block;
        free(block);
    }
}

static struct hook_value bytes(const void *p, size_t len)
{
    if (!p)
        return (struct hook_value){ .state = HOOK_VALUE_ADDRESS };
    return (struct hook_value){ .state = HOOK_VALUE_BYTES, .p = p, .len = (uint32_t)len, .n = (int64_t)(intptr_t)p };
}

static struct hook_value string(const char *text)
{
    return bytes(text, text ? strlen(text) : 0);
}

/* The arguments as capture holds them: strings one after another, each with its end. */
static struct hook_value strings(const char *const *argv, struct arena *arena)
{
    size_t size = 0, count = 0;
    for (; argv && argv[count]; count++)
        size += strlen(argv[count]) + 1;
    char *all = argv ? arena_take(arena, size + 1) : NULL;
    for (size_t i = 0, at = 0; all && i < count; i++) {
        memcpy(all + at, argv[i], strlen(argv[i]) + 1);
        at += strlen(argv[i]) + 1;
    }
    struct hook_value value = bytes(all, size);
    value.count = (uint32_t)count;
    return value;
}

/* The arguments that tell an open how the file is used. */
static int64_t open_flags(unsigned access)
{
    int flags = !(access & ACCESS_WRITE) ? O_RDONLY : access & ACCESS_READ ? O_RDWR : O_WRONLY;
    return flags | (access & ACCESS_CREATE ? O_CREAT : 0);
}

/* The data as the one piece of a vector. */
static struct hook_value data_vector(const struct hook_request *request, struct arena *arena)
{
    struct iovec *piece = arena_take(arena, sizeof *piece);
    if (piece)
        *piece = (struct iovec){ (void *)request->data, request->data_len };
    return bytes(piece, sizeof *piece);
}

static struct hook_value value_of(const struct hook_request *request, unsigned kind, unsigned *paths, struct arena *arena)
{
    switch (kind) {
    case KIND_PATH:
    case KIND_TEMPLATE: return string((*paths)++ ? request->path2 : request->path);
    case KIND_BUF_IN: return bytes(request->data, request->data_len);
    case KIND_IOV_IN: return data_vector(request, arena);
    case KIND_SIZE: return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = (int64_t)request->data_len };
    case KIND_IOVCNT: return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = 1 };
    case KIND_SOCKADDR: return bytes(request->sockaddr, request->sockaddr_len);
    case KIND_ARGV: return strings(request->argv, arena);
    case KIND_DIRFD: return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = AT_FDCWD };
    case KIND_OFLAGS: return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = open_flags(request->access) };
    case KIND_FD:
    case KIND_STREAM:
    case KIND_DIRP: return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = request->fd };
    default: return (struct hook_value){ .state = kind_copied(kind) == COPIED_WORD ? HOOK_VALUE_NUMBER : HOOK_VALUE_ADDRESS };
    }
}

static void fill_event(struct hook_event *event, const struct hook_request *request, struct arena *arena)
{
    const struct call *call = &call_table[event->call];
    unsigned paths = 0;
    for (unsigned i = 0; i < call->args; i++)
        event->arg[i] = value_of(request, call->arg_kind[i], &paths, arena);
}

static bool set_argv(struct facts *facts, const char *const *argv)
{
    struct hook_value all = strings(argv, facts->arena);
    char *joined = (char *)(intptr_t)all.n;
    if (!joined)
        return false;
    for (uint32_t i = 0; i + 1 < all.len; i++)
        if (!joined[i])
            joined[i] = ' ';
    joined[all.len] = '\0';
    facts->argv = joined;
    facts->known |= FACT_ARGV;
    return true;
}

static bool set_fd_path(struct facts *facts, const char *path)
{
    char *cwd = path[0] == '/' ? NULL : getcwd(NULL, 0);
    size_t size = strlen(path) + (cwd ? strlen(cwd) : 0) + 3;
    char *joined = arena_take(facts->arena, size);
    if (joined)
        path_join(cwd ? cwd : "/", path, strlen(path), joined, size);
    free(cwd);
    facts->fd_path = joined;
    facts->known |= FACT_FD_PATH;
    return joined != NULL;
}

static void set_number(struct facts *facts, uint32_t fact, long given, long *ret)
{
    if (given < 0)
        return;
    *ret = given;
    facts->known |= fact;
}

/* What the request says need not be looked up. Returns 0 or -ENOMEM. */
static int set_facts(struct facts *facts, const struct hook_request *request)
{
    unsigned row = call_table[facts->event->call].row;
    bool stream = row == CALL_fopen || row == CALL_freopen;
    facts->access = request->access ? request->access : stream ? ACCESS_READ : 0;
    set_number(facts, FACT_UID, request->uid, &facts->uid);
    set_number(facts, FACT_GID, request->gid, &facts->gid);
    set_number(facts, FACT_PID, request->pid, &facts->pid);
    if (request->exe) {
        facts->exe = request->exe;
        facts->known |= FACT_EXE;
    }
    if (request->argv && !set_argv(facts, request->argv))
        return -ENOMEM;
    if (request->path && call_arg_of_kind(facts->event->call, KIND_PATH, 0) < 0 && !set_fd_path(facts, request->path))
        return -ENOMEM;
    return 0;
}

static int give_verdict(const struct verdict *verdict, struct hook_verdict *ret)
{
    *ret = (struct hook_verdict){ .action = (enum hook_action)verdict->action, .log = verdict->log, .rule = verdict->rule };
    ret->err = verdict->err;
    ret->has_ret = verdict->has_ret;
    ret->ret = (long)verdict->ret;
    ret->signal = verdict->signal;
    ret->delay_ns = verdict->delay_ns;
    if (verdict->action != HOOK_ACTION_REDIRECT)
        return 0;
    size_t len = strlen(verdict->to);
    if (len >= sizeof ret->to)
        return -ENAMETOOLONG;
    memcpy(ret->to, verdict->to, len + 1);
    ret->path = verdict->path;
    ret->sockaddr_len = verdict->to_addr ? verdict->to_len : 0;
    if (verdict->to_addr)
        memcpy(ret->sockaddr, verdict->to_addr, verdict->to_len);
    return 0;
}

int hook_policy_decide(const struct hook_policy *policy, const struct hook_request *request, struct hook_verdict *ret)
{
    char scratch[2048] __attribute__((aligned(8)));
    struct arena arena = { .base = scratch, .size = sizeof scratch, .more = more };
    struct hook_event event = { .type = HOOK_EVENT_CALL };
    struct facts facts;
    struct verdict verdict;
    int call = request->symbol ? call_find(request->symbol, strlen(request->symbol)) : -1;
    if (call < 0)
        return -EINVAL;
    event.call = (uint16_t)call;
    fill_event(&event, request, &arena);
    facts_init(&facts, &event, request->lexical ? &embed_by_spelling : &embed_by_files, &arena);
    int err = set_facts(&facts, request);
    if (err == 0) {
        policy_decide(policy->image, &policy->state, &facts, &verdict);
        err = give_verdict(&verdict, ret);
    }
    release(&arena);
    return err;
}
