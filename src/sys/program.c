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

/* Is the path absolute, and are all folders on it folders, not symbolic links? */
static bool leads_straight(const char *path)
{
    enum { DEEPEST = 8 };
    char folder[PATH_MAX], to[1];
    const size_t len = strlen(path);
    unsigned depth = 0;
    if (path[0] != '/' || len >= sizeof folder)
        return false;
    memcpy(folder, path, len + 1);
    for (char *name = folder + 1, *end; *(end = name + strcspn(name, "/")); name = end + 1) {
        *end = '\0';
        const bool odd = !*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        if (odd || ++depth > DEEPEST || raw(SYS_readlinkat, AT_FDCWD, folder, to, sizeof to) != -EINVAL)
            return false;
        *end = '/';
    }
    return true;
}

long program_own_path(char *buf, size_t size)
{
    const char *name = (const char *)getauxval(AT_EXECFN), *headers = (const char *)getauxval(AT_PHDR);
    ElfW(Ehdr) file;
    /* of an interpreter that was started itself the C library tells what it was told to run */
    if (!name || !headers || !getauxval(AT_BASE) || (uintptr_t)headers % getauxval(AT_PAGESZ) < sizeof file)
        return -ENOENT;
    const size_t len = strlen(name);
    if (len >= size || !leads_straight(name))
        return -ENOENT;
    /* of a script it is the script */
    long got = program_read_start(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, (char *)&file, sizeof file);
    if (got != (long)sizeof file || memcmp(&file, headers - sizeof file, sizeof file) != 0)
        return -ENOENT;
    memcpy(buf, name, len);
    return (long)len;
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
