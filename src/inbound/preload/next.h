/* SPDX-License-Identifier: MIT */
/* The next definitions after this library's, as dlsym(RTLD_NEXT) finds them: without the dynamic linker's lock, in a fraction of
 * the time. */
#ifndef INBOUND_PRELOAD_NEXT_H
#define INBOUND_PRELOAD_NEXT_H

#include <stdbool.h>

/* Notes the objects that were loaded with the program, from the one after this library to libc. Before any is added. */
void next_init(void);

/* The next definition of that name and version (NULL: the default one); NULL when dlsym has to be asked: for an indirect
 * function, or behind an object that cannot be read. Safe at any time: it reads memory, and that is all. */
void *next_find(const char *name, const char *version);

/* Was libc loaded behind this library, and so both with the program? False: it may have been all the same. */
bool next_is_known(void);

/* The name that this library was loaded by; NULL: not known. */
const char *next_own_path(void);

#endif
