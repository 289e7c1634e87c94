/* SPDX-License-Identifier: MIT */
/* One call as data: what the program asked, what was decided, what came of it. */
#ifndef HOOK_EVENT_H
#define HOOK_EVENT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most arguments that a row of the table has. */
#define HOOK_ARGS_MAX 8

enum hook_event_type {
    HOOK_EVENT_CALL,  /* a call of a hooked function */
    HOOK_EVENT_START, /* a process image begins: args exe, argv, cwd, ppid, uid */
    HOOK_EVENT_EXIT,  /* it ends in a way that user code can see: args status */
};

enum hook_action {
    HOOK_ACTION_LOG, /* nothing decided: the call went on as it was */
    HOOK_ACTION_ALLOW,
    HOOK_ACTION_BLOCK,
    HOOK_ACTION_REDIRECT,
    HOOK_ACTION_INJECT,
    HOOK_ACTION_DELAY,
};

/* How much of an argument is held. */
enum hook_value_state {
    HOOK_VALUE_NONE,    /* nothing yet */
    HOOK_VALUE_NUMBER,  /* n is the value; of a descriptor p, len are its path, when it has been asked for; else p is NULL */
    HOOK_VALUE_ADDRESS, /* n is the address: NULL, unreadable, or not decoded */
    HOOK_VALUE_BYTES,   /* p, len: the bytes behind the pointer, in the kind's encoding */
    HOOK_VALUE_CUT,     /* as BYTES, and more followed */
};

/* One argument. Its kind (core/kinds.def) is told by the row of the table. */
struct hook_value {
    uint8_t state;  /* enum hook_value_state */
    uint32_t len;   /* bytes at p */
    uint32_t count; /* vectors: the number of elements that the program passed */
    int64_t n;      /* the word as passed: a number, or the address that p was read from */
    const void *p;
};

struct hook_event {
    uint8_t type;     /* enum hook_event_type */
    uint8_t action;   /* enum hook_action */
    uint8_t failed;   /* the call failed: err says why, unless it is 0 */
    uint8_t quiet;    /* START, EXIT: text does not show it, because only some calls are logged */
    uint8_t no_ret;   /* the call has no result to show: it does not return, or is void */
    uint16_t call;    /* the row of the table */
    uint8_t named;    /* descriptors have their paths; that of a result stands behind the arguments */
    uint8_t full;     /* structures and lists are shown without an abbreviation */
    uint8_t numbered; /* made by syscall(), as the system call of that row */
    uint8_t to_path;  /* a redirect of a path: which of the call's, 0 or 1 */
    int32_t pid, tid;
    uint64_t time_ns; /* CLOCK_REALTIME when the call began, nanoseconds */
    uint64_t dur_ns;  /* how long the real call took */
    int64_t ret;      /* as the program got it; a stream or directory: its descriptor, -1 for NULL */
    int32_t err;      /* errno of a failed call */
    struct hook_value arg[HOOK_ARGS_MAX];
    const char *path, *path2; /* absolute, `.`, `..`, `//`, directory fd resolved; NULL: none */
    const char *rule;         /* "file:line" of the rule that decided; NULL: none did */
    const char *to;           /* where a redirect went: a path, or an address as text; NULL: no redirect */
    const char *tip;          /* the rule that would allow a blocked call; NULL: nobody asks */
};

#ifdef __cplusplus
}
#endif
#endif
