/* SPDX-License-Identifier: MIT */
#include "core/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/call.h"
#include "core/facts_part.h"
#include "core/facts_started.h"
#include "core/lookup.h"

void facts_init(struct facts *facts, const struct hook_event *event, const struct facts_source *source, struct arena *arena)
{
    memset(facts, 0, sizeof *facts);
    facts->event = event;
    facts->source = source;
    facts->arena = arena;
}

static const char *cwd(struct facts *facts)
{
    if (facts_first_time(facts, FACT_CWD))
        facts->cwd = facts_ask(facts, ASK_CWD, FACT_CWD, -1);
    return facts->cwd && facts->cwd[0] == '/' ? facts->cwd : NULL;
}

/* What a descriptor names. NULL when it is not open, is no file, or (also in unknown) can't be known. */
static const char *descriptor_path(struct facts *facts, int fd, uint32_t fact)
{
    static const char deleted[] = " (deleted)";
    int err = 0;
    char *path = fd < 0 ? NULL : lookup_text(facts->source, facts->arena, ASK_FD_PATH, fd, NULL, &err);
    if (fd < 0 || err == -EBADF)
        return NULL;
    /* without /proc nothing can be said of any descriptor */
    if (!path && (err != -ENOENT || !lookup_text(facts->source, facts->arena, ASK_READLINK, -1, "/proc/self", &err)))
        facts->unknown |= fact;
    if (!path || path[0] != '/')
        return NULL;
    size_t len = strlen(path), cut = sizeof deleted - 1;
    if (len > cut && strcmp(path + len - cut, deleted) == 0)
        path[len - cut] = '\0';
    return path;
}

/* A path as the program passed it. */
struct raw {
    const char *base; /* where it begins when it is relative */
    const char *text;
    size_t len, root;
};

static int path_arg(const struct facts *facts, unsigned i)
{
    unsigned call = facts->event->call;
    int at = call_path_arg(call);
    if (at < 0)
        at = call_arg_of_kind(call, KIND_PATTERN, 0);
    if (at < 0)
        at = call_arg_of_kind(call, KIND_SHMNAME, 0);
    return i == 0 || at < 0 ? (i == 0 ? at : -1) : call_arg_of_kind(call, KIND_PATH, (unsigned)at + 1);
}

/* fts_open: the i-th of the folders to walk through. */
static bool listed_path(const struct facts *facts, unsigned i, struct raw *raw)
{
    int arg = call_arg_of_kind(facts->event->call, KIND_ARGV, 0);
    const struct hook_value *list = arg < 0 ? NULL : &facts->event->arg[arg];
    if (!list || !facts_is_bytes(list))
        return false;
    const char *at = list->p, *end = at + list->len;
    for (; i > 0 && at < end; i--)
        at += strlen(at) + 1;
    raw->text = at;
    raw->len = at < end ? strlen(at) : 0;
    return raw->len > 0;
}

const char *facts_implied_path(unsigned call)
{
    static const struct {
        char symbol[7], path[13];
    } implied[] = { { "getgr", "/etc/group" },  { "setgr", "/etc/group" },  { "initgr", "/etc/group" },
                    { "getpw", "/etc/passwd" }, { "setpw", "/etc/passwd" }, { "getsp", "/etc/shadow" } };
    const struct call *row = &call_table[call];
    if (facts_is_exec(call) && call_arg_of_kind(call, KIND_FD, 0) < 0 && call_path_arg(call) < 0)
        return "/bin/sh"; /* system and popen */
    for (size_t i = 0; row->syscall == SYSCALL_openat && i < sizeof implied / sizeof *implied; i++)
        if (strncmp(call_symbol(call), implied[i].symbol, strlen(implied[i].symbol)) == 0)
            return implied[i].path;
    return NULL;
}

static bool implied_path(const struct facts *facts, unsigned i, struct raw *raw)
{
    raw->text = i == 0 ? facts_implied_path(facts->event->call) : NULL;
    raw->len = raw->text ? strlen(raw->text) : 0;
    return raw->text;
}

static bool socket_path(const struct facts *facts, struct raw *raw)
{
    struct sockaddr_un name;
    size_t len;
    const char *address = facts_sockaddr(facts, &len);
    const size_t head = offsetof(struct sockaddr_un, sun_path);
    if (!address || len <= head)
        return false;
    memcpy(&name.sun_family, address, sizeof name.sun_family);
    if (name.sun_family != AF_UNIX)
        return false;
    raw->text = address + head;
    raw->len = strnlen(raw->text, len - head);
    return raw->len > 0;
}

