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

/* What a descriptor is of: bits. */
enum fd_kind {
    FD_KIND_FILE = 1,
    FD_KIND_DIR = 2,
    FD_KIND_PIPE = 4,
    FD_KIND_SOCKET = 8,
    FD_KIND_TTY = 16,
    FD_KIND_DEVICE = 32, /* that is no terminal */
    FD_KIND_OTHER = 64,  /* an epoll, a timer, ... */
};

struct file_id {
    uint64_t dev, ino, links; /* links: hard links; 1 for a directory */
    uint64_t born_ns;         /* when it was made: numbers of files are used again; 0: not known */
    bool special;             /* it is no regular file */
};

/* The port through which the core asks the world. Strings are written without a
 * NUL; each returns the length, or a negative errno. Any may be NULL: unknown. */
struct facts_source {
    long (*cwd)(char *buf, size_t size);
    long (*exe)(char *buf, size_t size);             /* of this process */
    long (*argv)(char *buf, size_t size);            /* of this process, joined by blanks */
    long (*fd_path)(int fd, char *buf, size_t size); /* what /proc/self/fd/N names; -EBADF or -ENOENT: not open */
    long (*readlink)(const char *path, char *buf, size_t size);
    int (*file_id)(const char *path, bool follow, struct file_id *ret); /* 0 or a negative errno */
    int (*fd_kind)(int fd);                                             /* enum fd_kind; -EBADF: not open */
    long (*uid)(void);                                                  /* those that permissions are asked of */
    long (*gid)(void);
    long (*pid)(void);
    /* The next name that the address (16 bytes) was resolved from: see names_of. */
    size_t (*host)(const uint8_t *address, uint32_t *at, char *buf, size_t size);
    long (*peek)(void *dst, const void *src, size_t n);     /* as in struct capture_source */
    long (*head)(const char *path, char *buf, size_t size); /* the first bytes of a file */
};

/* Another name that a file goes by: a path met where a symbolic link was followed. */
struct fact_name {
    const struct fact_name *next;
    const char *path;
    bool started; /* no name of it: another file, that is started with it */
};

/* A call's paths: up to two of files, and that of a unix socket. */
enum { FACT_SOCKET = 2, FACT_PATHS };

struct fact_path {
    const char *abs;               /* absolute, `.`, `..`, `//`, directory fd resolved, not symbolic links */
    const char *real;              /* symbolic links resolved too, /proc/self/root and /proc/self/cwd as well; the last
                                      component's only when the call would follow it */
    const struct fact_name *names; /* those on the way to real */
};

enum fact {
    FACT_ABS = 1 << 0, /* and the two bits above it: one a path; so for REAL and ID */
    FACT_REAL = 1 << 3,
    FACT_ID = 1 << 6,
    FACT_FD_PATH = 1 << 9,
    FACT_EXE = 1 << 10,
    FACT_ARGV = 1 << 11,
    FACT_CWD = 1 << 12,
    FACT_FD_KIND = 1 << 13,
    FACT_UID = 1 << 14,
    FACT_GID = 1 << 15,
    FACT_PID = 1 << 16,
    FACT_FD_ID = 1 << 17,
    FACT_DATA = 1 << 18, /* of what the call writes: a text was found in it, or some of it could not be read */
};

struct facts {
    const struct hook_event *event; /* in-arguments captured */
    const struct facts_source *source;
    struct arena *arena;
    uint32_t known;   /* enum fact bits: which of the below have been looked up */
    uint32_t unknown; /* of these: what could not be found out, though there may be such a thing */
    struct fact_path path[FACT_PATHS];
    struct file_id id[FACT_PATHS]; /* the first is the descriptor's when the call has no path */
    const char *fd_path;           /* of the (first) descriptor argument */
    unsigned access;               /* set beforehand: what the event does not tell; 0: it does */
    const char *host;              /* set beforehand: the name that the address was resolved from */
    const char *exe, *argv, *cwd;  /* argv: of the program to start for an exec, else of this process */
    int fd_kind;
    long uid, gid, pid;
};

void facts_init(struct facts *facts, const struct hook_event *event, const struct facts_source *source, struct arena *arena);

/* The first path is the event's own when the adapter has set it (execvp's, found by PATH). */

/* Each returns NULL (or 0, -1) when the call has no such thing, or it can't be known. i: 0, 1 or FACT_SOCKET. */
const char *facts_path(struct facts *facts, unsigned i);
const char *facts_real_path(struct facts *facts, unsigned i);
const char *facts_path_end(const struct facts *facts, unsigned i); /* see path_end; never NULL */
const struct file_id *facts_file_id(struct facts *facts, unsigned i);
const char *facts_fd_path(struct facts *facts);
const struct file_id *facts_fd_id(struct facts *facts);
const char *facts_exe(struct facts *facts);
const char *facts_argv(struct facts *facts);
unsigned facts_access(struct facts *facts);
int facts_fd(const struct facts *facts);
int facts_fd_kind(struct facts *facts); /* 0: not open */
long facts_uid(struct facts *facts);
long facts_gid(struct facts *facts);
long facts_pid(struct facts *facts);
/* Is that text in what the call writes? 1, 0, or -1 when some of it can't be read. */
int facts_contains(struct facts *facts, const char *text, size_t len);
/* The address that the call names: struct sockaddr bytes and their number. */
const void *facts_sockaddr(const struct facts *facts, size_t *ret_len);

/* The file that a function reads whatever it is asked, getpwnam's /etc/passwd, or the program it starts, system's
 * /bin/sh; NULL for others. */
const char *facts_implied_path(unsigned call);

/* Does the i-th path begin at a folder that only a descriptor tells? */
bool facts_path_by_descriptor(const struct facts *facts, unsigned i);

/* Would the call follow a symbolic link that its i-th path ends with? */
bool facts_follows(const struct facts *facts, unsigned i);
/* Does a call with that id start a program? */
bool facts_is_exec(unsigned call);

/* The real path of a folder that a rule names; NULL when there is none, or it can't be known. */
const char *facts_folder(struct facts *facts, const char *path, size_t len);

/* Joins base (absolute) and path, resolving `.`, `..` and `//` by their spelling.
 * Returns the length without the NUL it writes, or -ENAMETOOLONG. */
long path_join(const char *base, const char *path, size_t path_len, char *buf, size_t size);

/* Has path_join nothing to leave out of it: no `//`, no `/./` or `/../`, no slash at the end? False also where that is not
 * known. What a relative path begins with is not looked at. */
bool path_is_joined(const char *path, size_t len);

/* What path_join drops of a path's end though the kernel minds it: "/", "/." also for "..", or "". What is named so can only
 * be a folder, and a link there is followed. */
const char *path_end(const char *path, size_t len);

#endif
