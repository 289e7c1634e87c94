/* SPDX-License-Identifier: MIT */
/* Whether the library can go along into a program that is about to be started. */
#ifndef INBOUND_PRELOAD_IMAGE_H
#define INBOUND_PRELOAD_IMAGE_H

#include "core/elf.h"

/* Looks at the file, or at the interpreter that its #! names. flags: execveat's. What cannot be read is
 * taken for an ordinary program. */
void image_look(struct elf *ret, int dirfd, const char *path, int flags);

#endif
