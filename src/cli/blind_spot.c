/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/elf.h"

enum { SCRIPTS_MAX = 5 };

static long read_file(const void *file, void *buf, size_t n, uint64_t at)
{
    return pread(*(const int *)file, buf, n, (off_t)at);
}

/* The dynamic linker ignores LD_PRELOAD in a program that gains privileges by being run. Asked by name, because
 * such a program need not be readable. */
static bool gains_privileges(const char *path)
{
    struct stat st;
    char capabilities[64];
    if (stat(path, &st) != 0)
        return false;
    return (st.st_mode & S_ISUID && st.st_uid != getuid()) || (st.st_mode & S_ISGID && st.st_gid != getgid()) ||
           (getuid() != 0 && getxattr(path, "security.capability", capabilities, sizeof capabilities) > 0);
}

/* Writes the interpreter of a script into path; false when the file is none. */
static bool follow_script(int fd, char path[PATH_MAX])
{
    char line[256] = "";
    ssize_t got = pread(fd, line, sizeof line - 1, 0);
    if (got < 3 || line[0] != '#' || line[1] != '!')
        return false;
    char *name = line + 2 + strspn(line + 2, " \t");
    name[strcspn(name, " \t\n")] = '\0';
    return snprintf(path, PATH_MAX, "%s", name) > 0;
}

/* The words that follow the program's name in a sentence, or NULL. What is no ELF file a shell may run. */
static const char *blind_spot(enum elf_fit fit, const char *path)
{
    switch (fit) {
    case ELF_FOREIGN: return "is built for another architecture: this library cannot be loaded into it";
    case ELF_OTHER_LIBC: return "is linked with another C library than glibc: this library cannot be loaded into it";
    default: break;
    }
    if (gains_privileges(path))
        return "is set-user-ID, set-group-ID or has capabilities: the dynamic linker loads no library into it";
    return fit == ELF_STATIC ? "is statically linked: a preload library cannot see inside it" : NULL;
}

const char *look_at_program(struct elf *ret, const char *program)
{
    char path[PATH_MAX];
    bool script = snprintf(path, sizeof path, "%s", program) < PATH_MAX;
    const char *why = NULL;
    *ret = (struct elf){ .fit = ELF_UNKNOWN };
    for (int i = 0; script && i < SCRIPTS_MAX; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        script = fd >= 0 && follow_script(fd, path);
        if (!script && fd >= 0)
            elf_look(ret, read_file, &fd);
        if (!script && (fd < 0 || ret->fit != ELF_UNKNOWN))
            why = blind_spot(ret->fit, path);
        if (fd >= 0)
            close(fd);
    }
    return why;
}
