/* SPDX-License-Identifier: MIT */
/* A slot is for whichever of its descriptors was asked for last. One word says which it is, and with which number: it is
 * 0 while the path is being changed, by the one that has made it so. */
#include "sys/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "sys/descriptor.h"
#include "sys/memory.h"
#include "sys/raw.h"

enum { SLOTS = 64 };
static const uint64_t BUSY = 1;

struct slot {
    _Atomic uint64_t key; /* the descriptor + 1, then the number */
    uint32_t len;
    char path[DIRECTORY_PATH];
} slots[SLOTS] APART;
static atomic_uint last_number;

long directory_read(int fd, char *buf, size_t size)
{
    char name[DESCRIPTOR_NAME];
    if (fd < 0)
        return -EBADF;
    descriptor_name(name, fd);
    long got = raw(SYS_readlinkat, AT_FDCWD, name, buf, size);
    return got == (long)size ? -ENAMETOOLONG : got;
}

static struct slot *slot_of(int fd)
{
    return &slots[(unsigned)fd % SLOTS];
}

static bool is_of(uint64_t key, int fd)
{
    return key >> 32 == (uint64_t)(unsigned)fd + 1;
}

/* Makes the slot nobody's for as long as its path is changed; NULL: somebody else does that right now. */
static struct slot *take_slot(int fd)
{
    struct slot *slot = slot_of(fd);
    uint64_t old = atomic_load(&slot->key);
    return old != BUSY && atomic_compare_exchange_strong(&slot->key, &old, BUSY) ? slot : NULL;
}

/* With a path of that length, which is there now; 0: it is nobody's. */
static uint32_t give_slot(struct slot *slot, int fd, size_t len)
{
    slot->len = (uint32_t)len;
    uint32_t number = len ? atomic_fetch_add(&last_number, 1) + 1 : 0;
    atomic_store_explicit(&slot->key, len ? ((uint64_t)(unsigned)fd + 1) << 32 | number : 0, memory_order_release);
    return number;
}

static uint32_t learn(int fd)
{
    static const char deleted[] = " (deleted)";
    struct slot *slot = take_slot(fd);
    if (!slot)
        return 0;
    long len = directory_read(fd, slot->path, sizeof slot->path);
    const size_t cut = sizeof deleted - 1;
    bool good =
        len > 0 && slot->path[0] == '/' && ((size_t)len < cut || memcmp(slot->path + (size_t)len - cut, deleted, cut) != 0);
    return give_slot(slot, fd, good ? (size_t)len : 0);
}

/* What is known already; 0: nothing. */
static size_t known_path(int fd, char buf[DIRECTORY_PATH])
{
    uint64_t key = fd < 0 ? 0 : atomic_load_explicit(&slot_of(fd)->key, memory_order_relaxed);
    return fd >= 0 && is_of(key, fd) ? directory_path(fd, (uint32_t)key, buf) : 0;
}

static void remember(int fd, const char *path, size_t len)
{
    directory_forget(fd);
    struct slot *slot = len ? take_slot(fd) : NULL;
    if (!slot)
        return;
    memcpy(slot->path, path, len);
    give_slot(slot, fd, len);
}

/* Puts the name behind a path of that length, which follows no symbolic link; the length, which may be more than
 * DIRECTORY_PATH. */
static size_t join(char path[2 * DIRECTORY_PATH + 1], size_t len, const char *name)
{
    size_t more = strnlen(name, DIRECTORY_PATH);
    if (strcmp(name, ".") == 0)
        return len;
    if (strcmp(name, "..") == 0) {
        while (path[--len] != '/')
            ;
        return len ? len : 1;
    }
    len -= len == 1; /* the root itself */
    path[len] = '/';
    memcpy(path + len + 1, name, more);
    return len + 1 + more;
}

void directory_enter(int fd, int from, const char *name)
{
    char path[2 * DIRECTORY_PATH + 1];
    size_t len = known_path(from, path);
    len = len ? join(path, len, name) : 0;
    remember(fd, path, len <= DIRECTORY_PATH ? len : 0);
}

void directory_copy(int fd, int from)
{
    char path[DIRECTORY_PATH];
    remember(fd, path, known_path(from, path));
}

uint32_t directory_number(int fd)
{
    uint64_t key = atomic_load_explicit(&slot_of(fd)->key, memory_order_relaxed);
    return is_of(key, fd) ? (uint32_t)key : learn(fd);
}

size_t directory_path(int fd, uint32_t number, char buf[DIRECTORY_PATH])
{
    struct slot *slot = slot_of(fd);
    uint64_t key = atomic_load_explicit(&slot->key, memory_order_acquire);
    if (!is_of(key, fd) || (uint32_t)key != number)
        return 0;
    uint32_t len = slot->len;
    if (len > DIRECTORY_PATH)
        return 0;
    memcpy(buf, slot->path, len);
    return atomic_fetch_add(&slot->key, 0) == key ? len : 0; /* read behind the copying */
}

void directory_forget(int fd)
{
    uint64_t key = atomic_load_explicit(&slot_of(fd)->key, memory_order_relaxed);
    if (__builtin_expect(is_of(key, fd), 0))
        atomic_compare_exchange_strong(&slot_of(fd)->key, &key, 0);
}

void directory_forget_all(void)
{
    for (int fd = 0; fd < SLOTS; fd++) {
        uint64_t key = atomic_load(&slots[fd].key);
        if (key && key != BUSY)
            atomic_compare_exchange_strong(&slots[fd].key, &key, 0);
    }
}
