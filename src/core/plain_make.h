/* SPDX-License-Identifier: MIT */
/* Makes the record of a call that has been made, as capture.c and trace_put.c would, for the kinds that most calls are
 * made of. Expanded in each wrapper, with the row known: what is left is little more than the copying. */
#ifndef CORE_PLAIN_MAKE_H
#define CORE_PLAIN_MAKE_H

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/call.h"
#include "core/form.h"
#include "core/plain.h"
#include "hook/sink.h"
#include "core/trace_part.h"

enum { PLAIN_SPARE = 128 };

#define PLAIN_IN_PLACE static inline __attribute__((always_inline))

/* What most records need stands in one piece: a system call has cleared the code out of the nearest cache. */
#define PLAIN_MOSTLY(condition) __builtin_expect(!!(condition), 1)
#define PLAIN_SELDOM(condition) __builtin_expect(!!(condition), 0)

/* What is made, and how far it is: all of it in registers, for nobody is given its address. */
struct plain_making {
    const long *word;
    const struct capture_source *source;
    char *at, *end;
    const char *data; /* as in struct plain_call */
    long ret;
    uint32_t parts;
    bool failed, trusted; /* trusted: the call has surely read what it was passed */
    bool creates;
    int handle;
    int err;
    int base, from; /* where a relative path would begin, and where one does */
};

PLAIN_IN_PLACE bool plain_is_creating(long flags)
{
    return PLAIN_SELDOM(flags & O_CREAT) || PLAIN_SELDOM((flags & O_TMPFILE) == O_TMPFILE);
}

/* The argument that is taken so; HOOK_ARGS_MAX: none is. */
PLAIN_IN_PLACE unsigned plain_argument(const struct plain_row *row, enum plain_way way)
{
    unsigned found = HOOK_ARGS_MAX;
#pragma GCC unroll 8
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        found = arg < row->args && plain_way(row->arg_kind[arg]) == way && found == HOOK_ARGS_MAX ? arg : found;
    return found;
}

/* The descriptor of the stream or folder that is passed. */
PLAIN_IN_PLACE int plain_handle(const struct plain_row *row, const long *word, const struct capture_source *source)
{
    const unsigned arg = plain_argument(row, WAY_HANDLE);
    return arg < HOOK_ARGS_MAX && word[arg] ? source->handle(row->arg_kind[arg], (const void *)word[arg]) : -1;
}

/* The size that the next argument gives. */
PLAIN_IN_PLACE size_t plain_given_size(const long *word, const struct plain_row *row, unsigned arg)
{
    return arg + 1 < row->args ? (size_t)word[arg + 1] : 0;
}

PLAIN_IN_PLACE size_t plain_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* What struct plain_call has as data, which are put there, with zeros behind them. */
PLAIN_IN_PLACE const char *plain_data(const struct plain_row *row, const long *word, const struct capture_source *source,
                                      char data[PLAIN_DATA])
{
    const unsigned arg = plain_argument(row, WAY_DATA);
    if (arg == HOOK_ARGS_MAX || !word[arg])
        return NULL;
    const size_t len = plain_least(plain_given_size(word, row, arg), PLAIN_DATA);
    const char *from = (const char *)word[arg];
    const bool readable = PLAIN_MOSTLY(source->readable(from, len));
    if (PLAIN_MOSTLY(readable && len == PLAIN_DATA))
        return memcpy(data, from, PLAIN_DATA);
    memset(data, 0, PLAIN_DATA);
    if (PLAIN_MOSTLY(readable))
        return memcpy(data, from, len);
    return plain_peek(source, data, from, len) ? data : NULL;
}

/* A call that has failed: as capture.c's has_read. */
PLAIN_IN_PLACE bool plain_has_read(const struct plain_making *m, const struct plain_row *row)
{
    unsigned passed = 0;
#pragma GCC unroll 8
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        if (arg < row->args)
            passed += plain_way(row->arg_kind[arg]) >= WAY_PATH && plain_way(row->arg_kind[arg]) <= WAY_DATA;
    return passed == 1 && PLAIN_MOSTLY(!capture_is_early_error(m->err));
}

/* Is the pointer shown as the address that it is? */
PLAIN_IN_PLACE bool plain_is_address(const struct plain_making *m, unsigned arg, enum plain_way way)
{
    return !m->word[arg] || (m->failed && way >= WAY_RESULT);
}

