/* SPDX-License-Identifier: MIT */
#include "cli/cache_seen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

/* Of two changes within a tick of the kernel's clock, of 10 ms at the most, the times show one. */
enum { SETTLED_MS = 100, LATELY_S = 60, XFS_MAGIC = 0x58465342 };

uint64_t seen_sum(uint64_t sum, const void *bytes, size_t len)
{
    const char *at = bytes;
    for (uint64_t word = 0; len > 0; word = 0) {
        size_t part = len < sizeof word ? len : sizeof word;
        memcpy(&word, at, part);
        sum = (sum ^ word ^ (uint64_t)part << 56) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
        at += part;
        len -= part;
    }
    return sum;
}

bool seen_keeps_times(const char *path)
{
    struct statfs st;
    if (statfs(path, &st) != 0)
        return false;
    switch (st.f_type) {
    case EXT4_SUPER_MAGIC:
    case XFS_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case OVERLAYFS_SUPER_MAGIC: return true;
    default: return false;
    }
}

static bool is_missing(int err)
{
    return err == ENOENT || err == ENOTDIR;
}

static int64_t age_ms(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return (now.tv_sec - since->tv_sec) * INT64_C(1000) + (now.tv_nsec - since->tv_nsec) / 1000000;
}

uint64_t seen_file(const char *path, bool *ret_lasting)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (ret_lasting)
            *ret_lasting = is_missing(errno);
        return is_missing(errno) ? (uint64_t)errno : 0;
    }
    const uint64_t parts[] = { st.st_dev,
                               st.st_ino,
                               st.st_mode,
                               (uint64_t)st.st_size,
                               (uint64_t)st.st_mtim.tv_sec,
                               (uint64_t)st.st_mtim.tv_nsec,
                               (uint64_t)st.st_ctim.tv_sec,
                               (uint64_t)st.st_ctim.tv_nsec };
    if (ret_lasting)
        *ret_lasting = age_ms(&st.st_ctim) >= SETTLED_MS && seen_keeps_times(path);
    return seen_sum(1, parts, sizeof parts);
}

uint64_t seen_name(const char *path, bool *ret_lasting)
{
    struct statx st;
    char text[PATH_MAX];
    ssize_t len = 0;
    if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE | STATX_INO | STATX_BTIME, &st) != 0 ||
        (S_ISLNK(st.stx_mode) && (len = readlink(path, text, sizeof text)) < 0)) {
        if (ret_lasting)
            *ret_lasting = is_missing(errno);
        return (uint64_t)errno;
    }
    bool born = st.stx_mask & STATX_BTIME;
    const uint64_t parts[] = { st.stx_dev_major,
                               st.stx_dev_minor,
                               st.stx_ino,
                               st.stx_mode & S_IFMT,
                               born ? (uint64_t)st.stx_btime.tv_sec : 0,
                               born ? st.stx_btime.tv_nsec : 0 };
    if (ret_lasting)
        *ret_lasting = true;
    return seen_sum(seen_sum(1, parts, sizeof parts), text, (size_t)len);
}

bool seen_changes(const char *folder)
{
    struct stat st;
    return stat(folder, &st) == 0 && age_ms(&st.st_ctim) < LATELY_S * INT64_C(1000);
}

static bool sum_text(const char *path, uint64_t *sum)
{
    char buf[16384];
    ssize_t got;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    while ((got = read(fd, buf, sizeof buf)) > 0)
        *sum = seen_sum(*sum, buf, (size_t)got);
    close(fd);
    return got == 0;
}

bool seen_mounts(uint64_t *ret)
{
    *ret = 1;
    return sum_text("/proc/sys/kernel/random/boot_id", ret) && sum_text("/proc/self/mountinfo", ret);
}

bool seen_is_mount(const char *path)
{
    struct statx st;
    return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) != 0 || st.stx_attributes & STATX_ATTR_MOUNT_ROOT ||
           !(st.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT);
}
