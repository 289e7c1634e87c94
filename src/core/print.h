/* SPDX-License-Identifier: MIT */
/* Writing into a buffer that may be too small: what does not fit is counted. */
#ifndef CORE_PRINT_H
#define CORE_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/bytes.h"

struct out {
    char *buf;
    size_t size, len; /* len: of the whole, also beyond size */
    bool raw;         /* JSON: a byte that is no UTF-8 has been met; from then on each beyond ASCII is written by itself */
    uint8_t hex;      /* C strings: as in struct show */
    uint32_t strings; /* data: so many bytes at the most */
};

void put_part(struct out *out, const char *text, size_t len); /* as much as fits; does not count */

/* What is written could be out itself, for all that the compiler knows: so its length is read once. */
static inline void put(struct out *out, const char *text, size_t len)
{
    const size_t at = out->len, end = at + len;
    if (__builtin_expect(end <= out->size, 1))
        memcpy(out->buf + at, text, len);
    else
        put_part(out, text, len);
    out->len = end;
}

static inline void put_char(struct out *out, char c)
{
    const size_t at = out->len;
    if (at < out->size)
        out->buf[at] = c;
    out->len = at + 1;
}

/* A name in our own tables ends so much before the table's end at the least: the last bytes of a name are read as a whole. */
enum { SHORT = sizeof(uint64_t) };

/* Writes it where there is room for it and SHORT bytes more; returns its end, and what stands behind it in the table. */
static inline char *name_at(char *to, const char *name, const char **ret_behind)
{
    uint64_t word, found = 0;
    for (; !found; name += sizeof word, to += sizeof word) {
        memcpy(&word, name, sizeof word);
        memcpy(to, &word, sizeof word);
        found = bytes_zero(word);
    }
    const size_t beyond = sizeof word - bytes_first(found);
    *ret_behind = name - beyond + 1;
    return to - beyond;
}

enum { NAME_MOST = 64 };

/* Returns what stands behind it in the table. */
static inline const char *put_name(struct out *out, const char *name)
{
    if (out->len + NAME_MOST + SHORT <= out->size) {
        const char *behind;
        out->len = (size_t)(name_at(out->buf + out->len, name, &behind) - out->buf);
        return behind;
    }
    const size_t len = strlen(name);
    put(out, name, len);
    return name + len + 1;
}

/* Expanded in place, so that how long a literal is is known. */
static inline __attribute__((always_inline)) void put_text(struct out *out, const char *text)
{
    put(out, text, strlen(text));
}

/* A piece of a line, of PIECE bytes at the most, that is written without asking whether there is room: where it is to be, or
 * elsewhere first. */
enum { PIECE = 256 };

static inline char *piece_begin(const struct out *out, char elsewhere[PIECE])
{
    return out->len + PIECE <= out->size ? out->buf + out->len : elsewhere;
}

static inline void piece_end(struct out *out, const char elsewhere[PIECE], const char *end)
{
    if (__builtin_expect(out->len + PIECE <= out->size, 1))
        out->len = (size_t)(end - out->buf);
    else
        put(out, elsewhere, (size_t)(end - elsewhere));
}

/* Their parts: each returns its end. */
static inline __attribute__((always_inline)) char *text_at(char *to, const char *text)
{
    return (char *)memcpy(to, text, strlen(text)) + strlen(text);
}

/* A number of eight digits, the first in the lowest byte: halves of it are divided at once. */
static inline uint64_t eight_digits(uint32_t number)
{
    uint64_t word = number / 10000 | (uint64_t)(number % 10000) << 32;
    const uint64_t hundreds = (word * 5243 >> 19) & 0x7f0000007f;
    word = hundreds | (word - hundreds * 100) << 16;
    const uint64_t tens = (word * 103 >> 10) & 0xf000f000f000f;
    return (tens | (word - tens * 10) << 8) | bytes_each('0');
}

