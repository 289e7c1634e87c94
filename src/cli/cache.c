/* SPDX-License-Identifier: MIT */
/* A file holds an image, what it depends on, and a foot that says so. It is written once, under another name. */
#include "cli/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cache_record.h"
#include "cli/cache_seen.h"
#include "cli/cli.h"
#include "core/policy/policy.h"

enum { LEAST = 64 * 1024, FILES_MOST = 16, WRITING_S = 2 };
static const uint64_t magic = UINT64_C(0x3165686361636b68);

struct foot {
    uint64_t magic, sum; /* sum: of the rest of it, and of what stands before it but for the image */
    uint64_t ino, made_s, made_ns;
    uint64_t mounts;
    uint64_t image_len, key_len, record_len;
};

static char *key; /* what rules these are, three strings */
static size_t key_len;
static char file_name[24];
static uint64_t mounts;

/* What is said of files to a process with other libraries in it may be something else. */
static bool is_wanted(void)
{
    const char *others = getenv("LD_PRELOAD");
    return !getauxval(AT_SECURE) && !(others && *others);
}

/* Where it lies; false: nowhere. */
static bool name_folder(char path[PATH_MAX])
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (base && *base == '/')
        return snprintf(path, PATH_MAX, "%s/hook", base) < PATH_MAX;
    return home && *home == '/' && snprintf(path, PATH_MAX, "%s/.cache/hook", home) < PATH_MAX;
}

/* The folder, if nobody else can change it. */
static int open_folder(void)
{
    char path[PATH_MAX];
    struct stat st;
    int fd = name_folder(path) ? open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (fd < 0 || (fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 077)))
        return fd;
    close(fd);
    return -1;
}

static bool is_own_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* In a folder of one's own only: root leaves nothing in the home of who has become root. */
static bool make_in_own(char *path)
{
    char *slash = strrchr(path, '/');
    *slash = '\0';
    bool own = is_own_folder(*path ? path : "/");
    *slash = '/';
    return own && (mkdir(path, 0700) == 0 || errno == EEXIST);
}

static int make_folder(void)
{
    char path[PATH_MAX], base[PATH_MAX];
    if (!name_folder(path))
        return -1;
    snprintf(base, sizeof base, "%.*s", (int)(strrchr(path, '/') - path), path);
    if (*base)
        make_in_own(base);
    return make_in_own(path) ? open_folder() : -1;
}

static bool set_key(const char *path, const char *origin)
{
    const char *home = getenv("HOME");
    FILE *text = open_memstream(&key, &key_len);
    if (!text)
        return false;
    fprintf(text, "%s%c%s%c%s%s%c", path, '\0', origin, '\0', home ? "=" : "", home ? home : "", '\0');
    bool done = !ferror(text);
    if (fclose(text) != 0 || !done)
        return false;
    snprintf(file_name, sizeof file_name, "%016llx", (unsigned long long)seen_sum(0, key, key_len));
    return true;
}

static uint64_t sum_of(struct foot foot, const char *before, size_t len)
{
    foot.sum = 0;
    return seen_sum(seen_sum(0, &foot, sizeof foot), before, len);
}

/* Nobody has written to it since it was made: its own time says when that was, and cannot be set without a trace. */
static bool is_as_made(const struct stat *st, const struct foot *foot)
{
    const struct timespec *made = &st->st_mtim;
    return S_ISREG(st->st_mode) && st->st_uid == geteuid() && !(st->st_mode & 0277) && st->st_nlink == 1 &&
           st->st_ino == foot->ino && (uint64_t)made->tv_sec == foot->made_s && (uint64_t)made->tv_nsec == foot->made_ns &&
           st->st_ctim.tv_sec >= made->tv_sec && st->st_ctim.tv_sec - made->tv_sec <= WRITING_S;
}

static bool is_whole(const struct stat *st, const struct foot *foot)
{
    uint64_t size = (uint64_t)st->st_size, rest = size - sizeof *foot;
    return foot->magic == magic && foot->image_len <= rest && foot->key_len <= rest && foot->record_len <= rest &&
           foot->image_len + foot->key_len + foot->record_len == rest;
}

