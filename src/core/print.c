/* SPDX-License-Identifier: MIT */
#include "core/print.h"

enum { NUMBER = 20 }; /* the digits of the greatest */

void put_part(struct out *out, const char *text, size_t len)
{
    if (out->len < out->size)
        memcpy(out->buf + out->len, text, len < out->size - out->len ? len : out->size - out->len);
}

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
    "495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

void digits_pair(char *to, unsigned number)
{
    memcpy(to, pairs + 2 * (size_t)number, 2);
}

/* Returns where the number begins that ends there. */
static char *digits_before(char *end, uint64_t number)
{
    for (; number >= 100; number /= 100)
        digits_pair(end -= 2, (unsigned)(number % 100));
    if (number >= 10)
        digits_pair(end -= 2, (unsigned)number);
    else
        *--end = (char)('0' + number);
    return end;
}

/* How many digits it has: what its bits say, or one more. */
static unsigned digits_of(uint64_t number)
{
    static const uint64_t least[] = { 0,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                      1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19 };
    const unsigned bits = 64 - (unsigned)__builtin_clzll(number | 1), digits = bits * 1233 >> 12; /* log10(2) * 4096 */
    return digits + (number >= least[digits]);
}

void put_unsigned(struct out *out, uint64_t number)
{
    put_padded(out, number, 1);
}

void put_padded(struct out *out, uint64_t number, unsigned digits)
{
    const unsigned needed = digits_of(number), len = needed < digits ? digits : needed;
    char text[NUMBER], *const to = out->len + len <= out->size ? out->buf + out->len : text;
    if (needed < digits)
        memset(to, '0', digits - needed);
    digits_before(to + len, number);
    if (to == text)
        put_part(out, text, len);
    out->len += len;
}

/* Days since 1970-01-01 -> year << 16 | month << 8 | day of the Gregorian calendar, by counting in years that
 * begin in March, so that the leap day is a year's last. */
static uint64_t date_of(int64_t days)
{
    const uint64_t days_400 = 146097, days_100 = 36524, days_4 = 1461;
    uint64_t day = (uint64_t)(days + 719468); /* since 0000-03-01 */
    uint64_t era = day / days_400, of_era = day % days_400;
    uint64_t year = (of_era - of_era / (days_4 - 1) + of_era / days_100 - of_era / (days_400 - 1)) / 365;
    uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * of_year + 2) / 153;
    return (year + era * 400 + (month >= 10)) << 16 | (month < 10 ? month + 3 : month - 9) << 8 |
           (of_year - (153 * month + 2) / 5 + 1);
}

/* The last day that was asked for is the next one's mostly; the day above the date, in one word, whoever writes it. */
void put_date(struct out *out, int64_t days)
{
    static uint64_t last;
    const uint64_t known = __atomic_load_n(&last, __ATOMIC_RELAXED), few = (uint32_t)days & 0xffffff;
    const bool fits = days >= 0 && days <= 0xffffff;
    const uint64_t date = fits && known && known >> 40 == few ? known & 0xffffffffff : date_of(days);
    char text[] = "-00-00";
    if (fits)
        __atomic_store_n(&last, few << 40 | date, __ATOMIC_RELAXED);
    digits_pair(text + 1, (unsigned)(date >> 8 & 0xff));
    digits_pair(text + 4, (unsigned)(date & 0xff));
    put_padded(out, date >> 16, 4);
    put(out, text, sizeof text - 1);
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
    while (at > 0 && sizeof text - at < digits)
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
    while (at > 0 && sizeof text - at < digits)
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

/* Eight of them at once: a bit in each byte that is not plain, and perhaps in some behind the first. */
static uint64_t not_plain(uint64_t word)
{
    const uint64_t one = bytes_each(1), quote = word ^ bytes_each('"'), slash = word ^ bytes_each('\\');
    const uint64_t found = (word - bytes_each(' ')) | ((word ^ bytes_each(0x7f)) - one) | (quote - one) | (slash - one);
    return ((found & ~word) | word) & bytes_each(0x80);
}

/* How many plain bytes there are before the first that is not. */
static size_t plain_bytes(const char *bytes, size_t len)
{
    size_t at = 0;
    while (at < len && is_plain((unsigned char)bytes[at]))
        at++;
    return at;
}

/* Writes them, and returns how many: whole words as far as there is room, with something behind that the next writes over. */
static size_t put_plain(struct out *out, const char *bytes, size_t len)
{
    const size_t begin = out->len;
    uint64_t word, found;
    size_t at = 0;
    if (len < sizeof word || begin + len > out->size) {
        at = plain_bytes(bytes, len);
        put(out, bytes, at);
        return at;
    }
    char *const to = out->buf + begin;
    do {
        at = len - at < sizeof word ? len - sizeof word : at; /* the last one begins in the one before */
        memcpy(&word, bytes + at, sizeof word);
        memcpy(to + at, &word, sizeof word);
        found = not_plain(word);
        at += found ? bytes_first(found) : sizeof word;
    } while (!found && at < len);
    out->len = begin + at;
    return at;
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
        size_t plain = put_plain(out, bytes + i, len - i);
        if ((i += plain) == len)
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
        size_t plain = put_plain(out, bytes + i, len - i);
        if ((i += plain) == len)
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
