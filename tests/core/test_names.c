/* SPDX-License-Identifier: MIT */
/* The memory of names that addresses were resolved from. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"

static struct names names;

/* The names of 10.0.0.n, joined by blanks. */
static const char *of(uint8_t n)
{
    static char all[2048];
    uint8_t address[16] = { [10] = 0xff, [11] = 0xff, 10, 0, 0, n };
    char name[NAMES_LONGEST + 1];
    all[0] = '\0';
    for (uint32_t at = 0; names_of(&names, address, &at, name, sizeof name) > 0;)
        sprintf(all + strlen(all), "%s%s", all[0] ? " " : "", name);
    return all;
}

static void note(uint8_t n, const char *name)
{
    names_note(&names, (uint8_t[]){ 10, 0, 0, n }, 4, name);
}

Test(names, are_remembered_by_address)
{
    note(1, "one");
    note(2, "two");
    note(1, "ONE.");
    note(1, "uno");
    cr_assert(eq(str, (char *)of(1), "one uno"));
    cr_assert(eq(str, (char *)of(2), "two"));
    cr_assert(eq(str, (char *)of(3), ""));
}

Test(names, of_no_length_or_too_great_a_length_are_left_away)
{
    char long_name[300];
    memset(long_name, 'x', sizeof long_name);
    long_name[NAMES_LONGEST + 1] = '\0';
    note(1, "");
    note(1, ".");
    note(1, long_name);
    cr_assert(eq(str, (char *)of(1), ""));
    long_name[NAMES_LONGEST] = '.';
    note(1, long_name);
    cr_assert(eq(sz, strlen(of(1)), NAMES_LONGEST));
}

Test(names, the_oldest_gives_way)
{
    char name[16];
    for (int i = 0; i < NAMES_COUNT + 5; i++) {
        sprintf(name, "n%d", i);
        note((uint8_t)(i < 6 ? 1 : 2), name);
    }
    cr_assert(eq(str, (char *)of(1), "n5"));
    cr_assert(eq(sz, strlen(of(1)), 2));
}

static void *write_names(void *unused)
{
    char name[64];
    for (int i = 0; i < 30000; i++) {
        int n = i % 7;
        memset(name, 'a' + n, 40 + (size_t)n);
        name[40 + n] = '\0';
        note((uint8_t)n, name);
        sprintf(name, "other%d", i);
        note(9, name);
    }
    return unused;
}

/* What is read is one of the names that were written, whole. */
Test(names, are_whole_while_threads_write)
{
    pthread_t threads[3];
    char name[NAMES_LONGEST + 1];
    for (int i = 0; i < 3; i++)
        cr_assert(eq(int, pthread_create(&threads[i], NULL, write_names, NULL), 0));
    for (int i = 0; i < 20000; i++) {
        uint8_t n = (uint8_t)(i % 7), address[16] = { [10] = 0xff, [11] = 0xff, 10, 0, 0, n };
        uint32_t at = 0;
        size_t len = names_of(&names, address, &at, name, sizeof name);
        cr_assert(len == 0 || (len == 40u + n && strspn(name, (char[]){ (char)('a' + n), '\0' }) == len));
    }
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}
