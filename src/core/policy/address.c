/* SPDX-License-Identifier: MIT */
#include "core/policy/address.h"

#include <netinet/in.h>
#include <string.h>

enum { PORT_MAX = 65535 };

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A decimal number up to max that is all of the word; -1 otherwise. */
static long number(const char *word, size_t len, long max)
{
    long n = 0;
    if (len == 0 || len > 5)
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(word[i]))
            return -1;
        n = n * 10 + (word[i] - '0');
    }
    return n > max ? -1 : n;
}

static bool parse_v4(const char *word, size_t len, uint8_t *bytes)
{
    for (unsigned i = 0; i < 4; i++) {
        const char *dot = i < 3 ? memchr(word, '.', len) : word + len;
        if (!dot)
            return false;
        long n = number(word, (size_t)(dot - word), 255);
        if (n < 0)
            return false;
        bytes[i] = (uint8_t)n;
        if (i < 3) {
            len -= (size_t)(dot - word) + 1;
            word = dot + 1;
        }
    }
    return true;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One group of up to four hex digits; how many bytes it takes of the word, 0 when it is none. */
static size_t parse_group(const char *word, size_t len, uint8_t *bytes)
{
    unsigned n = 0;
    size_t used = 0;
    while (used < len && used < 4 && hex_digit(word[used]) >= 0)
        n = n * 16 + (unsigned)hex_digit(word[used++]);
    bytes[0] = (uint8_t)(n >> 8);
    bytes[1] = (uint8_t)n;
    return used;
}

/* Groups between colons up to the end of the word; how many bytes of address they gave, -1 when malformed. */
static int parse_groups(const char *word, size_t len, uint8_t *bytes, int room)
{
    int have = 0;
    while (len > 0) {
        if (have + 4 <= room && !memchr(word, ':', len) && memchr(word, '.', len))
            return parse_v4(word, len, bytes + have) ? have + 4 : -1;
        size_t used = have + 2 <= room ? parse_group(word, len, bytes + have) : 0;
        if (used == 0 || (used < len && (word[used] != ':' || used + 1 == len)))
            return -1;
        have += 2;
        used += used < len;
        word += used;
        len -= used;
    }
    return have;
}

static const char *find_gap(const char *word, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++)
        if (word[i] == ':' && word[i + 1] == ':')
            return word + i;
    return NULL;
}

static bool parse_v6(const char *word, size_t len, uint8_t *bytes)
{
    uint8_t tail[16];
    const char *gap = find_gap(word, len);
    memset(bytes, 0, 16);
    if (!gap)
        return parse_groups(word, len, bytes, 16) == 16;
    size_t before = (size_t)(gap - word);
    int left = parse_groups(word, before, bytes, 14);
    int right = parse_groups(gap + 2, len - before - 2, tail, 14);
    if (left < 0 || right < 0 || left + right > 14)
        return false;
    memcpy(bytes + 16 - right, tail, (size_t)right);
    return true;
}

/* IPv4 written as IPv6 is IPv4, as it is on the wire. */
static void unmap(struct address *address)
{
    if (address->family != 6 || address->bits < 96 || memcmp(address->bytes, mapped, sizeof mapped) != 0)
        return;
    address->family = 4;
    address->bits -= 96;
    memmove(address->bytes, address->bytes + 12, 4);
    memset(address->bytes + 4, 0, sizeof address->bytes - 4);
}

static const char *parse_ip(const char *word, size_t len, struct address *ret)
{
    const char *slash = memchr(word, '/', len);
    size_t ip_len = slash ? (size_t)(slash - word) : len;
    if (parse_v4(word, ip_len, ret->bytes))
        ret->family = 4;
    else if (parse_v6(word, ip_len, ret->bytes))
        ret->family = 6;
    else
        return "expected an IP address";
    long max = ret->family == 4 ? 32 : 128;
    long bits = slash ? number(slash + 1, len - ip_len - 1, max) : max;
    if (bits < 0)
        return ret->family == 4 ? "expected 0 to 32 bits after '/'" : "expected 0 to 128 bits after '/'";
    ret->bits = (uint8_t)bits;
    unmap(ret);
    return NULL;
}

