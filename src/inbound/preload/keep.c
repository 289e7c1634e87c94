/* SPDX-License-Identifier: MIT */
/* What the program does to descriptors, the working folder, limits and its own sandbox matters to
 * the library whatever is logged. A descriptor of ours must look closed. */
#include "inbound/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "core/plain.h"
#include "inbound/preload/shell.h"
#include "sys/clock.h"
#include "sys/cwd.h"
#include "sys/descriptor.h"
#include "sys/directory.h"
#include "sys/output.h"
#include "sys/raw.h"
#include "sys/sandbox.h"

static bool refuse(struct passage *passage, int err)
{
    gate_refuse(passage, err);
    return false;
}

static bool is_own(long fd)
{
    return (int)fd == descriptor_own && descriptor_own >= 0;
}

/* Does an argument name our descriptor? The new number of dup2 may be it: then we give way. */
static bool names_own(const struct passage *passage)
{
    const struct call *call = &call_table[passage->event.call];
    bool found = false;
    for (unsigned arg = 0; arg < call->args && descriptor_own >= 0; arg++) {
        bool is_fd = call->arg_kind[arg] == KIND_FD || call->arg_kind[arg] == KIND_DIRFD;
        found = found || (is_fd && is_own(passage->word[arg]));
        if (call->row == CALL_dup2 || call->row == CALL_dup3)
            break;
    }
    return found;
}

/* Those numbers are about to be closed, or to become something else. */
static void leave_stderr(unsigned first, unsigned last)
{
    if (descriptor_stderr_cut(first, last))
        preload_stderr_cut();
}

/* Closes a range around our descriptor. */
static bool close_around(struct passage *passage, unsigned first, unsigned last, unsigned flags)
{
    unsigned own = (unsigned)descriptor_own;
    if (!(flags & CLOSE_RANGE_CLOEXEC) && first <= last)
        leave_stderr(first, last);
    if (descriptor_own < 0 || own < first || own > last)
        return true;
    bool alone = first == own && last == own; /* the flags may still be wrong */
    long ret = alone ? raw(SYS_close_range, ~0u, ~0u, flags) : first < own ? raw(SYS_close_range, first, own - 1, flags) : 0;
    if (ret == 0 && own < last)
        ret = raw(SYS_close_range, own + 1, last, flags & ~(unsigned)CLOSE_RANGE_UNSHARE);
    if (ret == -ENOSYS)
        return true;
    if (first <= 2)
        descriptor_stderr_changed();
    passage->event.ret = ret == 0 ? 0 : -1;
    passage->event.err = (int)-ret;
    return false;
}

/* A thread that enters strict mode may read, write and leave, but not tell the time. */
static bool is_strict(const struct passage *passage)
{
    const long *word = passage->word;
    unsigned row = call_table[passage->event.call].row;
    return row == CALL_prctl ? word[0] == PR_SET_SECCOMP && word[1] == SECCOMP_MODE_STRICT
                             : word[0] == SYS_seccomp && word[1] == SECCOMP_SET_MODE_STRICT;
}

/* What cannot be had any more once the call has been made. */
static void prepare(const struct passage *passage)
{
    const long *word = passage->word;
    unsigned row = call_table[passage->event.call].row;
    bool prctl = row == CALL_prctl, chroot = row == CALL_chroot;
    bool seccomp = !chroot && (prctl ? word[0] == PR_SET_SECCOMP : word[0] == SYS_seccomp);
    bool strict = !chroot && is_strict(passage);
    if (strict || (prctl && word[0] == PR_SET_TSC))
        clock_note();
    if ((seccomp || chroot) && preload_gate.sink && preload_gate.sink->prepare)
        preload_gate.sink->prepare();
    if (seccomp && !strict && (prctl || word[1] == SECCOMP_SET_MODE_FILTER))
        sandbox_prepare((const void *)word[prctl ? 2 : 3]);
}

static void sandboxed(const struct passage *passage)
{
    bool strict = is_strict(passage);
    if (strict) {
        sandbox_strict();
        clock_stop();
    } else {
        sandbox_filter();
    }
}

/* Some of popen's streams are ours: libc does not know which command to wait for. */
static bool close_shell(struct passage *passage)
{
    int status;
    errno = 0;
    if (!shell_close((FILE *)passage->word[0], &status))
        return true;
    passage->event.ret = status;
    passage->event.err = status < 0 ? errno : 0;
    return false;
}

