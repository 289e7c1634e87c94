/* SPDX-License-Identifier: MIT */
#include "embed/request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/call.h"
#include "core/message.h"
#include "embed/source.h"

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

/* The same, and the address, as one message; in the program's form as well, for who looks at its data. */
static struct hook_value message_of(const struct hook_request *request, struct arena *arena)
{
    size_t size = (sizeof(struct message) + request->sockaddr_len + 7) & ~(size_t)7;
    struct hook_value data = data_vector(request, arena);
    struct mmsghdr *header = arena_take(arena, sizeof *header);
    char *held = arena_take(arena, size);
    if (!header || !held || !data.p)
        return (struct hook_value){ .state = HOOK_VALUE_ADDRESS };
    struct message head = { .name = (uintptr_t)request->sockaddr, .name_have = request->sockaddr_len, .size = (uint32_t)size };
    *header = (struct mmsghdr){ .msg_hdr = { .msg_iov = (struct iovec *)data.p, .msg_iovlen = 1 } };
    memcpy(held, &head, sizeof head);
    memcpy(held + sizeof head, request->sockaddr, head.name_have);
    struct hook_value value = bytes(held, size);
    value.n = (int64_t)(intptr_t)header;
    return value;
}

static struct hook_value value_of(const struct hook_request *request, unsigned kind, unsigned *paths, struct arena *arena)
{
    switch (kind) {
    case KIND_PATH:
    case KIND_TEMPLATE:
    case KIND_PATTERN:
    case KIND_SHMNAME: return string((*paths)++ ? request->path2 : request->path);
    case KIND_BUF_IN: return bytes(request->data, request->data_len);
    case KIND_IOV_IN: return data_vector(request, arena);
    case KIND_SIZE: return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = (int64_t)request->data_len };
    case KIND_MSGHDR_IN:
    case KIND_MMSGHDR_IN: return message_of(request, arena);
    case KIND_UINT:
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

/* What a descriptor without a number is of. */
static void set_fd_kind(struct facts *facts, const struct hook_request *request)
{
    bool by_path = request->path && !request->lexical && call_arg_of_kind(facts->event->call, KIND_PATH, 0) < 0;
    if (!by_path && !request->sockaddr)
        return;
    facts->fd_kind = request->sockaddr ? FD_KIND_SOCKET : embed_path_kind(request->path);
    facts->known |= FACT_FD_KIND;
}

static void set_number(struct facts *facts, uint32_t fact, long given, long *ret)
{
    if (given < 0)
        return;
    *ret = given;
    facts->known |= fact;
}

static bool set_host(struct facts *facts, const char *host)
{
    size_t len = strlen(host);
    char *name = arena_take(facts->arena, len + 1);
    if (!name)
        return false;
    for (size_t i = 0; i <= len; i++)
        name[i] = host[i] >= 'A' && host[i] <= 'Z' ? (char)(host[i] | 0x20) : host[i];
    if (len > 0 && name[len - 1] == '.')
        name[len - 1] = '\0';
    facts->host = name;
    return true;
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
    if (request->host && !set_host(facts, request->host))
        return -ENOMEM;
    if (request->argv && !set_argv(facts, request->argv))
        return -ENOMEM;
    if (request->path && call_arg_of_kind(facts->event->call, KIND_PATH, 0) < 0 && !set_fd_path(facts, request->path))
        return -ENOMEM;
    if (request->fd < 0)
        set_fd_kind(facts, request);
    return 0;
}

int embed_ask(struct embed_question *ret, const struct hook_request *request)
{
    int call = request->symbol ? call_find(request->symbol, strlen(request->symbol)) : -1;
    ret->event = (struct hook_event){ .type = HOOK_EVENT_CALL, .call = (uint16_t)call };
    ret->arena = (struct arena){ .base = ret->scratch, .size = sizeof ret->scratch, .more = more };
    if (call < 0)
        return -EINVAL;
    fill_event(&ret->event, request, &ret->arena);
    facts_init(&ret->facts, &ret->event, request->lexical ? &embed_by_spelling : &embed_by_files, &ret->arena);
    return set_facts(&ret->facts, request);
}

void embed_release(struct embed_question *question)
{
    struct arena *arena = &question->arena;
    while (arena->blocks) {
        void **block = arena->blocks;
        arena->blocks = *block;
        free(block);
    }
}
