/* SPDX-License-Identifier: MIT */
#include "core/call.h"
#include "core/facts.h"
#include "core/message.h"

const void *facts_sockaddr(const struct facts *facts, size_t *ret_len)
{
    unsigned call = facts->event->call;
    int message = call_message_arg(call), arg = call_arg_of_kind(call, KIND_SOCKADDR, 0);
    if (message >= 0)
        return message_name(&facts->event->arg[message], ret_len);
    const struct hook_value *value = &facts->event->arg[arg < 0 ? 0 : arg];
    if (arg < 0 || (value->state != HOOK_VALUE_BYTES && value->state != HOOK_VALUE_CUT))
        return NULL;
    *ret_len = value->len;
    return value->p;
}