static bool keep_stream(struct passage *passage, const void *stream)
{
    passage->kept = stream ? preload_gate.capture->handle(KIND_STREAM, stream) : -1;
    if (passage->kept == 2 && call_table[passage->event.call].row == CALL_fclose) {
        preload_stderr_closing();
        descriptor_stderr_keep();
    } else if (passage->kept >= 0) {
        leave_stderr((unsigned)passage->kept, (unsigned)passage->kept);
    }
    return call_table[passage->event.call].row != CALL_fclose || close_shell(passage);
}

/* `from` is about to be put at number `at`. */
static bool keep_duplicate(long from, long at)
{
    if (is_own(at))
        descriptor_move();
    else if ((int)from != (int)at && descriptor_stderr_cut((unsigned)at, (unsigned)at) && raw(SYS_fcntl, (int)from, F_GETFD) >= 0)
        preload_stderr_cut();
    return true;
}

bool keep_before(struct passage *passage)
{
    const long *word = passage->word;
    if (names_own(passage))
        return refuse(passage, call_table[passage->event.call].row == CALL_dup3 && word[0] == word[1] ? EINVAL : EBADF);
    if (!passage->flags)
        return true;
    switch (call_table[passage->event.call].row) {
    case CALL_close: leave_stderr((unsigned)word[0], (unsigned)word[0]); return true;
    case CALL_fcloseall: leave_stderr(2, 2); return true;
    case CALL_dup2:
    case CALL_dup3: return keep_duplicate(word[0], word[1]);
    case CALL_close_range: return close_around(passage, (unsigned)word[0], (unsigned)word[1], (unsigned)word[2]);
    case CALL_closefrom: return close_around(passage, (int)word[0] < 0 ? 0 : (unsigned)word[0], ~0u, 0);
    case CALL_chroot:
    case CALL_prctl: prepare(passage); return true;
    case CALL_syscall:
        prepare(passage);
        taken_note(CALL_syscall, word);
        return true;
    case CALL_pclose: return close_shell(passage);
    case CALL_fclose: return keep_stream(passage, (const void *)word[0]);
    case CALL_freopen: return keep_stream(passage, (const void *)word[2]);
    case CALL_copy_file_range:
    case CALL_sendfile:
    case CALL_splice:
    case CALL_tee: return copy_before(passage);
    case CALL_ioctl: return copy_clone(passage);
    case CALL_nftw:
    case CALL_nftw64:
        if (word[3] & FTW_CHDIR)
            preload_unshared();
        return true;
    case CALL_fts_open:
    case CALL_fts64_open:
        if (!(word[1] & (FTS_NOCHDIR | FTS_LOGICAL)))
            preload_unshared();
        return true;
    case CALL_getpeername:
    case CALL_recvfrom:
    case CALL___recvfrom_chk:
    case CALL_recvmsg: peer_before(passage); return true;
    default:
        if (taken_concerns(call_table[passage->event.call].row))
            taken_note(call_table[passage->event.call].row, word);
        if (passage->flags & GATE_KEEP && named_concerns(passage->event.call))
            named_before(passage);
        if (fatal_concerns(call_table[passage->event.call].row))
            fatal_before(passage);
        return true;
    }
}

/* What is remembered of directories that are no more, or have other names now. */
static void forget_directories(unsigned call, const long *word, long ret)
{
    switch (call_table[call].row) {
    case CALL_close: directory_forget((int)word[0]); break;
    case CALL_close_range:
    case CALL_closefrom:
    case CALL_fcloseall: directory_forget_all(); break;
    default:
        if (keep_renames(call_table[call].row))
            directory_forget_all();
    }
    if (call_table[call].kind == KIND_FD)
        directory_forget((int)ret);
}

/* Has it opened the very folder that the name is in the other one? */
static bool opens_folder(const struct plain_call *plain)
{
    const char *name = (const char *)plain->word[1];
    const long folder = O_DIRECTORY | O_NOFOLLOW;
    return (plain->word[2] & folder) == folder && plain->dur < PLAIN_SHORT_TICKS && *name && !strchr(name, '/');
}

static void keep_duplicated(const struct plain_call *plain)
{
    const int from = (int)plain->word[0], command = (int)plain->word[1];
    if (command != F_DUPFD && command != F_DUPFD_CLOEXEC)
        return;
    directory_copy((int)plain->ret, from);
    if (from == 2)
        descriptor_stderr_copied((int)plain->ret);
}

