/* SPDX-License-Identifier: MIT */
/* The environment that a new program gets: the library in it when children are followed, not in it
 * when they aren't, whatever the program has made of its own. */
#ifndef INBOUND_PRELOAD_ENVIRON_H
#define INBOUND_PRELOAD_ENVIRON_H

#include <stdbool.h>
#include <stddef.h>

#include "core/elf.h"

enum { ENVIRON_VARIABLES = 13 };

/* What followed children need; set by the runtime. */
struct environ_settings {
    bool follow;
    const char *library;                     /* absolute path of libhook.so */
    const char *variable[ENVIRON_VARIABLES]; /* "HOOK_OUTPUT=..." as children are to have it: all are HOOK_; NULL: unset */
};
extern struct environ_settings environ_settings;

struct new_environ {
    char **envp; /* to be passed on: the program's own when there is nothing to change */
    void *block; /* what was mapped for it, or NULL */
    size_t size;
};

/* envp may be NULL, or not readable: then it is passed on as it is. A program that the library cannot be
 * loaded into gets an environment without it. */
void environ_make(struct new_environ *ret, char *const *envp, const struct elf *program);
void environ_free(struct new_environ *made);

/* In the parent of a vfork: frees what the child had mapped. */
struct vfork_level;
void environ_free_left(struct vfork_level *left);

#endif
