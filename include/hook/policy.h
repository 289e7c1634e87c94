/* SPDX-License-Identifier: MIT */
/* The rules engine for programs that embed it: rules in, verdicts out. Link libhookcore.a.
 *
 * Any number of threads may decide by a policy at once: all that a decision changes in it is how many calls have
 * matched the rules that count them (after=, every=, times=). Nothing here is safe in a signal handler. */
#ifndef HOOK_POLICY_H
#define HOOK_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "hook/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A compiled rules file. */
struct hook_policy;

/* Takes one error: a line "NAME:LINE:COLUMN: what is wrong", the line of the rules it is about, and
 * a line with a caret, each with its "\n". The message is len bytes; no NUL follows. */
typedef void hook_error_fn(void *ctx, const char *message, size_t len);

/* Makes a policy of the rules file at path. Relative paths in it are taken from the file's folder, `~` is
 * the variable HOME. Each mistake is told to error (NULL: nobody), with ctx.
 * Returns 0 and sets *ret, which is freed with hook_policy_free; or the number of mistakes; or a negative
 * errno when the file can't be read or there is no memory. */
int hook_policy_load(const char *path, hook_error_fn *error, void *ctx, struct hook_policy **ret);

/* The same of len bytes of text. name is what messages and verdicts call it. dir, absolute, is the
 * folder that relative paths are taken from; NULL: the current one. */
int hook_policy_parse(const char *name, const char *text, size_t len, const char *dir, hook_error_fn *error, void *ctx,
                      struct hook_policy **ret);

/* What chance= draws is the same each time after the same seed; without one it is not. */
void hook_policy_seed(struct hook_policy *policy, unsigned long long seed);

/* NULL is allowed. */
void hook_policy_free(struct hook_policy *policy);

/* How a call uses the file that it names: bits. */
enum hook_access {
    HOOK_ACCESS_READ = 1,
    HOOK_ACCESS_WRITE = 2,
    HOOK_ACCESS_CREATE = 4,
};

/* One call that is asked about. What does not apply is zero, but for fd; HOOK_REQUEST_INIT begins one:
 *
 *     struct hook_request request = HOOK_REQUEST_INIT;
 *     request.symbol = "open";
 *     request.path = "/etc/hosts"; */
struct hook_request {
    const char *symbol;      /* the C library's function, as `hook calls` lists it: "open", "connect", "execve" */
    const char *path;        /* of the call, or of the file behind fd; a relative one is taken from the current folder */
    const char *path2;       /* the second path of rename, link, ... */
    const char *host;        /* the name that the address was resolved from; NULL: not known */
    const void *sockaddr;    /* the address: a struct sockaddr ... */
    size_t sockaddr_len;     /* ... and its length */
    int fd;                  /* the descriptor; -1: none */
    unsigned access;         /* enum hook_access bits; 0: what the function does by itself, reading for an open */
    const char *const *argv; /* of the program to start, or of the one that asks; ends with NULL. NULL: not known
                                for a program to start, else those of this process */
    const char *exe;         /* the program that asks; NULL: this process's */
    int lexical;             /* 1: paths are taken as they are spelled; 0: the file system is asked about
                                links, so that no spelling gets around a rule */
    long uid, gid, pid;      /* of who asks; -1: of this process (uid and gid: the effective ones) */
    const void *data;        /* what is to be written, and ... */
    size_t data_len;         /* ... how many bytes of it */
};

#define HOOK_REQUEST_INIT                                                                                                        \
    {                                                                                                                            \
        NULL, NULL, NULL, NULL, NULL, 0, -1, 0, NULL, NULL, 0, -1, -1, -1, NULL, 0                                               \
    }

struct hook_verdict {
    enum hook_action action; /* LOG: no rule decides, the call goes on; DELAY: the same, after delay_ns; ALLOW, BLOCK,
                                REDIRECT, INJECT */
    int log;                 /* 1: the call is to be logged */
    int err;                 /* BLOCK: what it fails with */
    int has_ret;             /* BLOCK: 1: it returns ret instead, and fails with err only if that says so */
    long ret;
    int signal;                  /* BLOCK: the process is to be ended by this signal; 0: it is not */
    unsigned long long delay_ns; /* for how long it is to wait first, whatever the action */
    const char *rule;            /* "rules:4", the rule that decided, else the first that matched; NULL: none. Valid
                                    as long as the policy */
    char to[4096];               /* REDIRECT: an absolute path, or the address as text; INJECT: the file whose content
                                    stands there, unless content does; "" otherwise */
    const char *content;         /* INJECT: content_len bytes that stand in the file's place, valid as long as the policy */
    size_t content_len;
    int path;            /* REDIRECT to a path: which of the call's it stands for, 0 or 1 */
    size_t sockaddr_len; /* REDIRECT to an address: bytes of sockaddr; 0 otherwise */
    unsigned char sockaddr[128];
};

/* Decides one call. Returns 0 with *ret set, -EINVAL for a symbol that is not known, or -ENOMEM. What can't be
 * found out does not match, except that a block whose facts can't be found out blocks. */
int hook_policy_decide(const struct hook_policy *policy, const struct hook_request *request, struct hook_verdict *ret);

#ifdef __cplusplus
}
#endif
#endif
