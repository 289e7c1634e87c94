/* SPDX-License-Identifier: MIT */
#include "cli/export/proto.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { TYPE_VARINT = 0, TYPE_BYTES = 2, VARINT_MOST = 10, LENGTH_BYTES = 4 };

static unsigned char *room(struct proto *proto, size_t len)
{
    if (len > proto->size - proto->len) {
        proto->size = 2 * (proto->len + len);
        proto->bytes = realloc(proto->bytes, proto->size);
        if (!proto->bytes)
            die(STATUS_ERROR, "out of memory");
    }
    return proto->bytes + proto->len;
}

/* Seven bits a byte, the lowest first; the highest bit says that more follow. */
static void put_varint(struct proto *proto, uint64_t number)
{
    unsigned char *at = room(proto, VARINT_MOST);
    for (; number >= 0x80; number >>= 7)
        *at++ = (unsigned char)(number | 0x80);
    *at++ = (unsigned char)number;
    proto->len = (size_t)(at - proto->bytes);
}

void proto_number(struct proto *proto, unsigned field, uint64_t number)
{
    put_varint(proto, field << 3 | TYPE_VARINT);
    put_varint(proto, number);
}

void proto_bytes(struct proto *proto, unsigned field, const void *bytes, size_t len)
{
    put_varint(proto, field << 3 | TYPE_BYTES);
    put_varint(proto, len);
    memcpy(room(proto, len), bytes, len);
    proto->len += len;
}

void proto_string(struct proto *proto, unsigned field, const char *text)
{
    if (text)
        proto_bytes(proto, field, text, strlen(text));
}

/* The length is not known yet: its bytes are as many as the longest message's, which the encoding allows. */
size_t proto_open(struct proto *proto, unsigned field)
{
    put_varint(proto, field << 3 | TYPE_BYTES);
    room(proto, LENGTH_BYTES);
    proto->len += LENGTH_BYTES;
    return proto->len;
}

void proto_close(struct proto *proto, size_t opened)
{
    size_t len = proto->len - opened;
    for (unsigned i = 0; i < LENGTH_BYTES; i++)
        proto->bytes[opened - LENGTH_BYTES + i] = (unsigned char)((len >> 7 * i & 0x7f) | (i + 1 < LENGTH_BYTES ? 0x80 : 0));
}
