/* SPDX-License-Identifier: MIT */
#include "outbound/trace/head.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "core/trace_part.h"
#include "sys/clock.h"
#include "sys/output.h"
#include "sys/raw.h"
#include "table_id.h"

/* The head comes last: with it the file is a trace. */
static int write_header(long fd)
{
    static const uint8_t table[] = {
#include "trace_table.inc"
    };
    struct hook_trace_header header = {
        .magic = HOOK_TRACE_MAGIC,
        .version = HOOK_TRACE_VERSION,
        .byte_order = HOOK_TRACE_BYTE_ORDER,
        .build = HOOK_VERSION,
        .clock = clock_is_counter() ? HOOK_TRACE_CLOCK_TSC : HOOK_TRACE_CLOCK_NS,
        .table_size = sizeof table,
        .table = sizeof header,
        .table_sum = TRACE_TABLE_ID,
    };
    header.first = header.next = header.size = trace_padded(header.table + header.table_size, HOOK_TRACE_UNIT);
    int err = output_write_at((int)fd, HEAD_FILE_LEAST - 1, "", 1); /* for who cannot open the file again: see map_again */
    if (err == 0)
        header.size = HEAD_FILE_LEAST;
    else
        err = output_write_at((int)fd, header.size - 1, "", 1);
    if (err == 0)
        err = output_write_at((int)fd, header.table, table, sizeof table);
    return err == 0 ? output_write_at((int)fd, 0, &header, sizeof header) : err;
}

static bool has_magic(long fd)
{
    char magic;
    return raw(SYS_pread64, fd, &magic, 1, 0) == 1 && magic;
}

/* Of many processes that find the file empty one writes the head. The lock would outlast the descriptor, for what is mapped
 * holds it. Who has it for another reason, as flock(1) has, is not waited for. */
static int write_once(long fd)
{
    enum { TRIES = 300 };
    const struct timespec moment = { 0, 1000000 };
    bool written = false;
    long locked = raw(SYS_flock, fd, LOCK_EX | LOCK_NB);
    for (int tries = 0; locked == -EWOULDBLOCK && !written && tries < TRIES; tries++) {
        raw(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, NULL);
        written = has_magic(fd);
        locked = raw(SYS_flock, fd, LOCK_EX | LOCK_NB);
    }
    written = has_magic(fd);
    int err = written ? 0 : write_header(fd);
    if (locked == 0)
        raw(SYS_flock, fd, LOCK_UN);
    return err;
}

static bool fits(const struct hook_trace_header *header)
{
    return memcmp(header->magic, HOOK_TRACE_MAGIC, sizeof header->magic) == 0 && header->version == HOOK_TRACE_VERSION &&
           header->byte_order == HOOK_TRACE_BYTE_ORDER && header->table_sum == TRACE_TABLE_ID &&
           header->clock == (clock_is_counter() ? HOOK_TRACE_CLOCK_TSC : HOOK_TRACE_CLOCK_NS);
}

/* The head; its magic is zeros when there is none. */
static struct hook_trace_header read_header(long fd)
{
    struct hook_trace_header header;
    if (raw(SYS_pread64, fd, &header, sizeof header, 0) != (long)sizeof header)
        memset(header.magic, 0, sizeof header.magic);
    return header;
}

static bool is_as_long(long fd, uint64_t size)
{
    struct stat st;
    return raw(SYS_fstat, fd, &st) == 0 && (uint64_t)st.st_size >= size;
}

/* Asked before the head is mapped: only what is a trace is touched. It is read again when another may have been writing it. */
int head_find(long fd, uint64_t size)
{
    struct hook_trace_header header = read_header(fd);
    const bool empty = size == 0 || (size >= HOOK_TRACE_PAGE && !header.magic[0]);
    const int err = empty ? write_once(fd) : 0;
    if (!fits(&header))
        header = read_header(fd);
    if (err < 0)
        return err;
    return fits(&header) && (size >= header.first || is_as_long(fd, header.first)) ? 0 : -EEXIST;
}
