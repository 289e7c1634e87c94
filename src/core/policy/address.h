/* SPDX-License-Identifier: MIT */
/* IP addresses and ports, written and matched. */
#ifndef CORE_POLICY_ADDRESS_H
#define CORE_POLICY_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address {
    uint8_t family;       /* 4, 6, or 0: any IP address */
    uint8_t bits;         /* of the address that count */
    uint8_t bytes[16];    /* the first 4 for family 4 */
    uint16_t first, last; /* ports */
    uint8_t has_port;     /* one was written, and not as `*` */
};

/* A word as `IP[/bits]:port`, `[v6/bits]:port` or `*:port`; the port may be left out. NULL, or what is wrong. */
const char *address_parse(const char *word, size_t len, struct address *ret);

/* Does the word have the shape of an address, with its port? */
bool address_shaped(const char *word, size_t len);

/* The IP address and port (in first) of a struct sockaddr; IPv4 in IPv6 becomes IPv4. False when
 * it is none. */
bool address_of_sockaddr(const void *sockaddr, size_t len, struct address *ret);

/* This machine's own, of family 4 or 6. */
const struct address *address_loopback(unsigned family);

/* Is one (from a call) among those that the other (from a rule) stands for? */
bool address_matches(const struct address *rule, const struct address *one);

#endif