/* A relative path begins at a folder; an empty one, or none, means something else. */
PLAIN_IN_PLACE bool plain_can_path(struct plain_making *m, unsigned arg)
{
    const char *path = (const char *)m->word[arg];
    if (PLAIN_SELDOM(!m->trusted || !path || !*path))
        return false;
    if (*path == '/')
        return true;
    m->from = m->base;
    return m->base == AT_FDCWD || m->base >= 0;
}

/* WAY_RESULT stands for an argument that is not there. No row begins with such a one. */
PLAIN_IN_PLACE enum plain_way plain_form(const struct plain_making *m, const struct plain_row *row, unsigned arg)
{
    const unsigned kind = arg > 0 ? form_of(row->arg_kind[arg], (uint32_t)m->word[arg - 1]) : KIND_VOID;
    if (kind == KIND_VOID)
        return WAY_RESULT;
    return kind_copied(kind) == COPIED_WORD ? WAY_NUMBER : WAY_NONE;
}

/* May the argument be taken? Data that the call was to read may not be there. */
PLAIN_IN_PLACE bool plain_can_argument(struct plain_making *m, const struct plain_row *row, unsigned arg)
{
    const enum plain_way way = plain_way(row->arg_kind[arg]);
    const long word = m->word[arg];
    if (way == WAY_DIRFD)
        m->base = (int)word;
    if (way == WAY_PATH)
        return plain_can_path(m, arg);
    if (way == WAY_FORM)
        return plain_form(m, row, arg) != WAY_NONE;
    if (way < WAY_PATH || PLAIN_SELDOM(plain_is_address(m, arg, way)))
        return true;
    if (way == WAY_DATA)
        return m->data;
    const uint32_t size = (uint32_t)plain_given_size(m->word, row, arg), least = sizeof(sa_family_t);
    return m->trusted && (way != WAY_ADDRESS || size - least <= sizeof(struct sockaddr_storage) - least);
}

PLAIN_IN_PLACE void plain_put_word(struct plain_making *m, const void *word, size_t size)
{
    memcpy(m->at, word, size);
    m->at += size;
}

PLAIN_IN_PLACE void plain_put_number(struct plain_making *m, unsigned arg, int64_t number)
{
    bool is_short = PLAIN_MOSTLY(number == (int32_t)number);
    memcpy(m->at, &number, sizeof number);
    m->at += is_short ? sizeof(int32_t) : sizeof number;
    m->parts |= (uint32_t)(is_short ? HOOK_TRACE_NUMBER : HOOK_TRACE_LONG_NUMBER) << 3 * arg;
}

PLAIN_IN_PLACE bool plain_put_address(struct plain_making *m, unsigned arg)
{
    plain_put_word(m, &m->word[arg], sizeof(int64_t));
    m->parts |= (uint32_t)HOOK_TRACE_ADDRESS << 3 * arg;
    return true;
}

/* The bytes, and zeros up to where the next value begins. */
PLAIN_IN_PLACE bool plain_put_bytes(struct plain_making *m, unsigned arg, const void *bytes, size_t len, bool cut)
{
    const uint32_t have = (uint32_t)len, none = 0;
    if (PLAIN_SELDOM(len > (size_t)(m->end - m->at)))
        return false;
    plain_put_word(m, &have, sizeof have);
    memcpy(m->at + (len & ~(size_t)3), &none, sizeof none);
    memcpy(m->at, bytes, len);
    m->at += trace_padded(len + 1, 4);
    m->parts |= (uint32_t)(cut ? HOOK_TRACE_CUT : HOOK_TRACE_BYTES) << 3 * arg;
    return true;
}

/* The same of data that has been copied, with zeros behind it. */
PLAIN_IN_PLACE bool plain_put_data(struct plain_making *m, unsigned arg, size_t len)
{
    const uint32_t have = (uint32_t)plain_least(len, PLAIN_DATA);
    plain_put_word(m, &have, sizeof have);
    memcpy(m->at, m->data, PLAIN_DATA);
    m->at += trace_padded((uint64_t)have + 1, 4);
    m->parts |= (uint32_t)(len > PLAIN_DATA ? HOOK_TRACE_CUT : HOOK_TRACE_BYTES) << 3 * arg;
    return true;
}

