/* SPDX-License-Identifier: MIT */
#include "runtime/world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/call.h"
#include "sys/cwd.h"
#include "sys/descriptor.h"
#include "sys/directory.h"
#include "sys/memory.h"
#include "sys/program.h"
#include "sys/raw.h"
#include "sys/readable.h"
#include "sys/thread.h"

/* A block given by more begins with its size and the one given before. */
struct block {
    struct block *before;
    size_t size;
};

enum { BLOCK_LEAST = 32 * 1024 };

static void unmap(struct block *block)
{
    while (block) {
        struct block *before = block->before;
        memory_unmap(block, block->size);
        block = before;
    }
}

/* A note that is being changed is, to whoever breaks in, of an arena that cannot be. */
static const struct arena *changing(const struct arena *arena)
{
    return (const struct arena *)((uintptr_t)arena | 1);
}

static bool is_changing(const struct arena *arena)
{
    return (uintptr_t)arena & 1;
}

/* Does the passage that it belongs to no longer know of it? Then another is in its place, or something else. */
static bool has_been_left(const struct left_blocks *left)
{
    void *blocks = NULL;
    const struct arena *arena = left->arena;
    if (is_changing(arena) || sandbox_active) /* under which it may be forbidden to look */
        return false;
    return memory_peek(&blocks, &arena->blocks, sizeof blocks) < (long)sizeof blocks || blocks != left->blocks;
}

/* Where the blocks of that arena are noted, or can be. Who was changing the note of this place on the stack does so no longer. */
static struct left_blocks *note_of(const struct arena *arena)
{
    struct left_blocks *notes = sys_thread.left, *note = NULL;
    for (int i = 0; i < LEFT_BLOCKS; i++)
        if (notes[i].arena == arena || notes[i].arena == changing(arena))
            return &notes[i];
        else if (!notes[i].arena)
            note = &notes[i];
    for (int i = 0; i < LEFT_BLOCKS && !note; i++)
        note = has_been_left(&notes[i]) ? &notes[i] : NULL;
    return note;
}

static pthread_key_t thread_end;
static bool told_of_ends;

/* Makes the note a changing one; gives the blocks that its passage has left there, but for those that the other still has. */
static struct block *take_note(struct left_blocks *note, const struct arena *other)
{
    const struct arena *owner = __atomic_exchange_n(&note->arena, changing(other), __ATOMIC_SEQ_CST);
    const bool are_left = owner && !is_changing(owner); /* else nobody knows what is noted */
    return are_left && (!other || note->blocks != other->blocks) ? note->blocks : NULL;
}

static void set_note(struct left_blocks *note, const struct arena *arena, void *blocks)
{
    note->blocks = blocks;
    __atomic_store_n(&note->arena, arena, __ATOMIC_SEQ_CST);
}

static void thread_ended(void *notes)
{
    for (struct left_blocks *note = notes; note < (struct left_blocks *)notes + LEFT_BLOCKS; note++) {
        struct block *left = take_note(note, NULL);
        set_note(note, NULL, NULL);
        unmap(left);
    }
}

void world_watch_threads(void)
{
    told_of_ends = pthread_key_create(&thread_end, thread_ended) == 0;
}

/* Who leaves a call by longjmp, or is cancelled in it, leaves its blocks behind. They are noted, and the next call that needs
 * some frees what it finds noted for its own place on the stack, or for a place where nobody is any more; the end of a thread
 * frees the rest. A signal handler may make calls at any point: it leaves alone a note that is being changed. */
static void change_blocks(struct arena *arena, struct block *block)
{
    const bool alone = !sys_thread.vforked && !sys_thread.lends; /* else another runs on the same notes */
    struct left_blocks *note = alone ? note_of(arena) : NULL;
    struct block *left = note ? take_note(note, arena) : NULL;
    arena->blocks = block;
    if (!note)
        return;
    set_note(note, block ? arena : NULL, block);
    unmap(left);
    if (block && told_of_ends)
        pthread_setspecific(thread_end, sys_thread.left);
}

void *world_more(struct arena *arena, size_t size)
{
    size_t all = size + sizeof(struct block) < BLOCK_LEAST ? BLOCK_LEAST : size + sizeof(struct block);
    struct block *block = memory_map(all);
    if (!block)
        return NULL;
    *block = (struct block){ arena->blocks, all };
    change_blocks(arena, block);
    return block + 1;
}

void world_release(struct arena *arena)
{
    struct block *blocks = arena->blocks;
    if (!blocks)
        return;
    change_blocks(arena, NULL);
    unmap(blocks);
}

static long read_link(const char *path, char *buf, size_t size)
{
    long len = raw(SYS_readlinkat, AT_FDCWD, path, buf, size);
    return len == (long)size ? -ENAMETOOLONG : len;
}

static const char self[] = "/proc/self/exe";

/* A process keeps its program until an exec, after which it has other memory. Who comes while another reads it, a signal handler
 * say, has to ask for itself. */
