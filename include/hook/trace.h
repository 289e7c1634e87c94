/* SPDX-License-Identifier: MIT */
/* A binary trace, as docs/trace-format.md describes it. Numbers are in the byte order of the machine that wrote it. */
#ifndef HOOK_TRACE_H
#define HOOK_TRACE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HOOK_TRACE_MAGIC "hooktrc\n"

enum {
    HOOK_TRACE_VERSION = 4,
    HOOK_TRACE_BYTE_ORDER = 0x01020304,
    HOOK_TRACE_EXTENT = 0x4e545845, /* "EXTN" */
    HOOK_TRACE_CHUNK = 0x4b4e4843,  /* "CHNK" */
    HOOK_TRACE_UNIT = 64 * 1024,    /* extents begin at multiples of it */
    HOOK_TRACE_HUGE = 2048 * 1024,  /* those of as much, or twice as much..., at multiples of this */
    HOOK_TRACE_PAGE = 4096,         /* chunks begin at multiples of it, but for the first of an extent */
};

enum hook_trace_clock {
    HOOK_TRACE_CLOCK_NS,  /* ticks are nanoseconds of CLOCK_MONOTONIC */
    HOOK_TRACE_CLOCK_TSC, /* ticks are the processor's counter */
};

/* At the beginning of the file. */
struct hook_trace_header {
    char magic[8];
    uint32_t version;
    uint32_t byte_order;
    char build[32];      /* the version of libhook that made the file, NUL-padded */
    uint32_t clock;      /* enum hook_trace_clock */
    uint32_t table_size; /* bytes of the table of calls, which is zlib data (RFC 1950) */
    uint64_t table;      /* where it begins */
    uint64_t table_sum;  /* another one where the table is another */
    uint64_t first;      /* where extents begin */
    uint8_t reserved[40];
    uint64_t next; /* the end of the extents */
    uint64_t size; /* at least as long the file is */
    uint64_t lost; /* events that could not be recorded */
};

/* At the beginning of an extent: a part of the file that one process has taken, with those it forks. */
struct hook_trace_extent {
    uint32_t magic; /* HOOK_TRACE_EXTENT */
    int32_t pid;
    uint64_t size;  /* with this head */
    uint64_t taken; /* by chunks, from the extent's beginning */
    uint8_t reserved[40];
};

/* When it was how many ticks: CLOCK_REALTIME in nanoseconds. No ticks: nothing is said. */
struct hook_trace_moment {
    uint64_t ticks, ns;
};

/* At the beginning of a chunk: a part of an extent in which, as a rule, one thread writes its records. */
struct hook_trace_chunk {
    uint32_t magic; /* HOOK_TRACE_CHUNK */
    int32_t tid;    /* whose the records are that do not say so; 0: all do */
    int32_t pid;
    int32_t owner;  /* the writer's own: who that is by now */
    uint64_t size;  /* with this head */
    uint64_t used;  /* by records, from the chunk's beginning; more than size when it is full */
    uint64_t ticks; /* the writer's own: which records' times must be near it */
    struct hook_trace_moment last;
    uint32_t folder, directory; /* the last of these records, for the writer */
    struct hook_trace_moment first;
};

/* What a record is: enum hook_event_type, or */
enum {
    HOOK_TRACE_AT = 3,        /* a call whose relative path begins at the directory */
    HOOK_TRACE_FOLDER = 4,    /* the working folder from here on in this chunk */
    HOOK_TRACE_DIRECTORY = 5, /* the directory from here on in this chunk */
    HOOK_TRACE_NOTHING = 6,   /* room that was not needed */
    HOOK_TRACE_THREAD = 7,    /* ret is whose the records are from here on in this chunk */
    HOOK_TRACE_WIDE = 8       /* added: struct hook_trace_wide follows the head */
};

enum hook_trace_flag {
    HOOK_TRACE_DONE = 1, /* the record is whole */
    HOOK_TRACE_FAILED = 2,
    HOOK_TRACE_NO_RET = 4,
    HOOK_TRACE_PID = 8,       /* of another process than the chunk's: an int32_t pid follows */
    HOOK_TRACE_ERR = 16,      /* an int32_t errno follows */
    HOOK_TRACE_TO_PATH2 = 32, /* a redirect was of the second path */
    HOOK_TRACE_NUMBERED = 64, /* a call: made by syscall() */
    HOOK_TRACE_QUIET = 64,    /* START and EXIT: text does not show them */
    HOOK_TRACE_TID = 128      /* of another thread than the others: an int32_t tid follows */
};

/* The head of a record; the whole is a multiple of 8 bytes. */
struct hook_trace_record {
    uint32_t size;  /* 24 bits: with this head and all that follows, in units of 8 bytes; 8 bits: enum hook_trace_flag */
    uint16_t call;  /* 12 bits: line of the table, from 0; 4 bits: what the record is */
    uint16_t dur;   /* ticks that the real call took */
    uint32_t ticks; /* when the call began: the lower half, of the time that is nearest to that of the record before */
    int32_t ret;
    uint32_t parts; /* 3 bits an argument: enum hook_trace_part; then those below */
};

/* What does not fit there. Unless the record has a tid, the next one's time is near this one's. */
struct hook_trace_wide {
    uint32_t ticks; /* the upper half */
    int32_t ret;    /* the same */
    uint64_t dur;   /* instead of the other */
};

/* How an argument follows. */
enum hook_trace_part {
    HOOK_TRACE_NONE,
    HOOK_TRACE_NUMBER,      /* int32_t: the number */
    HOOK_TRACE_LONG_NUMBER, /* int64_t */
    HOOK_TRACE_ADDRESS,     /* int64_t: what the pointer was */
    HOOK_TRACE_BYTES,       /* uint32_t: how many bytes; the bytes and a NUL, padded to 4 */
    HOOK_TRACE_CUT,         /* the same; more followed in the program */
    HOOK_TRACE_COUNTED,     /* uint32_t: enum hook_value_state; uint32_t: count; int64_t: what the pointer was; then as BYTES */
};

enum {
    HOOK_TRACE_STRINGS = 24, /* 4 bits: path, path2, rule, to follow the arguments, as uint32_t length, bytes, NUL, padded to 4 */
    HOOK_TRACE_ACTION = 28,  /* 3 bits: enum hook_action */
    HOOK_TRACE_NAMED = 31    /* 1 bit: descriptors have their paths: the bytes of a number, in the form COUNTED */
};

#ifdef __cplusplus
}
#endif
#endif
