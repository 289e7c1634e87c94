/* SPDX-License-Identifier: MIT */
/* Writing protocol buffers: https://protobuf.dev/programming-guides/encoding/ */
#ifndef CLI_EXPORT_PROTO_H
#define CLI_EXPORT_PROTO_H

#include <stddef.h>
#include <stdint.h>

/* A message that is being written. */
struct proto {
    unsigned char *bytes;
    size_t len, size;
};

void proto_number(struct proto *proto, unsigned field, uint64_t number);
void proto_bytes(struct proto *proto, unsigned field, const void *bytes, size_t len);
void proto_string(struct proto *proto, unsigned field, const char *text); /* NULL: nothing */

/* What is written between the two is a message in that field. */
size_t proto_open(struct proto *proto, unsigned field);
void proto_close(struct proto *proto, size_t opened);

#endif
