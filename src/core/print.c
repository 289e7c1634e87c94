/* SPDX-License-Identifier: MIT */
#include "core/print.h"

void put_part(struct out *out, const char *text, size_t len)
{
    if (out->len < out->size)
        memcpy(out->buf + out->len, text, len < out->size - out->len ? len : out->size - out->len);
}

char *great_number_at(char *to, uint64_t number)
{
    const uint32_t eight = 100000000;
    const uint64_t last = eight_digits((uint32_t)(number % eight));
    to = unsigned_at(to, number / eight);
    return (char *)memcpy(to, &last, sizeof last) + sizeof last;
}

void put_unsigned(struct out *out, uint64_t number)
{
    char text[NUMBER];
    if (out->len + NUMBER <= out->size)
        out->len = (size_t)(unsigned_at(out->buf + out->len, number) - out->buf);
    else
        put(out, text, (size_t)(unsigned_at(text, number) - text));
}

void put_padded(struct out *out, uint64_t number, unsigned digits)
{
    char text[NUMBER];
    const size_t len = (size_t)(unsigned_at(text, number) - text);
    for (size_t have = len; have < digits; have++)
        put_char(out, '0');
    put(out, text, len);
}

/* Days since 1970-01-01 -> the year's multiple of 65536 + month << 8 | day of the Gregorian calendar, by counting in years that
 * begin in March, so that the leap day is a year's last. */
static int64_t date_of(int64_t days)
{
    const int64_t days_400 = 146097, since = days + 719468; /* since 0000-03-01 */
    const uint64_t days_100 = 36524, days_4 = 1461;
    const int64_t era = since / days_400 - (since % days_400 < 0);
    uint64_t of_era = (uint64_t)(since - era * days_400);
    uint64_t year = (of_era - of_era / (days_4 - 1) + of_era / days_100 - of_era / (uint64_t)(days_400 - 1)) / 365;
    uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * of_year + 2) / 153;
    uint64_t of_date = (month < 10 ? month + 3 : month - 9) << 8 | (of_year - (153 * month + 2) / 5 + 1);
    return ((int64_t)year + era * 400 + (month >= 10)) * 65536 + (int64_t)of_date;
}

char *date_at(char *to, int64_t days)
{
    const int64_t date = date_of(days);
    const uint64_t year = date < 0 ? -(uint64_t)(date >> 16) : (uint64_t)date >> 16;
    *to = '-';
    to += date < 0;
    to = year < 10000 ? pair_at(to, (unsigned)year / 100) : unsigned_at(to, year / 100);
    return triple_at(to, (unsigned)(year % 100), (unsigned)(date >> 8 & 0xff), (unsigned)(date & 0xff), '-');
}

/* The second that was written last is the next one's mostly. Whoever changes it has the version, which is odd meanwhile: others
 * wait for nobody, but go without. */
enum { SECOND_WORDS = SECOND_ROOM / sizeof(uint64_t) };
static struct {
    uint64_t version, second, text[SECOND_WORDS];
} last;