/* The same of four. */
static inline uint32_t four_digits(uint32_t number)
{
    const uint32_t hundreds = number * 5243 >> 19, word = hundreds | (number - hundreds * 100) << 16;
    const uint32_t tens = (word * 103 >> 10) & 0xf000f;
    return (tens | (word - tens * 10) << 8) | (uint32_t)bytes_each('0');
}

char *great_number_at(char *to, uint64_t number);

/* NUMBER bytes are room enough. */
enum { NUMBER = 24 };
static inline char *unsigned_at(char *to, uint64_t number)
{
    const uint32_t eight = 100000000;
    if (number < 10) {
        *to = (char)('0' + number);
        return to + 1;
    }
    if (number >= eight)
        return great_number_at(to, number);
    if (number < 10000) {
        const uint32_t four = four_digits((uint32_t)number),
                       zeros = (uint32_t)__builtin_ctz(four ^ (uint32_t)bytes_each('0')) / 8;
        const uint32_t digits = four >> 8 * zeros;
        memcpy(to, &digits, sizeof digits);
        return to + sizeof digits - zeros;
    }
    const uint64_t word = eight_digits((uint32_t)number);
    const unsigned zeros = bytes_first(word ^ bytes_each('0'));
    const uint64_t digits = word >> 8 * zeros;
    memcpy(to, &digits, sizeof digits);
    return to + sizeof digits - zeros;
}

static inline char *signed_at(char *to, int64_t number)
{
    *to = '-';
    return unsigned_at(to + (number < 0), number < 0 ? -(uint64_t)number : (uint64_t)number);
}

/* Below 100, as two digits. */
static inline char *pair_at(char *to, unsigned number)
{
    to[0] = (char)('0' + number / 10);
    to[1] = (char)('0' + number % 10);
    return to + 2;
}

/* Three numbers below 100, as 23:59:59. */
static inline char *triple_at(char *to, unsigned a, unsigned b, unsigned c, char between)
{
    const uint64_t at = UINT64_C(1) << 16 | UINT64_C(1) << 40, apart = (unsigned char)(between ^ '0') * at;
    const uint64_t digits = eight_digits(a * 1000000 + b * 1000 + c) ^ apart;
    return (char *)memcpy(to, &digits, sizeof digits) + sizeof digits;
}

/* A second of the day. */
static inline char *clock_time_at(char *to, unsigned of_day)
{
    return triple_at(to, of_day / 3600, of_day / 60 % 60, of_day % 60, ':');
}

char *date_at(char *to, int64_t days); /* since 1970-01-01, as 2026-11-24 */

/* The same, as 2026-11-24T23:59:59. where there is room for SECOND_ROOM bytes. */
enum { SECOND_TEXT = 20, SECOND_ROOM = 24 };
char *second_at(char *to, uint64_t seconds);

void put_unsigned(struct out *out, uint64_t number);
void put_signed(struct out *out, int64_t number);
void put_padded(struct out *out, uint64_t number, unsigned digits); /* decimal, with leading zeros */
void put_hex(struct out *out, uint64_t number);                     /* 0x..., or 0 */
void put_hex_digits(struct out *out, uint64_t number, unsigned digits);
void put_octal(struct out *out, uint64_t number, unsigned digits); /* with leading zeros */
void put_address(struct out *out, uint64_t address);               /* 0x... or NULL */

/* A string in quotes: as C, the way strace writes it; as JSON, byte by byte from the first that is no UTF-8 on. */
void put_c_string(struct out *out, const char *bytes, size_t len);
void put_c_escaped(struct out *out, const char *bytes, size_t len); /* the same without quotes */
void put_c_byte(struct out *out, unsigned char c, char next);       /* one byte of it, with the one that follows */
void put_json_escaped(struct out *out, const char *bytes, size_t len);
void put_json_string(struct out *out, const char *bytes, size_t len);
void put_json_text(struct out *out, const char *text); /* escaped, up to the NUL */

#endif
