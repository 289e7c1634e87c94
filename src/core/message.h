/* SPDX-License-Identifier: MIT */
/* Messages of sendmsg and its relatives, as values hold them: for each a struct message, and behind it the bytes of the
 * name, of the control data, and of the vector in the encoding of IOV_IN. */
#ifndef CORE_MESSAGE_H
#define CORE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hook/event.h"

struct message {
    uint64_t name, vector, control; /* addresses, as passed */
    uint64_t vector_count, control_len;
    uint32_t name_len;
    uint32_t flags;
    uint32_t sent; /* sendmmsg, recvmmsg: bytes of this message */
    uint32_t name_have, control_have, vector_have;
    uint32_t size; /* of all of it, a multiple of 8 */
    uint32_t zero;
};

/* A message as found in a value, with pointers to its parts. */
struct message_view {
    struct message head;
    const char *name, *control, *vector;
};

/* The message at an offset into the value's bytes, which is moved behind it; false at the end. */
bool message_next(const struct hook_value *value, size_t *at, struct message_view *ret);

/* The name of the first message: struct sockaddr bytes; NULL when it has none. */
const void *message_name(const struct hook_value *value, size_t *ret_len);

/* Leaves the messages, from the first on, that have the same name; returns how many. */
size_t message_leave_alike(struct hook_value *value);

#endif
