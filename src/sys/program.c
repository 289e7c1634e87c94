/* SPDX-License-Identifier: MIT */
#include "sys/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/aside.h"
#include "sys/raw.h"

bool program_may_execute(int dirfd, const char *path, int flags)
{
    struct stat st;
    if (raw(SYS_newfstatat, dirfd, path, &st, flags & (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) != 0 || !S_ISREG(st.st_mode))
        return false;
    long ret = raw(SYS_faccessat2, dirfd, path, X_OK, AT_EACCESS | (flags & (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)));
    return ret == 0 || ret == -ENOSYS;
}

static const char *search_path(void)
{
    for (char **variable = environ; variable && *variable; variable++)
        if (strncmp(*variable, "PATH=", 5) == 0)
            return *variable + 5;
    return "/bin:/usr/bin"; /* confstr(_CS_PATH), which execvp takes */
}

bool program_search(const char *file, char *buf, size_t size)
{
    size_t file_len = strlen(file);
    bool any = false;
    for (const char *dir = search_path();; dir++) {
        size_t len = strcspn(dir, ":");
        if (len + file_len + 2 <= size) {
            memcpy(buf, dir, len);
            buf[len] = '/';
            memcpy(buf + len + (len != 0), file, file_len + 1);
            any = true;
            if (program_may_execute(AT_FDCWD, buf, 0))
                return true;
        }
        dir += len;
        if (!*dir)
            return any;
    }
}

struct start {
    const char *path;
    int dirfd, flags;
    char *buf;
    size_t size;
    long got;
};

static void read_aside(void *arg, bool own_table)
{
    struct start *start = arg;
    bool itself = start->flags & AT_EMPTY_PATH && !*start->path;
    long fd = itself ? raw(SYS_dup, start->dirfd)
                     : raw(SYS_openat, start->dirfd, start->path,
                           O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (start->flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0));
    (void)own_table;
    start->got = fd < 0 ? fd : raw(SYS_pread64, fd, start->buf, start->size, 0);
    if (fd >= 0)
        raw(SYS_close, fd);
}

long program_read_start(int dirfd, const char *path, int flags, char *buf, size_t size)
{
    struct start start = { path, dirfd, flags, buf, size, -1 };
    aside_look(read_aside, &start);
    return start.got;
}

/* One look at what is at the end of the path: 0 when it is no link. Else what it leads to stands before the rest of the name, so
 * much longer is that now; a negative errno when it cannot be said. */
static long follow(const char *path, char *rest, size_t at)
{
    const long len = raw(SYS_readlinkat, AT_FDCWD, path, rest, at);
    if (len == -EINVAL)
        return 0;
    if (len <= 0 || (size_t)len == at || strncmp(path, "/proc/", 6) == 0) /* those there are not what they say */
        return -ENOENT;
    memmove(rest + at - len, rest, (size_t)len);
    return len;
}

/* Where the absolute path leads, without links, but for the last name's unless that is asked for. False: that takes too long to
 * find. */
static bool resolve(const char *path, bool last, char *buf, size_t size)
{
    enum { LOOKS = 12 };
    char rest[PATH_MAX];
    const size_t whole = strlen(path);
    if (path[0] != '/' || whole >= sizeof rest)
        return false;
    size_t at = sizeof rest - 1 - whole, len = 0;
    memcpy(rest + at, path, whole + 1);
    for (unsigned looks = 0; rest[at];) {
        const char *name = rest + at + strspn(rest + at, "/");
        const size_t part = strcspn(name, "/");
        at = (size_t)(name - rest) + part;
        if (part == 0 || part + len + 2 > size || ++looks > LOOKS)
            return false;
        if (part == 2 && name[0] == '.' && name[1] == '.')
            while (len && buf[--len] != '/')
                ;
        if (name[0] == '.' && (part == 1 || (part == 2 && name[1] == '.')))
            continue;
        buf[len] = '/';
        memcpy(buf + len + 1, name, part);
        buf[len + 1 + part] = '\0';
        const long more = rest[at] || last ? follow(buf, rest, at) : 0;
        if (more < 0)
            return false;
        at -= (size_t)more;
        len = more == 0 ? len + 1 + part : rest[at] == '/' ? 0 : len;
    }
    buf[len] = '\0';
    return len > 0;
}

long program_own_path(char *buf, size_t size)
{
    const char *name = (const char *)getauxval(AT_EXECFN), *headers = (const char *)getauxval(AT_PHDR);
    ElfW(Ehdr) file;
    /* of an interpreter that was started itself the C library tells what it was told to run */
    if (!name || !headers || !getauxval(AT_BASE) || (uintptr_t)headers % getauxval(AT_PAGESZ) < sizeof file)
        return -ENOENT;
    long got = -ELOOP;
    for (int last = 0; last <= 1 && got == -ELOOP; last++)
        got = resolve(name, last, buf, size) ? program_read_start(AT_FDCWD, buf, AT_SYMLINK_NOFOLLOW, (char *)&file, sizeof file)
                                             : -ENOENT;
    /* of a script it is the script */
    if (got != (long)sizeof file || memcmp(&file, headers - sizeof file, sizeof file) != 0)
        return -ENOENT;
    return (long)strlen(buf);
}

static bool interpreter_exists(char *start, size_t len)
{
    char *name = start + 2 + strspn(start + 2, " \t");
    size_t name_len = strcspn(name, " \t\n");
    if (name + name_len >= start + len)
        return true; /* longer than what was read: not for us to say */
    name[name_len] = '\0';
    return program_may_execute(AT_FDCWD, name, 0);
}

bool program_can_start(int dirfd, const char *path, int flags)
{
    char start[256];
    if (!program_may_execute(dirfd, path, flags))
        return false;
    long got = program_read_start(dirfd, path, flags, start, sizeof start - 1);
    if (got < 0)
        return true;
    start[got] = '\0';
    if (got >= 2 && memcmp(start, "#!", 2) == 0)
        return interpreter_exists(start, (size_t)got);
    /* binfmt_misc may run anything that is not empty: only what has no magic at all is refused */
    return got >= (long)sizeof(Elf32_Ehdr) && memcmp(start, ELFMAG, SELFMAG) == 0;
}

bool program_arguments_fit(size_t count)
{
    struct rlimit stack;
    const size_t least = 128 * 1024, most = 6 * 1024 * 1024;
    size_t room = most;
    if (raw(SYS_prlimit64, 0, RLIMIT_STACK, NULL, &stack) == 0 && stack.rlim_cur / 4 < room)
        room = stack.rlim_cur / 4;
    return count * (sizeof(char *) + 1) <= (room > least ? room : least);
}
