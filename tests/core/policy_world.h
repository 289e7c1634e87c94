/* SPDX-License-Identifier: MIT */
/* A small world for tests of rules: calls made of their arguments, and files that exist nowhere. */
#ifndef TESTS_POLICY_WORLD_H
#define TESTS_POLICY_WORLD_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "core/call.h"
#include "core/facts.h"
#include "core/names.h"
#include "core/policy/policy.h"

/* Each file and folder that exists; link: what a symbolic link holds. */
static const struct world_file {
    const char *path, *link;
    uint64_t ino, links;
} world_files[] = {
    { "/bin", "usr/bin", 1, 1 },
    { "/usr", NULL, 2, 1 },
    { "/usr/bin", NULL, 3, 1 },
    { "/usr/bin/sh", "dash", 4, 1 },
    { "/usr/bin/dash", NULL, 5, 1 },
    { "/usr/bin/ls", NULL, 6, 1 },
    { "/etc", NULL, 7, 1 },
    { "/etc/shadow", NULL, 8, 2 },
    { "/etc/passwd", NULL, 9, 1 },
    { "/etc/hosts", NULL, 10, 1 },
    { "/tmp", NULL, 11, 1 },
    { "/tmp/hard", NULL, 8, 2 },
    { "/tmp/other-hard", NULL, 12, 2 },
    { "/tmp/soft", "/etc/shadow", 13, 1 },
    { "/tmp/soft2", "soft", 14, 1 },
    { "/tmp/up", "../etc", 15, 1 },
    { "/tmp/loop", "loop", 16, 1 },
    { "/tmp/shell", "/bin/sh", 17, 1 },
    { "/tmp/plain", NULL, 18, 1 },
    { "/home", NULL, 19, 1 },
    { "/home/me", NULL, 20, 1 },
    { "/home/me/.ssh", NULL, 21, 1 },
    { "/home/me/.ssh/key", NULL, 22, 1 },
    { "/proc", NULL, 23, 1 },
    { "/proc/self", "77", 24, 1 },
    { "/proc/77", NULL, 25, 1 },
    { "/proc/77/root", "/", 26, 1 },
    { "/proc/77/cwd", "/home/me", 27, 1 },
    { "/proc/77/fd", NULL, 28, 1 },
    { "/proc/77/fd/5", "/etc", 29, 1 },
    { "/proc/77/fd/6", "/etc/shadow", 30, 1 },
    { "/proc/77/fd/7", "pipe:[123]", 31, 1 },
    { "/run", NULL, 32, 1 },
    { "/run/docker.sock", NULL, 33, 1 },
    { "/var", NULL, 34, 1 },
    { "/var/run", "/run", 35, 1 },
    { "/tmp/young", NULL, 9, 1 },
};

static const char *world_moved; /* the name that /etc/passwd has now, which nothing had before */

static unsigned world_questions; /* how many have been asked */
static bool world_is_blind;      /* no question is answered */

static inline const struct world_file *world_find(const char *path)
{
    for (size_t i = 0; i < sizeof world_files / sizeof *world_files; i++)
        if (strcmp(world_files[i].path, path) == 0)
            return &world_files[i];
    return NULL;
}

static inline long world_answer(const char *text, char *buf, size_t size)
{
    size_t len = strlen(text);
    world_questions++;
    if (world_is_blind)
        return -EPERM;
    if (len >= size)
        return -ERANGE;
    memcpy(buf, text, len);
    return (long)len;
}

static inline long world_cwd(char *buf, size_t size)
{
    return world_answer("/home/me", buf, size);
}

static inline long world_exe(char *buf, size_t size)
{
    return world_answer("/usr/bin/python3.11", buf, size);
}

static inline long world_argv(char *buf, size_t size)
{
    return world_answer("python3 /home/me/tool.py --all", buf, size);
}

static inline long world_readlink(const char *path, char *buf, size_t size)
{
    const struct world_file *file = world_find(path);
    if (!world_is_blind && (!file || !file->link)) {
        world_questions++;
        return file ? -EINVAL : -ENOENT;
    }
    return world_answer(file && file->link ? file->link : "", buf, size);
}

static inline long world_fd_path(int fd, char *buf, size_t size)
{
    char path[] = "/proc/77/fd/0";
    path[sizeof path - 2] += (char)(fd > 9 ? 9 : fd);
    return world_readlink(path, buf, size);
}

