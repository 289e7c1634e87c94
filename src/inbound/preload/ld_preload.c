/* SPDX-License-Identifier: MIT */
#include "inbound/preload/ld_preload.h"

#include <stddef.h>
#include <string.h>

struct list {
    char *first, *end;
};

static void append(struct list *list, const char *entry, size_t len)
{
    if (list->end != list->first)
        *list->end++ = ':';
    memcpy(list->end, entry, len);
    list->end += len;
}

/* The next entry, or NULL; the dynamic linker takes colons and blanks. */
static const char *next_entry(const char *at, size_t *ret_len)
{
    at += strspn(at, ": ");
    *ret_len = strcspn(at, ": ");
    return *ret_len ? at : NULL;
}

/* By its file name: a build tree and an installed copy of the library must not both be loaded. */
static bool is_named(const char *entry, size_t len, const char *name)
{
    const char *slash = memrchr(entry, '/', len), *base = slash ? slash + 1 : entry;
    size_t name_len = strlen(name), base_len = len - (size_t)(base - entry);
    return base_len == name_len && memcmp(base, name, name_len) == 0;
}

/* A sanitizer's runtime that was put before the library for the program that is now being replaced. */
static bool is_left_over(const char *entry, size_t len, const char *own)
{
    static const char runtimes[][17] = { "libasan.so", "libclang_rt.asan" };
    size_t next_len;
    const char *next = next_entry(entry + len, &next_len);
    for (size_t i = 0; next && is_named(next, next_len, own) && i < sizeof runtimes / sizeof *runtimes; i++)
        if (strncmp(entry, runtimes[i], strlen(runtimes[i])) == 0)
            return true;
    return false;
}

static bool names_library(const char *old, const char *own)
{
    size_t len;
    for (const char *entry = old; (entry = next_entry(entry, &len)); entry += len)
        if (is_named(entry, len, own))
            return true;
    return false;
}

bool ld_preload_write(char *out, const char *old, const struct ld_preload *wish)
{
    const char *own = strrchr(wish->library, '/') + 1;
    bool runtime = wish->wanted && wish->runtime[0], missing = wish->wanted && !names_library(old, own);
    bool seen = false, differs = missing;
    size_t len;
    struct list list;
    list.first = list.end = stpcpy(out, LD_PRELOAD);
    const char *entry = next_entry(old, &len);
    if (runtime && !(entry && is_named(entry, len, wish->runtime))) {
        append(&list, wish->runtime, strlen(wish->runtime));
        differs = true;
    } else if (runtime) {
        append(&list, entry, len);
        entry = next_entry(entry + len, &len);
    }
    if (missing)
        append(&list, wish->library, strlen(wish->library));
    for (; entry; entry = next_entry(entry + len, &len)) {
        bool library = is_named(entry, len, own), relative = library && memchr(entry, '/', len) && entry[0] != '/';
        if (library ? !wish->wanted || seen : is_left_over(entry, len, own)) {
            differs = true;
            continue;
        }
        append(&list, relative ? wish->library : entry, relative ? strlen(wish->library) : len);
        seen = seen || library;
        differs = differs || relative;
    }
    *list.end = '\0';
    return differs;
}