/* What glob opens first: the folder before the first wildcard. */
static void cut_pattern(struct raw *raw)
{
    size_t plain = 0;
    while (plain < raw->len && !strchr("*?[\\{~", raw->text[plain]))
        plain++;
    while (plain > 0 && raw->text[plain - 1] != '/')
        plain--;
    raw->len = plain ? plain : 1;
    raw->text = plain ? raw->text : ".";
}

/* No path at all: utimensat means its dirfd, freopen the stream's own file. */
static bool descriptor_itself(const struct facts *facts, struct raw *raw, bool relative, int *dirfd)
{
    if (!relative)
        *dirfd = call_arg_of_kind(facts->event->call, KIND_STREAM, 0) < 0 ? AT_FDCWD : facts_fd(facts);
    raw->text = "";
    raw->len = 0;
    return *dirfd != AT_FDCWD;
}

/* The text of the path; false when the call has none. *dirfd: AT_FDCWD, or what it is relative to. */
static bool raw_text(const struct facts *facts, unsigned i, struct raw *raw, int *dirfd)
{
    const struct hook_event *event = facts->event;
    int arg = path_arg(facts, i);
    *dirfd = AT_FDCWD;
    if (i == FACT_SOCKET)
        return socket_path(facts, raw);
    if (i == 0 && event->path) { /* the adapter has found it already */
        raw->text = event->path;
        raw->len = strlen(event->path);
        return true;
    }
    if (arg < 0)
        return implied_path(facts, i, raw) || (!facts_is_exec(event->call) && listed_path(facts, i, raw));
    const struct hook_value *value = &event->arg[arg];
    bool relative = arg > 0 && call_table[event->call].arg_kind[arg - 1] == KIND_DIRFD;
    if (relative)
        *dirfd = (int)event->arg[arg - 1].n;
    if (value->state == HOOK_VALUE_ADDRESS && !value->n)
        return descriptor_itself(facts, raw, relative, dirfd);
    raw->text = value->p;
    raw->len = value->len;
    if (facts_is_bytes(value) && call_table[event->call].arg_kind[arg] == KIND_PATTERN)
        cut_pattern(raw);
    return facts_is_bytes(value) && (raw->len > 0 || relative);
}

/* openat2 can take a folder for the root. */
static bool is_rooted(const struct facts *facts)
{
    struct open_how how;
    int arg = call_arg_of_kind(facts->event->call, KIND_OPENHOW, 0);
    const struct hook_value *value = arg < 0 ? NULL : &facts->event->arg[arg];
    if (!value || !facts_is_bytes(value) || value->len < sizeof how)
        return false;
    memcpy(&how, value->p, sizeof how);
    return how.resolve & RESOLVE_IN_ROOT;
}

/* A semaphore's file has another name than the semaphore. */
static bool shared_path(struct facts *facts, struct raw *raw)
{
    bool semaphore = strncmp(call_symbol(facts->event->call), "sem_", 4) == 0;
    for (; raw->len > 0 && raw->text[0] == '/'; raw->len--)
        raw->text++;
    raw->base = "/dev/shm";
    char *name = semaphore ? arena_take(facts->arena, raw->len + sizeof "sem.") : NULL;
    if (!name)
        return !semaphore;
    memcpy(name, "sem.", 4);
    memcpy(name + 4, raw->text, raw->len);
    raw->text = name;
    raw->len += 4;
    return true;
}

static bool raw_path(struct facts *facts, unsigned i, struct raw *raw)
{
    int dirfd;
    if (!raw_text(facts, i, raw, &dirfd))
        return false;
    bool rooted = is_rooted(facts);
    raw->root = 0;
    raw->base = "/";
    if (call_arg_of_kind(facts->event->call, KIND_SHMNAME, 0) >= 0)
        return shared_path(facts, raw);
    if (raw->len > 0 && raw->text[0] == '/' && !rooted)
        return true;
    raw->base = dirfd == AT_FDCWD ? cwd(facts) : descriptor_path(facts, dirfd, (uint32_t)FACT_ABS << i);
    if (!raw->base && dirfd == AT_FDCWD)
        facts->unknown |= (uint32_t)FACT_ABS << i;
    if (raw->base && rooted && raw->base[1])
        raw->root = strlen(raw->base);
    for (; raw->len > 0 && raw->text[0] == '/'; raw->len--)
        raw->text++;
    return raw->base;
}

