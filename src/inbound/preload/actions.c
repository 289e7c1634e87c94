/* SPDX-License-Identifier: MIT */
/* The folder that a child of posix_spawn will be in when it does what follows: names that are given after an addchdir_np
 * begin there. */
#include <spawn.h>
#include <stdatomic.h>
#include <string.h>

#include "inbound/preload/preload.h"
#include "sys/cwd.h"
#include "sys/descriptor.h"
#include "sys/memory.h"

enum { ENTRIES = 16, FOLDER = 4096 };

struct entry {
    const posix_spawn_file_actions_t *actions;
    int used; /* how many actions there were with this one: fewer, and the object is another */
    char folder[FOLDER];
};

static struct entry *_Atomic table; /* the oldest gives way */
static atomic_uint next_entry;

static struct entry *entry_of(const posix_spawn_file_actions_t *actions)
{
    struct entry *entries = atomic_load(&table);
    for (unsigned i = 0; entries && actions && i < ENTRIES; i++)
        if (entries[i].actions == actions && actions->__used >= entries[i].used)
            return &entries[i];
    return NULL;
}

static struct entry *make_entry(void)
{
    struct entry *entries = atomic_load(&table), *none = NULL;
    if (!entries && !(entries = memory_map(ENTRIES * sizeof *entries)))
        return NULL;
    if (!atomic_compare_exchange_strong(&table, &none, entries) && none != entries)
        memory_unmap(entries, ENTRIES * sizeof *entries);
    return &atomic_load(&table)[atomic_fetch_add(&next_entry, 1) % ENTRIES];
}

/* base/name, or the name alone when that is absolute; false when it is too long. */
static bool join(char *out, size_t size, const char *base, const char *name)
{
    size_t base_len = *name == '/' ? 0 : strlen(base), len = strlen(name);
    if (base_len + len + 2 > size)
        return false;
    memmove(out, base, base_len);
    if (base_len)
        out[base_len++] = '/';
    memcpy(out + base_len, name, len + 1);
    return true;
}

void actions_after(const struct passage *passage)
{
    const posix_spawn_file_actions_t *actions = (const posix_spawn_file_actions_t *)passage->word[0];
    bool by_name = call_table[passage->event.call].row == CALL_posix_spawn_file_actions_addchdir_np;
    struct entry *entry = entry_of(actions), *before = entry;
    if (!entry && !(entry = make_entry()))
        return;
    if (!before)
        entry->folder[0] = '\0';
    if (!by_name)
        descriptor_name(entry->folder, (int)passage->word[1]);
    else if (!join(entry->folder, FOLDER, entry->folder, (const char *)passage->word[1]))
        return;
    entry->used = actions->__used;
    entry->actions = actions;
}

const char *actions_path(struct passage *passage, const void *actions, const char *name)
{
    const struct entry *entry = entry_of(actions);
    char first = '/';
    if (!entry || preload_gate.capture->peek(&first, name, 1) != 1 || first == '/' || first == '\0')
        return NULL;
    char *path = arena_take(&passage->arena, 3 * FOLDER);
    if (!path)
        return NULL;
    long len = entry->folder[0] == '/' ? 0 : cwd_get(path, FOLDER);
    if (len < 0)
        return NULL;
    path[len] = '\0';
    return join(path, 2 * FOLDER, path, entry->folder) && join(path, 3 * FOLDER, path, name) ? path : NULL;
}
