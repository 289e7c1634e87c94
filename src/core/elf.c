/* SPDX-License-Identifier: MIT */
#include "core/elf.h"

#include <linux/elf.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { MACHINE = EM_AARCH64 };
#endif

struct program {
    elf_read *read;
    const void *file;
    Elf64_Ehdr header;
};

static bool read_all(const struct program *program, void *buf, size_t n, uint64_t at)
{
    return program->read(program->file, buf, n, at) == (long)n;
}

/* The first segment of that type; of PT_LOAD, the one that holds the address. */
static bool find_segment(const struct program *program, uint32_t type, uint64_t address, Elf64_Phdr *ret)
{
    for (unsigned i = 0; i < program->header.e_phnum; i++) {
        if (!read_all(program, ret, sizeof *ret, program->header.e_phoff + (uint64_t)i * sizeof *ret))
            return false;
        if (ret->p_type == type && (type != PT_LOAD || address - ret->p_vaddr < ret->p_filesz))
            return true;
    }
    return false;
}

/* A string of the file, cut to the size. */
static bool read_string(const struct program *program, char *buf, size_t size, uint64_t at)
{
    long got = program->read(program->file, buf, size - 1, at);
    buf[got > 0 ? got : 0] = '\0';
    return got > 0;
}

static bool is_other_libc(const struct program *program, const Elf64_Phdr *interpreter)
{
    static const char others[][9] = { "ld-musl-", "linker64" };
    char path[256];
    if (!read_string(program, path, sizeof path, interpreter->p_offset))
        return false;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strncmp(name, others[0], strlen(others[0])) == 0 || strcmp(name, others[1]) == 0;
}

/* The library that the program names first, where the address sanitizer's runtime has to be. */
static void find_runtime(const struct program *program, struct elf *ret)
{
    static const char runtimes[][17] = { "libasan.so", "libclang_rt.asan" };
    Elf64_Phdr dynamic, strings;
    Elf64_Dyn entry = { 0 };
    uint64_t needed = 0, table = 0;
    bool found = false;
    if (!find_segment(program, PT_DYNAMIC, 0, &dynamic))
        return;
    for (uint64_t at = 0; at < dynamic.p_filesz && !(found && table); at += sizeof entry) {
        if (!read_all(program, &entry, sizeof entry, dynamic.p_offset + at) || entry.d_tag == DT_NULL)
            return;
        if (entry.d_tag == DT_STRTAB)
            table = entry.d_un.d_ptr;
        if (entry.d_tag == DT_NEEDED && !found) {
            needed = entry.d_un.d_val;
            found = true;
        }
    }
    if (!found || !find_segment(program, PT_LOAD, table, &strings) ||
        !read_string(program, ret->runtime, sizeof ret->runtime, strings.p_offset + table - strings.p_vaddr + needed))
        return;
    for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
        if (strncmp(ret->runtime, runtimes[i], strlen(runtimes[i])) == 0 && strlen(ret->runtime) < sizeof ret->runtime - 1)
            return;
    ret->runtime[0] = '\0';
}

void elf_look(struct elf *ret, elf_read *read, const void *file)
{
    struct program program = { .read = read, .file = file };
    Elf64_Phdr interpreter;
    const unsigned char *ident = program.header.e_ident;
    *ret = (struct elf){ .fit = ELF_UNKNOWN };
    if (read(file, &program.header, sizeof program.header, 0) < EI_NIDENT || memcmp(ident, ELFMAG, SELFMAG) != 0)
        return;
    if (ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != ELFDATA2LSB || program.header.e_machine != MACHINE)
        ret->fit = ELF_FOREIGN;
    else if (!find_segment(&program, PT_INTERP, 0, &interpreter))
        ret->fit = ELF_STATIC;
    else if (is_other_libc(&program, &interpreter))
        ret->fit = ELF_OTHER_LIBC;
    else
        ret->fit = ELF_FITS;
    if (ret->fit == ELF_FITS)
        find_runtime(&program, ret);
}