static inline int world_file_id(const char *path, bool follow, struct file_id *ret)
{
    const struct world_file *file = world_find(world_moved && strcmp(path, world_moved) == 0 ? "/etc/passwd" : path);
    (void)follow;
    world_questions++;
    if (world_is_blind)
        return -EPERM;
    if (!file)
        return -ENOENT;
    *ret = (struct file_id){ 1, file->ino, file->links, strcmp(file->path, "/tmp/young") == 0 ? 2 : 1,
                             strcmp(file->path, "/proc") == 0 };
    return 0;
}

static inline long world_number(long n)
{
    world_questions++;
    return world_is_blind ? -EPERM : n;
}

static inline int world_fd_kind(int fd)
{
    static const int kinds[] = {
        [0] = FD_KIND_TTY, [1] = FD_KIND_FILE, [5] = FD_KIND_DIR, [6] = FD_KIND_FILE, [7] = FD_KIND_PIPE
    };
    return (int)world_number(fd > 7 || !kinds[fd] ? -EBADF : kinds[fd]);
}

static inline long world_uid(void)
{
    return world_number(1000);
}

static inline long world_gid(void)
{
    return world_number(100);
}

static inline long world_pid(void)
{
    return world_number(77);
}

static inline long world_peek(void *dst, const void *src, size_t n)
{
    world_questions++;
    if (world_is_blind || (uintptr_t)src < 4096)
        return -EFAULT;
    memcpy(dst, src, n > 3 ? 3 : n);
    return n > 3 ? 3 : (long)n;
}

static inline long world_head(const char *path, char *buf, size_t size)
{
    if (strcmp(path, "/home/me/script") == 0)
        return world_answer("#! /bin/sh -e\necho\n", buf, size);
    return strcmp(path, "/home/me/again") == 0 ? world_answer("#!script\n", buf, size) : -ENOENT;
}

static struct names world_names;

static inline size_t world_host(const uint8_t *address, uint32_t *at, char *buf, size_t size)
{
    return names_of(&world_names, address, at, buf, size);
}

static const struct facts_source world_source = {
    world_cwd, world_exe, world_argv, world_fd_path, world_readlink, world_file_id, world_fd_kind,
    world_uid, world_gid, world_pid,  world_host,    world_peek,     world_head,
};

/* The same without links: each path is a file with one name. */
static inline long world_no_link(const char *path, char *buf, size_t size)
{
    (void)path, (void)buf, (void)size;
    return -EINVAL;
}

static inline int world_one_name(const char *path, bool follow, struct file_id *ret)
{
    (void)path, (void)follow;
    *ret = (struct file_id){ 1, 1, 1, 0, false };
    return 0;
}

__attribute__((unused)) static const struct facts_source world_lexical = {
    .cwd = world_cwd, .readlink = world_no_link, .file_id = world_one_name, .uid = world_uid
};

/* Of the rules that were compiled last: counts go on from call to call. */
static struct policy_count world_counts[16];
static struct policy_state world_state = { 1, world_counts };

static char world_memory[256 * 1024] __attribute__((aligned(8)));
static struct arena world_arena;

static inline void *test_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx, (void)old_size;
    if (new_size > 0)
        return realloc(block, new_size);
    free(block);
    return NULL;
}

static const struct policy_memory test_memory = { test_resize, NULL };

/* Files of rules that may be included. */
static const struct {
    const char *path, *text;
} world_rules[] = {
    { "/home/me/rules/more", "block open /etc/* errno=EIO\n" },
    { "/home/me/rules/lists", "let secrets = /etc/shadow ./x\nset log all\n" },
    { "/home/me/rules/sub/deep", "include ../lists\nblock open ./y" },
    { "/home/me/rules/wrong", "\nblok open\n" },
    { "/home/me/rules/loop", "include ./loop2" },
    { "/home/me/rules/loop2", "include loop" },
    { "/home/me/my rules", "block open" },
    { "/home/me/rules/empty", "" },
};

static inline int test_load(const char *path, struct policy_file *ret)
{
    for (size_t i = 0; i < sizeof world_rules / sizeof *world_rules; i++)
        if (strcmp(world_rules[i].path, path) == 0) {
            *ret = (struct policy_file){ strdup(world_rules[i].text), strlen(world_rules[i].text), 0 };
            return 0;
        }
    return -ENOENT;
}

static char test_messages[64 * 1024]; /* of the last compile */

