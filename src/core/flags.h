/* SPDX-License-Identifier: MIT */
/* Numbers with names, spelled as strace spells them. */
#ifndef CORE_FLAGS_H
#define CORE_FLAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/print.h"

enum flag_set {
#define FLAGS(set, unknown, ...) FLAG_SET_##set,
#define CONSTANTS                FLAGS
#include "core/flags.def"
#undef FLAGS
#undef CONSTANTS
    FLAG_SET_COUNT
};

/* Bits joined by `|`; what has no name is hexadecimal; 0 when there are none. `first`: something
 * has been written that these follow. */
void put_flags(struct out *out, enum flag_set set, uint64_t bits, bool first);

/* The one name of a number; hexadecimal when it has none. */
void put_constant(struct out *out, enum flag_set set, uint64_t number);
bool has_constant(enum flag_set set, uint64_t number);

/* open's flags: the access mode, then the bits. */
void put_open_flags(struct out *out, uint64_t flags);

/* A signal that can be sent; false, and nothing written, for another number. */
bool put_signal(struct out *out, int number);

/* Permission bits as strace has them: 0644, 007, 000. */
void put_mode(struct out *out, uint64_t mode);

/* A file type and mode: S_IFREG|0644. */
void put_file_mode(struct out *out, unsigned mode);
char *file_mode_at(char *to, unsigned mode); /* the same in a piece */

/* The C locale's name and text of an error number; NULL for one that has none. */
const char *errno_name(int number);
const char *errno_text(int number);

#endif
