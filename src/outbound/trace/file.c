/* SPDX-License-Identifier: MIT */
/* The file is longer than what is used of it, and has holes there. A page of it is had by madvise, which says when
 * the disk is full, where the first touch would end the program; the kernels before 5.14 cannot do that, so the whole
 * extent is allocated for them. */
#include "outbound/trace/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outbound/trace/head.h"
#include "sys/aside.h"
#include "sys/memory.h"
#include "sys/output.h"
#include "sys/raw.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* The first extents of a process are small, for most are short. Who goes on writing alone gets such as can be mapped as one huge
 * page, and are one: of what is written at once the kernel makes one. Threads that go on at different times would keep several of
 * them in memory. */
enum { EXTENT_FIRST = HOOK_TRACE_UNIT, EXTENT_NEXT = 3 * EXTENT_FIRST, EXTENT_MOST = 8 * EXTENT_FIRST, FILL_FIRST = 8 * 1024 };
enum { AHEAD = HEAD_FILE_LEAST / 2 };

struct hook_trace_header *trace_header;

static struct {
    uint64_t dev, ino;
    _Atomic uint64_t extent; /* the size of the next */
    char *path;
    size_t path_room;
    bool populates;
    _Atomic(char *) had; /* the first extent, while no more than FILL_FIRST bytes of it are in use */
} file;

static uint64_t rounded(uint64_t size, uint64_t to)
{
    return (size + to - 1) & ~(to - 1);
}

/* The thread sanitizer does not see what is mapped by hand: it is where no thread has had its stack before. */
static void *anywhere(uint64_t size)
{
#ifdef HOOK_SANITIZED
    static _Atomic uint64_t next = UINT64_C(0x7ea000000000);
    return (void *)atomic_fetch_add(&next, rounded(size, HOOK_TRACE_UNIT));
#else
    (void)size;
    return NULL;
#endif
}

/* `over`: memory that the new mapping takes the place of; NULL: anywhere. */
static void *map(long fd, uint64_t from, uint64_t size, void *over)
{
    long at =
        raw(SYS_mmap, over ? over : anywhere(size), size, PROT_READ | PROT_WRITE, MAP_SHARED | (over ? MAP_FIXED : 0), fd, from);
    return at < 0 && at > -HOOK_TRACE_PAGE ? NULL : (void *)at;
}

/* They are had page by page, for nothing is read ahead, which makes the first one many times dearer. */
static void expect_holes(void *at, uint64_t size)
{
    raw(SYS_madvise, at, size, MADV_RANDOM);
}

/* Pages that have been written are had many times cheaper than holes that are touched, and more than a few of them cheaper where
 * they have got their place on the disk before. Where the program may write no further (RLIMIT_FSIZE, a sandbox) they stay holes.
 */
static int fill(long fd, uint64_t at, uint64_t size)
{
    if (output_limited)
        return 0;
    if (size > FILL_FIRST)
        raw(SYS_fallocate, fd, 0, at, size);
    const int err = output_zero_at((int)fd, at, size);
    return err == -EPERM ? 0 : err;
}

static int use(long fd)
{
    struct stat st;
    if (raw(SYS_fstat, fd, &st) < 0 || !S_ISREG(st.st_mode))
        return -EMEDIUMTYPE;
    output_limits_changed();
    file.dev = st.st_dev;
    file.ino = st.st_ino;
    int err = head_find(fd, (uint64_t)st.st_size);
    struct hook_trace_header *header = err == 0 ? map(fd, 0, HOOK_TRACE_PAGE, NULL) : NULL;
    if (!header)
        return err < 0 ? err : -EEXIST;
    trace_header = header;
    file.populates = raw(SYS_madvise, header, HOOK_TRACE_PAGE, MADV_POPULATE_WRITE) == 0;
    return 0;
}

void trace_file_close(void)
{
    if (trace_header)
        raw(SYS_munmap, trace_header, HOOK_TRACE_PAGE);
    trace_header = NULL;
}

/* Only who has the file may leave its time of access alone, which else is written with each mapping. */
static long open_file(const char *path, int flags)
{
    flags |= O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    const long fd = raw(SYS_openat, AT_FDCWD, path, flags | O_NOATIME, 0666);
    return fd == -EPERM ? raw(SYS_openat, AT_FDCWD, path, flags, 0666) : fd;
}

/* The file itself, not another that now has its name. */
static long reopen(void)
{
    struct stat st;
    long fd = open_file(file.path, 0);
    if (fd < 0 || (raw(SYS_fstat, fd, &st) == 0 && st.st_dev == file.dev && st.st_ino == file.ino))
        return fd;
    raw(SYS_close, fd);
    return -ESTALE;
}

