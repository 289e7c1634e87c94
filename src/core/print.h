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

enum { SHORT = sizeof(uint64_t) };

/* The same, quicker when there are few: SHORT bytes may be read there, however many there are. */
static inline void put_short(struct out *out, const char *text, size_t len)
{
    const size_t at = out->len;
    if (len > SHORT || at + SHORT > out->size) {
        put(out, text, len);
        return;
    }
    memcpy(out->buf + at, text, SHORT);
    out->len = at + len;
}

/* A name from our own tables, of which the last SHORT bytes may be read as a whole. Returns what stands behind it. */
static inline const char *put_name(struct out *out, const char *name)
{
    uint64_t word, found = 0;
    size_t at = out->len;
    char *const buf = out->buf;
    for (const size_t size = out->size; !found && at + sizeof word <= size; name += sizeof word, at += sizeof word) {
        memcpy(&word, name, sizeof word);
        memcpy(buf + at, &word, sizeof word);
        found = bytes_zero(word);
    }
    const size_t beyond = found ? sizeof word - bytes_first(found) : 0;
    out->len = at - beyond;
    if (found)
        return name - beyond + 1;
    const size_t len = strlen(name);
    put(out, name, len);
    return name + len + 1;
}

/* Expanded in place, so that how long a literal is is known. */
static inline __attribute__((always_inline)) void put_text(struct out *out, const char *text)
{
    put(out, text, strlen(text));
}

void put_unsigned(struct out *out, uint64_t number);
void put_signed(struct out *out, int64_t number);
void put_padded(struct out *out, uint64_t number, unsigned digits); /* decimal, with leading zeros */
void put_date(struct out *out, int64_t days);                       /* since 1970-01-01, as 2026-11-24 */
void put_hex(struct out *out, uint64_t number);                     /* 0x..., or 0 */
void put_hex_digits(struct out *out, uint64_t number, unsigned digits);
void put_octal(struct out *out, uint64_t number, unsigned digits); /* with leading zeros */
void put_address(struct out *out, uint64_t address);               /* 0x... or NULL */

void digits_pair(char *to, unsigned number); /* below 100, as two digits, where there is room */

/* A string in quotes: as C, the way strace writes it; as JSON, byte by byte from the first that is no UTF-8 on. */
void put_c_string(struct out *out, const char *bytes, size_t len);
void put_c_escaped(struct out *out, const char *bytes, size_t len); /* the same without quotes */
void put_c_byte(struct out *out, unsigned char c, char next);       /* one byte of it, with the one that follows */
void put_json_escaped(struct out *out, const char *bytes, size_t len);
void put_json_string(struct out *out, const char *bytes, size_t len);

#endif
