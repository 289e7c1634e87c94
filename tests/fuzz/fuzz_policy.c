/* SPDX-License-Identifier: MIT */
/* Rules, then the names of files, among links that lead anywhere: each line of names is used by a few calls. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "core/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The same for the same text. */
static unsigned hash(const char *text)
{
    unsigned h = 2166136261u;
    for (; *text; text++)
        h = (h ^ (uint8_t)*text) * 16777619u;
    return h >> 8;
}

static long answer(const char *text, char *buf, size_t size)
{
    size_t len = strlen(text);
    memcpy(buf, text, len < size ? len : size);
    return (long)(len < size ? len : size);
}

/* Any path is a link, a file, or nothing. */
static long read_link(const char *path, char *buf, size_t size)
{
    static const char *const links[] = { "/", "..", "../a", "/etc/shadow", "b/../../c/", ".", "/tmp//./x", "" };
    unsigned h = hash(path);
    if (h % 3 == 0)
        return answer(links[h / 3 % (sizeof links / sizeof *links)], buf, size);
    return h % 3 == 1 ? -EINVAL : h & 64 ? -ENOENT : -EPERM;
}

static long cwd(char *buf, size_t size)
{
    return answer("/tmp/a", buf, size);
}

static long program(char *buf, size_t size)
{
    return answer("/usr/bin/program --with arguments", buf, size);
}

static long fd_path(int fd, char *buf, size_t size)
{
    return fd == 4 ? -EBADF : answer(fd == 5 ? "/etc (deleted)" : fd == 6 ? "pipe:[1]" : "/var/log", buf, size);
}

static int file_id(const char *path, bool follow, struct file_id *ret)
{
    *ret = (struct file_id){ 1, hash(path) % 4 + follow, 2, 0, false };
    return 0;
}

static const struct facts_source source = {
    .cwd = cwd, .exe = program, .argv = program, .fd_path = fd_path, .readlink = read_link, .file_id = file_id
};

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx, (void)old_size;
    if (new_size)
        return realloc(block, new_size);
    free(block);
    return NULL;
}

static void ignore(void *ctx, const struct policy_step *step)
{
    (void)ctx, (void)step;
}

/* As policies are used, or rule by rule. */
static struct verdict verdict_of(const struct policy *policy, const struct hook_event *event, struct arena *arena,
                                 bool one_by_one)
{
    struct policy_state state = { 1, calloc(policy_counts(policy) + 1, sizeof *state.counts) };
    struct facts facts;
    struct verdict verdict;
    facts_init(&facts, event, &source, arena);
    if (one_by_one)
        policy_explain(policy, &state, &facts, POLICY_LUCK_ALL, ignore, NULL, &verdict);
    else
        policy_decide(policy, &state, &facts, &verdict);
    free(state.counts);
    return verdict;
}

static void decide(const struct policy *policy, const struct hook_event *event, size_t memory)
{
    struct arena arena = { .base = malloc(memory), .size = memory }, again = { .base = malloc(memory), .size = memory };
    struct verdict verdict = verdict_of(policy, event, &arena, false), other = verdict_of(policy, event, &again, true);
    if (verdict.action == HOOK_ACTION_REDIRECT && (!verdict.to || (!verdict.to_addr && verdict.to[0] != '/')))
        abort();
    if (verdict.action != HOOK_ACTION_LOG && !verdict.rule)
        abort();
    if (memory > 4096 && (verdict.action != other.action || verdict.rule != other.rule))
        abort();
    free(arena.base);
    free(again.base);
}

/* The name as each argument that can hold one; the other words are small numbers. */
static void decide_call(const struct policy *policy, unsigned call, char *name, size_t len)
{
    struct hook_event event = { .call = (uint16_t)call };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, name, len < sizeof address.sun_path ? len : sizeof address.sun_path);
    for (unsigned i = 0; i < call_table[call].args; i++) {
        unsigned kind = call_table[call].arg_kind[i];
        const void *p = kind == KIND_SOCKADDR ? (void *)&address : name;
        event.arg[i] = (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = kind == KIND_DIRFD ? AT_FDCWD : (int)len % 8 };
        if (kind_copied(kind) == COPIED_IN || kind == KIND_TEMPLATE)
            event.arg[i] =
                (struct hook_value){ HOOK_VALUE_BYTES, (uint32_t)(kind == KIND_SOCKADDR ? sizeof address : len), 0, 1, p };
    }
    if (policy_concerns(policy, call))
        decide(policy, &event, len % 2 ? 64 * 1024 : 512);
}

static void decide_names(const struct policy *policy, const char *names, size_t len)
{
    static const uint16_t calls[] = { CALL_open,    CALL_openat2, CALL_rename,   CALL_lstat,
                                      CALL_connect, CALL_execve,  CALL_fts_open, CALL_write };
    for (const char *end = names + len; names < end;) {
        const char *stop = memchr(names, '\n', (size_t)(end - names));
        size_t n = (size_t)((stop ? stop : end) - names);
        char *name = malloc(n + 1);
        memcpy(name, names, n);
        name[n] = '\0';
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
            decide_call(policy, calls[i], name, calls[i] == CALL_fts_open ? n + 1 : n);
        free(name);
        names += n + 1;
    }
}

/* A NUL parts the rules from the names. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const struct policy_memory memory = { .resize = resize };
    const uint8_t *end = len ? memchr(data, 0, len) : NULL;
    size_t rules = end ? (size_t)(end - data) : len;
    const struct policy_text text = { .name = "rules", .dir = "/dir/*", .text = (const char *)data, .len = rules };
    struct policy *policy = NULL;
    if (policy_compile(&text, &memory, NULL, NULL, &policy) == 0) {
        if (end)
            decide_names(policy, (const char *)end + 1, len - rules - 1);
        free(policy);
    }
    return 0;
}