static uint64_t file_size(void)
{
    return atomic_load((_Atomic uint64_t *)&trace_header->size);
}

/* Others may be at it too: an allocation neither makes the file shorter nor writes over a byte of theirs. Beyond a limit of the
 * program's it would raise a signal. */
static int make_longer(long fd, uint64_t end)
{
    return output_limited ? -EFBIG : (int)raw(SYS_fallocate, fd, 0, end - 1, 1);
}

/* An extent that ends there needs the file to be so long; if possible, it is made longer than that by as much again, and some
 * time before: the next may be wanted by a program that is not allowed to. */
static int grow(long fd, uint64_t end)
{
    uint64_t wide = rounded(2 * end, HEAD_FILE_LEAST), known = file_size();
    if (known >= end + AHEAD)
        return 0;
    int err = make_longer(fd, wide);
    if (err < 0 && known >= end)
        return 0;
    if (err < 0) {
        wide = end;
        err = make_longer(fd, end);
    }
    if (err == -EOPNOTSUPP || err == -ENOSYS || err == -EFBIG) /* the last byte is the extent's own */
        err = output_write_at((int)fd, end - 1, "", 1);
    while (err == 0 && known < wide && !atomic_compare_exchange_weak((_Atomic uint64_t *)&trace_header->size, &known, wide))
        ;
    return err;
}

/* Without the file's name: from the part of it that is mapped, which is not moved but doubled. */
static void *map_again(uint64_t from, uint64_t size, void *over)
{
    if (from + size > trace_header->size)
        return NULL;
    long at = raw(SYS_mremap, trace_header, 0, from + size, MREMAP_MAYMOVE);
    if (at < 0 && at > -HOOK_TRACE_PAGE)
        return NULL;
    raw(SYS_munmap, at, from);
    if (over)
        raw(SYS_mremap, at + from, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, over);
    return over ? over : (void *)(at + from);
}

static void *map_new(long fd, uint64_t from, const struct trace_room *room, void *over, int *ret_err)
{
    const uint64_t size = room->size;
    int err = grow(fd, from + size);
    if (err == 0)
        err = fill(fd, from, room->soon);
    if (err == 0 && !file.populates)
        err = (int)raw(SYS_fallocate, fd, 0, from, size);
    if (err < 0) /* what room there is should be somebody's */
        raw(SYS_fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, size);
    void *at = err == 0 ? map(fd, from, size, over) : NULL;
    *ret_err = err < 0 ? -err : ENOMEM;
    return at;
}

struct wish {
    uint64_t from;
    const struct trace_room *room;
    void *over, *at;
    bool opened;
    int err;
};

static long reopen_aside(bool own_table)
{
    long fd = reopen();
    if (fd == -EMFILE && own_table) { /* there is one in it that nobody needs */
        raw(SYS_close, 0);
        fd = reopen();
    }
    return fd;
}

static void fill_aside(void *arg, bool own_table)
{
    const struct trace_room *room = arg;
    long fd = reopen_aside(own_table);
    if (fd >= 0)
        fill(fd, room->at, room->soon);
    raw(SYS_close, fd);
}

void trace_file_fill(uint64_t at, uint64_t size)
{
    struct trace_room room = { .soon = size, .at = at };
    if (aside_here(fill_aside, &room) < 0)
        aside_run(fill_aside, &room);
}

static void map_aside(void *arg, bool own_table)
{
    struct wish *wish = arg;
    long fd = reopen_aside(own_table);
    wish->opened = fd >= 0;
    if (wish->opened)
        wish->at = map_new(fd, wish->from, wish->room, wish->over, &wish->err);
    else
        wish->err = (int)-fd;
    raw(SYS_close, fd);
}

/* The descriptor that it takes is none of the program's table, where another thread could take its number for another file. */
static void *map_extent(uint64_t from, const struct trace_room *room, void *over, int *ret_err)
{
    struct wish wish = { from, room, over, NULL, false, 0 };
    int err = aside_here(map_aside, &wish);
    if (err < 0 || wish.err == EMFILE) /* in a table of its own there is room */
        err = aside_run(map_aside, &wish);
    if (err < 0)
        wish.err = -err;
    *ret_err = wish.err;
    return wish.opened ? wish.at : map_again(from, room->size, over);
}

static void use_more(void)
{
    char *first = atomic_exchange(&file.had, NULL);
    if (first)
        expect_holes(first, EXTENT_FIRST);
}