PLAIN_IN_PLACE bool plain_put_string(struct plain_making *m, unsigned arg, const char *string)
{
    char *len_at = m->at;
    const size_t room = (size_t)(m->end - m->at), len = plain_copy_string(len_at + sizeof(uint32_t), string, room);
    const uint32_t have = (uint32_t)len;
    if (PLAIN_SELDOM(len > room))
        return false;
    memcpy(len_at, &have, sizeof have);
    m->at = len_at + sizeof have + trace_padded(len + 1, 4);
    m->parts |= (uint32_t)HOOK_TRACE_BYTES << 3 * arg;
    return true;
}

/* Most of the structure is shown by -v only. */
PLAIN_IN_PLACE bool plain_put_stat(struct plain_making *m, unsigned arg, const struct stat *st)
{
    if (PLAIN_SELDOM(m->source->full))
        return plain_put_bytes(m, arg, st, sizeof *st, false);
    const uint32_t len = STAT_BRIEF, mode = st->st_mode, none = 0;
    const uint64_t amount = S_ISCHR(mode) || S_ISBLK(mode) ? st->st_rdev : (uint64_t)st->st_size;
    plain_put_word(m, &len, sizeof len);
    plain_put_word(m, &mode, sizeof mode);
    plain_put_word(m, &amount, sizeof amount);
    plain_put_word(m, &none, sizeof none);
    m->parts |= (uint32_t)HOOK_TRACE_BYTES << 3 * arg;
    return true;
}

PLAIN_IN_PLACE bool plain_put_pointer(struct plain_making *m, const struct plain_row *row, unsigned arg, enum plain_way way)
{
    const void *bytes = (const void *)m->word[arg];
    size_t len = plain_given_size(m->word, row, arg);
    if (PLAIN_SELDOM(plain_is_address(m, arg, way)))
        return plain_put_address(m, arg);
    switch (way) {
    case WAY_PATH:
    case WAY_STRING: return plain_put_string(m, arg, bytes);
    case WAY_ADDRESS: return plain_put_bytes(m, arg, bytes, (uint32_t)len, false);
    case WAY_STAT: return plain_put_stat(m, arg, bytes);
    case WAY_STATX: return plain_put_bytes(m, arg, bytes, m->source->full ? sizeof(struct statx) : STATX_BRIEF, false);
    case WAY_PAIR: return plain_put_bytes(m, arg, bytes, 2 * sizeof(int), false);
    case WAY_RESULT: len = m->ret < 0 ? 0 : plain_least((size_t)m->ret, len); break;
    case WAY_DATA: return m->data && plain_put_data(m, arg, len);
    default: break;
    }
    return plain_put_bytes(m, arg, bytes, plain_least(len, PLAIN_DATA), len > PLAIN_DATA);
}

PLAIN_IN_PLACE bool plain_put_argument(struct plain_making *m, const struct plain_row *row, unsigned arg)
{
    const enum plain_way way = plain_way(row->arg_kind[arg]);
    const long word = m->word[arg];
    if (way >= WAY_PATH)
        return plain_put_pointer(m, row, arg, way);
    if (way == WAY_OFLAGS)
        m->creates = plain_is_creating(word);
    if ((way == WAY_MODE && PLAIN_MOSTLY(!m->creates)) || (way == WAY_FORM && plain_form(m, row, arg) == WAY_RESULT))
        return true;
    if (way == WAY_HANDLE && PLAIN_SELDOM(!word))
        return plain_put_address(m, arg);
    plain_put_number(m, arg, way == WAY_HANDLE ? m->handle : word);
    return true;
}

/* The result as the gate's take_result has it. */
PLAIN_IN_PLACE int64_t plain_result(const struct plain_making *m, const struct plain_row *row)
{
    const unsigned kind = row->kind;
    const long ret = m->ret;
    if (kind == KIND_DIRENT)
        return ret != 0;
    if (kind == KIND_STREAM || kind == KIND_DIRP)
        return ret ? m->source->handle(kind, (const void *)ret) : -1;
    return ret;
}

/* What stands before the arguments; gives the record's type. */
PLAIN_IN_PLACE uint8_t plain_put_first(struct plain_making *m, const struct plain_call *plain, const struct hook_room *room,
                                       int64_t ret)
{
    struct hook_trace_record *record = (struct hook_trace_record *)room->at;
    record->ticks = (uint32_t)plain->ticks;
    record->ret = (int32_t)ret;
    m->at = (char *)(record + 1);
    m->end = room->at + PLAIN_ROOM - PLAIN_SPARE;
    if (m->err)
        plain_put_word(m, &m->err, sizeof m->err);
    return m->from >= 0 ? HOOK_TRACE_AT : HOOK_EVENT_CALL;
}

