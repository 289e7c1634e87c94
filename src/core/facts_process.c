/* SPDX-License-Identifier: MIT */
/* Who makes the call, and what it starts. */
#include <string.h>

#include "core/call.h"
#include "core/facts_part.h"

const char *facts_exe(struct facts *facts)
{
    if (facts_first_time(facts, FACT_EXE))
        facts->exe = facts_ask(facts, ASK_EXE, FACT_EXE, -1);
    return facts->exe;
}

/* A number that is looked up; -1 when it can't be known. */
static long number(struct facts *facts, uint32_t fact, long (*ask)(void), long *ret)
{
    if (!facts_first_time(facts, fact))
        return *ret;
    *ret = ask ? ask() : -1;
    if (*ret < 0)
        facts->unknown |= fact;
    return *ret;
}

long facts_uid(struct facts *facts)
{
    return number(facts, FACT_UID, facts->source->uid, &facts->uid);
}

long facts_gid(struct facts *facts)
{
    return number(facts, FACT_GID, facts->source->gid, &facts->gid);
}

long facts_pid(struct facts *facts)
{
    return number(facts, FACT_PID, facts->source->pid, &facts->pid);
}

static const char *command_line(struct facts *facts, const struct hook_value *command)
{
    static const char shell[] = "sh -c ";
    char *text = facts_is_bytes(command) ? arena_take(facts->arena, sizeof shell + command->len) : NULL;
    if (text) {
        memcpy(text, shell, sizeof shell - 1);
        memcpy(text + sizeof shell - 1, command->p, command->len);
        text[sizeof shell - 1 + command->len] = '\0';
    }
    return text;
}

static const char *joined(struct facts *facts, const struct hook_value *argv)
{
    char *text = facts_is_bytes(argv) ? arena_take(facts->arena, (size_t)argv->len + 1) : NULL;
    if (!text)
        return NULL;
    memcpy(text, argv->p, argv->len);
    text[argv->len] = '\0';
    for (uint32_t i = 0; i + 1 < argv->len; i++)
        if (!text[i])
            text[i] = ' ';
    return text;
}

const char *facts_argv(struct facts *facts)
{
    unsigned call = facts->event->call;
    if (!facts_first_time(facts, FACT_ARGV))
        return facts->argv;
    if (!facts_is_exec(call)) {
        facts->argv = facts_ask(facts, ASK_ARGV, FACT_ARGV, -1);
        return facts->argv;
    }
    int list = call_arg_of_kind(call, KIND_ARGV, 0), command = call_arg_of_kind(call, KIND_STR, 0);
    if (list >= 0)
        facts->argv = joined(facts, &facts->event->arg[list]);
    else if (command >= 0)
        facts->argv = command_line(facts, &facts->event->arg[command]);
    if (!facts->argv)
        facts->unknown |= FACT_ARGV;
    return facts->argv;
}
