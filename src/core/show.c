/* SPDX-License-Identifier: MIT */
#include "core/show.h"

#include <string.h>

static bool is_word(const char *word, size_t len, const char *name)
{
    return strlen(name) == len && memcmp(word, name, len) == 0;
}

/* The number behind "name=", which has to be at most that; -1: it is no such word. */
static int64_t number_of(const char *word, size_t len, const char *name, int64_t most)
{
    size_t at = strlen(name);
    int64_t number = 0;
    if (len <= at || memcmp(word, name, at) != 0)
        return -1;
    for (; at < len; at++) {
        if (word[at] < '0' || word[at] > '9' || (number = 10 * number + (word[at] - '0')) > most)
            return -1;
    }
    return number;
}

static bool read_number(struct show *show, const char *word, size_t len)
{
    enum { DAY = 86400 };
    int64_t strings = number_of(word, len, "strings=", SHOW_STRINGS_MOST);
    int64_t east = number_of(word, len, "east=", DAY), west = number_of(word, len, "west=", DAY);
    if (strings >= 0)
        show->strings = (uint32_t)strings;
    if (east >= 0 || west >= 0)
        show->east = (int32_t)(east >= 0 ? east : -west);
    return strings >= 0 || east >= 0 || west >= 0;
}

static bool read_word(struct show *show, const char *word, size_t len)
{
    static const struct {
        char name[10];
        uint8_t member, value;
    } words[] = {
#define WORD(name, member, value) { name, offsetof(struct show, member), value }
        WORD("fds", fds, true),
        WORD("full", full, true),
        WORD("tips", tips, true),
        WORD("time", clock, SHOW_SECONDS),
        WORD("time-us", clock, SHOW_MICROSECONDS),
        WORD("time-unix", clock, SHOW_UNIX),
        WORD("since", relative, true),
        WORD("duration", duration, true),
        WORD("hex", hex, 1),
        WORD("hex-all", hex, 2),
        WORD("quiet", quiet, 1),
        WORD("quiet-all", quiet, 2),
        WORD("succeeded", outcome, SHOW_SUCCEEDED),
        WORD("failed", outcome, SHOW_FAILED),
#undef WORD
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!is_word(word, len, words[i].name))
            continue;
        *((uint8_t *)show + words[i].member) = words[i].value;
        return true;
    }
    return read_number(show, word, len);
}

const char *show_read(struct show *ret, const char *list)
{
    *ret = (struct show){ .strings = SHOW_STRINGS };
    for (const char *word = list; word && *word; word++) {
        size_t len = strcspn(word, ",");
        if (!read_word(ret, word, len))
            return word;
        word += len;
        if (!*word)
            break;
    }
    return NULL;
}

bool show_outcome_takes(unsigned outcome, const struct hook_event *event)
{
    if (outcome == SHOW_ALL || event->type != HOOK_EVENT_CALL)
        return true;
    return event->failed == (outcome == SHOW_FAILED);
}

bool show_quiet_takes(unsigned quiet, const struct hook_event *event)
{
    return event->type == HOOK_EVENT_CALL || (!event->quiet && quiet < (event->type == HOOK_EVENT_START ? 1u : 2u));
}