static inline void test_error(void *ctx, const char *message, size_t len)
{
    size_t used = strlen(test_messages);
    (void)ctx;
    if (used + len < sizeof test_messages) {
        memcpy(test_messages + used, message, len);
        test_messages[used + len] = '\0';
    }
}

static inline int test_compile(const char *rules, size_t len, struct policy **ret)
{
    const struct policy_text text = { .name = "rules",
                                      .dir = "/home/me/rules",
                                      .home = "/home/me",
                                      .text = rules,
                                      .len = len,
                                      .load = test_load,
                                      .source = &world_source };
    test_messages[0] = '\0';
    return policy_compile(&text, &test_memory, test_error, NULL, ret);
}

/* A call is built from its symbol; arguments are set by number. */
static struct hook_event test_event;

static inline struct hook_event *test_call(const char *symbol)
{
    test_event = (struct hook_event){ .call = (uint16_t)call_find(symbol, strlen(symbol)) };
    for (unsigned i = 0; i < HOOK_ARGS_MAX; i++)
        test_event.arg[i].state = HOOK_VALUE_NUMBER;
    return &test_event;
}

static inline void test_number(unsigned arg, int64_t n)
{
    test_event.arg[arg] = (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = n };
}

static inline void test_bytes(unsigned arg, const void *bytes, size_t len)
{
    test_event.arg[arg] =
        (struct hook_value){ .state = HOOK_VALUE_BYTES, .n = (int64_t)(intptr_t)bytes, .p = bytes, .len = (uint32_t)len };
}

static inline void test_text(unsigned arg, const char *text)
{
    test_bytes(arg, text, strlen(text));
}

static inline void test_null(unsigned arg)
{
    test_event.arg[arg] = (struct hook_value){ .state = HOOK_VALUE_ADDRESS };
}

static inline struct hook_event *test_open(const char *path, int flags)
{
    test_call("open");
    test_text(0, path);
    test_number(1, flags);
    return &test_event;
}

static inline struct hook_event *test_path_call(const char *symbol, const char *path)
{
    test_call(symbol);
    test_text((unsigned)call_arg_of_kind(test_event.call, KIND_PATH, 0), path);
    return &test_event;
}

static struct sockaddr_storage test_name;

/* connect to 10.0.0.1 or ::1 at a port, to unix:/path or to unix:@name. */
static inline struct hook_event *test_connect(const char *ip, unsigned port)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&test_name;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&test_name;
    struct sockaddr_un *local = (struct sockaddr_un *)&test_name;
    size_t len = sizeof *v4;
    memset(&test_name, 0, sizeof test_name);
    test_call("connect");
    if (strncmp(ip, "unix:", 5) == 0) {
        local->sun_family = AF_UNIX;
        strcpy(local->sun_path, ip + 5);
        len = offsetof(struct sockaddr_un, sun_path) + strlen(ip + 5) + (ip[5] != '@');
        if (ip[5] == '@')
            local->sun_path[0] = '\0';
    } else if (strchr(ip, ':')) {
        *v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
        inet_pton(AF_INET6, ip, &v6->sin6_addr);
        len = sizeof *v6;
    } else {
        *v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
        inet_pton(AF_INET, ip, &v4->sin_addr);
    }
    test_number(0, 3);
    test_bytes(1, &test_name, len);
    test_number(2, (int64_t)len);
    return &test_event;
}

enum { TEST_BROKEN = 99 }; /* an action: the rules do not compile */

/* What compiled rules say of the call. */
static inline struct verdict test_again(const struct policy *policy, const struct hook_event *event)
{
    struct verdict verdict = { .action = HOOK_ACTION_LOG };
    struct facts facts;
    world_questions = 0;
    world_arena = (struct arena){ .base = world_memory, .size = sizeof world_memory };
    facts_init(&facts, event, &world_source, &world_arena);
    if (policy_concerns(policy, event->call))
        policy_decide(policy, &world_state, &facts, &verdict);
    return verdict;
}

/* What the rules say of the call, which is the first. */
static inline struct verdict test_decide(const char *rules, const struct hook_event *event)
{
    struct verdict verdict = { .action = TEST_BROKEN };
    static struct policy *policy;
    free(policy);
    policy = NULL;
    if (test_compile(rules, strlen(rules), &policy) != 0)
        return verdict;
    memset(world_counts, 0, sizeof world_counts);
    return test_again(policy, event);
}

static inline int test_action(const char *rules, const struct hook_event *event)
{
    return test_decide(rules, event).action;
}

#endif
