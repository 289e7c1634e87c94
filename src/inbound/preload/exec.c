/* SPDX-License-Identifier: MIT */
/* The exec family. Two things make it different: the new program's environment is put right, and an
 * exec that succeeds does not come back, so its event is written before, when it can succeed. */
#include "inbound/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "inbound/preload/environ.h"
#include "inbound/preload/exec.h"
#include "inbound/preload/image.h"
#include "sys/program.h"
#include "sys/thread.h"

typedef int exec_make(struct passage *p, char **envp);

/* The words of a row, by what they are; -1 where the row has none. */
static long word_of(const struct passage *p, unsigned kind, long otherwise)
{
    int at = call_arg_of_kind(p->event.call, kind, 0);
    return at < 0 ? otherwise : p->word[at];
}

/* What the program asked for with execvp: the file that PATH leads to. libc reads the name itself, so
 * it may be read here. */
static void find_program(struct passage *p)
{
    const char *file = (const char *)word_of(p, KIND_PATH, 0);
    char *buf = *file && !strchr(file, '/') ? arena_take(&p->arena, PATH_MAX) : NULL;
    if (buf && program_search(file, buf, PATH_MAX))
        p->event.path = buf;
}

/* Can it succeed? Unless it surely cannot, the event is told before. */
static bool can_succeed(const struct passage *p, bool search)
{
    const char *path = (const char *)word_of(p, KIND_PATH, (long)"");
    const struct hook_value *argv = &p->event.arg[call_arg_of_kind(p->event.call, KIND_ARGV, 0)];
    if ((argv->state == HOOK_VALUE_ADDRESS && argv->n) || !program_arguments_fit(argv->count))
        return false;
    if (search && p->event.action != HOOK_ACTION_REDIRECT)
        return program_may_execute(AT_FDCWD, p->event.path ? p->event.path : path, 0);
    if (p->divert)
        return program_can_start(AT_FDCWD, p->verdict.to, 0);
    if (call_arg_of_kind(p->event.call, KIND_PATH, 0) < 0)
        return program_can_start((int)word_of(p, KIND_FD, -1), "", AT_EMPTY_PATH);
    return program_can_start((int)word_of(p, KIND_DIRFD, AT_FDCWD), path, (int)word_of(p, KIND_ATFLAGS, 0));
}

/* What is about to be started? */
static void look_at_program(const struct passage *p, bool search, struct elf *ret)
{
    const char *path = (const char *)word_of(p, KIND_PATH, 0);
    *ret = (struct elf){ .fit = ELF_UNKNOWN };
    if (!environ_settings.follow || p->flags & GATE_START)
        return;
    if (p->divert)
        image_look(ret, AT_FDCWD, p->verdict.to, 0);
    else if (call_arg_of_kind(p->event.call, KIND_PATH, 0) < 0)
        image_look(ret, (int)word_of(p, KIND_FD, -1), "", AT_EMPTY_PATH);
    else if (search && p->event.path && p->event.action != HOOK_ACTION_REDIRECT)
        image_look(ret, AT_FDCWD, p->event.path, 0);
    else
        image_look(ret, (int)word_of(p, KIND_DIRFD, AT_FDCWD), path, (int)word_of(p, KIND_ATFLAGS, 0));
}

static ANY_STACK int exec_any(struct passage *p, unsigned call, bool search, bool numbered, exec_make *make)
{
    struct new_environ env;
    struct elf program;
    preload_open(p, call);
    p->event.numbered = numbered;
    if (search && !(p->flags & GATE_START) && (p->flags & (GATE_LOG | GATE_DECIDE) || environ_settings.follow))
        find_program(p);
    if (!preload_ask(p))
        return (int)preload_after(p, false, p->event.ret);
    look_at_program(p, search, &program);
    environ_make(&env, (char *const *)word_of(p, KIND_ENVP, (long)environ), &program);
    if (p->log && can_succeed(p, search))
        gate_tell(&preload_gate, p);
    bool leaving = preload_leaving();
    /* a vfork child that becomes another program leaves what it has mapped to its parent */
    struct vfork_level *left = thread_vfork_level(sys_thread.vforked);
    void *others = left->blocks; /* of an exec that a signal handler has broken into */
    left->blocks = p->arena.blocks;
    errno = p->saved_errno;
    int ret = make(p, env.envp);
    int err = errno;
    left->blocks = others;
    if (leaving)
        preload_staying();
    environ_free(&env);
    errno = err;
    return (int)preload_after(p, true, ret);
}

static int exec_call(struct passage *p, unsigned call, bool search, exec_make *make)
{
    return exec_any(p, call, search, false, make);
}

#define REAL(sym, ...) ((int (*)(__VA_ARGS__))real_symbol(CALL_##sym))

static int make_execve(struct passage *p, char **envp)
{
    char *const *argv = (char *const *)word_of(p, KIND_ARGV, 0);
    return REAL(execve, const char *, char *const *, char **)((const char *)word_of(p, KIND_PATH, 0), argv, envp);
}

