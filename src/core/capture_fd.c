/* SPDX-License-Identifier: MIT */
/* The paths of descriptors, when they are wanted. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "core/capture_part.h"

enum { PATH_SIZE = 4096 };

void capture_fd_name(const struct capture *c, struct hook_value *value)
{
    struct arena *arena = c->arena;
    size_t room = (arena->size - arena->used) & ~(size_t)7;
    char *at = arena->base + arena->used;
    long len = room ? c->source->fd_name((int)value->n, at, room) : -ENAMETOOLONG;
    if (len == -ENAMETOOLONG || len == -ERANGE) {
        at = arena_take(arena, PATH_SIZE);
        len = at ? c->source->fd_name((int)value->n, at, PATH_SIZE) : -ENOMEM;
    } else if (len > 0) {
        arena_take(arena, (size_t)len);
    }
    if (len > 0) {
        value->p = at;
        value->len = (uint32_t)len;
    }
}

bool capture_is_descriptor(unsigned kind)
{
    return kind == KIND_FD || kind == KIND_DIRFD || kind_copied(kind) == COPIED_HANDLE;
}

bool capture_gives_descriptor(const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    int command = call_arg_of_kind(event->call, KIND_FCNTLCMD, 0);
    bool copies = command >= 0 && (event->arg[command].n == F_DUPFD || event->arg[command].n == F_DUPFD_CLOEXEC);
    return (copies || capture_is_descriptor(call->kind)) && !event->failed && event->ret >= 0;
}

void capture_fd_pair(const struct capture *c, struct hook_value *value)
{
    struct capture_fd_pair *pair = arena_take(c->arena, sizeof *pair);
    if (!pair || !capture_peek(c, pair->fd, (const void *)value->n, sizeof pair->fd))
        return;
    memset(pair->name, 0, sizeof pair->name);
    for (int i = 0; i < 2; i++)
        c->source->fd_name(pair->fd[i], pair->name[i], sizeof *pair->name - 1);
    capture_set(value, pair, sizeof *pair, false);
}
