/* SPDX-License-Identifier: MIT */
/* What the parts of capture share. */
#ifndef CORE_CAPTURE_PART_H
#define CORE_CAPTURE_PART_H

#include "core/call.h"
#include "core/capture.h"

enum {
    VECTOR_MAX = 32, /* elements shown of an array */
};

struct capture {
    struct hook_event *event;
    const long *words;
    const struct capture_source *source;
    struct arena *arena;
    const struct call *call;
    bool after, trusted; /* trusted: the call has read what it was passed */
};

static inline size_t capture_smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline void capture_set(struct hook_value *value, const void *bytes, size_t len, bool cut)
{
    value->state = cut ? HOOK_VALUE_CUT : HOOK_VALUE_BYTES;
    value->p = bytes;
    value->len = (uint32_t)len;
}

/* Copies exactly n bytes, or nothing. */
bool capture_peek(const struct capture *c, void *dst, const void *src, size_t n);

/* The number in the first argument of that kind behind arg. */
long capture_number(const struct capture *c, unsigned arg, unsigned kind);

/* The bytes at the address that the value is, copied unless they are trusted. */
void capture_block(const struct capture *c, struct hook_value *value, size_t len, bool trusted, bool cut);

/* Writes `shown` elements of a vector, of which that many bytes are data, in the encoding of IOV_IN. Returns the
 * bytes written, or 0 when some can't be read; the room is capture_vector_room for each element. */
size_t capture_elements(const struct capture *c, char *to, const void *vector, size_t shown, size_t bytes);
enum { VECTOR_HEAD = sizeof(uint64_t) + sizeof(uint32_t) };

static inline size_t capture_vector_room(const struct capture *c)
{
    return VECTOR_HEAD + c->source->strings;
}

/* A structure, in capture_struct.c. */
void capture_structure(const struct capture *c, unsigned arg, struct hook_value *value);

/* What getline has read, that many bytes: the value is where it has put the address. */
void capture_line(const struct capture *c, struct hook_value *value, size_t len);

/* Descriptors, in capture_fd.c: the path of the one that the value is, those of a FD2, and what kinds are one. */
void capture_fd_name(const struct capture *c, struct hook_value *value);
void capture_fd_pair(const struct capture *c, struct hook_value *value);
bool capture_is_descriptor(unsigned kind);

/* Messages, in capture_message.c; and, before the call, the room that the program has for a name. */
void capture_messages(const struct capture *c, unsigned arg, struct hook_value *value);
void capture_name_room(const struct capture *c, struct hook_value *value);

/* An address, or an option, of the size that another argument tells. */
void capture_sized_in(const struct capture *c, unsigned arg, struct hook_value *value);
void capture_sized_out(const struct capture *c, unsigned arg, struct hook_value *value);

/* Kinds that are read before the call and, when it has succeeded, once more behind that. */
void capture_both(const struct capture *c, unsigned arg, struct hook_value *value);

#endif
