/* SPDX-License-Identifier: MIT */
#include "runtime/config.h"

#include <string.h>
#include <unistd.h>

#include "core/gate.h"
#include "core/size.h"
#include "outbound/binary.h"
#include "outbound/sinks.h"
#include "runtime/message.h"

const char *config_variable(const char *name)
{
    size_t len = strlen(name);
    for (char **variable = environ; variable && *variable; variable++)
        if (**variable == *name && strncmp(*variable, name, len) == 0 && (*variable)[len] == '=')
            return *variable + len + 1;
    return NULL;
}

const char *config_home(void)
{
    const char *first = config_variable("HOOK_HOME");
    return first ? first : config_variable("HOME");
}

/* Unset and empty mean the default. */
static const char *value_or(const char *name, const char *otherwise)
{
    const char *value = config_variable(name);
    return value && *value ? value : otherwise;
}

static int read_switch(const char *name, const char *off, const char *on, bool *ret)
{
    const char *value = value_or(name, on);
    *ret = strcmp(value, on) == 0;
    if (*ret || strcmp(value, off) == 0)
        return 0;
    message(name, ": '", value, "' is neither '", on, "' nor '", off, "'", NULL);
    return 1;
}

static int read_format(struct config *config)
{
    const char *value = value_or("HOOK_FORMAT", "text");
#define SINK(name, wanted, counts)                                                                                               \
    if (strcmp(value, #name) == 0) {                                                                                             \
        config->sink = &sink_##name;                                                                                             \
        config->paths = wanted;                                                                                                  \
        config->ticks = counts;                                                                                                  \
        return 0;                                                                                                                \
    }
#include "outbound/sinks.def"
#undef SINK
    message("HOOK_FORMAT: unknown format '", value, "' (text, json or binary)", NULL);
    return 1;
}

static void unknown_call(const char *word, size_t len)
{
    char name[64];
    size_t shown = len < sizeof name ? len : sizeof name - 1;
    memcpy(name, word, shown);
    name[shown] = '\0';
    message("HOOK_TRACE: unknown call '", name, "' (`hook calls` lists them)", NULL);
}

static int read_seed(struct config *config)
{
    config->seed = value_or("HOOK_SEED", NULL);
    if (!config->seed || !config->seed[strspn(config->seed, "0123456789")])
        return 0;
    message("HOOK_SEED: '", config->seed, "' is not a number", NULL);
    return 1;
}

/* A switch, or what `hook run` says. */
static int read_reload(struct config *config)
{
    bool off;
    config->reload = value_or("HOOK_RELOAD", NULL);
    if (config->reload && config->reload[0] == '/')
        return 0;
    int errors = read_switch("HOOK_RELOAD", "1", "0", &off);
    if (off)
        config->reload = NULL;
    return errors;
}

static bool takes_folders(const struct call_set *set)
{
    bool takes = false;
    for (unsigned call = 0; call < CALL_COUNT && !takes; call++)
        takes = call_set_has(set, call) && call_arg_of_kind(call, KIND_DIRFD, 0) >= 0;
    return takes;
}

static int read_trace(struct config *config)
{
    const char *list = value_or("HOOK_TRACE", "all");
    config->trace_all = strcmp(list, "all") == 0;
    config->trace_none = strcmp(list, "none") == 0;
    const unsigned errors = config->trace_all ? 0 : call_set_read(&config->trace, list, unknown_call);
    config->trace_folders = config->trace_all || takes_folders(&config->trace);
    return (int)errors;
}

static int read_show(struct config *config)
{
    const char *list = value_or("HOOK_SHOW", NULL), *wrong = show_read(&config->show, list);
    if (wrong)
        message("HOOK_SHOW: '", list, "': unknown word (libhook(7) lists them)", NULL);
    return wrong ? 1 : 0;
}

static int read_ring(void)
{
    const char *ring = value_or("HOOK_RING", NULL);
    if (!ring || (size_read(ring, strlen(ring), &binary_ring) && binary_ring >= RING_LEAST && binary_ring <= RING_MOST))
        return 0;
    message("HOOK_RING: '", ring, "' is no size between 128K and 1G", NULL);
    return 1;
}

/* A record has no room for them. */
static int check_tips(const struct config *config)
{
    if (!config->show.tips || !config->ticks)
        return 0;
    message("HOOK_SHOW: tips are not in the binary format", NULL);
    return 1;
}

int config_read(struct config *ret)
{
    memset(ret, 0, sizeof *ret);
    int errors = read_switch("HOOK_ON_ERROR", "continue", "exit", &ret->exit_on_error);
    if (errors)
        ret->exit_on_error = true;
    ret->rules = value_or("HOOK_RULES", NULL);
    ret->image = value_or("HOOK_IMAGE", NULL);
    ret->only = value_or("HOOK_PATHS", NULL);
    ret->output = value_or("HOOK_OUTPUT", "stderr");
    errors += read_switch("HOOK_FOLLOW", "0", "1", &ret->follow);
    errors += read_seed(ret) + read_reload(ret) + read_show(ret) + read_ring() + read_format(ret) + read_trace(ret);
    return errors + check_tips(ret);
}