bool facts_path_by_descriptor(const struct facts *facts, unsigned i)
{
    struct raw raw;
    int dirfd;
    return raw_text(facts, i, &raw, &dirfd) && dirfd != AT_FDCWD && (!raw.len || raw.text[0] != '/' || is_rooted(facts));
}

const char *facts_path_end(const struct facts *facts, unsigned i)
{
    struct raw raw;
    int dirfd;
    return raw_text(facts, i, &raw, &dirfd) ? path_end(raw.text, raw.len) : "";
}

const char *facts_path(struct facts *facts, unsigned i)
{
    struct raw raw;
    if (!facts_first_time(facts, (uint32_t)FACT_ABS << i) || !raw_path(facts, i, &raw))
        return facts->path[i].abs;
    size_t size = strlen(raw.base) + raw.len + 3;
    char *buf = arena_take(facts->arena, size);
    if (buf && path_join(raw.base, raw.text, raw.len, buf, size) >= 0)
        facts->path[i].abs = buf;
    else
        facts->unknown |= (uint32_t)FACT_ABS << i;
    return facts->path[i].abs;
}

const char *facts_real_path(struct facts *facts, unsigned i)
{
    struct raw raw;
    if (!facts_first_time(facts, (uint32_t)FACT_REAL << i))
        return facts->path[i].real;
    if (!raw_path(facts, i, &raw)) {
        facts->unknown |= facts->unknown & (uint32_t)FACT_ABS << i ? (uint32_t)FACT_REAL << i : 0;
        return NULL;
    }
    struct walk walk = { facts->source,           facts->arena, raw.base, raw.root, raw.text, raw.text + raw.len,
                         facts_follows(facts, i), NULL,         NULL };
    int err = lookup_real(&walk);
    if (err == 0) {
        facts->path[i].real = walk.real;
        facts->path[i].names = walk.names;
        if (i == 0 && facts_is_exec(facts->event->call) && cwd(facts))
            facts_add_started(facts, cwd(facts), walk.real, &facts->path[i].names);
    } else if (err != -ELOOP) {
        facts->unknown |= (uint32_t)FACT_REAL << i;
    }
    return facts->path[i].real;
}

const char *facts_folder(struct facts *facts, const char *path, size_t len)
{
    struct walk walk = { facts->source, facts->arena, "/", 0, path, path + len, true, NULL, NULL };
    return lookup_real(&walk) == 0 ? walk.real : NULL;
}

const struct file_id *facts_file_id(struct facts *facts, unsigned i)
{
    struct file_id *id = &facts->id[i];
    const uint32_t fact = (uint32_t)FACT_ID << i;
    if (facts_first_time(facts, fact)) {
        const char *path = facts_real_path(facts, i);
        int err = path ? facts->source->file_id ? facts->source->file_id(path, false, id) : -ENOSYS : -ENOENT;
        if (err == -ENOSYS || err == -EPERM)
            facts->unknown |= fact;
        if (err < 0)
            *id = (struct file_id){ 0 };
    }
    return id->links ? id : NULL;
}

const struct file_id *facts_fd_id(struct facts *facts)
{
    struct file_id *id = &facts->id[0];
    if (facts_first_time(facts, FACT_FD_ID)) {
        const char *path = facts->source->file_id ? facts_fd_path(facts) : NULL;
        if (!path || facts->source->file_id(path, false, id) < 0)
            *id = (struct file_id){ 0 };
    }
    return id->links ? id : NULL;
}

int facts_fd(const struct facts *facts)
{
    const struct call *call = &call_table[facts->event->call];
    for (unsigned i = 0; i < call->args; i++) {
        unsigned kind = call->arg_kind[i];
        if (kind == KIND_FD || kind == KIND_STREAM || kind == KIND_DIRP)
            return facts->event->arg[i].state == HOOK_VALUE_NUMBER ? (int)facts->event->arg[i].n : -1;
    }
    return -1;
}

const char *facts_fd_path(struct facts *facts)
{
    if (facts_first_time(facts, FACT_FD_PATH))
        facts->fd_path = descriptor_path(facts, facts_fd(facts), FACT_FD_PATH);
    return facts->fd_path;
}

int facts_fd_kind(struct facts *facts)
{
    int fd = facts_fd(facts);
    if (!facts_first_time(facts, FACT_FD_KIND) || fd < 0)
        return facts->fd_kind;
    int kind = facts->source->fd_kind ? facts->source->fd_kind(fd) : -ENOSYS;
    if (kind < 0 && kind != -EBADF)
        facts->unknown |= FACT_FD_KIND;
    facts->fd_kind = kind < 0 ? 0 : kind;
    return facts->fd_kind;
}
