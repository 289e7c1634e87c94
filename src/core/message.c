/* SPDX-License-Identifier: MIT */
#include "core/message.h"

#include <string.h>

bool message_next(const struct hook_value *value, size_t *at, struct message_view *ret)
{
    struct message *head = &ret->head;
    bool bytes = value->state == HOOK_VALUE_BYTES || value->state == HOOK_VALUE_CUT;
    if (!bytes || value->len < *at || value->len - *at < sizeof *head)
        return false;
    const char *from = (const char *)value->p + *at;
    memcpy(head, from, sizeof *head);
    uint64_t parts = sizeof *head + (uint64_t)head->name_have + head->control_have + head->vector_have;
    if (parts > head->size || head->size > value->len - *at)
        return false;
    ret->name = from + sizeof *head;
    ret->control = ret->name + head->name_have;
    ret->vector = ret->control + head->control_have;
    *at += head->size;
    return true;
}

const void *message_name(const struct hook_value *value, size_t *ret_len)
{
    struct message_view view;
    size_t at = 0;
    if (!message_next(value, &at, &view) || !view.head.name_have)
        return NULL;
    *ret_len = view.head.name_have;
    return view.name;
}

static bool is_alike(const struct message_view *a, const struct message_view *b)
{
    return !a->head.name == !b->head.name && a->head.name_have == b->head.name_have &&
           memcmp(a->name, b->name, a->head.name_have) == 0;
}

size_t message_leave_alike(struct hook_value *value)
{
    struct message_view first, other;
    size_t at = 0, end, count = 0;
    if (!message_next(value, &at, &first))
        return 0;
    do {
        count++;
        end = at;
    } while (message_next(value, &at, &other) && is_alike(&first, &other));
    value->len = (uint32_t)end;
    value->state = HOOK_VALUE_BYTES;
    return count;
}
