/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/print.h"

static char text[256];
static struct out out;

static const char *written(void)
{
    text[out.len] = '\0';
    return text;
}

static void begin(void)
{
    out = (struct out){ .buf = text, .size = sizeof text - 1 };
}

/* What is not plain is found whatever stands before it, and whatever the words are that are looked at. */
Test(print, a_string_is_escaped_as_its_bytes_are)
{
    char bytes[19], each[sizeof text];
    for (size_t at = 0; at < sizeof bytes; at++)
        for (int c = 0; c < 256; c++) {
            memset(bytes, 'x', sizeof bytes);
            bytes[at] = (char)c;
            begin();
            for (size_t i = 0; i < sizeof bytes; i++)
                put_c_byte(&out, (unsigned char)bytes[i], i + 1 < sizeof bytes ? bytes[i + 1] : '\0');
            strcpy(each, written());
            begin();
            put_c_escaped(&out, bytes, sizeof bytes);
            cr_expect_str_eq(written(), each);
            begin();
            put_json_escaped(&out, bytes, at);
            put_json_escaped(&out, bytes + at, 1);
            put_json_escaped(&out, bytes + at + 1, sizeof bytes - at - 1);
            strcpy(each, written());
            begin();
            put_json_escaped(&out, bytes, sizeof bytes);
            cr_expect_str_eq(written(), each);
        }
}

Test(print, numbers_of_every_length)
{
    char expected[64];
    for (uint64_t number = 1, digits = 1; digits <= 20; number *= 10, digits++)
        for (uint64_t near = number - 1; near <= number + 1; near++) {
            begin();
            put_unsigned(&out, near);
            put_char(&out, ' ');
            put_padded(&out, near, 9);
            snprintf(expected, sizeof expected, "%" PRIu64 " %09" PRIu64, near, near);
            cr_expect_str_eq(written(), expected);
        }
}

Test(print, a_name_ends_where_the_room_does)
{
    static const char name[24] = "a_name_of_20_letters";
    for (size_t size = 0; size <= sizeof name; size++) {
        memset(text, '#', sizeof text);
        out = (struct out){ .buf = text, .size = size };
        cr_expect_eq(put_name(&out, name), name + strlen(name) + 1);
        cr_expect_eq(out.len, strlen(name));
        cr_expect_eq(memcmp(text, name, size < out.len ? size : out.len), 0);
        cr_expect_eq(text[size], '#');
    }
}

Test(print, dates_of_every_age)
{
    static const struct {
        int64_t days;
        const char *text;
    } dates[] = { { 0, "1970-01-01" },       { -1, "1969-12-31" },       { 11016, "2000-02-29" },
                  { 19782, "2024-02-29" },   { 2932896, "9999-12-31" },  { 2932897, "10000-01-01" },
                  { -719528, "0000-01-01" }, { -719529, "-0001-12-31" }, { -800000, "-0221-09-04" } };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char date[32];
        *date_at(date, dates[i].days) = '\0';
        cr_expect(eq(str, date, (char *)dates[i].text));
    }
}