static __attribute__((cold)) char *fresh_second_at(char *to, uint64_t seconds)
{
    uint64_t version = __atomic_load_n(&last.version, __ATOMIC_RELAXED), text[SECOND_WORDS] = { 0 };
    char *end = text_at(date_at(to, (int64_t)(seconds / 86400)), "T");
    end = text_at(clock_time_at(end, (unsigned)(seconds % 86400)), ".");
    memcpy(text, to, SECOND_TEXT);
    if (end != to + SECOND_TEXT || version % 2 ||
        !__atomic_compare_exchange_n(&last.version, &version, version + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return end;
    __atomic_store_n(&last.second, seconds, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < SECOND_WORDS; i++)
        __atomic_store_n(&last.text[i], text[i], __ATOMIC_RELEASE);
    __atomic_store_n(&last.version, version + 2, __ATOMIC_RELEASE);
    return end;
}

char *second_at(char *to, uint64_t seconds)
{
    const uint64_t version = __atomic_load_n(&last.version, __ATOMIC_ACQUIRE);
    uint64_t text[SECOND_WORDS];
    const bool same = __atomic_load_n(&last.second, __ATOMIC_ACQUIRE) == seconds && version && version % 2 == 0;
#pragma GCC unroll 3
    for (unsigned i = 0; i < SECOND_WORDS; i++)
        text[i] = __atomic_load_n(&last.text[i], __ATOMIC_ACQUIRE);
    if (__builtin_expect(!same || __atomic_load_n(&last.version, __ATOMIC_RELAXED) != version, 0))
        return fresh_second_at(to, seconds);
    memcpy(to, text, sizeof text);
    return to + SECOND_TEXT;
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

/* How many plain bytes there are before the first that is not, looked at one by one. */
static size_t plain_bytes(const char *bytes, size_t len)
{
    size_t at = 0;
    while (at < len && is_plain((unsigned char)bytes[at]))
        at++;
    return at;
}

/* Copies a block, and returns how many of its bytes are plain before the first that is not. */
static inline size_t copy_block(char *to, const char *from)
{
    const block bytes = *(const block *)from;
    const uint64_t found = block_not_plain(bytes);
    *(block *)to = bytes;
    return found ? block_first(found) : sizeof bytes;
}

/* Writes them, and returns how many: whole blocks as far as there is room, with something behind that the next writes over. The
 * last one begins in the one before, or ends behind the bytes. */
static inline size_t put_plain(struct out *out, const char *bytes, size_t len)
{
    size_t at = 0, plain = sizeof(block);
    if (len == 0) /* then there need be no bytes */
        return 0;
    if (out->len + len + sizeof(block) > out->size || (len < sizeof(block) && !block_is_readable(bytes))) {
        at = plain_bytes(bytes, len);
        put(out, bytes, at);
        return at;
    }
    char *const to = out->buf + out->len;
    for (; at + sizeof(block) <= len && plain == sizeof(block); at += plain)
        plain = copy_block(to + at, bytes + at);
    if (at < len && plain == sizeof(block)) {
        at = len < sizeof(block) ? 0 : len - sizeof(block);
        at += copy_block(to + at, bytes + at);
    }
    at = at < len ? at : len;
    out->len += at;
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

/* From a byte on that has to be escaped. */
static __attribute__((noinline)) void put_c_rest(struct out *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i += put_plain(out, bytes + i, len - i)) {
        put_c_byte(out, (unsigned char)bytes[i], i + 1 < len ? bytes[i + 1] : '\0');
        i++;
    }
}

void put_c_escaped(struct out *out, const char *bytes, size_t len)
{
    const size_t plain = put_plain(out, bytes, len);
    if (plain < len)
        put_c_rest(out, bytes + plain, len - plain);
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

static __attribute__((noinline)) void put_json_rest(struct out *out, const char *bytes, size_t len)
{
    const unsigned char *text = (const unsigned char *)bytes;
    for (size_t i = 0; i < len; i += put_plain(out, bytes + i, len - i)) {
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

void put_json_escaped(struct out *out, const char *bytes, size_t len)
{
    const size_t plain = put_plain(out, bytes, len);
    if (plain < len)
        put_json_rest(out, bytes + plain, len - plain);
}

static __attribute__((noinline, cold)) void put_json_text_rest(struct out *out, const char *text)
{
    put_json_escaped(out, text, strlen(text));
}

/* A NUL is not plain: the end of a text without an escape is found so. */
void put_json_text(struct out *out, const char *text)
{
    const size_t room = out->len < out->size ? out->size - out->len : 0;
    char *const to = room ? out->buf + out->len : NULL;
    size_t at = 0, plain = sizeof(block);
    for (; plain == sizeof(block) && at + sizeof(block) <= room && block_is_readable(text + at); at += plain)
        plain = copy_block(to + at, text + at);
    out->len += at;
    if (text[at])
        put_json_text_rest(out, text + at);
}

void put_json_string(struct out *out, const char *bytes, size_t len)
{
    put_char(out, '"');
    put_json_escaped(out, bytes, len);
    put_char(out, '"');
}
