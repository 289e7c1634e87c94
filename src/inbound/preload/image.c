/* SPDX-License-Identifier: MIT */
#include "inbound/preload/image.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "core/script.h"
#include "sys/aside.h"
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

struct look {
    struct elf *elf;
    const char *path;
    int dirfd, flags;
};

static void look(void *arg, bool own_table)
{
    struct look *look = arg;
    char line[SCRIPT_LINE];
    bool script = true;
    (void)own_table;
    for (int i = 0; script && i < SCRIPTS_MAX; i++) {
        int fd = open_file(look->dirfd, look->path, look->flags);
        if (fd < 0)
            return;
        script = script_interpreter(line, read_file(&fd, line, SCRIPT_LINE - 1, 0), &look->path);
        if (!script)
            elf_look(look->elf, read_file, &fd);
        raw(SYS_close, fd);
        look->dirfd = AT_FDCWD;
        look->flags = 0;
    }
}

void image_look(struct elf *ret, int dirfd, const char *path, int flags)
{
    struct look wanted = { ret, path, dirfd, flags };
    *ret = (struct elf){ .fit = ELF_UNKNOWN };
    aside_look(look, &wanted);
}
