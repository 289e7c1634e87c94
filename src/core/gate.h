/* SPDX-License-Identifier: MIT */
/* Inbound port: the one way in. An adapter that has caught a call asks gate_before what is to
 * be done with it, does it, and tells gate_after what came of it. */
#ifndef CORE_GATE_H
#define CORE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"
#include "core/capture.h"
#include "core/facts.h"
#include "core/plain.h"
#include "core/policy/policy.h"
#include "hook/sink.h"
#include "hook/event.h"

enum gate_flag {
    GATE_LOG = 1,    /* the call is logged, unless the policy says no */
    GATE_DECIDE = 2, /* a rule may concern it */
    GATE_KEEP = 4,   /* the adapter keeps account of it, whatever is logged */
    GATE_EARLY = 8,  /* its arguments are read before it is made: it may not return, or moves or removes the cwd */
    GATE_START = 16, /* the library has not been set up yet */
    GATE_LEARN = 64, /* the call has not been made yet: neither the real function nor the other bits are known */
    GATE_PLAIN = 32, /* it is logged, and nothing else: when it has been made, if possible by plain_make; without GATE_LOG it is
                        kept account of then, and nothing else */
    GATE_ASK = 128,  /* it is not to be made: what a rule might do is asked, and no rule counts it */
};

/* The absolute paths that an event is to have. */
enum gate_paths {
    PATHS_NONE,
    PATHS_DESCRIPTOR, /* those that the arguments and the working folder do not tell */
    PATHS_ALL,
};

/* Everything that a decision needs; wired once, by the runtime. */
struct gate {
    const struct policy *policy; /* NULL: none */
    const struct policy_state *state;
    struct names *names;          /* NULL: no rule asks for names of hosts */
    const struct hook_sink *sink; /* NULL: nothing is logged */
    const struct capture_source *capture;
    const struct facts_source *facts;
    void *(*more)(struct arena *arena, size_t size); /* see struct arena */
    void (*release)(struct arena *arena);            /* frees what more gave */
    uint64_t (*real_ns)(void);
    uint64_t (*mono_ns)(void); /* the same: one clock that counts evenly */
    /* A call's begin and duration, in ticks -> by real_ns, and in nanoseconds; NULL: ticks are what is recorded. */
    void (*from_ticks)(uint64_t *begin, uint64_t *dur);
    /* The working folder, with a NUL behind it, and its length; NULL, or gives NULL: facts->cwd is to be asked. */
    const char *(*folder)(size_t *ret_len);
    void (*sleep)(uint64_t ns);
    void (*ids)(int32_t *ret_pid, int32_t *ret_tid); /* of the caller */
    void (*refresh)(void);                           /* takes up new rules, if there are; NULL: there never are */
    bool tips;                                       /* events of blocked calls have the rule that would allow them */
    uint8_t paths;                                   /* enum gate_paths */
    uint8_t outcome;                                 /* enum show_outcome: which calls are logged */
    const char *only; /* the paths that calls which are logged have to concern; NULL: any. Calls are early then */
};

/* Those that hold now: refresh may change them. */
static inline const struct policy *gate_policy(const struct gate *gate)
{
    return __atomic_load_n(&gate->policy, __ATOMIC_ACQUIRE);
}

static inline enum gate_paths gate_paths(const struct gate *gate)
{
    return (enum gate_paths)__atomic_load_n(&gate->paths, __ATOMIC_RELAXED);
}

/* One call on its way through. Lives on the stack of the wrapper. */
struct passage {
    struct hook_event event;
    long word[HOOK_ARGS_MAX]; /* what is to be passed to the real function */
    struct verdict verdict;
    uint64_t began; /* monotonic */
    uint8_t flags;
    bool log;
    int saved_errno; /* the adapter's: errno before the call */
    int kept;        /* the adapter's: what it wants to remember of the call */
    int injected;    /* the adapter's: the descriptor of an injected file, or -1 */
    bool divert;     /* a redirect that no argument can carry (write): the adapter does it */
    struct arena arena;
    char scratch[512] __attribute__((aligned(8)));
};

/* Sets the passage up for that call; the words are filled in by the caller. */
void gate_open(const struct gate *gate, struct passage *passage, unsigned call, uint8_t flags);

/* Captures and decides. True: make the call with passage->word. False: refuse it; the
 * result is passage->event.ret and the errno passage->event.err. */
bool gate_before(const struct gate *gate, struct passage *passage);

/* Logs the call as one that has succeeded, before it is made: for what does not come back then. */
void gate_tell(const struct gate *gate, struct passage *passage);

/* Refuses a call with that errno: sets its result. */
void gate_refuse(struct passage *passage, int err);

/* Puts another address among the words, or into the copy of the message that is one of them. */
void gate_set_address(struct passage *passage, const void *address, uint32_t len);

/* openat2's third argument becomes a copy that may be changed. NULL: the call has none, or none that the kernel would take. */
struct open_how *gate_own_how(const struct gate *gate, struct passage *passage);

/* Takes the result (the word as returned, errno as left) and logs. */
void gate_after(const struct gate *gate, struct passage *passage, long ret, int err);

/* Logs a call that has been made already, and that the short way was not for. */
void gate_late(const struct gate *gate, const struct plain_call *plain, const struct plain_row *row);

/* Did the call fail, by what its row says failure looks like? */
bool gate_failed(unsigned call, long ret, int err);

/* Logs a process image's begin or end: an event of type START or EXIT; its time is now unless it is set. */
void gate_lifecycle(const struct gate *gate, struct hook_event *event);

#endif
