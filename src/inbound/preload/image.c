/* SPDX-License-Identifier: MIT */
#include "inbound/preload/image.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "core/script.h"
#include "sys/raw.h"

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

void image_look(struct elf *ret, int dirfd, const char *path, int flags)
{
    char line[SCRIPT_LINE];
    bool script = true;
    *ret = (struct elf){ .fit = ELF_UNKNOWN };
    for (int i = 0; script && i < SCRIPTS_MAX; i++) {
        int fd = open_file(dirfd, path, flags);
        if (fd < 0)
            return;
        script = script_interpreter(line, read_file(&fd, line, SCRIPT_LINE - 1, 0), &path);
        if (!script)
            elf_look(ret, read_file, &fd);
        raw(SYS_close, fd);
        dirfd = AT_FDCWD;
        flags = 0;
    }
}
