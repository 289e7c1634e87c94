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
#include "core/plain.h"
#include "core/trace_part.h"

enum { PLAIN_DATA = 32, PLAIN_SHORT_TICKS = 50000, PLAIN_SPARE = 128 };

/* What is made, and how far it is: all of it in registers. */
#define PLAIN_IN_PLACE static inline __attribute__((always_inline))

struct plain_making {
    struct plain_call *plain;
    const struct plain_row *row;
    const struct capture_source *source;
    char *at, *end;
    uint32_t parts;
    bool failed, trusted; /* trusted: the call has surely read what it was passed */
    bool creates;
    int err, dirfd;
};

static bool plain_is_creating(long flags)
{
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

/* A call that has failed: as capture.c's has_read. */
PLAIN_IN_PLACE bool plain_has_read(const struct plain_making *m)
{
    unsigned passed = 0;
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        passed += plain_way(m->row->arg_kind[arg]) >= WAY_PATH && plain_way(m->row->arg_kind[arg]) <= WAY_DATA;
    return passed == 1 && !capture_is_early_error(m->err);
}

PLAIN_IN_PLACE void plain_put_word(struct plain_making *m, const void *word, size_t size)
{
    memcpy(m->at, word, size);
    m->at += size;
}

PLAIN_IN_PLACE void plain_put_number(struct plain_making *m, unsigned arg, int64_t number)
{
    bool is_short = number == (int32_t)number;
    memcpy(m->at, &number, sizeof number);
    m->at += is_short ? sizeof(int32_t) : sizeof number;
    m->parts |= (uint32_t)(is_short ? HOOK_TRACE_NUMBER : HOOK_TRACE_LONG_NUMBER) << 3 * arg;
}

PLAIN_IN_PLACE bool plain_put_address(struct plain_making *m, unsigned arg)
{
    plain_put_word(m, &m->plain->word[arg], sizeof(int64_t));
    m->parts |= (uint32_t)HOOK_TRACE_ADDRESS << 3 * arg;
    return true;
}

/* The bytes, and zeros up to where the next value begins. */
PLAIN_IN_PLACE bool plain_put_bytes(struct plain_making *m, unsigned arg, int64_t address, const void *bytes, size_t len,
                                    bool cut)
{
    const uint32_t have = (uint32_t)len, none = 0;
    if (len > (size_t)(m->end - m->at))
        return false;
    plain_put_word(m, &address, sizeof address);
    plain_put_word(m, &have, sizeof have);
    memcpy(m->at + (len & ~(size_t)3), &none, sizeof none);
    memcpy(m->at, bytes, len);
    m->at += trace_padded(len + 1, 4);
    m->parts |= (uint32_t)(cut ? HOOK_TRACE_CUT : HOOK_TRACE_BYTES) << 3 * arg;
    return true;
}

/* Copies a string, with zeros behind it up to a multiple of 8; its length, or more than most when it is longer. Words are
 * read to the end, which is in the page that the string ends in when the word is. */
#ifdef HOOK_SANITIZED
static size_t plain_copy_string(char *to, const char *from, size_t most)
{
    size_t len = strnlen(from, most + 1);
    memset(to, 0, trace_padded(len + 1, 8));
    memcpy(to, from, len);
    return len;
}
#else
PLAIN_IN_PLACE size_t plain_copy_string(char *to, const char *from, size_t most)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    enum { PAGE = 4096 };
    for (size_t len = 0; len <= most; len += sizeof(uint64_t)) {
        uint64_t w = 0;
        if (__builtin_expect((uintptr_t)(from + len) % PAGE <= PAGE - sizeof w, 1))
            memcpy(&w, from + len, sizeof w);
        else
            for (unsigned i = 0; i < sizeof w && from[len + i]; i++)
                w |= (uint64_t)(unsigned char)from[len + i] << 8 * i;
        uint64_t zeros = (w - ones) & ~w & highs;
        if (zeros) {
            const unsigned before = (unsigned)__builtin_ctzll(zeros) & ~7u;
            w &= (UINT64_C(1) << before) - 1;
            memcpy(to + len, &w, sizeof w);
            return len + before / 8;
        }
        memcpy(to + len, &w, sizeof w);
    }
    return SIZE_MAX;
}
#endif

PLAIN_IN_PLACE bool plain_put_string(struct plain_making *m, unsigned arg, const char *string)
{
    const int64_t address = (int64_t)string;
    char *len_at = m->at + sizeof address;
    const size_t room = (size_t)(m->end - m->at), len = plain_copy_string(len_at + sizeof(uint32_t), string, room);
    const uint32_t have = (uint32_t)len;
    if (len > room)
        return false;
    memcpy(m->at, &address, sizeof address);
    memcpy(len_at, &have, sizeof have);
    m->at = len_at + sizeof have + trace_padded(len + 1, 4);
    m->parts |= (uint32_t)HOOK_TRACE_BYTES << 3 * arg;
    return true;
}

/* A relative path begins at a folder; an empty one, or none, means something else. */
PLAIN_IN_PLACE bool plain_put_path(struct plain_making *m, unsigned arg)
{
    const char *path = (const char *)m->plain->word[arg];
    if (!m->trusted || !path || !*path)
        return false;
    if (*path != '/' && m->dirfd == AT_FDCWD)
        m->plain->folder = true;
    else if (*path != '/')
        m->plain->dirfd = m->dirfd;
    return (*path == '/' || m->dirfd == AT_FDCWD || m->dirfd >= 0) && plain_put_string(m, arg, path);
}

