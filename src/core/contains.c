/* SPDX-License-Identifier: MIT */
/* What a call writes, searched for a text: in the program's memory, a piece at a time, also where two pieces meet. */
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "core/call.h"
#include "core/facts.h"

enum { PIECE = 4096, VECTOR_MAX = 1024 };

struct search {
    const struct facts *facts;
    const char *text;
    size_t len;
    char *window; /* what was read last, and behind it room for a piece */
    size_t have;
    bool unreadable;
};

static bool found_in(const struct search *s)
{
    const char *at = s->window, *end = s->window + s->have;
    while ((size_t)(end - at) >= s->len && (at = memchr(at, s->text[0], (size_t)(end - at) - s->len + 1)))
        if (memcmp(at++, s->text, s->len) == 0)
            return true;
    return false;
}

/* Goes on with n more bytes. */
static bool search_bytes(struct search *s, const char *bytes, size_t n)
{
    while (n > 0) {
        long got = s->facts->source->peek(s->window + s->have, bytes, n < PIECE ? n : PIECE);
        if (got <= 0) {
            s->unreadable = true;
            s->have = 0;
            return false;
        }
        s->have += (size_t)got;
        if (found_in(s))
            return true;
        size_t keep = s->have < s->len - 1 ? s->have : s->len - 1;
        memmove(s->window, s->window + s->have - keep, keep);
        s->have = keep;
        bytes += got;
        n -= (size_t)got;
    }
    return false;
}

static bool read_all(struct search *s, void *to, const void *from, size_t n)
{
    for (size_t done = 0; done < n;) {
        long got = s->facts->source->peek((char *)to + done, (const char *)from + done, n - done);
        if (got <= 0) {
            s->unreadable = true;
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

static bool search_vector(struct search *s, const struct iovec *vector, size_t count)
{
    struct iovec element;
    for (size_t i = 0; i < count && i < VECTOR_MAX; i++)
        if (read_all(s, &element, vector + i, sizeof element) && search_bytes(s, element.iov_base, element.iov_len))
            return true;
    return false;
}

static bool search_messages(struct search *s, const char *at, size_t size, size_t count)
{
    struct msghdr message;
    for (size_t i = 0; i < count && i < VECTOR_MAX; i++)
        if (read_all(s, &message, at + i * size, sizeof message) && search_vector(s, message.msg_iov, message.msg_iovlen))
            return true;
    return false;
}

static bool search_call(struct search *s)
{
    const struct hook_event *event = s->facts->event;
    int arg;
    if ((arg = call_arg_of_kind(event->call, KIND_BUF_IN, 0)) >= 0) {
        int size = call_arg_of_kind(event->call, KIND_SIZE, (unsigned)arg);
        size_t len = size < 0 ? 0 : (size_t)event->arg[size].n;
        if (call_table[event->call].row == CALL_fwrite)
            len *= (size_t)event->arg[size + 1].n;
        return search_bytes(s, (const char *)event->arg[arg].n, len);
    }
    if ((arg = call_arg_of_kind(event->call, KIND_IOV_IN, 0)) >= 0) {
        int count = call_arg_of_kind(event->call, KIND_IOVCNT, (unsigned)arg);
        return count >= 0 && search_vector(s, (const struct iovec *)event->arg[arg].n, (size_t)event->arg[count].n);
    }
    arg = call_arg_of_kind(event->call, KIND_MSGHDR_IN, 0);
    if (arg >= 0)
        return search_messages(s, (const char *)event->arg[arg].n, 0, 1);
    arg = call_arg_of_kind(event->call, KIND_MMSGHDR_IN, 0);
    return arg >= 0 &&
           search_messages(s, (const char *)event->arg[arg].n, sizeof(struct mmsghdr), (unsigned)event->arg[arg + 1].n);
}

int facts_contains(struct facts *facts, const char *text, size_t len)
{
    struct search s = { .facts = facts, .text = text, .len = len };
    struct arena *arena = facts->arena, before = *arena;
    s.window = facts->source->peek ? arena_take(arena, len + PIECE) : NULL;
    if (!s.window)
        return -1;
    bool found = search_call(&s);
    if (arena->base == before.base)
        arena->used = before.used;
    if (found || s.unreadable)
        facts->known |= FACT_DATA;
    return found ? 1 : s.unreadable ? -1 : 0;
}
