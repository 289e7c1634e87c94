/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "core/capture_part.h"
#include "core/message.h"

enum { CONTROL_MAX = 256 }; /* bytes shown of control data */

static bool read_header(const struct capture *c, unsigned arg, size_t i, struct mmsghdr *ret)
{
    unsigned kind = c->call->arg_kind[arg];
    bool many = kind == KIND_MMSGHDR_IN || kind == KIND_MMSGHDR_OUT;
    const char *at = (const char *)c->event->arg[arg].n + i * sizeof *ret;
    ret->msg_len = 0;
    return capture_peek(c, ret, at, many ? sizeof *ret : sizeof ret->msg_hdr);
}

/* What of a name or of control data is held. */
static size_t held(const void *at, size_t len, size_t most)
{
    return at ? capture_smaller(len, most) : 0;
}

/* No more than the whole of one takes. */
static size_t room_of(const struct capture *c, const struct msghdr *header)
{
    return sizeof(struct message) + held(header->msg_name, header->msg_namelen, sizeof(struct sockaddr_storage)) +
           held(header->msg_control, header->msg_controllen, CONTROL_MAX) +
           capture_smaller(header->msg_iovlen, VECTOR_MAX) * capture_vector_room(c) + sizeof(uint64_t);
}

/* Parts that cannot be read are not there; their addresses are. */
static uint32_t put_part_of(const struct capture *c, char *to, const void *from, size_t len)
{
    return len && capture_peek(c, to, from, len) ? (uint32_t)len : 0;
}

static size_t put_message(const struct capture *c, char *to, const struct mmsghdr *header, size_t bytes)
{
    const struct msghdr *m = &header->msg_hdr;
    struct message head = { (uintptr_t)m->msg_name,
                            (uintptr_t)m->msg_iov,
                            (uintptr_t)m->msg_control,
                            m->msg_iovlen,
                            m->msg_controllen,
                            m->msg_namelen,
                            (uint32_t)m->msg_flags,
                            header->msg_len,
                            0,
                            0,
                            0,
                            0,
                            0 };
    size_t used = sizeof head;
    used += head.name_have =
        put_part_of(c, to + used, m->msg_name, held(m->msg_name, m->msg_namelen, sizeof(struct sockaddr_storage)));
    used += head.control_have = put_part_of(c, to + used, m->msg_control, held(m->msg_control, m->msg_controllen, CONTROL_MAX));
    head.vector_have = (uint32_t)capture_elements(c, to + used, m->msg_iov, capture_smaller(m->msg_iovlen, VECTOR_MAX), bytes);
    used += head.vector_have;
    memset(to + used, 0, sizeof(uint64_t));
    head.size = (uint32_t)((used + 7) & ~(size_t)7);
    memcpy(to, &head, sizeof head);
    return head.size;
}

/* The messages that are shown, and how many bytes of each are data. */
static size_t data_of(const struct capture *c, unsigned kind, const struct mmsghdr *header)
{
    switch (kind) {
    case KIND_MSGHDR_OUT: return (size_t)c->event->ret;
    case KIND_MMSGHDR_OUT: return header->msg_len;
    default: return SIZE_MAX;
    }
}

static size_t count_of(const struct capture *c, unsigned arg)
{
    switch (c->call->arg_kind[arg]) {
    case KIND_MMSGHDR_OUT: return (size_t)c->event->ret;
    case KIND_MMSGHDR_IN: return (unsigned)capture_number(c, arg, KIND_UINT);
    default: return 1;
    }
}

void capture_messages(const struct capture *c, unsigned arg, struct hook_value *value)
{
    unsigned kind = c->call->arg_kind[arg];
    size_t count = count_of(c, arg), shown = capture_smaller(count, VECTOR_MAX), room = 0, used = 0;
    struct mmsghdr header;
    for (size_t i = 0; i < shown; i++) {
        if (!read_header(c, arg, i, &header))
            return;
        room += room_of(c, &header.msg_hdr);
    }
    char *block = arena_take(c->arena, room);
    for (size_t i = 0; block && i < shown; i++) {
        if (!read_header(c, arg, i, &header) || room_of(c, &header.msg_hdr) > room - used)
            return;
        used += put_message(c, block + used, &header, data_of(c, kind, &header));
    }
    if (block)
        capture_set(value, block, used, shown < count);
}

void capture_name_room(const struct capture *c, struct hook_value *value)
{
    const char *at = (const char *)value->n + offsetof(struct msghdr, msg_namelen);
    socklen_t len;
    if (value->n && capture_peek(c, &len, at, sizeof len))
        value->count = len;
}

/* An address without a family is shown as the pointer that it is. */
static void capture_of_size(const struct capture *c, unsigned arg, struct hook_value *value, uint32_t len, bool trusted)
{
    const unsigned kind = c->call->arg_kind[arg];
    const bool address = kind == KIND_SOCKADDR || kind == KIND_SOCKADDR_OUT;
    if (len <= sizeof(struct sockaddr_storage) && (!address || len >= sizeof(sa_family_t)))
        capture_block(c, value, len, trusted, false);
}

void capture_sized_in(const struct capture *c, unsigned arg, struct hook_value *value)
{
    capture_of_size(c, arg, value, (uint32_t)capture_number(c, arg, KIND_SOCKLEN), c->trusted);
}

void capture_sized_out(const struct capture *c, unsigned arg, struct hook_value *value)
{
    const uint32_t *len_at = (const uint32_t *)capture_number(c, arg, KIND_SOCKLENP);
    uint32_t len;
    if (len_at && capture_peek(c, &len, len_at, sizeof len))
        capture_of_size(c, arg, value, (uint32_t)capture_smaller(len, sizeof(struct sockaddr_storage)), false);
}
