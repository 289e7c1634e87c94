/* SPDX-License-Identifier: MIT */
/* The event of a call that has been made, for lines that are written at once: what plain_make.h puts into a record, with the
 * row as data. Strings and structures stay where the program has them. */
#include "core/plain_event.h"

#include "core/plain_make.h"

enum { PATH_SIZE = 4096, STRING_SIZE = 8 << 20 };

static void set_bytes(struct hook_value *value, const void *bytes, size_t len, bool cut)
{
    value->state = cut ? HOOK_VALUE_CUT : HOOK_VALUE_BYTES;
    value->p = bytes;
    value->len = (uint32_t)len;
}

static void set_string(struct hook_value *value, const char *string, size_t most)
{
    const size_t len = strnlen(string, most);
    set_bytes(value, string, len, len == most);
}

/* What the call reads or has written, but for a path. */
static void set_pointer(const struct plain_making *m, const struct plain_row *row, unsigned arg, enum plain_way way,
                        struct hook_value *value)
{
    static const uint16_t fixed[] = {
        [WAY_STAT] = sizeof(struct stat), [WAY_STATX] = sizeof(struct statx), [WAY_PAIR] = 2 * sizeof(int)
    };
    const void *bytes = (const void *)m->word[arg];
    size_t len = plain_given_size(m->word, row, arg);
    value->state = HOOK_VALUE_ADDRESS;
    if (plain_is_address(m, arg, way))
        return;
    if (fixed[way]) {
        set_bytes(value, bytes, fixed[way], false);
    } else if (way == WAY_STRING) {
        set_string(value, bytes, STRING_SIZE);
    } else if (way == WAY_ADDRESS) {
        set_bytes(value, bytes, (uint32_t)len, false);
    } else {
        if (way == WAY_RESULT)
            len = m->ret < 0 ? 0 : plain_least((size_t)m->ret, len);
        set_bytes(value, way == WAY_RESULT ? bytes : m->data, plain_least(len, PLAIN_DATA), len > PLAIN_DATA);
    }
}

static void set_other(struct plain_making *m, const struct plain_row *row, unsigned arg, enum plain_way way,
                      struct hook_value *value)
{
    const long word = m->word[arg];
    if (way >= WAY_PATH)
        set_pointer(m, row, arg, way, value);
    else if (way == WAY_OFLAGS)
        m->creates = plain_is_creating(word);
    else if ((way == WAY_MODE && !m->creates) || (way == WAY_FORM && plain_form(m, row, arg) == WAY_RESULT))
        value->state = HOOK_VALUE_NONE;
    else if (way == WAY_HANDLE && word)
        value->n = m->handle;
    else if (way == WAY_HANDLE)
        value->state = HOOK_VALUE_ADDRESS;
}

/* False: it is not to be had so. */
static inline bool set_argument(struct plain_making *m, const struct plain_row *row, unsigned arg, struct hook_value *value)
{
    const enum plain_way way = plain_way(row->arg_kind[arg]);
    *value = (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = m->word[arg] };
    if (way == WAY_NUMBER)
        return true;
    if (!plain_can_argument(m, row, arg))
        return false;
    if (way == WAY_PATH)
        set_string(value, (const char *)m->word[arg], PATH_SIZE);
    else
        set_other(m, row, arg, way, value);
    return true;
}

bool plain_event(const struct plain_call *plain, const struct plain_row *row, const struct capture_source *source,
                 struct hook_event *event)
{
    struct plain_making m = plain_begin(plain, row, source);
    for (unsigned arg = 0; arg < row->args; arg++)
        if (!set_argument(&m, row, arg, &event->arg[arg]))
            return false;
    event->type = HOOK_EVENT_CALL;
    event->action = HOOK_ACTION_LOG;
    event->failed = m.failed;
    event->quiet = event->no_ret = event->named = event->full = event->numbered = event->to_path = 0;
    event->call = (uint16_t)plain->call;
    event->ret = plain_result(&m, row);
    event->err = m.err;
    event->path = event->path2 = event->rule = event->to = event->tip = NULL;
    if (row->kind == KIND_DIRENT && m.ret)
        set_string(&event->arg[row->args], (const char *)m.ret + source->entry_name, PATH_SIZE);
    return true;
}