static const char *parse_port(const char *word, size_t len, struct address *ret)
{
    const char *dash = memchr(word, '-', len);
    size_t first_len = dash ? (size_t)(dash - word) : len;
    if (len == 1 && *word == '*')
        return NULL;
    long first = number(word, first_len, PORT_MAX);
    long last = dash ? number(dash + 1, len - first_len - 1, PORT_MAX) : first;
    if (first < 0 || last < 0)
        return "expected a port: 0 to 65535, a range like 80-90, or '*'";
    if (last < first)
        return "the port range ends before it begins";
    ret->first = (uint16_t)first;
    ret->last = (uint16_t)last;
    ret->has_port = true;
    return NULL;
}

/* Where the port begins, behind its colon; the word's end when there is none. */
static const char *find_port(const char *word, size_t len)
{
    const char *end = word + len;
    const char *close = word[0] == '[' ? memchr(word, ']', len) : NULL;
    const char *from = close ? close : word;
    const char *colon = memchr(from, ':', (size_t)(end - from));
    if (!close && colon && memchr(colon + 1, ':', (size_t)(end - colon) - 1))
        colon = NULL; /* IPv6 without brackets has no port */
    return colon ? colon + 1 : end;
}

const char *address_parse(const char *word, size_t len, struct address *ret)
{
    struct address address = { .first = 0, .last = PORT_MAX };
    const char *end = word + len, *port = find_port(word, len), *error = NULL;
    size_t ip_len = port < end || (len > 0 && end[-1] == ':') ? (size_t)(port - word) - 1 : len;
    if (len == 0)
        return "expected an IP address";
    if (ip_len != len)
        error = parse_port(port, (size_t)(end - port), &address);
    if (error)
        return error;
    if (!(ip_len == 1 && word[0] == '*')) {
        if (word[0] == '[') {
            if (ip_len < 2 || word[ip_len - 1] != ']')
                return "expected an address like [::1]:80";
            word++;
            ip_len -= 2;
            if (!memchr(word, ':', ip_len))
                return "expected an IPv6 address in [ ]";
        }
        error = parse_ip(word, ip_len, &address);
    }
    if (!error)
        *ret = address;
    return error;
}

bool address_shaped(const char *word, size_t len)
{
    const char *end = word + len, *port = len > 0 ? find_port(word, len) : end;
    if (port == end)
        return false;
    size_t ip_len = (size_t)(port - word) - 1;
    for (const char *c = port; c < end; c++)
        if (!is_digit(*c) && *c != '-' && *c != '*')
            return false;
    if (word[0] == '[')
        return true;
    const char *slash = memchr(word, '/', ip_len);
    return ip_len > 0 &&
           (!slash || (slash != word && is_digit(word[0]) && !memchr(slash + 1, '/', ip_len - (size_t)(slash - word) - 1)));
}

bool address_of_sockaddr(const void *sockaddr, size_t len, struct address *ret)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    sa_family_t family;
    if (len < sizeof family)
        return false;
    memcpy(&family, sockaddr, sizeof family);
    if (family == AF_INET && len >= sizeof v4) {
        memcpy(&v4, sockaddr, sizeof v4);
        *ret = (struct address){ .family = 4, .bits = 32, .first = ntohs(v4.sin_port) };
        memcpy(ret->bytes, &v4.sin_addr, 4);
        return true;
    }
    /* the kernel takes IPv6 without the scope at its end */
    if (family != AF_INET6 || len < offsetof(struct sockaddr_in6, sin6_scope_id))
        return false;
    memcpy(&v6, sockaddr, offsetof(struct sockaddr_in6, sin6_scope_id));
    *ret = (struct address){ .family = 6, .bits = 128, .first = ntohs(v6.sin6_port) };
    memcpy(ret->bytes, &v6.sin6_addr, 16);
    unmap(ret);
    return true;
}

const struct address *address_loopback(unsigned family)
{
    static const struct address loopback[] = { { .family = 4, .bits = 32, .bytes = { 127, 0, 0, 1 } },
                                               { .family = 6, .bits = 128, .bytes = { [15] = 1 } } };
    return &loopback[family == 6];
}

bool address_matches(const struct address *rule, const struct address *one)
{
    if (one->first < rule->first || one->first > rule->last)
        return false;
    if (rule->family == 0)
        return true;
    unsigned whole = rule->bits / 8, rest = rule->bits % 8;
    if (rule->family != one->family || memcmp(rule->bytes, one->bytes, whole) != 0)
        return false;
    return rest == 0 || (rule->bytes[whole] ^ one->bytes[whole]) >> (8 - rest) == 0;
}