static bool is_current(int fd)
{
    struct stat st;
    struct foot foot;
    if (fstat(fd, &st) != 0 || st.st_size < (off_t)sizeof foot ||
        pread(fd, &foot, sizeof foot, st.st_size - (off_t)sizeof foot) != sizeof foot || !is_whole(&st, &foot) ||
        !is_as_made(&st, &foot) || foot.mounts != mounts || foot.key_len != key_len)
        return false;
    size_t len = foot.key_len + foot.record_len;
    char *before = malloc(len);
    bool holds = before && pread(fd, before, len, (off_t)foot.image_len) == (ssize_t)len &&
                 sum_of(foot, before, len) == foot.sum && memcmp(before, key, key_len) == 0 &&
                 record_holds(before + key_len, foot.record_len);
    free(before);
    return holds;
}

int cache_open(const char *path, const char *origin)
{
    if (!is_wanted() || !set_key(path, origin) || !seen_mounts(&mounts))
        return -1;
    int folder = open_folder(), fd = folder < 0 ? -1 : openat(folder, file_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (folder >= 0)
        close(folder);
    if (fd >= 0 && is_current(fd))
        return fd;
    if (fd >= 0)
        close(fd);
    if (record_begin())
        cache_note(path);
    return -1;
}

static bool write_file(int fd, const struct policy *policy, const char *record, size_t record_len)
{
    struct stat st;
    struct timespec now;
    if (fstat(fd, &st) != 0 || clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0)
        return false;
    struct foot foot = { magic,   0,         st.st_ino, (uint64_t)now.tv_sec, (uint64_t)now.tv_nsec, mounts, policy_size(policy),
                         key_len, record_len };
    char *before = malloc(key_len + record_len);
    if (!before)
        return false;
    memcpy(before, key, key_len);
    memcpy(before + key_len, record, record_len);
    foot.sum = sum_of(foot, before, key_len + record_len);
    bool written = write_all(fd, (const char *)policy, policy_size(policy)) && write_all(fd, before, key_len + record_len) &&
                   write_all(fd, (const char *)&foot, sizeof foot);
    free(before);
    return written && futimens(fd, (const struct timespec[]){ now, now }) == 0;
}

/* A write beyond the limit would end this process. */
static bool is_allowed(size_t size)
{
    struct rlimit limit;
    return size >= LEAST && getrlimit(RLIMIT_FSIZE, &limit) == 0 && size + size / 2 < limit.rlim_cur;
}

static void put_file(int folder, const struct policy *policy, const char *record, size_t record_len)
{
    char name[48];
    snprintf(name, sizeof name, "%s.%d", file_name, getpid());
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    if (fd < 0)
        return;
    if (!write_file(fd, policy, record, record_len) || renameat(folder, name, folder, file_name) != 0)
        unlinkat(folder, name, 0);
    close(fd);
}

/* One comes in at a time, so that one goes; what somebody was kept from finishing goes the same way. */
static void drop_oldest(int folder)
{
    char oldest[NAME_MAX + 1] = "";
    struct timespec time = { 0, 0 };
    struct stat st;
    unsigned files = 0;
    DIR *dir = fdopendir(folder);
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        if (fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
            continue;
        bool older = st.st_mtim.tv_sec < time.tv_sec || (st.st_mtim.tv_sec == time.tv_sec && st.st_mtim.tv_nsec < time.tv_nsec);
        if (files++ == 0 || older) {
            time = st.st_mtim;
            snprintf(oldest, sizeof oldest, "%s", entry->d_name);
        }
    }
    if (files > FILES_MOST)
        unlinkat(folder, oldest, 0);
    if (dir)
        closedir(dir);
    else
        close(folder);
}

void cache_store(const struct policy *policy)
{
    char folder_name[32];
    size_t record_len;
    const char *record = record_end(&record_len);
    uint64_t mounts_now;
    if (!record || !is_allowed(policy_size(policy) + record_len) || !seen_mounts(&mounts_now) || mounts_now != mounts)
        return;
    int folder = make_folder();
    if (folder < 0)
        return;
    snprintf(folder_name, sizeof folder_name, "/proc/self/fd/%d", folder);
    if (seen_keeps_times(folder_name))
        put_file(folder, policy, record, record_len);
    drop_oldest(folder);
}
