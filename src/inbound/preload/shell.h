/* SPDX-License-Identifier: MIT */
#ifndef INBOUND_PRELOAD_SHELL_H
#define INBOUND_PRELOAD_SHELL_H

#include <stdbool.h>
#include <stdio.h>

struct new_environ;

struct shell {
    const char *path, *command;
    struct new_environ *environ; /* freed when the thread is cancelled meanwhile */
};

/* As system and popen, but with that shell and environment. The command is not NULL. */
int shell_system(const struct shell *shell);
FILE *shell_popen(const struct shell *shell, const char *type);

/* Has it ever? Then fclose and pclose may be given such a stream. */
bool shell_has_piped(void);

/* Closes a stream that shell_popen has opened, and waits for its command: -1 and errno, or its status.
 * Returns false for any other stream. */
bool shell_close(FILE *stream, int *ret_status);

#endif
