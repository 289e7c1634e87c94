/* SPDX-License-Identifier: MIT */
#include "runtime/concerns.h"

#include <string.h>

#include "inbound/preload/preload.h"
#include "inbound/preload/shell.h"
#include "sys/descriptor.h"

static const struct config *config;

/* Is each call recorded, with the least that a record has? */
static bool is_shown_plainly(void)
{
    _Static_assert((int)PLAIN_DATA == (int)SHOW_STRINGS, "the short way takes as much as is shown");
    const struct show *show = &config->show;
    return !config->only && show->outcome == SHOW_ALL && show->strings == SHOW_STRINGS && !show->fds && !show->full;
}

/* Can records leave out the path of a directory that one before them tells? Then all is seen that closes a descriptor or gives
 * its number to another file, whatever is logged. */
static bool remembers_directories(void)
{
    return config->sink && config->ticks && config->trace_folders && config->follow && preload_gate.paths != PATHS_ALL &&
           is_shown_plainly();
}

/* Calls that the library keeps account of (see keep.c). */
static bool is_kept(unsigned row)
{
    switch (row) {
    case CALL_close:
    case CALL_close_range:
    case CALL_closefrom:
    case CALL_dup:
    case CALL_dup2:
    case CALL_dup3:
    case CALL_fcntl:
    case CALL_fcloseall:
    case CALL_freopen:
    case CALL_setrlimit:
    case CALL_prlimit: return config->sink;
    case CALL_fclose: return config->sink || shell_has_piped();
    case CALL_pclose: return shell_has_piped();
    case CALL_chdir:
    case CALL_fchdir:
    case CALL_chroot:
    case CALL_unshare:
    case CALL_setns:
    case CALL_posix_spawn_file_actions_addchdir_np:
    case CALL_posix_spawn_file_actions_addfchdir_np: return config->sink || preload_gate.policy;
    case CALL_fts_open:
    case CALL_fts64_open:
    case CALL_nftw:
    case CALL_nftw64: return config->sink;
    case CALL_closedir: return remembers_directories();
    case CALL_copy_file_range:
    case CALL_sendfile:
    case CALL_splice:
    case CALL_tee:
    case CALL_ioctl:
        return preload_gate.policy &&
               (policy_concerns(preload_gate.policy, CALL_write) || policy_concerns(preload_gate.policy, CALL_read));
    case CALL_getpeername:
    case CALL_recvfrom:
    case CALL___recvfrom_chk:
    case CALL_recvmsg:
    case CALL_recvmmsg:
    case CALL_setsockopt: return preload_gate.policy && policy_redirects_address(preload_gate.policy);
    case CALL_prctl:
    case CALL_syscall: return true;
    case CALL_getaddrinfo:
    case CALL_getaddrinfo_a:
    case CALL_gethostbyname:
    case CALL_gethostbyname2:
    case CALL_gethostbyname_r:
    case CALL_gethostbyname2_r: return preload_gate.names;
    default:
        return (taken_concerns(row) && (config->sink || preload_gate.policy)) ||
               ((keep_renames(row) || fatal_concerns(row)) && config->sink);
    }
}

/* A call that names descriptors, or lists them, may meet ours. The wrappers look at the first argument themselves. */
static bool names_descriptor(unsigned call)
{
    return descriptor_own >= 0 && (call_arg_of_kind(call, KIND_FD, 1) >= 0 || call_arg_of_kind(call, KIND_DIRFD, 1) >= 0 ||
                                   listing_concerns(call) || named_concerns(call));
}

/* One that gives a descriptor tells that ours has been closed. */
static bool gives_descriptor(unsigned call)
{
    return descriptor_own >= 0 && call_table[call].kind == KIND_FD;
}

/* What is told of a descriptor is looked at: it may be one of a file with another content. */
static bool tells_of_file(unsigned call)
{
    return preload_gate.policy && policy_injects(preload_gate.policy) && strcmp(call_op(call), "stat") == 0;
}

static bool is_early(unsigned call)
{
    switch (call_table[call].syscall) {
    case SYSCALL_execve:
    case SYSCALL_execveat:
    case SYSCALL_chdir:
    case SYSCALL_fchdir:
    case SYSCALL_chroot:
    case SYSCALL_rmdir: return true;
    default: return keep_renames(call_table[call].row);
    }
}

/* Rules that are read again may be about any call. */
static bool may_come(unsigned call)
{
    return preload_gate.refresh && !(call_classes(call) & CLASS_STDIO);
}

static bool is_traced(unsigned call)
{
    return config->trace_all ? !(call_classes(call) & CLASS_STDIO) : call_set_has(&config->trace, call);
}

static uint8_t flags_of(unsigned call)
{
    const struct policy *policy = preload_gate.policy;
    bool kept = is_kept(call_table[call].row) || names_descriptor(call) || gives_descriptor(call) || tells_of_file(call);
    uint8_t flags = kept ? GATE_KEEP : 0;
    bool concerned = policy && (policy_concerns(policy, call) || may_come(call));
    bool log = config->sink && is_traced(call);
    if (concerned)
        flags |= GATE_DECIDE;
    if (log && (!policy || concerned || policy_log(policy) == POLICY_LOG_ALL))
        flags |= GATE_LOG;
    if (flags & (GATE_LOG | GATE_DECIDE) && (config->only || is_early(call)))
        flags |= GATE_EARLY;
    return flags;
}

/* Where events do not go to standard error, these are kept account of only afterwards, or not at all. */
static bool keeps_plainly(unsigned row)
{
    switch (row) {
    case CALL_close:
    case CALL_closedir:
    case CALL_fcntl:
    case CALL_readdir:
    case CALL_readdir64: return !descriptor_stderr_is_output();
    case CALL_fclose: return !descriptor_stderr_is_output() && !shell_has_piped();
    default: return taken_concerns(row);
    }
}

/* Does the short way tell all of the call that is to be kept account of? */
static bool is_kept_plainly(unsigned call)
{
    const unsigned row = call_table[call].row;
    return (!is_kept(row) || keeps_plainly(row)) && !names_descriptor(call) && !tells_of_file(call);
}

/* Can a record have the folder that such a call's path begins at? A line has the path. */
static bool has_folder(unsigned call)
{
    return !preload_gate.sink->room ||
           (preload_gate.paths != PATHS_ALL && (remembers_directories() || call_arg_of_kind(call, KIND_DIRFD, 0) < 0));
}

/* Logged as it was made, and of no other concern. */
static bool is_plain(unsigned call, uint8_t flags)
{
    return preload_gate.sink && (flags & ~GATE_KEEP) == GATE_LOG && is_kept_plainly(call) && is_shown_plainly() &&
           has_folder(call) && plain_fits(call);
}

/* Only kept account of, by what the short way has. */
static bool is_followed(unsigned call, uint8_t flags)
{
    return (flags == GATE_KEEP || (!flags && remembers_directories())) &&
           keep_is_short(call_table[call].row, call_table[call].kind) && is_kept_plainly(call);
}

uint8_t preload_concern(unsigned call)
{
    uint8_t flags = config ? flags_of(call) : 0;
    if (is_plain(call, flags))
        return GATE_LOG | GATE_PLAIN;
    return config && is_followed(call, flags) ? GATE_PLAIN : flags;
}

void concerns_set(const struct config *settings)
{
    config = settings;
    preload_forget_flags();
}
