/* SPDX-License-Identifier: MIT */
/* The record of what compiled rules depend on: made while they are compiled, compared later. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cache.h"
#include "cli/cache_record.h"
#include "cli/cache_seen.h"
#include "embed/source.h"

/* A file that is read, anything that an answer is taken from, a name alone. */
enum { READ = 'r', ASKED = 'a', NAMED = 'n' };
enum { ENTRIES_MOST = 4096, NAMES_MOST = 1024 };

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

/* As the tree has it. */
struct name {
    char text[PATH_MAX + 2];
};

static bool set_name(struct name *name, char kind, const char *path, size_t len)
{
    if (len >= PATH_MAX)
        return false;
    name->text[0] = kind;
    memcpy(name->text + 1, path, len);
    name->text[len + 1] = '\0';
    return true;
}

static bool is_noted(const struct name *name)
{
    return tfind(name->text, &names, compare);
}

static void add(const struct name *name)
{
    bool lasts = false;
    char *own;
    if (is_noted(name))
        return;
    const char *path = name->text + 1;
    uint64_t sum = *name->text == NAMED ? seen_name(path, &lasts) : seen_file(path, &lasts);
    lasting = lasts && ++count <= ENTRIES_MOST && (own = strdup(name->text)) && tsearch(own, &names, compare);
    fwrite(&sum, sizeof sum, 1, noted);
    fwrite(name->text, strlen(name->text) + 1, 1, noted);
}

static void note(char kind, const char *path, size_t len)
{
    struct name name;
    if (!noted || !lasting)
        return;
    lasting = set_name(&name, kind, path, len);
    if (lasting)
        add(&name);
}

void cache_note(const char *path)
{
    note(READ, path, strlen(path));
}

/* A folder that has not changed has the same names in it, and they are of the same files: it stands for all of them. In one that
 * names come to and go from all the time, it is the name that counts. */
static void note_name(const char *path)
{
    struct name folder;
    const char *slash = strrchr(path, '/');
    bool in_root = !slash || slash == path,
         known = set_name(&folder, ASKED, in_root ? "/" : path, in_root ? 1 : (size_t)(slash - path));
    if (!noted || !lasting || (known && is_noted(&folder)))
        return;
    if (known && (count >= NAMES_MOST || !seen_changes(folder.text + 1)))
        add(&folder);
    else
        note(NAMED, path, strlen(path));
}

static long noted_readlink(const char *path, char *buf, size_t size)
{
    note_name(path);
    long got = embed_by_files.readlink(path, buf, size);
    lasting = lasting && (got >= 0 || got == -EINVAL || got == -ENOENT || got == -ENOTDIR);
    return got;
}

static int noted_file_id(const char *path, bool follow, struct file_id *ret)
{
    note_name(path);
    int err = embed_by_files.file_id(path, follow, ret);
    if (err == 0 && seen_is_mount(path))
        note(NAMED, path, strlen(path));
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
    note(ASKED, self, sizeof self - 1);
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
        uint64_t now = name[0] == NAMED ? seen_name(name + 1, NULL) : seen_file(name + 1, NULL);
        if (now != sum || (name[0] == READ && faccessat(AT_FDCWD, name + 1, R_OK, AT_EACCESS) != 0))
            return false;
        at = (size_t)(end + 1 - record);
    }
    return true;
}
