/* SPDX-License-Identifier: MIT */
/* The compiled image: this header, then the rules, then their data. All references are
 * offsets into the data, so the block may lie anywhere. */
#ifndef CORE_POLICY_IMAGE_H
#define CORE_POLICY_IMAGE_H

#include <stdint.h>

#include "core/call.h"
#include "core/policy/address.h"

enum rule_action { RULE_LOG, RULE_NOLOG, RULE_ALLOW, RULE_BLOCK, RULE_REDIRECT, RULE_INJECT, RULE_DELAY };

/* What a target is matched with; a rule's may differ. */
enum target_form {
    TARGET_PATH = 1,     /* a path: prefix, "/", then what the glob matches */
    TARGET_IP = 2,       /* an IP address and port */
    TARGET_UNIX = 4,     /* the path of a unix socket */
    TARGET_ABSTRACT = 8, /* a unix socket's abstract name: the glob alone */
    TARGET_ANY_UNIX = 16,
    TARGET_HOST = 32, /* the name that an address was resolved from, the glob, and a port */
};

struct list {
    uint32_t at, count;
};

struct target {
    _Alignas(8) uint8_t form; /* enum target_form */
    uint8_t wild;             /* a path that may stand for more than one file */
    uint8_t late;             /* links in its folder are to be asked for when a call is made */
    uint32_t prefix;          /* the folder before the first wildcard: a string without its last "/" */
    uint32_t prefix_len;
    uint32_t glob;  /* a program of glob.h for what follows the prefix */
    uint32_t whole; /* not wild: the path as a string */
    struct address ip;
};

/* Where a redirect goes, or what an inject puts there. */
struct destination {
    _Alignas(8) uint8_t form; /* TARGET_PATH, TARGET_IP, TARGET_UNIX or TARGET_ABSTRACT; 0: the text itself */
    uint8_t captures;         /* how many wildcards of the target it takes up */
    uint32_t text;            /* captures + 1 strings between which the captured go */
    uint32_t text_len;        /* of them all */
    struct address ip;
};

/* What a rule may ask: its target and its conditions, the cheap ones first. */
enum term_kind {
    TERM_SYMBOL,
    TERM_ACCESS,
    TERM_PID,
    TERM_FD,
    TERM_UID,
    TERM_GID,
    TERM_TARGET,
    TERM_CONTAINS,
    TERM_ARGV,
    TERM_EXE,
};

/* Where a term's answer leads to, when not to another term. */
enum { LEAD_MATCH = 0xfffe, LEAD_FAIL = 0xffff };

/* One question of a rule. Terms lead on to each other, so that `and`, `or` and `not` need no stack. */
struct term {
    _Alignas(8) uint8_t kind; /* enum term_kind */
    uint8_t inverted;         /* the answer `no` is the one that is wanted */
    uint16_t yes, no;         /* the next term, when the answer is the wanted one, and when not */
    uint16_t mask;            /* ACCESS: enum access bits; FD: enum fd_kind bits; SYMBOL: the row */
    uint32_t text;            /* as written: "uid=0" */
    struct list values;       /* numbers: struct range; EXE: struct target; ARGV: uint64_t offsets of globs; CONTAINS: bytes */
};

/* Which of the calls that match a rule it is applied to. */
struct pace {
    _Alignas(8) uint64_t after; /* so many pass first */
    uint64_t every;             /* of those that follow, each so-manieth; 0: all */
    uint64_t times;             /* and no more than so many; 0: any number */
    uint64_t chance;            /* of 2^32 */
    uint32_t count;             /* where in the state it is counted */
};

struct range {
    _Alignas(8) int64_t first, last;
};

struct rule {
    struct call_set calls;
    uint8_t action;      /* enum rule_action */
    uint8_t forms;       /* of its targets: enum target_form bits */
    uint16_t first;      /* the term to begin with, or LEAD_MATCH */
    int32_t err;         /* block: the errno */
    uint8_t signal;      /* block: the signal that ends the process; 0: none */
    uint8_t has_ret;     /* block: amount is what the call returns */
    int64_t amount;      /* block: see has_ret; delay: nanoseconds */
    uint32_t label;      /* "rules:4" */
    struct list targets; /* struct target; count 0: anything */
    struct list terms;   /* struct term */
    uint32_t to;         /* struct destination; redirect and inject only */
    uint32_t pace;       /* struct pace; 0: none */
};

/* A file that a rule is about, as it was when the rules were read. */
struct known {
    _Alignas(8) uint64_t dev, ino, born_ns;
    uint32_t rule; /* and 1; 0: nothing stands here */
};

struct policy {
    uint32_t magic, layout; /* what this is, and of which version */
    uint32_t size;          /* of the whole */
    uint32_t origin;        /* the file that it was made of; 0: not told */
    uint32_t rules, data;   /* where they begin */
    uint32_t rule_count;
    uint32_t counts;                /* struct policy_count that its rules need */
    uint32_t index;                 /* struct index_node, as many as there are; 0: rules are tried one by one */
    uint32_t known, known_size;     /* struct known, hashed; a power of two; 0: none */
    uint32_t first_path, last_path; /* rules with a path for a target: the first, and behind the last */
    uint8_t log;                    /* enum policy_log */
    uint8_t default_block;
    uint8_t hosts;     /* a target names one */
    uint8_t asks_data; /* a rule asks what is written */
    uint8_t injects;   /* a rule does */
    uint8_t redirects_address;
    uint32_t default_label;
    struct call_set concerned;
};

static inline const struct rule *image_rules(const struct policy *policy)
{
    return (const struct rule *)((const char *)policy + policy->rules);
}

static inline const void *image_data(const struct policy *policy, uint32_t at)
{
    return (const char *)policy + policy->data + at;
}

#endif
