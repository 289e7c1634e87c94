/* SPDX-License-Identifier: MIT */
/* /proc/self/fd lists the descriptor of ours. Programs read it to close or to count what they have open, and some take
 * it for a mistake of their own when a number in it is closed: what gives lists leaves it out. */
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "inbound/preload/preload.h"
#include "sys/descriptor.h"
#include "sys/raw.h"

static bool is_own_name(const char *name)
{
    long number = 0;
    const char *at = name;
    for (; *at >= '0' && *at <= '9' && number < 1L << 40; at++)
        number = number * 10 + (*at - '0');
    return at > name && *at == '\0' && number == descriptor_own;
}

static bool is_folder(const struct stat *folder, const char *path)
{
    struct stat st;
    return raw(SYS_newfstatat, AT_FDCWD, path, &st, 0) == 0 && st.st_ino == folder->st_ino && st.st_dev == folder->st_dev;
}

/* Is that the folder of this process's descriptors, or of what is known of them? */
static bool lists_descriptors(int dirfd, const char *path)
{
    struct stat st;
    return raw(SYS_newfstatat, dirfd, path, &st, *path ? 0 : AT_EMPTY_PATH) == 0 &&
           (is_folder(&st, "/proc/self/fd") || is_folder(&st, "/proc/self/fdinfo") || is_folder(&st, "/proc/thread-self/fd") ||
            is_folder(&st, "/proc/thread-self/fdinfo"));
}

static bool hides(DIR *dir, const struct dirent *entry)
{
    return entry && is_own_name(entry->d_name) && lists_descriptors(preload_gate.capture->handle(KIND_DIRP, dir), "");
}

static long after_readdir(const struct passage *passage, long ret)
{
    DIR *dir = (DIR *)passage->word[0];
    return hides(dir, (const struct dirent *)ret) ? (long)((struct dirent * (*)(DIR *)) real_symbol(passage->event.call))(dir)
                                                  : ret;
}

static long after_readdir_r(const struct passage *passage, long ret)
{
    typedef int read_fn(DIR *, struct dirent *, struct dirent **);
    const long *word = passage->word;
    struct dirent **result = (struct dirent **)word[2];
    if (ret != 0 || !hides((DIR *)word[0], *result))
        return ret;
    return ((read_fn *)real_symbol(passage->event.call))((DIR *)word[0], (struct dirent *)word[1], result);
}

static long after_scandir(const struct passage *passage, long ret)
{
    int path = call_path_arg(passage->event.call);
    struct dirent **list = ret > 0 ? *(struct dirent ***)passage->word[path + 1] : NULL;
    for (long i = 0; i < ret; i++)
        if (is_own_name(list[i]->d_name) &&
            lists_descriptors(path ? (int)passage->word[0] : AT_FDCWD, (const char *)passage->word[path])) {
            free(list[i]);
            memmove(list + i, list + i + 1, (size_t)(--ret - i) * sizeof *list);
        }
    return ret;
}

/* Is that the path of our descriptor? */
static bool is_own_path(const char *path)
{
    char folder[64];
    const char *name = strrchr(path, '/');
    size_t len = name ? (size_t)(name - path) : 0;
    if (!len || len >= sizeof folder || !is_own_name(name + 1))
        return false;
    memcpy(folder, path, len);
    folder[len] = '\0';
    return lists_descriptors(AT_FDCWD, folder);
}

static long after_glob(const struct passage *passage, long ret)
{
    glob_t *found = (glob_t *)passage->word[3];
    char **path = ret == 0 ? found->gl_pathv + (passage->word[1] & GLOB_DOOFFS ? found->gl_offs : 0) : NULL;
    for (size_t i = 0; ret == 0 && i < found->gl_pathc; i++)
        if (is_own_path(path[i])) {
            free(path[i]);
            memmove(path + i, path + i + 1, (found->gl_pathc-- - i) * sizeof *path);
        }
    return ret == 0 && found->gl_pathc == 0 ? GLOB_NOMATCH : ret;
}

/* The length of the list when our descriptor has been taken out. */
static long without_own(int fd, char *list, long len)
{
    for (long at = 0; at < len;) {
        const struct dirent64 *entry = (const void *)(list + at);
        unsigned short size = entry->d_reclen;
        if (is_own_name(entry->d_name) && lists_descriptors(fd, "")) {
            len -= size;
            memmove(list + at, list + at + size, (size_t)(len - at));
        } else {
            at += size;
        }
    }
    return len;
}

/* A list that is empty then would look like the end: what follows is read. */
static long after_getdents(const struct passage *passage, long ret)
{
    typedef ssize_t read_fn(int, void *, size_t);
    const long *word = passage->word;
    long left = ret;
    while (ret > 0 && (left = without_own((int)word[0], (char *)word[1], ret)) == 0)
        ret = left = ((read_fn *)real_symbol(passage->event.call))((int)word[0], (void *)word[1], (size_t)word[2]);
    return left;
}

typedef long after_fn(const struct passage *passage, long ret);

static after_fn *function_of(unsigned call)
{
    switch (call_table[call].row) {
    case CALL_readdir:
    case CALL_readdir64: return after_readdir;
    case CALL_readdir_r:
    case CALL_readdir64_r: return after_readdir_r;
    case CALL_scandir:
    case CALL_scandir64:
    case CALL_scandirat:
    case CALL_scandirat64: return after_scandir;
    case CALL_glob:
    case CALL_glob64: return after_glob;
    case CALL_getdents64: return after_getdents;
    default: return NULL;
    }
}

bool listing_concerns(unsigned call)
{
    return function_of(call);
}

long listing_after(const struct passage *passage, long ret)
{
    after_fn *after = descriptor_own >= 0 ? function_of(passage->event.call) : NULL;
    return after ? after(passage, ret) : ret;
}
