/* SPDX-License-Identifier: MIT */
/* Functions that start a program and come back: posix_spawn, system, popen. */
#include "inbound/preload/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "inbound/preload/environ.h"
#include "inbound/preload/image.h"
#include "inbound/preload/shell.h"
#include "sys/program.h"
#include "sys/raw.h"

ANY_STACK int spawn_call(struct passage *p, unsigned call, spawn_fn *real, bool search)
{
    struct new_environ env;
    struct elf program = { .fit = ELF_UNKNOWN };
    const char *file = (const char *)p->word[1];
    preload_open(p, call);
    bool follow = environ_settings.follow && !(p->flags & GATE_START);
    if (search && (follow || p->flags & (GATE_LOG | GATE_DECIDE)) && *file && !strchr(file, '/')) {
        char *buf = arena_take(&p->arena, PATH_MAX);
        if (buf && program_search(file, buf, PATH_MAX))
            p->event.path = buf;
    }
    if (!p->event.path && p->flags & (GATE_LOG | GATE_DECIDE))
        p->event.path = actions_path(p, (const void *)p->word[2], file);
    bool go = preload_ask(p);
    long ret = p->event.ret;
    if (go) {
        const long *w = p->word;
        bool found = p->event.path && p->event.action != HOOK_ACTION_REDIRECT;
        if (follow)
            image_look(&program, AT_FDCWD, found ? p->event.path : (const char *)w[1], 0);
        environ_make(&env, (char *const *)w[5], &program);
        ret = real((pid_t *)w[0], (const char *)w[1], (const posix_spawn_file_actions_t *)w[2], (const posix_spawnattr_t *)w[3],
                   (char *const *)w[4], env.envp);
        int err = errno;
        environ_free(&env);
        errno = err;
    }
    return (int)preload_after(p, go, ret);
}

#define SPAWN(sym, search)                                                                                                       \
    EXPORT(int, sym)                                                                                                             \
    (pid_t * pid, const char *path, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attrp,              \
     char *const *argv, char *const *envp) NAMED(sym);                                                                           \
    int entry_##sym(pid_t *pid, const char *path, const posix_spawn_file_actions_t *file_actions,                                \
                    const posix_spawnattr_t *attrp, char *const *argv, char *const *envp)                                        \
    {                                                                                                                            \
        struct passage p = { .word = { (long)pid, (long)path, (long)file_actions, (long)attrp, (long)argv, (long)envp } };       \
        return spawn_call(&p, CALL_##sym, (spawn_fn *)real_symbol(CALL_##sym), search);                                          \
    }
SPAWN(posix_spawn, false)
SPAWN(posix_spawnp, true)

/* A C library that has no pidfd_spawn: the child cannot be gone before it has been waited for. */
static int spawn_pidfd(bool search, int *pidfd, const char *path, const posix_spawn_file_actions_t *file_actions,
                       const posix_spawnattr_t *attrp, char *const *argv, char *const *envp)
{
    pid_t pid;
    int err =
        ((spawn_fn *)real_symbol(search ? CALL_posix_spawnp : CALL_posix_spawn))(&pid, path, file_actions, attrp, argv, envp);
    long fd = err ? 0 : raw(SYS_pidfd_open, pid, 0);
    if (err || fd < 0)
        return err ? err : (int)-fd;
    *pidfd = (int)fd;
    return 0;
}

int spawn_pidfd_by_path(int *pidfd, const char *path, const posix_spawn_file_actions_t *file_actions,
                        const posix_spawnattr_t *attrp, char *const *argv, char *const *envp)
{
    return spawn_pidfd(false, pidfd, path, file_actions, attrp, argv, envp);
}

int spawn_pidfd_by_name(int *pidfd, const char *file, const posix_spawn_file_actions_t *file_actions,
                        const posix_spawnattr_t *attrp, char *const *argv, char *const *envp)
{
    return spawn_pidfd(true, pidfd, file, file_actions, attrp, argv, envp);
}

/* int * and pid_t * are the same. */
SPAWN(pidfd_spawn, false)
SPAWN(pidfd_spawnp, true)
DEFAULT_VERSION(posix_spawn, "GLIBC_2.15");
DEFAULT_VERSION(posix_spawnp, "GLIBC_2.15");

/* libc's own function, and ours for when the command needs another environment or shell than that would take. All
 * streams of popen are ours: a command must not hold the pipes of those before it, and libc knows its own only. */
struct shell_call {
    bool ours;
    long (*libc)(const struct passage *p);
    long (*own)(const struct passage *p, const struct shell *shell);
};

static ANY_STACK long shell_call(struct passage *p, unsigned call, const struct shell_call *way)
{
    preload_open(p, call);
    p->event.path = "/bin/sh";
    bool go = preload_ask(p), redirected = go && p->divert, ours = way->ours && !(p->flags & GATE_START);
    long ret = p->event.ret;
    if (go) {
        struct new_environ env;
        environ_make(&env, environ, &(const struct elf){ .fit = ELF_UNKNOWN });
        const struct shell shell = { redirected ? p->verdict.to : "/bin/sh", (const char *)p->word[0], &env };
        ret = shell.command && (ours || env.block || redirected) ? way->own(p, &shell) : way->libc(p);
        int err = errno;
        environ_free(&env);
        errno = err;
    }
    return preload_after(p, go, ret);
}

static long libc_system(const struct passage *p)
{
    return ((int (*)(const char *))real_symbol(CALL_system))((const char *)p->word[0]);
}

static long own_system(const struct passage *p, const struct shell *shell)
{
    (void)p;
    return shell_system(shell);
}

static long libc_popen(const struct passage *p)
{
    typedef FILE *popen_fn(const char *, const char *);
    return (long)((popen_fn *)real_symbol(CALL_popen))((const char *)p->word[0], (const char *)p->word[1]);
}

static long own_popen(const struct passage *p, const struct shell *shell)
{
    return (long)shell_popen(shell, (const char *)p->word[1]);
}

EXPORT(int, system)(const char *command) NAMED(system);
int entry_system(const char *command)
{
    struct passage p = { .word = { (long)command } };
    return (int)shell_call(&p, CALL_system, &(const struct shell_call){ false, libc_system, own_system });
}

#define POPEN(sym)                                                                                                               \
    EXPORT(FILE *, sym)(const char *command, const char *type) NAMED(sym);                                                       \
    FILE *entry_##sym(const char *command, const char *type)                                                                     \
    {                                                                                                                            \
        struct passage p = { .word = { (long)command, (long)type } };                                                            \
        return (FILE *)shell_call(&p, CALL_##sym, &(const struct shell_call){ true, libc_popen, own_popen });                    \
    }
POPEN(popen)
POPEN(_IO_popen)
