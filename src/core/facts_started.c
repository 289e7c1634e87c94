/* SPDX-License-Identifier: MIT */
/* What an exec starts beside the file that it names: the interpreter of a script, which the kernel starts, and the
 * program that the dynamic linker is asked to run. */
#include <string.h>

#include "core/call.h"
#include "core/facts_started.h"
#include "core/lookup.h"
#include "core/script.h"

/* Adds where that path leads to; NULL when it cannot be known. */
static const char *add(struct facts *facts, const char *cwd, const char *path, const struct fact_name **names)
{
    struct walk walk = { facts->source, facts->arena, cwd, 0, path, path + strlen(path), true, NULL, NULL };
    struct fact_name *name = *path && lookup_real(&walk) == 0 ? arena_take(facts->arena, sizeof *name) : NULL;
    if (!name)
        return NULL;
    *name = (struct fact_name){ *names, walk.real, true };
    *names = name;
    return walk.real;
}

static void add_interpreters(struct facts *facts, const char *cwd, const char *path, const struct fact_name **names)
{
    const struct facts_source *source = facts->source;
    char *line = source->head ? arena_take(facts->arena, SCRIPT_LINE) : NULL;
    const char *interpreter;
    for (unsigned i = 0; line && path && i < SCRIPTS_MAX; i++) {
        if (!script_interpreter(line, source->head(path, line, SCRIPT_LINE - 1), &interpreter))
            return;
        path = add(facts, cwd, interpreter, names);
    }
}

static bool is_loader(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return strncmp(name, "ld-linux", 8) == 0 || strncmp(name, "ld-2.", 5) == 0 || strcmp(name, "ld.so") == 0 ||
           strncmp(name, "ld64.so", 7) == 0;
}

/* The options of the dynamic linker that an argument follows. */
static bool takes_argument(const char *option)
{
    static const char options[] = "--library-path\0--inhibit-rpath\0--audit\0--preload\0--argv0\0--glibc-hwcaps-prepend\0"
                                  "--glibc-hwcaps-mask\0";
    for (const char *at = options; *at; at += strlen(at) + 1)
        if (strcmp(at, option) == 0)
            return true;
    return false;
}

static void add_loaded(struct facts *facts, const char *cwd, const struct fact_name **names)
{
    int arg = call_arg_of_kind(facts->event->call, KIND_ARGV, 0);
    const struct hook_value *argv = arg < 0 ? NULL : &facts->event->arg[arg];
    if (!argv || argv->state != HOOK_VALUE_BYTES || argv->len == 0)
        return;
    const char *at = argv->p, *end = at + argv->len;
    for (at += strlen(at) + 1; at < end && strncmp(at, "--", 2) == 0; at += strlen(at) + 1)
        if (takes_argument(at) && at + strlen(at) + 1 < end)
            at += strlen(at) + 1;
    if (at < end)
        add_interpreters(facts, cwd, add(facts, cwd, at, names), names);
}

void facts_add_started(struct facts *facts, const char *cwd, const char *real, const struct fact_name **names)
{
    add_interpreters(facts, cwd, real, names);
    if (is_loader(real))
        add_loaded(facts, cwd, names);
}
