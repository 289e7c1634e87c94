/* SPDX-License-Identifier: MIT */
/* The words of a call -> the values of its event. */
#ifndef CORE_CAPTURE_H
#define CORE_CAPTURE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/facts.h"
#include "hook/event.h"

/* The port through which program memory is looked at. */
struct capture_source {
    /* Copies what of src can be read, up to the next page's end at the most; the bytes copied,
     * or a negative errno. */
    long (*peek)(void *dst, const void *src, size_t n);
    /* The descriptor of a stream (kind STREAM) or directory (DIRP), or -1. */
    int (*handle)(unsigned kind, const void *handle);
    /* Where in a directory entry (result kind DIRENT) its name is. */
    size_t entry_name;
    /* What a descriptor is of, as /proc/self/fd has it, or the working folder for AT_FDCWD: the length of what is
     * written to buf, or a negative errno. NULL: it is not to be shown. */
    long (*fd_name)(int fd, char *buf, size_t size);
    bool full;        /* nothing is to be abbreviated: environments are read */
    uint32_t strings; /* bytes of data that are taken at the most */
    /* Can it surely be read, as far as that is known at once? Asked for plain records only. */
    bool (*readable)(const void *src, size_t n);
};

/* What FD2 holds when descriptors have names: these end with a NUL. */
struct capture_fd_pair {
    int fd[2];
    char name[2][64];
};

/* Has the call given a descriptor? */
bool capture_gives_descriptor(const struct hook_event *event);

/* Is that an error that the kernel may give before it has read what pointers point to? */
static inline bool capture_is_early_error(int err)
{
    const uint64_t early = UINT64_C(1) << EFAULT | UINT64_C(1) << EINVAL | UINT64_C(1) << EBADF | UINT64_C(1) << ENOSYS |
                           UINT64_C(1) << EPERM | UINT64_C(1) << EACCES;
    return (err < 64 && early >> err & 1) || err == ENOTSOCK || err == ENOPROTOOPT || err == EOPNOTSUPP;
}

/* The size of what a kind points to, where that is a structure of a fixed one; else 0. */
size_t capture_block_size(unsigned kind);

/* How much of it a trace has unless nothing is abbreviated: the beginning, and of a STAT st_mode and its size, or st_rdev of a
 * device. */
enum { STAT_BRIEF = sizeof(uint32_t) + sizeof(uint64_t), STATX_BRIEF = 48 };
size_t capture_brief_size(unsigned kind);

/* Before the call: numbers and handles; with `all` also what pointers point to, copied
 * into the arena, for a decision or for a call that may not return. */
void capture_before(struct hook_event *event, const long *words, bool all, const struct capture_source *source,
                    struct arena *arena);

/* The result of a call whose result kind is NAME or ENTRY, as the value behind its arguments: BYTES, or an ADDRESS. */
void capture_result(struct hook_event *event, long ret, const struct capture_source *source, struct arena *arena);

/* After it, with ret, failed and err set in the event: what is still missing. Memory that the
 * call has evidently read or written is not copied: the values point into the program. `early`: what is
 * passed in was captured before, with `all`; what could not be read then is not tried again, as the call
 * may never have been made. */
void capture_after(struct hook_event *event, const long *words, bool early, const struct capture_source *source,
                   struct arena *arena);

#endif
