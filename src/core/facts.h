/* SPDX-License-Identifier: MIT */
/* What a rule may ask about an event, looked up late and at most once. */
#ifndef CORE_FACTS_H
#define CORE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hook/event.h"

/* Memory for what one decision needs: the caller's, small; `more` is asked when
 * it is full (NULL: there is none; then the fact is unknown). */
struct arena {
    char *base;
    size_t used, size;
    void *(*more)(struct arena *arena, size_t size); /* a block of at least size, or NULL */
    void *blocks;                                    /* more's own account of what it has given */
};

/* n bytes, aligned to 8; NULL when there is no room. */
void *arena_take(struct arena *arena, size_t n);

enum access { ACCESS_READ = 1, ACCESS_WRITE = 2, ACCESS_CREATE = 4 };

struct file_id {
    uint64_t dev, ino, links; /* links: hard links; 1 for what is no regular file */
};

/* The port through which the core asks the world. Strings are written without a
 * NUL; each returns the length, or a negative errno. Any may be NULL: unknown. */
struct facts_source {
    long (*cwd)(char *buf, size_t size);
    long (*exe)(char *buf, size_t size);               /* of this process */
    long (*argv)(char *buf, size_t size);              /* of this process, joined by blanks */
    long (*fd_path)(int fd, char *buf, size_t size);   /* what /proc/self/fd/N names */
    long (*readlink)(const char *path, char *buf, size_t size);
    int (*file_id)(const char *path, bool follow, struct file_id *ret); /* 0 or a negative errno */
};

/* A call's paths; up to two. */
struct fact_path {
    const char *abs;  /* absolute, `.`, `..`, `//`, directory fd resolved, not symbolic links */
    const char *real; /* symbolic links resolved too, /proc/self/root and /proc/self/cwd as well; the last
                         component's only when the call would follow it */
};

struct facts {
    const struct hook_event *event; /* in-arguments captured */
    const struct facts_source *source;
    struct arena *arena;
    uint32_t known;         /* bits: which of the below have been looked up */
    struct fact_path path[2];
    struct file_id id[2];
    const char *fd_path;    /* of the (first) descriptor argument */
    const char *exe, *argv; /* argv: of the program to start for an exec, else of this process */
    unsigned access;        /* enum access bits */
};

void facts_init(struct facts *facts, const struct hook_event *event, const struct facts_source *source, struct arena *arena);

/* The first path is the event's own when the adapter has set it (execvp's, found by PATH). */

/* Each returns NULL (or 0, -1) when the call has no such thing, or it can't be known. i: 0 or 1. */
const char *facts_path(struct facts *facts, unsigned i);
const char *facts_real_path(struct facts *facts, unsigned i);
const struct file_id *facts_file_id(struct facts *facts, unsigned i);
const char *facts_fd_path(struct facts *facts);
const char *facts_exe(struct facts *facts);
const char *facts_argv(struct facts *facts);
unsigned facts_access(struct facts *facts);
int facts_fd(const struct facts *facts);
/* The address that the call names: struct sockaddr bytes and their number. */
const void *facts_sockaddr(const struct facts *facts, size_t *ret_len);

/* Joins base (absolute) and path, resolving `.`, `..` and `//` by their spelling.
 * Returns the length without the NUL it writes, or -ENAMETOOLONG. */
long path_join(const char *base, const char *path, size_t path_len, char *buf, size_t size);

#endif
