/* SPDX-License-Identifier: MIT */
#include "core/concern.h"

#include <string.h>

#include "core/call.h"

enum { PATH_ROOM = 4096 };

bool concern_lists(const char *paths, const char *path, size_t len)
{
    for (const char *at = paths;; at++) {
        size_t own = strcspn(at, ":");
        if (own == len && len > 0 && memcmp(at, path, len) == 0)
            return true;
        at += own;
        if (!*at)
            return false;
    }
}

static bool is_descriptor(unsigned kind)
{
    return kind == KIND_FD || kind == KIND_DIRFD || kind == KIND_STREAM || kind == KIND_DIRP;
}

bool concern_has(const char *paths, struct facts *facts)
{
    const struct hook_event *event = facts->event;
    const struct call *call = &call_table[event->call];
    for (unsigned i = 0; i < 2; i++) {
        const char *path = facts_path(facts, i);
        if (path && concern_lists(paths, path, strlen(path)))
            return true;
    }
    char *room = NULL;
    for (unsigned arg = 0; arg < call->args; arg++) {
        if (!is_descriptor(call->arg_kind[arg]) || event->arg[arg].n < 0 ||
            (!room && !(room = arena_take(facts->arena, PATH_ROOM))))
            continue;
        long len = facts->source->fd_path ? facts->source->fd_path((int)event->arg[arg].n, room, PATH_ROOM) : -1;
        if (len > 0 && concern_lists(paths, room, (size_t)len))
            return true;
    }
    return false;
}
