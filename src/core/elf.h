/* SPDX-License-Identifier: MIT */
/* What the dynamic linker would make of a preload library, read from a program's file. */
#ifndef CORE_ELF_H
#define CORE_ELF_H

#include <stddef.h>
#include <stdint.h>

enum elf_fit {
    ELF_UNKNOWN,    /* no ELF file, or not to be read */
    ELF_FITS,       /* it can be loaded */
    ELF_FOREIGN,    /* the program is for another architecture */
    ELF_STATIC,     /* there is no dynamic linker to load it */
    ELF_OTHER_LIBC, /* the dynamic linker of another C library, which would end the program */
};

enum { ELF_RUNTIME = 48 };

struct elf {
    enum elf_fit fit;
    char runtime[ELF_RUNTIME]; /* the sanitizer's runtime that insists on being loaded first, or "" */
};

/* Reads up to n bytes at that offset; returns how many, or less than 0. */
typedef long elf_read(const void *file, void *buf, size_t n, uint64_t at);

void elf_look(struct elf *ret, elf_read *read, const void *file);

#endif
