/* SPDX-License-Identifier: MIT */
/* The ports of the core as this process answers them. */
#ifndef RUNTIME_WORLD_H
#define RUNTIME_WORLD_H

#include "core/capture.h"
#include "core/facts.h"
#include "core/names.h"
#include "core/show.h"

extern const struct facts_source world_facts;
extern struct capture_source world_capture;

/* What the program has resolved; NULL: nobody asks. */
extern struct names *world_names;

void *world_more(struct arena *arena, size_t size);
void world_release(struct arena *arena);

/* What calls have left behind is to be freed when a thread ends, too. Takes one of the program's keys (pthread_key_create). */
void world_watch_threads(void);

/* What /proc/self/exe names, where it is kept; NULL: it is not. */
const char *world_exe_known(long *ret_len);
/* The same, and the arguments, NUL-separated. Lengths, or a negative errno. */
long world_exe(char *buf, size_t size);
long world_cmdline(char *buf, size_t size);

/* What events show: the paths of descriptors; structures and environments without an abbreviation. Once, at start. */
void world_show(const struct show *show);

#endif
