/* SPDX-License-Identifier: MIT */
/* The record of what compiled rules depend on: made while they are compiled, compared later. */
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cache.h"
#include "cli/cache_record.h"
#include "cli/cache_seen.h"
#include "embed/source.h"

/* A file that is read, or anything that an answer is taken from. */
enum { READ = 'r', ASKED = 'a' };
enum { ENTRIES_MOST = 4096 };

static FILE *noted; /* of entries: a sum, and a kind and a path as a string; NULL: nobody wants to know */
static char *noted_text;
static size_t noted_len;
static void *names; /* the strings, as a tree */
static unsigned count;
static bool lasting;

static int compare(const void *one, const void *other)
{
    return strcmp(one, other);
}

static void add(char kind, const char *path, size_t len)
{
    char *name = malloc(len + 2);
    if (!name) {
        lasting = false;
        return;
    }
    bool lasts = false;
    name[0] = kind;
    memcpy(name + 1, path, len);
    name[len + 1] = '\0';
    char **found = tsearch(name, &names, compare);
    if (!found || *found != name) {
        lasting = lasting && found;
        free(name);
        return;
    }
    uint64_t sum = seen_file(name + 1, &lasts);
    lasting = lasting && lasts && ++count <= ENTRIES_MOST;
    fwrite(&sum, sizeof sum, 1, noted);
    fwrite(name, len + 2, 1, noted);
}

void cache_note(const char *path)
{
    if (noted && lasting)
        add(READ, path, strlen(path));
}

/* A folder that has not changed has the same names in it, and they are of the same files. */
static void note_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (noted && lasting)
        add(ASKED, slash && slash > path ? path : "/", slash && slash > path ? (size_t)(slash - path) : 1);
}

static long noted_readlink(const char *path, char *buf, size_t size)
{
    note_folder(path);
    long got = embed_by_files.readlink(path, buf, size);
    lasting = lasting && (got >= 0 || got == -EINVAL || got == -ENOENT || got == -ENOTDIR);
    return got;
}

static int noted_file_id(const char *path, bool follow, struct file_id *ret)
{
    note_folder(path);
    int err = embed_by_files.file_id(path, follow, ret);
    if (err == 0 && noted && lasting && seen_is_mount(path))
        add(ASKED, path, strlen(path));
    lasting = lasting && (err == 0 || err == -ENOENT || err == -ENOTDIR);
    return err;
}

static const struct facts_source source = { .readlink = noted_readlink, .file_id = noted_file_id };
const struct facts_source *const cache_source = &source;

bool record_begin(void)
{
    static const char self[] = "/proc/self/exe";
    noted = open_memstream(&noted_text, &noted_len);
    lasting = noted;
    if (lasting)
        add(ASKED, self, sizeof self - 1);
    return lasting;
}

const char *record_end(size_t *ret_len)
{
    bool whole = noted && !ferror(noted) && fclose(noted) == 0;
    noted = NULL;
    *ret_len = noted_len;
    return whole && lasting ? noted_text : NULL;
}

bool record_holds(const char *record, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint64_t sum;
        const char *name = record + at + sizeof sum;
        const char *end = len - at > sizeof sum ? memchr(name, '\0', len - at - sizeof sum) : NULL;
        if (!end)
            return false;
        memcpy(&sum, record + at, sizeof sum);
        if (seen_file(name + 1, NULL) != sum || (name[0] == READ && faccessat(AT_FDCWD, name + 1, R_OK, AT_EACCESS) != 0))
            return false;
        at = (size_t)(end + 1 - record);
    }
    return true;
}
