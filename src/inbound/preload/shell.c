/* SPDX-License-Identifier: MIT */
/* system and popen as libc makes them, but with an environment and a shell of our choice. libc's own
 * take the process's environment, and to change that meanwhile would be seen by other threads. */
#include "inbound/preload/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inbound/preload/environ.h"
#include "inbound/preload/spawn.h"
#include "sys/memory.h"
#include "sys/raw.h"

/* libc's, whatever the program or we have put before them. */
#define REAL(sym) ((__typeof__(&(sym)))real_symbol(CALL_##sym))

static int start_shell(const struct shell *shell, pid_t *pid, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes)
{
    char *argv[] = { "sh", "-c", (char *)shell->command, NULL };
    spawn_fn *spawn = (spawn_fn *)real_symbol(CALL_posix_spawn);
    return spawn(pid, shell->path, actions, attributes, argv, shell->environ->envp);
}

/* While any thread is in system, the process ignores these two. */
static const int ignored[] = { SIGINT, SIGQUIT };
enum { IGNORED = sizeof ignored / sizeof *ignored };

struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

static pthread_mutex_t ignoring = PTHREAD_MUTEX_INITIALIZER;
static unsigned ignoring_threads;
struct kernel_sigaction program_action[IGNORED] APART;

static void ignore_signals(sigset_t *defaults)
{
    const struct kernel_sigaction ignore = { .handler = SIG_IGN };
    sigemptyset(defaults);
    pthread_mutex_lock(&ignoring);
    for (int i = 0; i < IGNORED; i++) {
        if (ignoring_threads == 0)
            raw(SYS_rt_sigaction, ignored[i], &ignore, &program_action[i], sizeof(ignore.mask));
        if (program_action[i].handler != SIG_IGN)
            sigaddset(defaults, ignored[i]);
    }
    ignoring_threads++;
    pthread_mutex_unlock(&ignoring);
}

static void heed_signals(void)
{
    pthread_mutex_lock(&ignoring);
    ignoring_threads--;
    for (int i = 0; i < IGNORED && ignoring_threads == 0; i++)
        raw(SYS_rt_sigaction, ignored[i], &program_action[i], NULL, sizeof(program_action[i].mask));
    pthread_mutex_unlock(&ignoring);
}

struct running {
    const struct shell *shell;
    pid_t pid;
    uint64_t mask; /* the thread's signal mask */
};

static void set_mask(int how, const uint64_t *mask, uint64_t *old)
{
    raw(SYS_rt_sigprocmask, how, mask, old, sizeof *mask);
}

/* The thread is cancelled while it waits: the command goes with it. */
static void cancelled(void *argument)
{
    const struct running *running = argument;
    raw(SYS_kill, running->pid, SIGKILL);
    while (raw(SYS_wait4, running->pid, NULL, 0, NULL) == -EINTR)
        ;
    heed_signals();
    environ_free(running->shell->environ);
    set_mask(SIG_SETMASK, &running->mask, NULL);
}

