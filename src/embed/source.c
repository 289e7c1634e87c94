/* SPDX-License-Identifier: MIT */
#include "embed/source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static long source_cwd(char *buf, size_t size)
{
    return getcwd(buf, size) ? (long)strlen(buf) : -errno;
}

static long source_readlink(const char *path, char *buf, size_t size)
{
    ssize_t len = readlink(path, buf, size);
    return len < 0 ? -errno : len;
}

static long source_exe(char *buf, size_t size)
{
    return source_readlink("/proc/self/exe", buf, size);
}

static long source_argv(char *buf, size_t size)
{
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    size_t len = 0;
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && len < size && (got = read(fd, buf + len, size - len)) > 0)
        len += (size_t)got;
    if (fd < 0)
        return -errno;
    close(fd);
    len -= len > 0 && !buf[len - 1];
    for (size_t i = 0; i < len; i++)
        if (!buf[i])
            buf[i] = ' ';
    return (long)len;
}

static long source_fd_path(int fd, char *buf, size_t size)
{
    char path[32] = "/proc/self/fd/", digits[12];
    size_t len = strlen(path), n = 0;
    for (int rest = fd; rest > 0 || n == 0; rest /= 10)
        digits[n++] = (char)('0' + rest % 10);
    while (n > 0)
        path[len++] = digits[--n];
    path[len] = '\0';
    return source_readlink(path, buf, size);
}

static int source_file_id(const char *path, bool follow, struct file_id *ret)
{
    struct statx st;
    if (statx(AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, STATX_TYPE | STATX_NLINK | STATX_INO | STATX_BTIME, &st) < 0)
        return -errno;
    uint64_t born_ns = (uint64_t)st.stx_btime.tv_sec * 1000000000u + st.stx_btime.tv_nsec;
    *ret = (struct file_id){ makedev(st.stx_dev_major, st.stx_dev_minor), st.stx_ino, S_ISDIR(st.stx_mode) ? 1 : st.stx_nlink,
                             st.stx_mask & STATX_BTIME ? born_ns : 0, !S_ISREG(st.stx_mode) };
    return 0;
}

static long source_head(const char *path, char *buf, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t got = fd < 0 ? -1 : pread(fd, buf, size, 0);
    if (fd >= 0)
        close(fd);
    return (long)got;
}

static int kind_of(mode_t mode, bool terminal)
{
    switch (mode & S_IFMT) {
    case S_IFREG: return FD_KIND_FILE;
    case S_IFDIR: return FD_KIND_DIR;
    case S_IFIFO: return FD_KIND_PIPE;
    case S_IFSOCK: return FD_KIND_SOCKET;
    case S_IFCHR: return terminal ? FD_KIND_TTY : FD_KIND_DEVICE;
    case S_IFBLK: return FD_KIND_DEVICE;
    default: return FD_KIND_OTHER;
    }
}

static int source_fd_kind(int fd)
{
    struct stat st;
    return fstat(fd, &st) < 0 ? -errno : kind_of(st.st_mode, S_ISCHR(st.st_mode) && isatty(fd));
}

/* To open a device may do something: a terminal is told by its number. */
int embed_path_kind(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return FD_KIND_FILE;
    unsigned number = major(st.st_rdev);
    return kind_of(st.st_mode,
                   number == TTY_MAJOR || number == TTYAUX_MAJOR ||
                       (number >= UNIX98_PTY_SLAVE_MAJOR && number < UNIX98_PTY_SLAVE_MAJOR + UNIX98_PTY_MAJOR_COUNT));
}

static long source_uid(void)
{
    return (long)geteuid();
}

static long source_gid(void)
{
    return (long)getegid();
}

static long source_pid(void)
{
    return (long)getpid();
}

static long no_link(const char *path, char *buf, size_t size)
{
    (void)path, (void)buf, (void)size;
    return -EINVAL;
}

static long no_fd(int fd, char *buf, size_t size)
{
    (void)fd, (void)buf, (void)size;
    return -EBADF;
}

#define OF_THE_PROCESS                                                                                                           \
    .cwd = source_cwd, .exe = source_exe, .argv = source_argv, .uid = source_uid, .gid = source_gid, .pid = source_pid,          \
    .peek = source_peek

static long source_peek(void *dst, const void *src, size_t n)
{
    memcpy(dst, src, n);
    return (long)n;
}

const struct facts_source embed_by_files = {
    OF_THE_PROCESS,
    .fd_path = source_fd_path,
    .fd_kind = source_fd_kind,
    .readlink = source_readlink,
    .file_id = source_file_id,
    .head = source_head,
};
const struct facts_source embed_by_spelling = { OF_THE_PROCESS, .fd_path = no_fd, .fd_kind = source_fd_kind,
                                                .readlink = no_link };
