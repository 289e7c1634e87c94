/* SPDX-License-Identifier: MIT */
/* The types that rows of calls.def name. */
#ifndef INBOUND_PRELOAD_TYPES_H
#define INBOUND_PRELOAD_TYPES_H

#include <aio.h>
#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <ifaddrs.h>
#include <linux/openat2.h>
#include <mntent.h>
#include <mqueue.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <pwd.h>
#include <resolv.h>
#include <sched.h>
#include <semaphore.h>
#include <shadow.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <threads.h>
#include <unistd.h>
#include <utime.h>
#include <utmpx.h>
#include <wchar.h>
#include <wordexp.h>

typedef int scandir_filter(const struct dirent *);
typedef int scandir_compar(const struct dirent **, const struct dirent **);
typedef int scandir64_filter(const struct dirent64 *);
typedef int scandir64_compar(const struct dirent64 **, const struct dirent64 **);
typedef int fts_compar(const FTSENT **, const FTSENT **);
typedef int fts64_compar(const FTSENT64 **, const FTSENT64 **);
typedef void *thread_fn(void *);
typedef int clone_fn(void *);
typedef void signal_fn(int);
typedef int glob_errfunc(const char *, int);

#endif
