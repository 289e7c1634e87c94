/* SPDX-License-Identifier: MIT */
/* Another content in a file's place: the program gets a file in memory of its own, for each open, so that what it
 * writes reaches nobody. The descriptor that it is made with is out of the program's way and does not stay. */
#include "inbound/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "inbound/preload/identity.h"
#include "sys/descriptor.h"
#include "sys/raw.h"

enum { ASIDE = 512, NAME = DESCRIPTOR_NAME + 2 };

/* Writes all of it; returns 0 or a negative errno. */
static long write_all(long fd, const char *bytes, size_t len)
{
    while (len > 0) {
        long done = raw(SYS_write, fd, bytes, len);
        if (done < 0)
            return done;
        bytes += done;
        len -= (size_t)done;
    }
    return 0;
}

/* That it was a regular file when the rules were read does not mean that it still is. */
static long copy_file(long fd, const char *path)
{
    struct stat st = { 0 };
    long from = raw(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    long done = from < 0 ? from : raw(SYS_fstat, from, &st);
    if (done == 0 && !S_ISREG(st.st_mode))
        done = -EACCES;
    while (done >= 0 && (done = raw(SYS_sendfile, fd, from, NULL, 1 << 30)) > 0)
        ;
    if (from >= 0)
        raw(SYS_close, from);
    return done;
}

/* For who asks only. */
static long copy_size(long fd, const char *path)
{
    struct stat st;
    long err = raw(SYS_newfstatat, AT_FDCWD, path, &st, 0);
    return err < 0 ? err : !S_ISREG(st.st_mode) ? -EACCES : raw(SYS_ftruncate, fd, st.st_size);
}

static long fill(long fd, const struct verdict *verdict, bool opens)
{
    if (verdict->content)
        return write_all(fd, verdict->content, verdict->content_len);
    return opens ? copy_file(fd, verdict->to) : copy_size(fd, verdict->to);
}

/* The file, at a number that no program takes for the lowest free one; or a negative errno. */
static long make_file(const struct passage *passage, bool opens)
{
    struct identity identity;
    identity_init(&identity, passage);
    long low = raw(SYS_memfd_create, identity.name, MFD_CLOEXEC);
    if (low < 0)
        return low;
    long fd = raw(SYS_fcntl, low, F_DUPFD_CLOEXEC, ASIDE);
    if (fd >= 0)
        raw(SYS_close, low);
    else
        fd = low; /* the limit of descriptors is low */
    raw(SYS_fchmod, fd, 0644);
    long err = fill(fd, &passage->verdict, opens);
    identity_mark(&identity, fd);
    if (err == 0)
        return fd;
    raw(SYS_close, fd);
    return err;
}

static long word_of(const struct passage *passage, unsigned kind, long otherwise)
{
    int arg = call_arg_of_kind(passage->event.call, kind, 0);
    return arg < 0 ? otherwise : passage->word[arg];
}

/* "/" and the like: what the name ends with that only a folder's may. */
static const char *end_of(const struct passage *passage)
{
    const struct hook_value *path = &passage->event.arg[call_arg_of_kind(passage->event.call, KIND_PATH, 0)];
    return path_end(path->p, path->len);
}

/* The file's name, as the program has ended its own: the kernel then says what it would. */
static void put_name(char out[NAME], const struct passage *passage, long fd)
{
    descriptor_name(out, (int)fd);
    strcat(out, end_of(passage));
}

/* As it was asked for. That its name is a link is not the program's concern, unless it says so to openat2. */
static bool is_exclusive(const struct passage *passage, uint64_t flags)
{
    return (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL) && !*end_of(passage);
}

static uint64_t flags_again(const struct passage *passage, uint64_t flags)
{
    return flags & ~(uint64_t)(*end_of(passage) ? O_NOFOLLOW : O_NOFOLLOW | O_CREAT);
}

static long open_plainly(const struct passage *passage, const char *name)
{
    uint64_t flags = (uint64_t)word_of(passage, KIND_OFLAGS, O_WRONLY | O_CREAT | O_TRUNC);
    return is_exclusive(passage, flags) ? -EEXIST : raw(SYS_openat, AT_FDCWD, name, (int)flags_again(passage, flags), 0);
}

/* May the program's name be resolved as it wants it to be? That there is no such file is no matter. */
static long resolve(const struct passage *passage, uint64_t how)
{
    struct open_how probe = { .flags = O_PATH | O_CLOEXEC, .resolve = how };
    long fd = how ? raw(SYS_openat2, passage->word[0], passage->word[1], &probe, sizeof probe) : -ENOENT;
    if (fd >= 0)
        raw(SYS_close, fd);
    return fd == -ELOOP || fd == -EXDEV || fd == -EINVAL || fd == -EAGAIN ? fd : 0;
}

/* With the program's own structure, so that the kernel looks at all of it. */
static long open_how(struct passage *passage, const char *name)
{
    struct open_how *how = gate_own_how(&preload_gate, passage);
    long err = how ? resolve(passage, how->resolve) : 0;
    if (err == 0 && how && is_exclusive(passage, how->flags))
        err = -EEXIST;
    if (err == 0 && how) {
        if (how->flags & O_CREAT) /* the mode goes with it */
            how->mode &= ~(uint64_t)(*end_of(passage) ? 0 : 07777);
        how->flags = flags_again(passage, how->flags);
        how->resolve = 0;
    }
    return err ? err : raw(SYS_openat2, AT_FDCWD, name, passage->word[2], passage->word[3]);
}

static long ask_about(const struct passage *passage, long fd)
{
    struct statx *extended = (struct statx *)word_of(passage, KIND_STATX, 0);
    struct stat *plain = (struct stat *)word_of(passage, KIND_STAT, 0);
    long err = word_of(passage, KIND_AMODE, 0) & X_OK ? -EACCES : 0;
    if (*end_of(passage))
        return -ENOTDIR;
    if (extended && (err = raw(SYS_statx, fd, "", AT_EMPTY_PATH, word_of(passage, KIND_STATXMASK, 0), extended)) == 0)
        identity_put_extended((int)fd, extended);
    if (plain && (err = raw(SYS_fstat, fd, plain)) == 0)
        identity_put((int)fd, plain);
    return err;
}

/* A stream is made by the real function, of the file's other name. */
static bool open_stream(struct passage *passage, long fd)
{
    char *name = arena_take(&passage->arena, NAME);
    if (!name)
        return false;
    put_name(name, passage, fd);
    passage->word[call_arg_of_kind(passage->event.call, KIND_PATH, 0)] = (long)name;
    passage->injected = (int)fd;
    return true;
}

/* The file is written to, and nobody reads that. */
static bool is_truncate(const struct passage *passage)
{
    return call_table[passage->event.call].row == CALL_truncate;
}

bool inject_before(struct passage *passage)
{
    char name[NAME];
    if (is_truncate(passage)) {
        if (passage->word[1] < 0 || *end_of(passage))
            gate_refuse(passage, passage->word[1] < 0 ? EINVAL : ENOTDIR);
        return false;
    }
    bool opens = strcmp(call_op(passage->event.call), "open") == 0;
    long fd = make_file(passage, opens), ret = fd;
    if (fd >= 0 && opens && call_table[passage->event.call].kind == KIND_STREAM) {
        if (open_stream(passage, fd))
            return true;
        ret = -ENOMEM;
    } else if (fd >= 0) {
        put_name(name, passage, fd);
        bool by_how = call_arg_of_kind(passage->event.call, KIND_OPENHOW, 0) >= 0;
        ret = !opens ? ask_about(passage, fd) : by_how ? open_how(passage, name) : open_plainly(passage, name);
    }
    if (fd >= 0)
        raw(SYS_close, fd);
    passage->event.ret = ret;
    if (ret < 0)
        gate_refuse(passage, (int)-ret);
    return false;
}

void inject_after(const struct passage *passage)
{
    if (passage->injected >= 0)
        raw(SYS_close, passage->injected);
}
