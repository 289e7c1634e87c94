/* SPDX-License-Identifier: MIT */
#include "inbound/preload/image.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "sys/raw.h"

enum { SCRIPTS_MAX = 5, LINE = 256 }; /* as the kernel has them */

static long read_file(const void *file, void *buf, size_t n, uint64_t at)
{
    return raw(SYS_pread64, *(const int *)file, buf, n, at);
}

static int open_file(int dirfd, const char *path, int flags)
{
    if (flags & AT_EMPTY_PATH && path && !*path)
        return (int)raw(SYS_fcntl, dirfd, F_DUPFD_CLOEXEC, 0);
    return (int)raw(SYS_openat, dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* Makes a script's first line the name of its interpreter. */
static bool is_script(int fd, char line[LINE], const char **ret_name)
{
    long got = raw(SYS_pread64, fd, line, LINE - 1, 0);
    if (got < 3 || line[0] != '#' || line[1] != '!')
        return false;
    line[got] = '\0';
    char *name = line + 2 + strspn(line + 2, " \t");
    name[strcspn(name, " \t\n")] = '\0';
    *ret_name = name;
    return true;
}

void image_look(struct elf *ret, int dirfd, const char *path, int flags)
{
    char line[LINE];
    bool script = true;
    *ret = (struct elf){ .fit = ELF_UNKNOWN };
    for (int i = 0; script && i < SCRIPTS_MAX; i++) {
        int fd = open_file(dirfd, path, flags);
        if (fd < 0)
            return;
        script = is_script(fd, line, &path);
        if (!script)
            elf_look(ret, read_file, &fd);
        raw(SYS_close, fd);
        dirfd = AT_FDCWD;
        flags = 0;
    }
}
