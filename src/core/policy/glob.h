/* SPDX-License-Identifier: MIT */
/* Wildcard patterns as small programs. A pattern is compiled once, with its mistakes told; then it is
 * matched without recursion and without memory. */
#ifndef CORE_POLICY_GLOB_H
#define CORE_POLICY_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Operations, each followed by what it needs. Characters are UTF-8; a byte that is none counts as one. */
enum glob_op {
    GLOB_END,
    GLOB_LITERAL, /* n, n bytes */
    GLOB_ONE,     /* any character but '/' */
    GLOB_CHAR,    /* any character */
    GLOB_STAR,    /* its number; any characters but '/' */
    GLOB_ACROSS,  /* its number; any characters */
    GLOB_FOLDERS, /* its number; nothing, or any that end with '/' */
    GLOB_CLASS,   /* enum glob_class, n, n pairs of 4-byte first and last character */
};

enum glob_class { GLOB_CLASS_NOT = 1, GLOB_CLASS_NO_SLASH = 2 };

enum glob_mode {
    GLOB_PATH, /* `*` stays within a component, `**` does not */
    GLOB_TEXT, /* both match anything */
};

/* What a wildcard has matched. */
struct glob_span {
    uint32_t at, len;
};

enum { GLOB_SPANS = 16 };

/* Does all of the text match? spans (NULL, or GLOB_SPANS of them) are set for each wildcard in turn. */
bool glob_match(const uint8_t *program, const char *text, struct glob_span *spans);

/* The bytes of a program, and how many wildcards it has. */
size_t glob_size(const uint8_t *program);
unsigned glob_stars(const uint8_t *program);

/* The next character at *at, which is moved behind it. */
uint32_t glob_character(const char **at);

#endif
