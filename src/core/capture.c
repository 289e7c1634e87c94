/* SPDX-License-Identifier: MIT */
/* A program may pass any address. One that the system call has just read or written (it succeeded, or
 * failed for a reason found later, and did not wait: another thread may unmap meanwhile what the kernel is
 * done with) is read in place; any other is copied through the peek port, which costs a system call and
 * cannot crash. */
#include "core/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "core/capture_part.h"
#include "core/form.h"

enum {
    PATH_SIZE = 4096,        /* what the kernel reads of a path, and of a file system's options */
    STRING_MAX = 128 * 1024, /* one string of an argv: MAX_ARG_STRLEN */
    STRINGS_MAX = 8 << 20,   /* all of an argv: more than the kernel ever takes */
    PEEK_FIRST = 256,
    THREAD_NAME = 15, /* what the kernel keeps of it */
    SHORT_NS = 50000, /* a call that took longer may have waited */
};

bool capture_peek(const struct capture *c, void *dst, const void *src, size_t n)
{
    for (size_t done = 0; done < n;) {
        long got = c->source->peek((char *)dst + done, (const char *)src + done, n - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* Copies a string into room for size bytes; returns its length, size when it is longer, -1 when it
 * can't be read to its end. */
static long peek_into(const struct capture *c, char *dst, const char *src, size_t size)
{
    for (size_t done = 0; done < size;) {
        size_t step = done == 0 && size > PEEK_FIRST ? PEEK_FIRST : size - done;
        long got = c->source->peek(dst + done, src + done, step);
        if (got <= 0)
            return -1;
        const char *end = memchr(dst + done, '\0', (size_t)got);
        if (end)
            return end - dst;
        done += (size_t)got;
    }
    return (long)size;
}

/* Takes a string of any length up to max; NULL when it can't be read. */
static char *take_string(const struct capture *c, const char *src, size_t max, size_t *ret_len)
{
    struct arena *arena = c->arena;
    size_t room = (arena->size - arena->used) & ~(size_t)7;
    long len = room > 64 ? peek_into(c, arena->base + arena->used, src, room - 1) : (long)room;
    if (len < 0)
        return NULL;
    if (room > 64 && (size_t)len < room - 1) {
        char *at = arena_take(arena, (size_t)len + 1);
        *ret_len = (size_t)len;
        return at;
    }
    char *at = arena_take(arena, max + 1);
    len = at ? peek_into(c, at, src, max) : -1;
    if (len < 0)
        return NULL;
    at[len] = '\0';
    *ret_len = (size_t)len;
    return at;
}

static void capture_string(const struct capture *c, struct hook_value *value, size_t max, bool trusted)
{
    const char *src = (const char *)value->n;
    size_t len;
    if (trusted) {
        const char *end = memchr(src, '\0', max);
        capture_set(value, src, end ? (size_t)(end - src) : max, !end);
        return;
    }
    const char *copy = take_string(c, src, max, &len);
    if (copy)
        capture_set(value, copy, len, len == max);
}

static void capture_thread_name(const struct capture *c, struct hook_value *value)
{
    capture_string(c, value, THREAD_NAME, false);
    if (value->state == HOOK_VALUE_BYTES && value->len > THREAD_NAME)
        capture_set(value, value->p, THREAD_NAME, true);
}

void capture_block(const struct capture *c, struct hook_value *value, size_t len, bool trusted, bool cut)
{
    void *copy;
    if (trusted)
        capture_set(value, (const void *)value->n, len, cut);
    else if ((copy = arena_take(c->arena, len)) && capture_peek(c, copy, (const void *)value->n, len))
        capture_set(value, copy, len, cut);
}

long capture_number(const struct capture *c, unsigned arg, unsigned kind)
{
    unsigned id = c->event->call;
    int at = call_arg_of_kind(id, kind, arg + 1);
    return at < 0 ? 0 : c->words[at];
}

static void capture_data(const struct capture *c, unsigned arg, struct hook_value *value, size_t len)
{
    bool out = c->call->arg_kind[arg] == KIND_BUF_OUT;
    capture_block(c, value, capture_smaller(len, c->source->strings), out && c->trusted, len > c->source->strings);
}

/* NUL-terminated strings one after another; the block doubles until they fit. */
static void capture_strings(const struct capture *c, struct hook_value *value)
{
    const char *const *vector = (const char *const *)value->n;
    const char *string;
    size_t used = 0, size = 0;
    char *block = NULL;
    bool cut = false;
    value->count = 0;
    for (;; value->count++) {
        if (!capture_peek(c, &string, vector + value->count, sizeof string))
            return;
        if (!string)
            break;
        if (cut)
            continue;
        long len = size - used > 1 ? peek_into(c, block + used, string, capture_smaller(size - used - 1, STRING_MAX)) : 0;
        while (len >= 0 && (size_t)len + 1 >= size - used && size < STRINGS_MAX) {
            size_t bigger = size ? size * 4 : 128;
            char *moved = arena_take(c->arena, bigger);
            if (!moved)
                return;
            if (used)
                memcpy(moved, block, used);
            block = moved;
            size = bigger;
            len = peek_into(c, block + used, string, capture_smaller(size - used - 1, STRING_MAX));
        }
        if (len < 0)
            return;
        block[used + (size_t)len] = '\0';
        used += (size_t)len + 1;
        cut = used == size;
    }
    capture_set(value, block, used, cut);
}

static void capture_count(const struct capture *c, struct hook_value *value)
{
    const void *const *vector = (const void *const *)value->n;
    const void *chunk[16];
    value->count = 0;
    for (;;) {
        long got = c->source->peek(chunk, vector + value->count, sizeof chunk);
        if (got < (long)sizeof *chunk)
            return;
        for (size_t i = 0; i < (size_t)got / sizeof *chunk; i++, value->count++)
            if (!chunk[i])
                return;
    }
}

size_t capture_elements(const struct capture *c, char *to, const void *vector, size_t shown, size_t bytes)
{
    size_t used = 0;
    for (size_t i = 0; i < shown; i++) {
        struct iovec element;
        if (!capture_peek(c, &element, (const struct iovec *)vector + i, sizeof element))
            return 0;
        uint64_t len = element.iov_len;
        uint32_t have = (uint32_t)capture_smaller(capture_smaller(len, bytes), c->source->strings);
        if (!capture_peek(c, to + used + VECTOR_HEAD, element.iov_base, have))
            return 0;
        memcpy(to + used, &len, sizeof len);
        memcpy(to + used + sizeof len, &have, sizeof have);
        used += VECTOR_HEAD + have;
        bytes -= capture_smaller(len, bytes);
    }
    return used;
}

static void capture_vector(const struct capture *c, unsigned arg, struct hook_value *value, size_t bytes)
{
    size_t count = (size_t)capture_number(c, arg, KIND_IOVCNT), shown = capture_smaller(count, VECTOR_MAX);
    char *block = count > 1024 ? NULL : arena_take(c->arena, shown * capture_vector_room(c) + 1);
    value->count = (uint32_t)count;
    size_t used = block ? capture_elements(c, block, (const void *)value->n, shown, bytes) : 0;
    if (block && (used || !shown))
        capture_set(value, block, used, shown < count);
}

/* A struct that begins with a pointer to its name: passwd, group, spwd, hostent. */
static void capture_entry(const struct capture *c, struct hook_value *value)
{
    int64_t at = 0;
    if (!capture_peek(c, &at, (const void *)value->n, sizeof at) || !at || !capture_peek(c, &at, (const void *)at, sizeof at))
        return;
    struct hook_value name = { .n = at };
    capture_string(c, &name, PATH_SIZE, false);
    if (name.state == HOOK_VALUE_BYTES)
        capture_set(value, name.p, name.len, false);
}

/* fwrite and fread have two sizes: of an element, and how many. */
static bool has_elements(const struct capture *c, unsigned arg)
{
    return arg + 2 < c->call->args && c->call->arg_kind[arg + 1] == KIND_SIZE && c->call->arg_kind[arg + 2] == KIND_SIZE &&
           c->call->syscall == SYSCALL_stdio;
}

static size_t element_size(const struct capture *c, unsigned arg)
{
    return has_elements(c, arg) ? (size_t)c->words[arg + 1] : 1;
}

static size_t data_size(const struct capture *c, unsigned arg)
{
    size_t size = (size_t)capture_number(c, arg, KIND_SIZE);
    return has_elements(c, arg) ? size * (size_t)c->words[arg + 2] : size;
}

static void capture_in(const struct capture *c, unsigned arg, struct hook_value *value)
{
    switch (form_kind(c->event, arg)) {
    case KIND_PATTERN:
    case KIND_SHMNAME:
    case KIND_PATH: capture_string(c, value, PATH_SIZE, c->trusted); break;
    case KIND_FORMAT:
    case KIND_STR: capture_string(c, value, c->trusted ? STRINGS_MAX : STRING_MAX, c->trusted); break;
    case KIND_MOUNTOPTIONS: capture_string(c, value, PATH_SIZE, false); break;
    case KIND_BUF_IN: capture_data(c, arg, value, data_size(c, arg)); break;
    case KIND_IOV_IN: capture_vector(c, arg, value, SIZE_MAX); break;
    case KIND_ARGV: capture_strings(c, value); break;
    case KIND_ENVP: c->source->full ? capture_strings(c, value) : capture_count(c, value); break;
    case KIND_THREADNAME_IN: capture_thread_name(c, value); break;
    case KIND_MSGHDR_IN:
    case KIND_MMSGHDR_IN: capture_messages(c, arg, value); break;
    case KIND_OPTVAL_IN:
    case KIND_SOCKADDR: capture_sized_in(c, arg, value); break;
    default: capture_structure(c, arg, value);
    }
}

static void capture_out(const struct capture *c, unsigned arg, struct hook_value *value)
{
    const struct hook_event *event = c->event;
    unsigned kind = form_kind(event, arg);
    if (kind == KIND_TEMPLATE) {
        capture_string(c, value, PATH_SIZE, c->after && event->err != EFAULT && event->dur_ns < SHORT_NS);
        return;
    }
    if (!c->after || event->failed || ((kind == KIND_WSTATUS || kind == KIND_RUSAGE) && event->ret <= 0))
        return;
    size_t got = event->ret > 0 ? (size_t)event->ret : 0;
    switch (kind) {
    case KIND_THREADNAME_OUT: capture_thread_name(c, value); break;
    case KIND_RANDOM:
    case KIND_BUF_OUT: capture_data(c, arg, value, capture_smaller(got * element_size(c, arg), data_size(c, arg))); break;
    case KIND_IOV_OUT: capture_vector(c, arg, value, got); break;
    case KIND_LINEP: capture_line(c, value, got); break;
    case KIND_OPTVAL_OUT:
    case KIND_SOCKADDR_OUT: capture_sized_out(c, arg, value); break;
    case KIND_ENTRYP: capture_entry(c, value); break;
    case KIND_MSGHDR_OUT:
    case KIND_MMSGHDR_OUT: capture_messages(c, arg, value); break;
    case KIND_PATH_OUT: capture_string(c, value, PATH_SIZE, c->trusted); break;
    default: capture_structure(c, arg, value);
    }
}

/* Arguments that are there only when another says so. */
static bool is_passed(const struct capture *c, unsigned arg)
{
    unsigned kind = c->call->arg_kind[arg];
    if (kind == KIND_MODE && arg > 0 && c->call->arg_kind[arg - 1] == KIND_OFLAGS)
        return c->words[arg - 1] & O_CREAT || (c->words[arg - 1] & O_TMPFILE) == O_TMPFILE;
    if (arg > 0 && c->call->arg_kind[arg - 1] == KIND_MREMAPFLAGS)
        return c->words[arg - 1] & MREMAP_FIXED;
    if (kind == KIND_DEV)
        return S_ISCHR(c->words[arg - 1]) || S_ISBLK(c->words[arg - 1]);
    return form_kind(c->event, arg) != KIND_VOID;
}

static void capture_arg(const struct capture *c, unsigned arg, bool all)
{
    struct hook_value *value = &c->event->arg[arg];
    unsigned kind = form_kind(c->event, arg);
    enum copied copied = kind_copied(kind);
    if (copied == COPIED_WORD) {
        value->state = HOOK_VALUE_NUMBER;
    } else if (copied == COPIED_BOTH) {
        value->state = c->after ? value->state : HOOK_VALUE_ADDRESS;
        if (value->n)
            capture_both(c, arg, value);
    } else if (copied == COPIED_HANDLE) {
        value->state = value->n ? HOOK_VALUE_NUMBER : HOOK_VALUE_ADDRESS;
        if (value->n)
            value->n = c->source->handle(kind, (const void *)value->n);
    } else {
        value->state = HOOK_VALUE_ADDRESS;
        if (kind == KIND_MSGHDR_OUT && !c->after)
            capture_name_room(c, value);
        if (all && value->n && copied == COPIED_IN)
            capture_in(c, arg, value);
        else if (all && value->n)
            capture_out(c, arg, value);
    }
}

void capture_before(struct hook_event *event, const long *words, bool all, const struct capture_source *source,
                    struct arena *arena)
{
    const struct capture c = { event, words, source, arena, &call_table[event->call], false, false };
    event->named = source->fd_name != NULL;
    event->full = source->full;
    for (unsigned arg = 0; arg < c.call->args; arg++) {
        struct hook_value *value = &event->arg[arg];
        *value = (struct hook_value){ .n = words[arg] };
        if (is_passed(&c, arg))
            capture_arg(&c, arg, all);
        if (event->named && value->state == HOOK_VALUE_NUMBER && capture_is_descriptor(c.call->arg_kind[arg]))
            capture_fd_name(&c, value);
    }
}

/* A call that has failed has surely read what it was passed only where that is one thing: of two paths the
 * first may have been the reason. */
static bool has_read(const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    unsigned passed = 0;
    const int flags = call_arg_of_kind(event->call, KIND_MSGFLAGS, 0);
    if (flags >= 0 && event->arg[flags].n & MSG_TRUNC) /* bytes are counted that have been thrown away */
        return false;
    for (unsigned arg = 0; arg < call->args; arg++)
        passed += kind_copied(form_kind(event, arg)) == COPIED_IN;
    return event->dur_ns < SHORT_NS && (!event->failed || (passed == 1 && !capture_is_early_error(event->err)));
}

/* A result that is a string, or a struct that begins with one. */
void capture_result(struct hook_event *event, long ret, const struct capture_source *source, struct arena *arena)
{
    const struct call *call = &call_table[event->call];
    const struct capture c = { event, NULL, source, arena, call, true, false };
    struct hook_value *value = &event->arg[call->args];
    int64_t at = ret;
    *value = (struct hook_value){ .state = HOOK_VALUE_ADDRESS, .n = ret };
    if (!ret || (call->kind == KIND_ENTRY && !capture_peek(&c, &at, (const void *)ret, sizeof at)))
        return;
    struct hook_value name = { .n = at };
    capture_string(&c, &name, PATH_SIZE, false);
    if (name.state == HOOK_VALUE_BYTES)
        capture_set(value, name.p, name.len, false);
}

void capture_after(struct hook_event *event, const long *words, bool early, const struct capture_source *source,
                   struct arena *arena)
{
    const struct capture c = { event, words, source, arena, &call_table[event->call], true, has_read(event) };
    for (unsigned arg = 0; arg < c.call->args; arg++) {
        unsigned kind = form_kind(event, arg);
        enum copied copied = kind_copied(kind);
        bool open = event->arg[arg].state == HOOK_VALUE_ADDRESS && (copied == COPIED_OUT || (copied == COPIED_IN && !early));
        if (open || copied == COPIED_BOTH || (kind == KIND_TEMPLATE && early && !event->failed))
            capture_arg(&c, arg, true);
    }
    if (!event->named || !capture_gives_descriptor(event))
        return;
    struct hook_value *result = &event->arg[c.call->args];
    *result = (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = event->ret };
    capture_fd_name(&c, result);
}
