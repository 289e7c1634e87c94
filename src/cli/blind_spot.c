/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { SCRIPTS_MAX = 5 };

/* The header of a file of our own class and machine; otherwise says what is wrong with it, or "" for
 * one that is no ELF file: a shell may run it. */
static const char *read_header(int fd, ElfW(Ehdr) * ret)
{
    ElfW(Ehdr) own;
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    bool known = self >= 0 && pread(self, &own, sizeof own, 0) == sizeof own;
    if (self >= 0)
        close(self);
    if (pread(fd, ret, sizeof *ret, 0) < EI_NIDENT || memcmp(ret->e_ident, ELFMAG, SELFMAG) != 0)
        return "";
    if (known && (ret->e_ident[EI_CLASS] != own.e_ident[EI_CLASS] || ret->e_machine != own.e_machine))
        return "is built for another architecture: this library cannot be loaded into it";
    return NULL;
}

static bool has_interpreter(int fd, const ElfW(Ehdr) * header)
{
    ElfW(Phdr) segment;
    for (int i = 0; i < header->e_phnum; i++) {
        off_t at = (off_t)(header->e_phoff + (ElfW(Off))i * header->e_phentsize);
        if (pread(fd, &segment, sizeof segment, at) == sizeof segment && segment.p_type == PT_INTERP)
            return true;
    }
    return false;
}

/* The dynamic linker ignores LD_PRELOAD in a program that gains privileges by being run. */
static bool gains_privileges(int fd)
{
    struct stat st;
    char capabilities[64];
    if (fstat(fd, &st) != 0)
        return false;
    return (st.st_mode & S_ISUID && st.st_uid != getuid()) || (st.st_mode & S_ISGID && st.st_gid != getgid()) ||
           (getuid() != 0 && fgetxattr(fd, "security.capability", capabilities, sizeof capabilities) > 0);
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

const char *blind_spot(const char *program)
{
    char path[PATH_MAX];
    ElfW(Ehdr) header;
    snprintf(path, sizeof path, "%s", program);
    for (int i = 0; i < SCRIPTS_MAX; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return NULL;
        if (follow_script(fd, path)) {
            close(fd);
            continue;
        }
        const char *why = read_header(fd, &header);
        if (!why && gains_privileges(fd))
            why = "is set-user-ID, set-group-ID or has capabilities: the dynamic linker loads no library into it";
        else if (!why && !has_interpreter(fd, &header))
            why = "is statically linked: a preload library cannot see inside it";
        close(fd);
        return why && *why ? why : NULL;
    }
    return NULL;
}