void keep_plain(const struct plain_call *plain)
{
    const long *word = plain->word;
    switch (call_table[plain->call].row) {
    case CALL_close:
        directory_forget((int)word[0]);
        if ((int)word[0] == 2)
            descriptor_stderr_changed();
        break;
    case CALL_fclose:
    case CALL_closedir: directory_forget(plain->handle); break;
    case CALL_fcntl: keep_duplicated(plain); break;
    case CALL_openat:
    case CALL___openat_2:
        if (opens_folder(plain)) {
            directory_enter((int)plain->ret, (int)word[0], (const char *)word[1]);
            break;
        } /* fall through */
    default:
        if (is_own(plain->ret))
            descriptor_own = -1; /* closed by a system call of the program's own */
        directory_forget((int)plain->ret);
    }
}

/* Number 2, and what it has been duplicated to. */
static void keep_stderr(const struct passage *passage, long ret)
{
    const long *word = passage->word;
    switch (call_table[passage->event.call].row) {
    case CALL_close:
    case CALL_closefrom:
    case CALL_close_range:
        if ((unsigned)word[0] == 2 || ((unsigned)word[0] < 2 && passage->event.call != CALL_close))
            descriptor_stderr_changed();
        break;
    case CALL_dup:
    case CALL_dup2:
    case CALL_dup3:
        if (ret == 2)
            descriptor_stderr_changed();
        else if (word[0] == 2)
            descriptor_stderr_copied((int)ret);
        break;
    case CALL_fcntl:
        if (word[0] == 2 && ((int)word[1] == F_DUPFD || (int)word[1] == F_DUPFD_CLOEXEC))
            descriptor_stderr_copied((int)ret);
        break;
    case CALL_fclose:
    case CALL_freopen:
        if (passage->kept == 2)
            descriptor_stderr_changed();
        break;
    case CALL_fcloseall: descriptor_stderr_changed(); break;
    default: break;
    }
}

void keep_after(struct passage *passage, long ret)
{
    const long *word = passage->word;
    const struct policy *policy = gate_policy(&preload_gate);
    if (policy && policy_injects(policy))
        identity_after(passage);
    if (call_table[passage->event.call].kind == KIND_FD && is_own(ret))
        descriptor_own = -1; /* closed by a system call of the program's own */
    forget_directories(passage->event.call, word, ret);
    keep_stderr(passage, ret);
    switch (call_table[passage->event.call].row) {
    case CALL_closedir: directory_forget((int)passage->event.arg[0].n); break;
    case CALL_fclose:
    case CALL_freopen: directory_forget(passage->kept); break;
    case CALL_prctl:
        if (word[0] == PR_SET_SECCOMP)
            sandboxed(passage);
        if (word[0] == PR_SET_SYSCALL_USER_DISPATCH && word[1] == PR_SYS_DISPATCH_ON)
            sandbox_all(); /* ours are not made from where the program allows them */
        if (word[0] == PR_SET_TSC && word[1] == PR_TSC_SIGSEGV)
            clock_without_counter();
        break;
    case CALL_syscall:
        if (word[0] == SYS_seccomp && word[1] <= SECCOMP_SET_MODE_FILTER)
            sandboxed(passage);
        break;
    case CALL_setrlimit:
        if (word[0] == RLIMIT_FSIZE)
            output_limits_changed();
        break;
    case CALL_prlimit:
        if (word[1] == RLIMIT_FSIZE && word[2])
            output_limits_changed();
        break;
    case CALL_posix_spawn_file_actions_addchdir_np:
    case CALL_posix_spawn_file_actions_addfchdir_np: actions_after(passage); break;
    case CALL_getpeername:
    case CALL_recvfrom:
    case CALL___recvfrom_chk:
    case CALL_recvmsg:
    case CALL_recvmmsg: peer_after(passage, ret); break;
    case CALL_chdir:
    case CALL_fchdir:
    case CALL_chroot:
    case CALL_setns: cwd_changed(); break;
    case CALL_unshare:
        cwd_changed();
        if (word[0] & (CLONE_FILES | CLONE_FS | CLONE_NEWNS | CLONE_NEWUSER))
            preload_unshared();
        break;
    default:
        if (keep_renames(call_table[passage->event.call].row)) /* the working folder itself, or one that it is in */
            cwd_changed();
        else
            resolve_after(passage, ret);
    }
}
