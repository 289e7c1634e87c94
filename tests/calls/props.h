/* SPDX-License-Identifier: MIT */
/* More of what the statements of cases.def find: for signals, processes, accounts, names, queues. */
#ifndef TESTS_CALLS_PROPS_H
#define TESTS_CALLS_PROPS_H

#include <aio.h>
#include <grp.h>
#include <mntent.h>
#include <mqueue.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <pty.h>
#include <pwd.h>
#include <resolv.h>
#include <semaphore.h>
#include <shadow.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/swap.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <syslog.h>
#include <threads.h>
#include <utmp.h>
#include <wchar.h>
#include <wordexp.h>

extern char long_buf[4096];
extern int number;
extern void *place, *stack_top;
extern struct addrinfo hints, *addresses;
extern struct aiocb control, *control_list[1];
extern struct aiocb64 control64, *control64_list[1];
extern struct group group, *group_found;
extern struct hostent host, *host_found;
extern struct passwd passwd, *passwd_found;
extern struct __res_state resolver;
extern struct sigaction action;
extern sigset_t signals;
extern struct spwd shadow, *shadow_found;
extern struct statfs stfs;
extern struct statfs64 stfs64;
extern struct statvfs stvfs;
extern struct statvfs64 stvfs64;
extern pthread_t thread;
extern wordexp_t words;

FILE *stream_of_file(void); /* of f, at descriptor 3, to read and write */
int raw_inotify(void);
posix_spawn_file_actions_t *new_actions(void);

const sigset_t *int_usr1(void);
const struct sigaction *ignoring(void); /* SIG_IGN, a mask, SA_RESTART */
void pend_alarm(void);                  /* a signal, blocked, that has a handler */

/* Children: one that has ended with that status, or by SIGTERM; a call's result waited for. */
pid_t ended(int status);
pid_t killed(void);
int waited_for(int pid); /* its exit status */
int a_daemon(void);      /* daemon is called in a child, and what becomes of it waited for: 0 */
int leave_seven(void *unused);
void *no_work(void *unused);
int no_result(void *unused);
int joined(int created);

int aio_done(struct aiocb *of);
int aio_done64(struct aiocb64 *of);
void lone_resolver(void);

/* Functions that no header declares, or that libc may not have. */
char *__getcwd_chk(char *buf, size_t size, size_t buflen);
char *__getwd_chk(char *buf, size_t buflen);
char *__realpath_chk(const char *path, char *resolved, size_t size);
mqd_t __mq_open_2(const char *name, int flags);
off_t __lseek(int fd, off_t offset, int whence);
int __sigaction(int number, const struct sigaction *action, struct sigaction *old);
int __statfs(const char *path, struct statfs *buf);
void (*__sysv_signal(int number, void (*handler)(int)))(int);
FILE *__setmntent(const char *file, const char *mode);
pid_t __wait(int *status);
pid_t __waitpid(pid_t pid, int *status, int options);
int __clone(int (*fn)(void *), void *stack, int flags, void *arg, ...);
void __syslog_chk(int priority, int flag, const char *format, ...);
void __vsyslog_chk(int priority, int flag, const char *format, va_list ap);
int call_arch_prctl(int code, void *addr);
void (*call_bsd_signal(int number, void (*handler)(int)))(int);
off_t call_llseek(int fd, off_t offset, int whence);
int call_pivot_root(const char *root, const char *old);
int call_quotactl(int cmd, const char *special, int id, void *addr);
int call_ustat(unsigned dev, void *buf);
int call_pidfd_spawn(int *pidfd, const char *path, const void *actions, const void *attributes, char *const *argv,
                     char *const *envp);
int call_pidfd_spawnp(int *pidfd, const char *file, const void *actions, const void *attributes, char *const *argv,
                      char *const *envp);

#endif
