/* SPDX-License-Identifier: MIT */
#include "calls/props.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "calls/scene.h"
#include "sys/raw.h"

static char stack[64 * 1024] __attribute__((aligned(16)));

char long_buf[4096];
int number;
void *place, *stack_top = stack + sizeof stack;
struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV },
                *addresses;
struct aiocb control, *control_list[1];
struct aiocb64 control64, *control64_list[1];
struct group group, *group_found;
struct hostent host, *host_found;
struct passwd passwd, *passwd_found;
struct __res_state resolver;
struct sigaction action;
sigset_t signals;
struct spwd shadow, *shadow_found;
struct statfs stfs;
struct statfs64 stfs64;
struct statvfs stvfs;
struct statvfs64 stvfs64;
pthread_t thread;
wordexp_t words;

FILE *stream_of_file(void)
{
    return fopen("f", "r+");
}

int raw_inotify(void)
{
    return (int)raw(SYS_inotify_init1, 0);
}

posix_spawn_file_actions_t *new_actions(void)
{
    static posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    return &actions;
}

const sigset_t *int_usr1(void)
{
    static sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    return &set;
}

const struct sigaction *ignoring(void)
{
    static struct sigaction ignore = { .sa_handler = SIG_IGN, .sa_flags = SA_RESTART };
    ignore.sa_mask = *int_usr1();
    return &ignore;
}

static void nothing(int signal)
{
    (void)signal;
}

void pend_alarm(void)
{
    const struct sigaction handled = { .sa_handler = nothing };
    const uint64_t alarm = UINT64_C(1) << (SIGALRM - 1);
    sigaction(SIGALRM, &handled, NULL);
    raw(SYS_rt_sigprocmask, SIG_BLOCK, &alarm, NULL, sizeof alarm);
    raw(SYS_kill, raw(SYS_getpid), SIGALRM);
}

static pid_t raw_child(void)
{
    return (pid_t)raw(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

pid_t ended(int status)
{
    pid_t pid = raw_child();
    if (pid == 0)
        leave(status);
    return pid;
}

pid_t killed(void)
{
    pid_t pid = raw_child();
    if (pid == 0)
        for (;;)
            raw(SYS_pause);
    raw(SYS_kill, pid, SIGTERM);
    return pid;
}

int waited_for(int pid)
{
    child = pid;
    return pid > 0 ? waited() : -1;
}

int a_daemon(void)
{
    raw(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    pid_t pid = raw_child();
    if (pid == 0)
        leave(daemon(1, 1));
    int status, all = 0;
    while (raw(SYS_wait4, -1, &status, 0, NULL) > 0)
        all |= status;
    return all;
}

int leave_seven(void *unused)
{
    (void)unused;
    leave(7);
}

void *no_work(void *unused)
{
    return unused;
}

int no_result(void *unused)
{
    (void)unused;
    return 0;
}

int joined(int created)
{
    return created == 0 ? pthread_join(thread, NULL) : created;
}

int aio_done(struct aiocb *of)
{
    while (aio_error(of) == EINPROGRESS)
        raw(SYS_sched_yield);
    return (int)aio_return(of);
}

int aio_done64(struct aiocb64 *of)
{
    while (aio_error64(of) == EINPROGRESS)
        raw(SYS_sched_yield);
    return (int)aio_return64(of);
}

/* One server, on this machine, that nobody is. */
void lone_resolver(void)
{
    res_ninit(&resolver);
    resolver.retrans = resolver.retry = resolver.nscount = 1;
    resolver.nsaddr_list[0] =
        (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* By its name, or by the version that libc keeps for old programs. */
static void *by_name(const char *name)
{
    void *found = dlsym(RTLD_DEFAULT, name);
    return found ? found : dlvsym(RTLD_DEFAULT, name, "GLIBC_2.2.5");
}

int call_arch_prctl(int code, void *addr)
{
    return ((int (*)(int, void *))by_name("arch_prctl"))(code, addr);
}

void (*call_bsd_signal(int signal, void (*handler)(int)))(int)
{
    return ((void (*(*)(int, void (*)(int)))(int))by_name("bsd_signal"))(signal, handler);
}

off_t call_llseek(int fd, off_t offset, int whence)
{
    return ((off_t(*)(int, off_t, int))by_name("llseek"))(fd, offset, whence);
}

int call_pivot_root(const char *root, const char *old)
{
    return ((int (*)(const char *, const char *))by_name("pivot_root"))(root, old);
}

int call_quotactl(int cmd, const char *special, int id, void *addr)
{
    return ((int (*)(int, const char *, int, void *))by_name("quotactl"))(cmd, special, id, addr);
}

int call_ustat(unsigned dev, void *ubuf)
{
    return ((int (*)(unsigned, void *))by_name("ustat"))(dev, ubuf);
}

typedef int spawn_fn(int *, const char *, const void *, const void *, char *const *, char *const *);

/* Where libc has it, or the library is there; else what it would do. */
static int call_spawn(const char *name, const char *otherwise, int *pidfd, const char *path, char *const *args, char *const *envp)
{
    spawn_fn *spawn = by_name(name);
    if (spawn)
        return spawn(pidfd, path, NULL, NULL, args, envp);
    pid_t pid;
    int err = ((spawn_fn *)by_name(otherwise))(&pid, path, NULL, NULL, args, envp);
    *pidfd = err ? -1 : (int)raw(SYS_pidfd_open, pid, 0);
    return err;
}

int call_pidfd_spawn(int *pidfd, const char *path, const void *actions, const void *attributes, char *const *args,
                     char *const *envp)
{
    (void)actions, (void)attributes;
    return call_spawn("pidfd_spawn", "posix_spawn", pidfd, path, args, envp);
}

int call_pidfd_spawnp(int *pidfd, const char *file, const void *actions, const void *attributes, char *const *args,
                      char *const *envp)
{
    (void)actions, (void)attributes;
    return call_spawn("pidfd_spawnp", "posix_spawnp", pidfd, file, args, envp);
}

/* For sys/raw.h: nothing forbids the tests anything. */
bool sandbox_active;

bool sandbox_forbids(long nr, const long args[6])
{
    (void)nr, (void)args;
    return false;
}