const char *world_exe_known(long *ret_len)
{
    static char *text;
    static long known; /* its length; 0: not yet asked for, -1: being read */
    long len = __atomic_load_n(&known, __ATOMIC_ACQUIRE), none = 0;
    if (len == 0 && __atomic_compare_exchange_n(&known, &none, -1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        text = memory_keep(PATH_MAX);
        len = text ? program_own_path(text, PATH_MAX) : 0;
        if (len < 0)
            len = read_link(self, text, PATH_MAX);
        memory_keep_less(text, PATH_MAX, len > 0 ? (size_t)len : 0);
        __atomic_store_n(&known, len > 0 ? len : 0, __ATOMIC_RELEASE);
    }
    *ret_len = len;
    return len > 0 ? text : NULL;
}

long world_exe(char *buf, size_t size)
{
    long len;
    const char *text = world_exe_known(&len);
    if (!text)
        return read_link(self, buf, size);
    if ((size_t)len >= size)
        return -ENAMETOOLONG;
    memcpy(buf, text, (size_t)len);
    return len;
}

long world_cmdline(char *buf, size_t size)
{
    long fd = raw(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC), used = 0, got;
    if (fd < 0)
        return fd;
    while ((size_t)used < size && (got = raw(SYS_read, fd, buf + used, size - (size_t)used)) > 0)
        used += got;
    raw(SYS_close, fd);
    return used;
}

/* The arguments joined by blanks. */
static long argv(char *buf, size_t size)
{
    long len = world_cmdline(buf, size);
    if (len > 0 && buf[len - 1] == '\0')
        len--;
    for (long i = 0; i < len; i++)
        if (buf[i] == '\0')
            buf[i] = ' ';
    return len;
}

/* For a sandbox that knows no statx. */
static int plain_file_id(const char *path, int flags, struct file_id *ret)
{
    struct stat st;
    long err = raw(SYS_newfstatat, AT_FDCWD, path, &st, flags);
    if (err == 0)
        *ret = (struct file_id){ st.st_dev, st.st_ino, S_ISDIR(st.st_mode) ? 1 : st.st_nlink, 0, !S_ISREG(st.st_mode) };
    return (int)err;
}

static int file_id(const char *path, bool follow, struct file_id *ret)
{
    struct statx st;
    int flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
    long err = raw(SYS_statx, AT_FDCWD, path, flags, STATX_TYPE | STATX_NLINK | STATX_INO | STATX_BTIME, &st);
    if (err == -ENOSYS || err == -EPERM)
        return plain_file_id(path, flags, ret);
    if (err < 0)
        return (int)err;
    uint64_t born_ns = (uint64_t)st.stx_btime.tv_sec * 1000000000u + st.stx_btime.tv_nsec;
    *ret = (struct file_id){ makedev(st.stx_dev_major, st.stx_dev_minor), st.stx_ino, S_ISDIR(st.stx_mode) ? 1 : st.stx_nlink,
                             st.stx_mask & STATX_BTIME ? born_ns : 0, !S_ISREG(st.stx_mode) };
    return 0;
}

static long head(const char *path, char *buf, size_t size)
{
    return program_read_start(AT_FDCWD, path, 0, buf, size);
}

static int character_kind(int fd)
{
    char settings[256]; /* larger than any struct termios */
    return raw(SYS_ioctl, fd, TCGETS, settings) == 0 ? FD_KIND_TTY : FD_KIND_DEVICE;
}

static int fd_kind(int fd)
{
    struct stat st;
    long err = raw(SYS_fstat, fd, &st);
    if (err < 0)
        return (int)err;
    switch (st.st_mode & S_IFMT) {
    case S_IFREG: return FD_KIND_FILE;
    case S_IFDIR: return FD_KIND_DIR;
    case S_IFIFO: return FD_KIND_PIPE;
    case S_IFSOCK: return FD_KIND_SOCKET;
    case S_IFBLK: return FD_KIND_DEVICE;
    case S_IFCHR: return character_kind(fd);
    default: return FD_KIND_OTHER;
    }
}

static long uid(void)
{
    return raw(SYS_geteuid);
}

static long gid(void)
{
    return raw(SYS_getegid);
}

static long pid(void)
{
    return thread_pid();
}

struct names *world_names;

static size_t host(const uint8_t *address, uint32_t *at, char *buf, size_t size)
{
    return world_names ? names_of(world_names, address, at, buf, size) : 0;
}

const struct facts_source world_facts = {
    .cwd = cwd_get,
    .exe = world_exe,
    .argv = argv,
    .fd_path = directory_read,
    .readlink = read_link,
    .file_id = file_id,
    .fd_kind = fd_kind,
    .uid = uid,
    .gid = gid,
    .pid = pid,
    .host = host,
    .peek = memory_peek,
    .head = head,
};

static int handle(unsigned kind, const void *handle)
{
    int *const error = thread_errno(), saved = *error;
    int fd = kind == KIND_STREAM ? fileno((FILE *)handle) : dirfd((DIR *)handle);
    *error = saved;
    return fd;
}

static long fd_name(int fd, char *buf, size_t size)
{
    if (fd == AT_FDCWD)
        return cwd_get(buf, size);
    return fd == descriptor_own ? -EBADF : directory_read(fd, buf, size);
}

struct capture_source world_capture = { memory_peek,  handle,         offsetof(struct dirent, d_name), NULL, false,
                                        SHOW_STRINGS, readable_surely };

void world_show(const struct show *show)
{
    world_capture.fd_name = show->fds ? fd_name : NULL;
    world_capture.full = show->full;
    world_capture.strings = show->strings;
}
