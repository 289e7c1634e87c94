/* SPDX-License-Identifier: MIT */
/* Old symbol versions whose meaning differs. A plain symbol of ours would also take the calls of programs
 * that are bound to them; so these have versions, as in libc, and lead to the function of that version. */
#include "inbound/preload/preload.h"

#if defined(__x86_64__)

#include <dlfcn.h>

#include "inbound/preload/next.h"
#include "sys/memory.h"
#include "inbound/preload/rows.inc.h"
#include "inbound/preload/spawn.h"
#include "inbound/preload/types.h"

real_fn *old_real[CALL_COUNT] APART;

static real_fn *real_old(unsigned call)
{
    if (!old_real[call])
        old_real[call] = (real_fn *)next_find(call_symbol(call), OLDEST_VERSION);
    if (!old_real[call])
        old_real[call] = (real_fn *)dlvsym(RTLD_NEXT, call_symbol(call), OLDEST_VERSION);
    return old_real[call] ? old_real[call] : real_symbol(call);
}

#define OLD(sym, ...) SLOW_AS(slow_old_##sym, real_old, sym, __VA_ARGS__)
#define OLD_NEG1      OLD
#define OLD_NUL       OLD
#define OLD_CODE      OLD
#define OLD_END(...)
#define OLD_NEGEND(...)
#define OLD_ERR(...)
#define OLD_NONE(...)
#define OLD_VOID(...)
#define CALL(sym, sys, type, fail, kind, n, ...) OLD_##fail(sym, sys, type, fail, kind, n __VA_OPT__(, ) __VA_ARGS__)
#define HAND(...)
#include "calls.inc"

#define VISIBLE __attribute__((visibility("default"), used))

#define WALK(sym, fn_type)                                                                                                       \
    __asm__(".symver entry_old_" #sym "," #sym "@GLIBC_2.2.5");                                                                  \
    VISIBLE int entry_old_##sym(const char *path, fn_type fn, int nopenfd, int flags)                                            \
    {                                                                                                                            \
        return slow_old_##sym(path, fn, nopenfd, flags);                                                                         \
    }
WALK(nftw, __nftw_func_t)
WALK(nftw64, __nftw64_func_t)

#define GLOB(sym, glob_type)                                                                                                     \
    __asm__(".symver entry_old_" #sym "," #sym "@GLIBC_2.2.5");                                                                  \
    VISIBLE int entry_old_##sym(const char *pattern, int flags, glob_errfunc *errfunc, glob_type *pglob)                         \
    {                                                                                                                            \
        return slow_old_##sym(pattern, flags, errfunc, pglob);                                                                   \
    }
GLOB(glob, glob_t)
GLOB(glob64, glob64_t)

__asm__(".symver entry_old_realpath,realpath@GLIBC_2.2.5");
VISIBLE char *entry_old_realpath(const char *path, char *resolved_path)
{
    return slow_old_realpath(path, resolved_path);
}

#define SPAWN(sym, search)                                                                                                       \
    __asm__(".symver entry_old_" #sym "," #sym "@GLIBC_2.2.5");                                                                  \
    VISIBLE int entry_old_##sym(pid_t *pid, const char *path, const posix_spawn_file_actions_t *file_actions,                    \
                                const posix_spawnattr_t *attrp, char *const *argv, char *const *envp)                            \
    {                                                                                                                            \
        struct passage p = { .word = { (long)pid, (long)path, (long)file_actions, (long)attrp, (long)argv, (long)envp } };       \
        return spawn_call(&p, CALL_##sym, (spawn_fn *)real_old(CALL_##sym), search);                                             \
    }
SPAWN(posix_spawn, false)
SPAWN(posix_spawnp, true)

#endif
