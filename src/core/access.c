/* SPDX-License-Identifier: MIT */
/* What a call does to the file that its path names: how, and whether through a last symbolic link. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>

#include "core/call.h"
#include "core/facts.h"

enum {
    R = ACCESS_READ,
    W = ACCESS_WRITE,
    C = ACCESS_CREATE,
};

static const struct hook_value *value_of(const struct facts *facts, unsigned kind)
{
    int arg = call_arg_of_kind(facts->event->call, kind, 0);
    return arg < 0 ? NULL : &facts->event->arg[arg];
}

/* The flags of an open; false when the call has none. */
static bool open_flags(const struct facts *facts, uint64_t *ret)
{
    const struct hook_value *flags = value_of(facts, KIND_OFLAGS), *how = value_of(facts, KIND_OPENHOW);
    if (flags)
        *ret = (uint64_t)flags->n;
    else if (how && how->state == HOOK_VALUE_BYTES && how->len >= sizeof *ret)
        memcpy(ret, how->p, sizeof *ret);
    else
        return false;
    return true;
}

static unsigned flags_access(uint64_t flags)
{
    unsigned mode = flags & O_ACCMODE;
    unsigned access = mode == O_RDONLY ? R : mode == O_WRONLY ? W : R | W;
    if (flags & O_TRUNC)
        access |= W;
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE)
        access |= C;
    return access;
}

/* The mode of a stdio open; NULL when the call is none. */
static const struct hook_value *stream_mode(const struct facts *facts)
{
    unsigned row = call_table[facts->event->call].row;
    return row == CALL_fopen || row == CALL_freopen ? value_of(facts, KIND_STR) : NULL;
}

static unsigned mode_access(const struct hook_value *mode)
{
    const char *text = mode->p;
    if (mode->state != HOOK_VALUE_BYTES || mode->len == 0)
        return 0;
    unsigned access = text[0] == 'r' ? R : text[0] == 'w' || text[0] == 'a' ? W | C : 0;
    return access && memchr(text, '+', mode->len) ? access | R | W : access;
}

static unsigned open_access(const struct facts *facts)
{
    const struct hook_value *mode = stream_mode(facts);
    uint64_t flags;
    if (mode)
        return mode_access(mode);
    if (open_flags(facts, &flags))
        return flags_access(flags);
    switch (call_table[facts->event->call].row) {
    case CALL_creat: return W | C;
    case CALL_tmpfile: return R | W | C;
    default: return value_of(facts, KIND_TEMPLATE) ? R | W | C : R;
    }
}

/* By operation. */
static const struct {
    char op[16];
    uint8_t access;
} op_access[] = {
    { "access", R },    { "chdir", R },     { "chroot", R },      { "exec", R },        { "getdents", R },
    { "getxattr", R },  { "listxattr", R }, { "read", R },        { "readlink", R },    { "stat", R },
    { "chmod", W },     { "chown", W },     { "removexattr", W }, { "rmdir", W },       { "setxattr", W },
    { "truncate", W },  { "unlink", W },    { "utime", W },       { "write", W },       { "link", W | C },
    { "mkdir", W | C }, { "mknod", W | C }, { "rename", W | C },  { "symlink", W | C }, { "copy_file_range", R | W },
};

unsigned facts_access(struct facts *facts)
{
    const char *op = call_op(facts->event->call);
    if (facts->access)
        return facts->access;
    if (strcmp(op, "open") == 0)
        return open_access(facts);
    for (size_t i = 0; i < sizeof op_access / sizeof *op_access; i++)
        if (strcmp(op_access[i].op, op) == 0)
            return op_access[i].access;
    return 0;
}

bool facts_is_exec(unsigned call)
{
    unsigned sys = call_table[call].syscall;
    return sys == SYSCALL_execve || sys == SYSCALL_execveat;
}

static bool has_flag(const struct facts *facts, unsigned kind, int64_t flag)
{
    const struct hook_value *flags = value_of(facts, kind);
    return flags && flags->n & flag;
}

static bool open_follows(const struct facts *facts)
{
    const struct hook_value *mode = stream_mode(facts);
    uint64_t flags;
    if (mode)
        return mode->state != HOOK_VALUE_BYTES || !memchr(mode->p, 'x', mode->len);
    if (open_flags(facts, &flags))
        return !(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
    return !value_of(facts, KIND_TEMPLATE);
}

static const char nofollow_ops[] = "unlink\0rmdir\0rename\0readlink\0symlink\0mkdir\0mknod\0bind\0";

bool facts_follows(const struct facts *facts, unsigned i)
{
    unsigned call = facts->event->call;
    const char *op = call_op(call);
    for (const char *other = nofollow_ops; *other; other += strlen(other) + 1)
        if (strcmp(op, other) == 0)
            return false;
    switch (call_table[call].row) {
    case CALL___lxstat:
    case CALL_lchmod:
    case CALL_lchown:
    case CALL_lgetxattr:
    case CALL_link:
    case CALL_llistxattr:
    case CALL_lremovexattr:
    case CALL_lsetxattr:
    case CALL_lstat:
    case CALL_lutimes: return false;
    case CALL_name_to_handle_at: return has_flag(facts, KIND_ATFLAGS, AT_SYMLINK_FOLLOW);
    case CALL_linkat: return i == 0 && has_flag(facts, KIND_ATFLAGS, AT_SYMLINK_FOLLOW);
    }
    return !has_flag(facts, KIND_ATFLAGS, AT_SYMLINK_NOFOLLOW) && open_follows(facts);
}
