/* SPDX-License-Identifier: MIT */
#include "inbound/preload/next.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

#include "sys/memory.h"

enum { OBJECTS = 128 };
static const unsigned HIDDEN = 0x8000;

/* An object's symbols and its hash table, DT_GNU_HASH. */
struct object {
    const struct link_map *map;
    const ElfW(Sym) * symbols;
    const char *strings;
    const ElfW(Half) * versions;  /* NULL: its symbols have none */
    const ElfW(Verdef) * defined; /* what their numbers mean */
    const uint32_t *buckets, *chain;
    const ElfW(Addr) * bloom;
    uint32_t bucket_count, first, bloom_mask, bloom_shift;
};

static struct object *objects;
static unsigned object_count;
static bool whole; /* libc is the last of them */

extern const ElfW(Dyn) own_dynamic[] __asm__("_DYNAMIC") __attribute__((visibility("hidden")));

/* The dynamic linker's list of objects, as it tells debuggers in the program's own dynamic section. */
static const struct link_map *first_map(void)
{
    const ElfW(Phdr) *segment = (const ElfW(Phdr) *)getauxval(AT_PHDR);
    const unsigned long count = segment ? getauxval(AT_PHNUM) : 0;
    const ElfW(Dyn) *dyn = NULL;
    ElfW(Addr) base = 0;
    for (unsigned long i = 0; i < count; i++)
        if (segment[i].p_type == PT_PHDR)
            base = (ElfW(Addr))segment - segment[i].p_vaddr;
        else if (segment[i].p_type == PT_DYNAMIC)
            dyn = (const ElfW(Dyn) *)(base + segment[i].p_vaddr);
    while (dyn && dyn->d_tag != DT_NULL && dyn->d_tag != DT_DEBUG)
        dyn++;
    const struct r_debug *debug = dyn && dyn->d_tag == DT_DEBUG ? (const struct r_debug *)dyn->d_un.d_ptr : NULL;
    return debug ? debug->r_map : NULL;
}

static const struct link_map *own_map(void)
{
    const struct link_map *map = first_map();
    while (map && map->l_ld != own_dynamic)
        map = map->l_next;
    return map;
}

bool next_is_known(void)
{
    return whole;
}

const char *next_own_path(void)
{
    const struct link_map *map = own_map();
    return map ? map->l_name : NULL;
}

/* The dynamic linker has made the addresses absolute, but not where they cannot be written to. */
static const void *address_of(const struct link_map *map, const ElfW(Dyn) * dyn)
{
    return (const void *)(dyn->d_un.d_ptr + (dyn->d_un.d_ptr < map->l_addr ? map->l_addr : 0));
}

static void read_hash(struct object *object, const uint32_t *hash)
{
    object->bucket_count = hash[0];
    object->first = hash[1];
    object->bloom_mask = hash[2] - 1;
    object->bloom_shift = hash[3];
    object->bloom = (const ElfW(Addr) *)(hash + 4);
    object->buckets = (const uint32_t *)(object->bloom + hash[2]);
    object->chain = object->buckets + object->bucket_count;
}

static bool read_object(struct object *object, const struct link_map *map)
{
    *object = (struct object){ .map = map };
    for (const ElfW(Dyn) *dyn = map->l_ld; dyn && dyn->d_tag != DT_NULL; dyn++) {
        switch (dyn->d_tag) {
        case DT_SYMTAB: object->symbols = address_of(map, dyn); break;
        case DT_STRTAB: object->strings = address_of(map, dyn); break;
        case DT_VERSYM: object->versions = address_of(map, dyn); break;
        case DT_VERDEF: object->defined = address_of(map, dyn); break;
        case DT_GNU_HASH: read_hash(object, address_of(map, dyn)); break;
        default: break;
        }
    }
    return object->symbols && object->strings && object->bucket_count;
}

static uint32_t hash_of(const char *name)
{
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

static bool is_version(const struct object *object, unsigned number, const char *version)
{
    for (const ElfW(Verdef) *at = object->defined; at; at = (const void *)((const char *)at + at->vd_next)) {
        const ElfW(Verdaux) *name = (const void *)((const char *)at + at->vd_aux);
        if (at->vd_ndx == number)
            return strcmp(object->strings + name->vda_name, version) == 0;
        if (!at->vd_next)
            break;
    }
    return false;
}

/* Is it the definition of that version, or without one that which a program without versions is bound to? */
static bool is_wanted(const struct object *object, uint32_t symbol, const char *version)
{
    const unsigned number = object->versions ? object->versions[symbol] : 0;
    if (object->symbols[symbol].st_shndx == SHN_UNDEF)
        return false;
    return version ? is_version(object, number & ~HIDDEN, version) : !(number & HIDDEN);
}

static const ElfW(Sym) * look_up(const struct object *object, const char *name, uint32_t hash, const char *version)
{
    enum { BITS = 8 * sizeof(ElfW(Addr)) };
    const ElfW(Addr) word = object->bloom[hash / BITS & object->bloom_mask];
    if (!(word >> hash % BITS & word >> (hash >> object->bloom_shift) % BITS & 1))
        return NULL;
    uint32_t symbol = object->buckets[hash % object->bucket_count];
    for (; symbol >= object->first; symbol++) {
        const uint32_t has = object->chain[symbol - object->first];
        if ((has | 1) == (hash | 1) && is_wanted(object, symbol, version) &&
            strcmp(object->strings + object->symbols[symbol].st_name, name) == 0)
            return &object->symbols[symbol];
        if (has & 1)
            break;
    }
    return NULL;
}

static bool is_libc(const struct link_map *map)
{
    const char *base = strrchr(map->l_name, '/');
    return strcmp(base ? base + 1 : map->l_name, "libc.so.6") == 0;
}

/* From the first map to that of libc; 0: it is not among them. */
static unsigned count_to_libc(const struct link_map *map)
{
    for (unsigned count = 1; map && count <= OBJECTS; map = map->l_next, count++)
        if (is_libc(map))
            return count;
    return 0;
}

void next_init(void)
{
    const struct link_map *own = own_map(), *map = own ? own->l_next : NULL;
    const unsigned count = count_to_libc(map);
    objects = count ? memory_keep(count * sizeof *objects) : NULL;
    while (objects && object_count < count && read_object(&objects[object_count], map)) {
        object_count++;
        map = map->l_next;
    }
    whole = objects && object_count == count;
}

void *next_find(const char *name, const char *version)
{
    const uint32_t hash = hash_of(name);
    for (unsigned i = 0; whole && i < object_count; i++) {
        const ElfW(Sym) *symbol = look_up(&objects[i], name, hash, version);
        if (symbol)
            return ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC ? NULL : (void *)(objects[i].map->l_addr + symbol->st_value);
    }
    return NULL;
}
