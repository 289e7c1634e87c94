/* SPDX-License-Identifier: MIT */
/* What the wrappers share: the table of flags, the next symbols, and the way through the gate. */
#ifndef INBOUND_PRELOAD_PRELOAD_H
#define INBOUND_PRELOAD_PRELOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gate.h"

/* All of it is this library's own: no way round by the global offset table. */
#pragma GCC visibility push(hidden)

/* The gate's settings, filled in by the runtime before preload_start says so. */
extern struct gate preload_gate;

/* enum gate_flag bits of every call: 0 means that the wrapper jumps to the real function, which has been found. */
extern uint8_t preload_flags[CALL_COUNT];

/* Rules that are taken up again change them while other threads make calls. */
static inline uint8_t preload_flag(unsigned call)
{
    return __atomic_load_n(&preload_flags[call], __ATOMIC_ACQUIRE);
}

/* Sets the library up at the first hooked call: another library's constructor may run before
 * ours. Whether it has been set up. The runtime's; safe to call at any time. */
bool preload_start(void);

/* What concerns a call that is made for the first time, as GATE_ bits: the runtime's, which gives another answer after
 * preload_forget_flags. */
uint8_t preload_concern(unsigned call);

/* Learns the bits, and the real function; returns them. GATE_START: it is too early for that. */
uint8_t preload_learn(unsigned call);
/* All is to be learned anew. */
void preload_forget_flags(void);

/* Is such a call logged as it was made, and of no other concern? */
static inline bool preload_is_plain(uint8_t flags)
{
    return flags == (GATE_LOG | GATE_PLAIN);
}

/* Those of a call that is being made. */
static inline uint8_t preload_known_flag(unsigned call)
{
    const uint8_t flags = preload_flag(call);
    return __builtin_expect(flags & GATE_LEARN, 0) ? preload_learn(call) : flags;
}

/* The runtime's: in a child that fork has made; in the parent of a vfork when the child has gone; and before
 * a call of the exit family. */
void preload_forked(void);
void preload_vfork_ended(void);
void preload_stderr_closing(void); /* the last moment at which something can be said */
void preload_stderr_cut(void);     /* the same: events will have no way out */
void preload_exiting(unsigned call, int status);

/* The runtime's: a thread has a working folder or descriptors of its own now, or libc goes to other folders unseen. What is
 * remembered of them by process does not hold any more. */
void preload_unshared(void);
/* The process is about to become another program, and has not. Returns whether the second is to be told. */
bool preload_leaving(void);
void preload_staying(void);

/* The real functions: the next symbols after ours, found when first needed. */
typedef void real_fn(void);
real_fn *real_find(unsigned call);
void real_init(void);
extern real_fn *real_table[CALL_COUNT];

static inline real_fn *real_symbol(unsigned call)
{
    real_fn *real = real_table[call];
    return __builtin_expect(real != NULL, 1) ? real : real_find(call);
}

/* Before and after a call, with errno kept. preload_before returns whether the real function is to be
 * called, with passage->word; preload_after returns what the program gets. */
bool preload_before(struct passage *passage, unsigned call);
long preload_after(struct passage *passage, bool made, long ret);
/* Logs a call of the flags GATE_LOG | GATE_PLAIN that the short way was not for. */
__attribute__((cold)) void preload_late(const struct plain_call *plain, const struct plain_row *row);
/* preload_before in two steps, for who has something to add in between. */
void preload_open(struct passage *passage, unsigned call);
bool preload_ask(struct passage *passage);

/* Account of what the program does to descriptors and the working folder: keep.c. Returns false
 * when the call has been dealt with: the result is in the passage. */
bool keep_before(struct passage *passage);
void keep_after(struct passage *passage, long ret);
void keep_plain(const struct plain_call *plain);

/* Such a call unmaps memory, forbids to read it, or may: taken.c. Also before anything is set up. */
static inline bool taken_concerns(unsigned row)
{
    switch (row) {
    case CALL_munmap:
    case CALL_mprotect:
    case CALL_pkey_mprotect:
    case CALL_madvise:
    case CALL_posix_madvise:
    case CALL_process_madvise:
    case CALL_mmap:
    case CALL_mremap:
    case CALL_shmat: return true;
    default: return false;
    }
}
void taken_note(unsigned row, const long *word);

/* Does such a call tell that a descriptor is of another folder now, or of none? */
static inline bool keep_tells_of_folder(unsigned row, unsigned kind)
{
    return kind == KIND_FD || row == CALL_close || row == CALL_closedir || row == CALL_fclose || row == CALL_fcntl;
}

