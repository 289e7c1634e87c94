/* SPDX-License-Identifier: MIT */
#include "core/names.h"

#include <stdbool.h>
#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The length of a name without the dot that may end it; 0 when it is too long, or none. */
static size_t name_len(const char *name)
{
    size_t len = strnlen(name, NAMES_LONGEST + 2);
    len -= len > 0 && name[len - 1] == '.';
    return len > NAMES_LONGEST ? 0 : len;
}

static uint32_t count(const struct names *names)
{
    uint32_t n = __atomic_load_n(&names->next, __ATOMIC_ACQUIRE);
    return n < NAMES_COUNT ? n : NAMES_COUNT;
}

/* The slot that holds the address, from slot on, if it is still of that version; the table's end when there is none. */
static uint32_t find(const struct names *names, const uint8_t *address, uint32_t slot, uint32_t end, uint32_t *ret_version)
{
    for (; slot < end; slot++) {
        const struct names_key *key = &names->key[slot];
        *ret_version = __atomic_load_n(&key->version, __ATOMIC_ACQUIRE);
        if (*ret_version != 0 && !(*ret_version & 1) && memcmp(key->address, address, sizeof key->address) == 0)
            return slot;
    }
    return end;
}

/* Asked when all has been read. It adds nothing, and lets no read before it be made after it: a fence is what the thread
 * sanitizer does not know. */
static bool is_still(const struct names *names, uint32_t slot, uint32_t version)
{
    return __atomic_fetch_add((uint32_t *)&names->key[slot].version, 0, __ATOMIC_ACQ_REL) == version;
}

static bool holds(const char *stored, const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (stored[i] != lower(name[i]))
            return false;
    return stored[len] == '\0';
}

static bool is_known(const struct names *names, const uint8_t *address, const char *name, size_t len)
{
    uint32_t end = count(names), version;
    for (uint32_t slot = 0; (slot = find(names, address, slot, end, &version)) < end; slot++)
        if (holds(names->name[slot], name, len) && is_still(names, slot, version))
            return true;
    return false;
}

/* A slot that another writer is at is left to it, and the next one taken. */
static uint32_t claim(struct names *names, uint32_t *version)
{
    for (;;) {
        uint32_t slot = __atomic_fetch_add(&names->next, 1, __ATOMIC_RELAXED) % NAMES_COUNT;
        *version = __atomic_load_n(&names->key[slot].version, __ATOMIC_RELAXED);
        if (!(*version & 1) && __atomic_compare_exchange_n(&names->key[slot].version, version, *version + 1, false,
                                                           __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return slot;
    }
}

void names_note(struct names *names, const void *address, size_t address_len, const char *name)
{
    uint8_t whole[16] = { [10] = 0xff, [11] = 0xff };
    size_t len = name_len(name);
    uint32_t version;
    if (len == 0 || (address_len != 4 && address_len != 16))
        return;
    memcpy(whole + 16 - address_len, address, address_len);
    if (is_known(names, whole, name, len))
        return;
    uint32_t slot = claim(names, &version);
    memcpy(names->key[slot].address, whole, sizeof whole);
    for (size_t i = 0; i < len; i++)
        names->name[slot][i] = lower(name[i]);
    names->name[slot][len] = '\0';
    __atomic_store_n(&names->key[slot].version, version + 2, __ATOMIC_RELEASE);
}

size_t names_of(const struct names *names, const uint8_t *address, uint32_t *at, char *buf, size_t size)
{
    uint32_t version;
    for (uint32_t slot = *at, end = count(names); (slot = find(names, address, slot, end, &version)) < end; slot++) {
        size_t len = strnlen(names->name[slot], NAMES_LONGEST);
        if (len >= size)
            continue;
        memcpy(buf, names->name[slot], len);
        buf[len] = '\0';
        if (!is_still(names, slot, version))
            continue;
        *at = slot + 1;
        return len;
    }
    return 0;
}