int trace_file_populate(void *at, uint64_t size)
{
    const char *had = atomic_load(&file.had);
    if (!file.populates || (had && (char *)at >= had && (char *)at + size <= had + FILL_FIRST))
        return 0;
    use_more();
    uintptr_t first = (uintptr_t)at & ~(uintptr_t)(HOOK_TRACE_PAGE - 1);
    long err = raw(SYS_madvise, first, rounded((uintptr_t)at + size - first, HOOK_TRACE_PAGE), MADV_POPULATE_WRITE);
    return err == -EFAULT ? -ENOSPC : err == -EPERM ? 0 : (int)err; /* forbidden by now: the extent has been prepared for that */
}

/* Where in the file. */
static uint64_t claim(uint64_t size)
{
    _Atomic uint64_t *next = (_Atomic uint64_t *)&trace_header->next;
    uint64_t end = atomic_load(next), from;
    do
        from = size % HOOK_TRACE_HUGE ? end : rounded(end, HOOK_TRACE_HUGE);
    while (!atomic_compare_exchange_weak(next, &end, from + size));
    return from;
}

/* Given back, if nobody has claimed more since. */
static void disclaim(uint64_t from, uint64_t size)
{
    uint64_t end = from + size;
    atomic_compare_exchange_strong((_Atomic uint64_t *)&trace_header->next, &end, from);
}

/* Of which so much is to be had at once. */
static int begin_extent(struct hook_trace_extent *extent, uint64_t size, uint64_t soon, int pid)
{
    int err = trace_file_populate(extent, soon);
    if (err < 0)
        return err;
    extent->pid = pid;
    /* in this order: who still holds the one that was here before, and finds a size, cannot take what is before `taken` */
    atomic_store((_Atomic uint64_t *)&extent->taken, HOOK_TRACE_PAGE);
    atomic_store((_Atomic uint64_t *)&extent->size, size);
    atomic_store_explicit((_Atomic uint32_t *)&extent->magic, HOOK_TRACE_EXTENT, memory_order_release);
    return 0;
}

struct trace_room trace_file_wish(uint64_t least, bool scarce, bool alone)
{
    const uint64_t wide = file.extent > EXTENT_MOST && (!alone || output_limited) ? EXTENT_MOST : file.extent;
    const uint64_t size = least > wide || scarce ? rounded(least, HOOK_TRACE_UNIT) : wide;
    return (struct trace_room){ .size = size,
                                .soon = size > EXTENT_FIRST ? size : FILL_FIRST,
                                .huge = size == HOOK_TRACE_HUGE && !scarce && alone };
}

struct hook_trace_extent *trace_file_extent(struct trace_room *room, void *over, int pid, int *ret_err)
{
    const uint64_t from = room->at = claim(room->size);
    use_more();
    struct hook_trace_extent *extent = map_extent(from, room, over, ret_err);
    if (!extent) {
        disclaim(from, room->size);
        return NULL;
    }
    expect_holes(extent, room->size);
    int err = begin_extent(extent, room->size, room->huge ? room->size : sizeof *extent, pid);
    if (err < 0) {
        *ret_err = -err;
        return NULL;
    }
    file.extent = room->size < EXTENT_NEXT ? EXTENT_NEXT : room->size < EXTENT_MOST ? EXTENT_MOST : HOOK_TRACE_HUGE;
    return extent;
}

/* While the file is open: the extent that most processes need, and the only one. */
static struct hook_trace_extent *first_extent(long fd, int pid)
{
    int err;
    const struct trace_room room = trace_file_wish(EXTENT_FIRST, false, true);
    uint64_t from = claim(EXTENT_FIRST);
    struct hook_trace_extent *extent = map_new(fd, from, &room, NULL, &err);
    if (extent && begin_extent(extent, EXTENT_FIRST, FILL_FIRST, pid) == 0) {
        atomic_store(&file.had, (char *)extent);
        file.extent = EXTENT_NEXT;
        return extent;
    }
    disclaim(from, EXTENT_FIRST);
    return NULL;
}

static bool keep_path(const char *path)
{
    const size_t size = strlen(path) + 1;
    if (size > file.path_room) {
        file.path = memory_keep(size);
        file.path_room = file.path ? size : 0;
    }
    if (file.path)
        memcpy(file.path, path, size);
    return file.path;
}

int trace_file_open(const char *path, int pid, struct hook_trace_extent **ret_first)
{
    if (!keep_path(path))
        return -ENOMEM;
    file.extent = EXTENT_FIRST;
    long fd = open_file(path, O_CREAT);
    if (fd < 0)
        return (int)fd;
    int err = use(fd);
    if (err == 0 && ret_first)
        *ret_first = first_extent(fd, pid);
    raw(SYS_close, fd);
    return err;
}

void trace_file_forked(void)
{
    file.extent = EXTENT_FIRST;
}

void trace_file_leave(struct hook_trace_extent *extent, uint64_t size)
{
    raw(SYS_madvise, extent, size, MADV_DONTNEED);
}