/* Has it done so? */
static inline bool keep_is_due(unsigned row, unsigned kind, long ret)
{
    return keep_tells_of_folder(row, kind) && (ret >= 0 || row == CALL_fclose); /* which closes whatever it returns */
}

/* Is there something to be kept account of on the short way? */
static inline bool keep_is_short(unsigned row, unsigned kind)
{
    return keep_tells_of_folder(row, kind) || taken_concerns(row);
}

/* May folders have other names after such a call? */
static inline bool keep_renames(unsigned row)
{
    switch (row) {
    case CALL_rename:
    case CALL_renameat:
    case CALL_renameat2:
    case CALL_mount:
    case CALL_move_mount:
    case CALL_pivot_root:
    case CALL_umount:
    case CALL_umount2: return true;
    default: return false;
    }
}

/* A copy by the kernel, of the calls copy_file_range, sendfile, splice, tee: copy.c. Returns false when a rule for writes is in
 * the way: it has failed then as on a file system that cannot do it, and the rule decides what the program writes instead. */
bool copy_before(struct passage *passage);
bool copy_clone(struct passage *passage);

/* Such a call sends a signal, which may be the end of the process: fatal.c. */
static inline bool fatal_concerns(unsigned row)
{
    switch (row) {
    case CALL_kill:
    case CALL_killpg:
    case CALL_pthread_kill:
    case CALL_raise:
    case CALL_sigqueue:
    case CALL_tgkill: return true;
    default: return false;
    }
}
void fatal_before(struct passage *passage);

/* What lists folders leaves our descriptor out: listing.c. The first is asked beforehand, the second takes the result and
 * returns what the program gets. */
bool listing_concerns(unsigned call);
long listing_after(const struct passage *passage, long ret);

/* A descriptor of ours that a call names in memory makes room: named.c. */
bool named_concerns(unsigned call);
void named_before(const struct passage *passage);

/* What a refusal and a redirect need beside a result and another argument: divert.c. A refused glob has found
 * nothing; the write is made in place of the call,
 * with the result in the passage; the socket is made fit for the address (false: it can't be, the result is in
 * the passage); a template that a redirected call has filled in is the program's again. */
void divert_refused(const struct passage *passage);
void divert_write(struct passage *passage);
bool divert_socket(struct passage *passage);
long divert_template(const struct passage *passage, long ret);

/* A call that finds another content in the file's place: inject.c. False: it has been made, the result is in the
 * passage; true: it is to be made, and then inject_after. */
bool inject_before(struct passage *passage);
void inject_after(const struct passage *passage);
/* Puts right what a call has told of a descriptor that may be of such a file: identity.c. */
void identity_after(const struct passage *passage);

/* The addresses that a program asked for, where it has been sent to others: peer.c. Notes that of a call; and has calls that
 * tell of a peer tell of that. */
void peer_note(const struct passage *passage);
void peer_before(struct passage *passage);
void peer_after(const struct passage *passage, long ret);
/* Takes the result of a setsockopt, and returns what the program gets. */
long peer_option(const struct passage *passage, long ret);

/* File actions of posix_spawn that lead to another folder: actions.c. Notes that of a call; gives the path, in the arena, that
 * a name stands for after them, NULL: the one that it is. */
void actions_after(const struct passage *passage);
const char *actions_path(struct passage *passage, const void *actions, const char *name);

/* Remembers the name that a call has resolved: resolve.c. */
void resolve_after(const struct passage *passage, long ret);

#pragma GCC visibility pop

/* Makes the parts of a name: entry_open is exported as open. */
#define EXPORT(type, sym) __attribute__((visibility("default"))) type entry_##sym
#define NAMED(sym)        __asm__(#sym)

/* The way through the gate keeps vectors on the stack. Code made by hand calls with the stack off by 8, which
 * libc's wrappers of system calls do not mind. */
#if defined(__x86_64__)
#define ANY_STACK __attribute__((force_align_arg_pointer))
#else
#define ANY_STACK
#endif

#define OLDEST_VERSION "GLIBC_2.2.5"

/* Where libc has an older version of a symbol that means something else (compat.c), ours must have
 * versions too. */
#if defined(__x86_64__)
#define DEFAULT_VERSION(sym, version) __asm__(".symver " #sym "," #sym "@@@" version)
#else
#define DEFAULT_VERSION(sym, version) _Static_assert(1, "no older version")
#endif

#endif