static int wait_for(pid_t pid)
{
    int status;
    while (REAL(waitpid)(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

/* A shell that cannot be started counts as one that has ended with 127. */
static int run_shell(struct running *running, const sigset_t *defaults)
{
    int status;
    sigset_t mask;
    posix_spawnattr_t attributes;
    sigemptyset(&mask);
    memcpy(&mask, &running->mask, sizeof running->mask);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &mask);
    posix_spawnattr_setsigdefault(&attributes, defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int err = start_shell(running->shell, &running->pid, NULL, &attributes);
    posix_spawnattr_destroy(&attributes);
    if (err) {
        errno = err;
        return W_EXITCODE(127, 0);
    }
    pthread_cleanup_push(cancelled, running);
    status = wait_for(running->pid);
    pthread_cleanup_pop(0);
    return status;
}

int shell_system(const struct shell *shell)
{
    const uint64_t child = UINT64_C(1) << (SIGCHLD - 1);
    struct running running = { .shell = shell };
    sigset_t defaults;
    ignore_signals(&defaults);
    set_mask(SIG_BLOCK, &child, &running.mask);
    int status = run_shell(&running, &defaults);
    int err = errno;
    heed_signals();
    set_mask(SIG_SETMASK, &running.mask, NULL);
    errno = err;
    return status;
}

/* The streams whose commands pclose waits for. Pages of them are added, and never taken away: no
 * lock, so that a fork at any moment leaves nothing locked behind. */
enum { SLOTS = 255 };

struct slot {
    _Atomic(FILE *) stream;
    pid_t pid;
};

struct page {
    struct page *_Atomic next;
    struct slot slot[SLOTS];
};

static struct page *_Atomic pages;

/* A slot that is marked as taken, by a stream that cannot be; NULL when there is no memory. */
static struct slot *take_slot(void)
{
    static FILE *const taken = (FILE *)-1;
    struct page *_Atomic *at = &pages;
    for (;; at = &(*at)->next) {
        struct page *page = *at, *none = NULL;
        if (!page) {
            page = memory_map(sizeof *page);
            if (!page)
                return NULL;
            if (!atomic_compare_exchange_strong(at, &none, page))
                memory_unmap(page, sizeof *page);
        }
        for (int i = 0; i < SLOTS; i++) {
            FILE *empty = NULL;
            if (atomic_compare_exchange_strong(&(*at)->slot[i].stream, &empty, taken))
                return &(*at)->slot[i];
        }
    }
}

static struct slot *find_slot(const FILE *stream)
{
    for (struct page *page = pages; page; page = page->next)
        for (int i = 0; i < SLOTS; i++)
            if (page->slot[i].stream == stream)
                return &page->slot[i];
    return NULL;
}

/* A command must not hold the pipes of those before it. */
static void close_others(posix_spawn_file_actions_t *actions)
{
    for (struct page *page = pages; page; page = page->next)
        for (int i = 0; i < SLOTS; i++) {
            FILE *stream = page->slot[i].stream;
            if (stream && stream != (FILE *)-1)
                REAL(posix_spawn_file_actions_addclose)(actions, fileno(stream));
        }
}

/* ends[0] becomes the command's descriptor `number`. */
static int start_piped(const struct shell *shell, pid_t *pid, const int ends[2], int number)
{
    posix_spawn_file_actions_t actions;
    int end = ends[0], moved = -1;
    /* dup2 onto itself would leave it close-on-exec */
    if (end == number)
        end = moved = (int)raw(SYS_fcntl, end, F_DUPFD_CLOEXEC, 3);
    posix_spawn_file_actions_init(&actions);
    close_others(&actions);
    REAL(posix_spawn_file_actions_adddup2)(&actions, end, number);
    int err = start_shell(shell, pid, &actions, NULL);
    posix_spawn_file_actions_destroy(&actions);
    if (moved >= 0)
        raw(SYS_close, moved);
    return err;
}

/* The mode: r or w, and e. 0 when it is not that. */
static char direction(const char *type, bool *ret_cloexec)
{
    *ret_cloexec = strchr(type, 'e');
    bool reads = strchr(type, 'r'), writes = strchr(type, 'w'), other = type[strspn(type, "rwe")];
    return other || reads == writes ? 0 : reads ? 'r' : 'w';
}

static FILE *open_piped(const struct shell *shell, struct slot *slot, char way, bool cloexec)
{
    int pipe[2];
    bool reads = way == 'r';
    long made = raw(SYS_pipe2, pipe, O_CLOEXEC);
    if (made < 0) {
        errno = (int)-made;
        return NULL;
    }
    const int ends[2] = { pipe[reads], pipe[!reads] }; /* the command's, ours */
    FILE *stream = REAL(fdopen)(ends[1], reads ? "r" : "w");
    int err = stream ? 0 : errno;
    if (stream && start_piped(shell, &slot->pid, ends, reads) != 0)
        err = ENOMEM; /* so libc, whatever the reason */
    raw(SYS_close, ends[0]);
    if (err && stream)
        ((int (*)(FILE *))real_symbol(CALL_fclose))(stream);
    else if (err)
        raw(SYS_close, ends[1]);
    if (err) {
        errno = err;
        return NULL;
    }
    if (!cloexec)
        raw(SYS_fcntl, ends[1], F_SETFD, 0);
    return stream;
}

static bool piped;

bool shell_has_piped(void)
{
    return __atomic_load_n(&piped, __ATOMIC_SEQ_CST);
}

FILE *shell_popen(const struct shell *shell, const char *type)
{
    bool cloexec;
    char way = direction(type, &cloexec);
    struct slot *slot = way ? take_slot() : NULL;
    if (!slot) {
        errno = way ? ENOMEM : EINVAL;
        return NULL;
    }
    FILE *stream = open_piped(shell, slot, way, cloexec);
    slot->stream = stream;
    if (!__atomic_exchange_n(&piped, true, __ATOMIC_SEQ_CST))
        preload_forget_flags();
    return stream;
}

bool shell_close(FILE *stream, int *ret_status)
{
    struct slot *slot = stream ? find_slot(stream) : NULL;
    if (!slot)
        return false;
    pid_t pid = slot->pid;
    slot->stream = NULL;
    ((int (*)(FILE *))real_symbol(CALL_fclose))(stream);
    *ret_status = wait_for(pid);
    return true;
}