/* A redirect has already found the program. */
static int make_execvpe(struct passage *p, char **envp)
{
    char *const *argv = (char *const *)word_of(p, KIND_ARGV, 0);
    if (p->event.action == HOOK_ACTION_REDIRECT)
        return make_execve(p, envp);
    return REAL(execvpe, const char *, char *const *, char **)((const char *)p->word[0], argv, envp);
}

static int make_execveat(struct passage *p, char **envp)
{
    const long *w = p->word;
    return REAL(execveat, int, const char *, char *const *, char **, int)((int)w[0], (const char *)w[1], (char *const *)w[2],
                                                                          envp, (int)w[4]);
}

static int make_fexecve(struct passage *p, char **envp)
{
    if (p->divert)
        return REAL(execve, const char *, char *const *, char **)(p->verdict.to, (char *const *)p->word[1], envp);
    return REAL(fexecve, int, char *const *, char **)((int)p->word[0], (char *const *)p->word[1], envp);
}

int exec_by_number(unsigned call, const long *words)
{
    struct passage p;
    memcpy(p.word, words, 5 * sizeof *words);
    return exec_any(&p, call, false, true, call == CALL_execve ? make_execve : make_execveat);
}

EXPORT(int, execve)(const char *path, char *const *argv, char *const *envp) NAMED(execve);
int entry_execve(const char *path, char *const *argv, char *const *envp)
{
    struct passage p = { .word = { (long)path, (long)argv, (long)envp } };
    return exec_call(&p, CALL_execve, false, make_execve);
}

EXPORT(int, execveat)(int dirfd, const char *path, char *const *argv, char *const *envp, int flags) NAMED(execveat);
int entry_execveat(int dirfd, const char *path, char *const *argv, char *const *envp, int flags)
{
    struct passage p = { .word = { dirfd, (long)path, (long)argv, (long)envp, flags } };
    return exec_call(&p, CALL_execveat, false, make_execveat);
}

EXPORT(int, fexecve)(int fd, char *const *argv, char *const *envp) NAMED(fexecve);
int entry_fexecve(int fd, char *const *argv, char *const *envp)
{
    struct passage p = { .word = { fd, (long)argv, (long)envp } };
    return exec_call(&p, CALL_fexecve, false, make_fexecve);
}

EXPORT(int, execv)(const char *path, char *const *argv) NAMED(execv);
int entry_execv(const char *path, char *const *argv)
{
    struct passage p = { .word = { (long)path, (long)argv } };
    return exec_call(&p, CALL_execv, false, make_execve);
}

EXPORT(int, execvp)(const char *file, char *const *argv) NAMED(execvp);
int entry_execvp(const char *file, char *const *argv)
{
    struct passage p = { .word = { (long)file, (long)argv } };
    return exec_call(&p, CALL_execvp, true, make_execvpe);
}

EXPORT(int, execvpe)(const char *file, char *const *argv, char *const *envp) NAMED(execvpe);
int entry_execvpe(const char *file, char *const *argv, char *const *envp)
{
    struct passage p = { .word = { (long)file, (long)argv, (long)envp } };
    return exec_call(&p, CALL_execvpe, true, make_execvpe);
}

/* The arguments as an array on the stack, as libc does; `last` is what execle has after the NULL. */
#define COLLECT(argv, first)                                                                                                     \
    va_list rest, again;                                                                                                         \
    size_t count = 1;                                                                                                            \
    va_start(rest, first);                                                                                                       \
    va_copy(again, rest);                                                                                                        \
    for (const char *a = first; a; count++)                                                                                      \
        a = va_arg(again, const char *);                                                                                         \
    va_end(again);                                                                                                               \
    const char *argv[count + 1];                                                                                                 \
    argv[0] = first;                                                                                                             \
    for (size_t i = 1; i < count; i++)                                                                                           \
        argv[i] = va_arg(rest, const char *);                                                                                    \
    argv[count] = NULL

EXPORT(int, execl)(const char *path, const char *arg, ...) NAMED(execl);
int entry_execl(const char *path, const char *arg, ...)
{
    COLLECT(argv, arg);
    va_end(rest);
    struct passage p = { .word = { (long)path, (long)argv } };
    return exec_call(&p, CALL_execl, false, make_execve);
}

EXPORT(int, execlp)(const char *file, const char *arg, ...) NAMED(execlp);
int entry_execlp(const char *file, const char *arg, ...)
{
    COLLECT(argv, arg);
    va_end(rest);
    struct passage p = { .word = { (long)file, (long)argv } };
    return exec_call(&p, CALL_execlp, true, make_execvpe);
}

EXPORT(int, execle)(const char *path, const char *arg, ...) NAMED(execle);
int entry_execle(const char *path, const char *arg, ...)
{
    COLLECT(argv, arg);
    char *const *envp = va_arg(rest, char *const *);
    va_end(rest);
    struct passage p = { .word = { (long)path, (long)argv, (long)envp } };
    return exec_call(&p, CALL_execle, false, make_execve);
}