/* What is too long for the room leaves nothing in it. */
static __attribute__((noinline, cold, unused)) void plain_empty(const struct hook_room *room)
{
    memset(room->at + sizeof(struct hook_trace_record), 0, PLAIN_ROOM - sizeof(struct hook_trace_record));
}

PLAIN_IN_PLACE void plain_finish(const struct plain_making *m, const struct hook_room *room, const struct plain_call *plain,
                                 uint8_t type)
{
    const uint16_t call = (uint16_t)plain->call, dur = (uint16_t)plain->dur;
    const uint8_t flags = (uint8_t)(HOOK_TRACE_DONE | (m->failed ? HOOK_TRACE_FAILED : 0) | (m->err ? HOOK_TRACE_ERR : 0));
    struct hook_trace_record *record = (struct hook_trace_record *)room->at;
    const uint32_t none = 0;
    char *at = m->at;
    record->parts = m->parts;
    memcpy(at, &none, sizeof none); /* what fills up the record is zero */
    if (PLAIN_SELDOM(type == HOOK_TRACE_NOTHING)) {
        plain_empty(room);
        at = (char *)(record + 1);
    }
    uint32_t size = trace_padded((size_t)(at - (char *)record), TRACE_UNIT);
    if (PLAIN_SELDOM(*room->running != room->birth))
        return;
    /* First the head: who leaves in between, by a jump out of a signal handler, leaves zeros behind the record, which are passed
     * over. */
    trace_put_head(record, size, call, type, flags, dur);
    if (PLAIN_SELDOM(!plain_exchange(room->used, room->end, room->end - PLAIN_ROOM + size)))
        trace_put_head(record, PLAIN_ROOM, call, type, flags, dur);
}

/* Bytes that a call has counted, but thrown away. */
PLAIN_IN_PLACE bool plain_throws_away(const struct plain_row *row, const long *word)
{
    bool throws = false;
    if (!(row->has_kind & call_kind_bit(KIND_MSGFLAGS)))
        return false;
#pragma GCC unroll 8
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        throws = throws || (arg < row->args && row->arg_kind[arg] == KIND_MSGFLAGS && word[arg] & MSG_TRUNC);
    return throws;
}

/* What is known before the arguments are looked at. */
PLAIN_IN_PLACE struct plain_making plain_begin(const struct plain_call *plain, const struct plain_row *row,
                                               const struct capture_source *source)
{
    struct plain_making m = { .word = plain->word, .source = source, .data = plain->data, .ret = plain->ret, .creates = true };
    m.handle = plain->handle;
    m.base = AT_FDCWD;
    m.from = PLAIN_NOWHERE;
    m.failed = call_failed(row->fail, m.ret, plain->err);
    m.err = m.failed && row->fail != FAIL_CODE ? row->fail == FAIL_ERR ? (int)m.ret : plain->err : 0;
    m.trusted = PLAIN_MOSTLY(plain->dur < PLAIN_SHORT_TICKS && (!m.failed || plain_has_read(&m, row)) &&
                             !plain_throws_away(row, plain->word));
    return m;
}

/* False: the call is not to be written so after all. */
PLAIN_IN_PLACE bool plain_make(const struct plain_call *plain, const struct plain_row *row, const struct capture_source *source,
                               const struct hook_sink *sink)
{
    struct hook_room room;
    struct plain_making m = plain_begin(plain, row, source);
    const int64_t ret = plain_result(&m, row);
    bool can = PLAIN_MOSTLY(sink->room && plain->dur == (uint16_t)plain->dur && ret == (int32_t)ret), made = true;
#pragma GCC unroll 8
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        can = PLAIN_MOSTLY(can && (arg >= row->args || plain_can_argument(&m, row, arg)));
    if (PLAIN_SELDOM(!can || !sink->room(plain->ticks, plain->ticks + plain->dur, m.from, &room)))
        return false;
    const uint8_t type = plain_put_first(&m, plain, &room, ret);
#pragma GCC unroll 8
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        made = PLAIN_MOSTLY(made && (arg >= row->args || plain_put_argument(&m, row, arg)));
    if (made && row->kind == KIND_DIRENT && m.ret)
        made = plain_put_string(&m, row->args, (const char *)m.ret + source->entry_name);
    plain_finish(&m, &room, plain, made ? type : HOOK_TRACE_NOTHING);
    return made;
}

#endif