PLAIN_IN_PLACE bool plain_put_pointer(struct plain_making *m, unsigned arg, enum plain_way way)
{
    const long word = m->plain->word[arg];
    const size_t next = arg + 1 < m->row->args ? (size_t)m->plain->word[arg + 1] : 0;
    char data[PLAIN_DATA];
    const void *bytes = (const void *)word;
    size_t len = next;
    if (!word || (m->failed && way >= WAY_RESULT))
        return plain_put_address(m, arg);
    if (!m->trusted && way != WAY_DATA)
        return false;
    switch (way) {
    case WAY_STRING: return plain_put_string(m, arg, bytes);
    case WAY_ADDRESS:
        return (uint32_t)len <= sizeof(struct sockaddr_storage) && plain_put_bytes(m, arg, word, bytes, (uint32_t)len, false);
    case WAY_STAT: return plain_put_bytes(m, arg, word, bytes, sizeof(struct stat), false);
    case WAY_STATX: return plain_put_bytes(m, arg, word, bytes, sizeof(struct statx), false);
    case WAY_PAIR: return plain_put_bytes(m, arg, word, bytes, 2 * sizeof(int), false);
    case WAY_RESULT: len = m->plain->ret < 0 ? 0 : (size_t)m->plain->ret < next ? (size_t)m->plain->ret : next; break;
    default: break;
    }
    const bool cut = len > PLAIN_DATA;
    len = cut ? PLAIN_DATA : len;
    if (way == WAY_DATA && !plain_peek(m->source, data, bytes, len))
        return false;
    return plain_put_bytes(m, arg, word, way == WAY_DATA ? data : bytes, len, cut);
}

PLAIN_IN_PLACE bool plain_put_argument(struct plain_making *m, unsigned arg)
{
    const enum plain_way way = plain_way(m->row->arg_kind[arg]);
    const long word = m->plain->word[arg];
    switch (way) {
    case WAY_PATH: return plain_put_path(m, arg);
    case WAY_OFLAGS: m->creates = plain_is_creating(word); break;
    case WAY_MODE:
        if (!m->creates)
            return true;
        break;
    case WAY_DIRFD: m->dirfd = (int)word; break;
    case WAY_HANDLE:
        if (!word)
            return plain_put_address(m, arg);
        plain_put_number(m, arg, m->source->handle(m->row->arg_kind[arg], (const void *)word));
        return true;
    case WAY_NUMBER: break;
    default: return plain_put_pointer(m, arg, way);
    }
    plain_put_number(m, arg, word);
    return true;
}

/* The result as the gate's take_result has it. */
PLAIN_IN_PLACE void plain_put_head(const struct plain_making *m)
{
    struct plain_call *plain = m->plain;
    const unsigned kind = m->row->kind;
    struct hook_trace_record *record = (struct hook_trace_record *)plain->record;
    plain->size = trace_padded((size_t)(m->at - (char *)record), 8);
    record->size = plain->size;
    record->call = (uint16_t)plain->call;
    record->type = plain->dirfd >= 0 ? HOOK_TRACE_AT : HOOK_EVENT_CALL;
    record->flags = (uint8_t)(HOOK_TRACE_DONE | (m->failed ? HOOK_TRACE_FAILED : 0) | (m->err ? HOOK_TRACE_ERR : 0));
    record->ticks = plain->ticks;
    record->dur = plain->dur;
    record->ret = plain->ret;
    if (kind == KIND_DIRENT)
        record->ret = plain->ret != 0;
    if (kind == KIND_STREAM || kind == KIND_DIRP)
        record->ret = plain->ret ? m->source->handle(kind, (const void *)plain->ret) : -1;
    record->parts = m->parts;
}

/* False: the call is not to be written so after all. */
PLAIN_IN_PLACE bool plain_make(struct plain_call *plain, const struct plain_row *row, const struct capture_source *source)
{
    struct plain_making m = { .plain = plain, .row = row, .source = source, .creates = true, .dirfd = AT_FDCWD };
    m.at = (char *)plain->record + sizeof(struct hook_trace_record);
    m.end = (char *)plain->record + sizeof plain->record - PLAIN_SPARE;
    m.failed = call_failed(row->fail, plain->ret, plain->err);
    m.trusted = plain->dur < PLAIN_SHORT_TICKS;
    plain->dirfd = -1;
    plain->folder = false;
    if (m.failed && row->fail != FAIL_CODE) {
        m.err = row->fail == FAIL_ERR ? (int)plain->ret : plain->err;
        plain_put_word(&m, &m.err, sizeof m.err);
    }
    if (m.failed && m.trusted)
        m.trusted = plain_has_read(&m);
    bool made = (row->args < 1 || plain_put_argument(&m, 0)) && (row->args < 2 || plain_put_argument(&m, 1)) &&
                (row->args < 3 || plain_put_argument(&m, 2)) && (row->args < 4 || plain_put_argument(&m, 3)) &&
                (row->args < 5 || plain_put_argument(&m, 4)) && (row->args < 6 || plain_put_argument(&m, 5)) &&
                (row->args < 7 || plain_put_argument(&m, 6)) && (row->args < 8 || plain_put_argument(&m, 7));
    if (made && row->kind == KIND_DIRENT && plain->ret) {
        struct hook_value entry = source->entry((const void *)plain->ret);
        made = plain_put_bytes(&m, row->args, 0, entry.p, entry.len, false);
    }
    const uint32_t none = 0;
    memcpy(m.at, &none, sizeof none); /* what fills up the record is zero */
    plain_put_head(&m);
    return made;
}

#endif
