/* SPDX-License-Identifier: MIT */
#ifndef INBOUND_PRELOAD_SPAWN_H
#define INBOUND_PRELOAD_SPAWN_H

#include <spawn.h>
#include <stdbool.h>

#include "inbound/preload/preload.h"

typedef int spawn_fn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const *,
                     char *const *);

/* posix_spawn and posix_spawnp (search), by the real function given. The passage has the words. */
int spawn_call(struct passage *passage, unsigned call, spawn_fn *real, bool search);

/* pidfd_spawn and pidfd_spawnp for a C library that has none. */
spawn_fn spawn_pidfd_by_path, spawn_pidfd_by_name;

#endif
