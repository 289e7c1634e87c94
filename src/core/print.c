/* SPDX-License-Identifier: MIT */
#include "core/print.h"

void put_part(struct out *out, const char *text, size_t len)
{
    if (out->len < out->size)
        memcpy(out->buf + out->len, text, len < out->size - out->len ? len : out->size - out->len);
}

void put_unsigned(struct out *out, uint64_t number)
{
    put_padded(out, number, 1);
}

void put_padded(struct out *out, uint64_t number, unsigned digits)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
        "495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    char text[20];
    unsigned at = sizeof text;
    for (; number >= 100; number /= 100) {
        at -= 2;
        memcpy(text + at, pairs + 2 * (number % 100), 2);
    }
    at -= 2;
    memcpy(text + at, pairs + 2 * number, 2);
    at += number < 10;
    while (sizeof text - at < digits)
        text[--at] = '0';
    put(out, text + at, sizeof text - at);
}

/* Days since 1970-01-01 -> year, month, day of the Gregorian calendar, by counting in years that
 * begin in March, so that the leap day is a year's last. */
void put_date(struct out *out, int64_t days)
{
    const uint64_t days_400 = 146097, days_100 = 36524, days_4 = 1461;
    uint64_t day = (uint64_t)(days + 719468); /* since 0000-03-01 */
    uint64_t era = day / days_400, of_era = day % days_400;
    uint64_t year = (of_era - of_era / (days_4 - 1) + of_era / days_100 - of_era / (days_400 - 1)) / 365;
    uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * of_year + 2) / 153;
    put_padded(out, year + era * 400 + (month >= 10), 4);
    put_char(out, '-');
    put_padded(out, month < 10 ? month + 3 : month - 9, 2);
    put_char(out, '-');
    put_padded(out, of_year - (153 * month + 2) / 5 + 1, 2);
}

void put_signed(struct out *out, int64_t number)
{
    if (number < 0)
        put_char(out, '-');
    put_unsigned(out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void put_hex_digits(struct out *out, uint64_t number, unsigned digits)
{
    char text[16];
    unsigned at = sizeof text;
    do
        text[--at] = "0123456789abcdef"[number & 15];
    while (number >>= 4);
    while (sizeof text - at < digits)
        text[--at] = '0';
    put(out, text + at, sizeof text - at);
}

void put_hex(struct out *out, uint64_t number)
{
    if (number)
        put(out, "0x", 2);
    put_hex_digits(out, number, 1);
}

void put_octal(struct out *out, uint64_t number, unsigned digits)
{
    char text[24];
    unsigned at = sizeof text;
    do
        text[--at] = (char)('0' + (number & 7));
    while (number >>= 3);
    while (sizeof text - at < digits)
        text[--at] = '0';
    put(out, text + at, sizeof text - at);
}

void put_address(struct out *out, uint64_t address)
{
    if (address)
        put_hex(out, address);
    else
        put(out, "NULL", 4);
}

/* The letter of a byte's short escape, or 0. */
static char short_escape(unsigned char c)
{
    switch (c) {
    case '\t': return 't';
    case '\n': return 'n';
    case '\v': return 'v';
    case '\f': return 'f';
    case '\r': return 'r';
    case '"': return '"';
    case '\\': return '\\';
    default: return 0;
    }
}

static bool is_plain(unsigned char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* An octal escape is as short as the next byte allows. */
void put_c_byte(struct out *out, unsigned char c, char next)
{
    char letter = short_escape(c);
    if (is_plain(c)) {
        put_char(out, (char)c);
        return;
    }
    put_char(out, '\\');
    if (letter)
        put_char(out, letter);
    else
        put_octal(out, c, next >= '0' && next <= '7' ? 3 : 1);
}

void put_c_escaped(struct out *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t plain = i;
        while (plain < len && is_plain((unsigned char)bytes[plain]))
            plain++;
        put(out, bytes + i, plain - i);
        if ((i = plain) == len)
            return;
        put_c_byte(out, (unsigned char)bytes[i], i + 1 < len ? bytes[i + 1] : '\0');
        i++;
    }
}

/* What no terminal can show but as an escape; the blanks have short ones. */
static bool wants_hex(const struct out *out, const char *bytes, size_t len)
{
    bool wants = out->hex > 1;
    for (size_t i = 0; out->hex == 1 && i < len && !wants; i++)
        wants = (unsigned char)bytes[i] >= 0x7f || (bytes[i] < ' ' && (bytes[i] < '\t' || bytes[i] > '\r'));
    return wants;
}

static void put_c_hex(struct out *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        put(out, "\\x", 2);
        put_hex_digits(out, (unsigned char)bytes[i], 2);
    }
}

void put_c_string(struct out *out, const char *bytes, size_t len)
{
    put_char(out, '"');
    if (out->hex && wants_hex(out, bytes, len))
        put_c_hex(out, bytes, len);
    else
        put_c_escaped(out, bytes, len);
    put_char(out, '"');
}

static void put_json_unicode(struct out *out, unsigned char c)
{
    put(out, "\\u00", 4);
    put_char(out, "0123456789abcdef"[c >> 4]);
    put_char(out, "0123456789abcdef"[c & 15]);
}

/* The length of the UTF-8 character at bytes, or 0: overlong forms, surrogates and what lies beyond
 * U+10FFFF are none. */
static size_t utf8_length(const unsigned char *bytes, size_t len)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char c = bytes[0];
    size_t n = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
    if (n == 0 || n > len)
        return 0;
    uint32_t code = n == 1 ? c : c & (0x7f >> n);
    for (size_t i = 1; i < n; i++) {
        if (bytes[i] >> 6 != 2)
            return 0;
        code = code << 6 | (bytes[i] & 0x3f);
    }
    return code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0 : n;
}

static void put_json_control(struct out *out, unsigned char c)
{
    static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    for (size_t i = 0; i + 1 < sizeof letters; i += 2) {
        if (c == (unsigned char)letters[i]) {
            put(out, (char[]){ '\\', letters[i + 1] }, 2);
            return;
        }
    }
    put_json_unicode(out, c);
}

void put_json_escaped(struct out *out, const char *bytes, size_t len)
{
    const unsigned char *text = (const unsigned char *)bytes;
    for (size_t i = 0; i < len;) {
        size_t plain = i;
        while (plain < len && is_plain(text[plain]))
            plain++;
        put(out, bytes + i, plain - i);
        if ((i = plain) == len)
            return;
        size_t n = out->raw && text[i] >= 0x80 ? 0 : utf8_length(text + i, len - i);
        if (n == 0) {
            put_json_unicode(out, text[i]);
            out->raw = true;
        } else if (n == 1 && text[i] != 0x7f) {
            put_json_control(out, text[i]);
        } else {
            put(out, bytes + i, n);
        }
        i += n ? n : 1;
    }
}

void put_json_string(struct out *out, const char *bytes, size_t len)
{
    put_char(out, '"');
    put_json_escaped(out, bytes, len);
    put_char(out, '"');
}
