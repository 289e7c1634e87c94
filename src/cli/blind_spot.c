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

typedef ElfW(Ehdr) elf_header;
typedef ElfW(Phdr) elf_segment;

static bool read_header(int fd, elf_header *ret)
{
    return pread(fd, ret, sizeof *ret, 0) >= EI_NIDENT && memcmp(ret->e_ident, ELFMAG, SELFMAG) == 0;
}

/* Of another class, byte order or machine than this very program? */
static bool is_foreign(const elf_header *header)
{
    elf_header own;
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    bool known = self >= 0 && read_header(self, &own);
    if (self >= 0)
        close(self);
    return known && (memcmp(header->e_ident, own.e_ident, EI_VERSION) != 0 || header->e_machine != own.e_machine);
}

static bool has_interpreter(int fd, const elf_header *header)
{
    elf_segment segment;
    for (int i = 0; i < header->e_phnum; i++) {
        off_t at = (off_t)header->e_phoff + (off_t)i * header->e_phentsize;
        if (pread(fd, &segment, sizeof segment, at) == sizeof segment && segment.p_type == PT_INTERP)
            return true;
    }
    return false;
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
static const char *blind_spot(int fd, const char *path)
{
    elf_header header;
    bool is_elf = fd >= 0 && read_header(fd, &header);
    if (fd >= 0 && !is_elf)
        return NULL;
    if (is_elf && is_foreign(&header))
        return "is built for another architecture: this library cannot be loaded into it";
    if (gains_privileges(path))
        return "is set-user-ID, set-group-ID or has capabilities: the dynamic linker loads no library into it";
    if (is_elf && !has_interpreter(fd, &header))
        return "is statically linked: a preload library cannot see inside it";
    return NULL;
}

void tell_blind_spot(const char *program)
{
    char path[PATH_MAX];
    bool script = snprintf(path, sizeof path, "%s", program) < PATH_MAX;
    for (int i = 0; script && i < SCRIPTS_MAX; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        script = fd >= 0 && follow_script(fd, path);
        const char *why = script ? NULL : blind_spot(fd, path);
        if (why)
            say("%s %s", program, why);
        if (fd >= 0)
            close(fd);
    }
}
