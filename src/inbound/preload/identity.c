/* SPDX-License-Identifier: MIT */
/* Who a file with another content is: the same file for all who ask, in every process, as the real one would be. Programs
 * compare what a name leads to with what they have opened. A file in memory cannot have the real one's number: it has that
 * in its name, and what is told of it is put right. */
#include "inbound/preload/identity.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "sys/descriptor.h"
#include "sys/raw.h"

static const char prefix[] = "/memfd:hook:";

static char *put_hex(char *at, uint64_t number)
{
    if (number >= 16)
        at = put_hex(at, number / 16);
    *at = "0123456789abcdef"[number % 16];
    return at + 1;
}

static const char *read_hex(const char *at, uint64_t *ret)
{
    for (*ret = 0; (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f'); at++)
        *ret = *ret * 16 + (uint64_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
    return at;
}

/* One that is not there is told apart from others by its name and the rule. */
static uint64_t number_of(const char *rule, const char *path)
{
    const char *slash = strrchr(path, '/');
    uint64_t sum = 14695981039346656037u;
    for (const char *text = rule; *text; text++)
        sum = (sum ^ (uint8_t)*text) * 1099511628211u;
    for (const char *text = slash ? slash + 1 : path; *text; text++)
        sum = (sum ^ (uint8_t)*text) * 1099511628211u;
    return sum >> 1;
}

void identity_init(struct identity *ret, const struct passage *passage)
{
    int arg = call_arg_of_kind(passage->event.call, KIND_PATH, 0);
    bool at = arg > 0 && call_table[passage->event.call].arg_kind[arg - 1] == KIND_DIRFD;
    const char *path = arg < 0 ? "" : (const char *)passage->word[arg];
    struct stat st = { 0 };
    bool real = raw(SYS_newfstatat, at ? (int)passage->word[arg - 1] : AT_FDCWD, path, &st, 0) == 0;
    uint64_t ino = real ? st.st_ino : number_of(passage->verdict.rule, path);
    if (!real && passage->verdict.to)
        raw(SYS_newfstatat, AT_FDCWD, passage->verdict.to, &st, 0);
    memcpy(ret->name, prefix + 7, sizeof prefix - 7);
    char *end = put_hex(ret->name + sizeof prefix - 8, st.st_dev);
    *end++ = ':';
    *put_hex(end, ino) = '\0';
    ret->times[0] = st.st_atim;
    ret->times[1] = st.st_mtim;
}

void identity_mark(const struct identity *identity, long fd)
{
    raw(SYS_utimensat, fd, NULL, identity->times, 0);
}

/* The numbers that the descriptor's file goes by; false when it is none of ours. */
static bool read_name(int fd, uint64_t *ret_dev, uint64_t *ret_ino)
{
    char path[DESCRIPTOR_NAME], link[80];
    descriptor_name(path, fd);
    long len = raw(SYS_readlinkat, AT_FDCWD, path, link, sizeof link - 1);
    link[len > 0 ? len : 0] = '\0';
    if (strncmp(link, prefix, sizeof prefix - 1) != 0)
        return false;
    const char *colon = read_hex(link + sizeof prefix - 1, ret_dev);
    read_hex(colon + (*colon == ':'), ret_ino);
    return *colon == ':';
}

enum { PAGE = 4096, SECTOR = 512 };

static uint64_t blocks_of(uint64_t size)
{
    return (size + PAGE - 1) / PAGE * (PAGE / SECTOR);
}

/* A file in memory has no name. */
static bool may_be_ours(unsigned mode, uint64_t links)
{
    return S_ISREG(mode) && links == 0;
}

void identity_put(int fd, struct stat *st)
{
    uint64_t dev, ino;
    if (!may_be_ours(st->st_mode, st->st_nlink) || !read_name(fd, &dev, &ino))
        return;
    st->st_dev = dev;
    st->st_ino = ino;
    st->st_nlink = 1;
    st->st_blocks = (blkcnt_t)blocks_of((uint64_t)st->st_size);
    st->st_ctim = st->st_mtim;
}

void identity_put_extended(int fd, struct statx *st)
{
    uint64_t dev, ino;
    if (!may_be_ours(st->stx_mode, st->stx_nlink) || !read_name(fd, &dev, &ino))
        return;
    st->stx_dev_major = major(dev);
    st->stx_dev_minor = minor(dev);
    st->stx_ino = ino;
    st->stx_nlink = 1;
    st->stx_blocks = blocks_of(st->stx_size);
    st->stx_ctime = st->stx_btime = st->stx_mtime;
}

/* The descriptor that was asked about; -1: it was a name. */
static int asked(const struct passage *passage)
{
    unsigned call = passage->event.call;
    int fd = call_arg_of_kind(call, KIND_FD, 0), path = call_arg_of_kind(call, KIND_PATH, 0);
    if (fd >= 0)
        return (int)passage->word[fd];
    const char *name = path > 0 ? (const char *)passage->word[path] : NULL;
    return path > 0 && (!name || !*name) ? (int)passage->word[path - 1] : -1;
}

/* A name may lead to such a file too: that of a descriptor in /proc or /dev. */
static long open_name(const struct passage *passage)
{
    unsigned call = passage->event.call;
    int path = call_arg_of_kind(call, KIND_PATH, 0);
    bool at = path > 0 && call_table[call].arg_kind[path - 1] == KIND_DIRFD;
    return path < 0 ? -1 : raw(SYS_openat, at ? (int)passage->word[path - 1] : AT_FDCWD, passage->word[path], O_PATH | O_CLOEXEC);
}

void identity_after(const struct passage *passage)
{
    int arg = call_arg_of_kind(passage->event.call, KIND_STAT, 0);
    int extended_arg = call_arg_of_kind(passage->event.call, KIND_STATX, 0);
    struct stat *plain = arg < 0 ? NULL : (struct stat *)passage->word[arg];
    struct statx *extended = extended_arg < 0 ? NULL : (struct statx *)passage->word[extended_arg];
    if (!(plain && may_be_ours(plain->st_mode, plain->st_nlink)) &&
        !(extended && may_be_ours(extended->stx_mode, extended->stx_nlink)))
        return;
    long fd = asked(passage), opened = fd < 0 ? open_name(passage) : -1;
    if (plain && (fd >= 0 || opened >= 0))
        identity_put((int)(fd < 0 ? opened : fd), plain);
    if (extended && (fd >= 0 || opened >= 0))
        identity_put_extended((int)(fd < 0 ? opened : fd), extended);
    if (opened >= 0)
        raw(SYS_close, opened);
}
