/* SPDX-License-Identifier: MIT */
/* What the statements of cases.def find around them. Helpers make raw system calls wherever they can,
 * so that the trace has the statement's calls only. */
#ifndef TESTS_CALLS_SCENE_H
#define TESTS_CALLS_SCENE_H

#include <dirent.h>
#include <ftw.h>
#include <glob.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <utime.h>

/* Fills the current folder: f ("hello", mode 0644), l (a link to f), d (a folder, with d/one in it), and
 * p (a FIFO). */
void scene_build(void);

/* For results. What is in buf is printed with the case's result. */
extern char buf[64];
extern struct stat st;
extern struct stat64 st64;
extern struct statx stx;
extern int pair[2];
extern char template[], template_c[];
extern glob_t found;
extern glob64_t found64;
extern struct dirent entry, *next, **list;
extern struct dirent64 entry64, *next64, **list64;
extern struct sockaddr_in peer;
extern socklen_t peer_len;
extern pid_t child;

/* For arguments. */
extern char *const argv[];           /* "true", "x" */
extern char *const folder[];         /* "d" */
extern const struct iovec hel_lo[2]; /* "hel", "lo" */
extern const struct iovec halves[2]; /* the two halves of buf */
extern struct msghdr to_send, to_receive;
extern struct mmsghdr many_to_send, many_to_receive;
extern struct open_how beneath;
extern const struct timespec times[2];   /* 1.000000002, 3.000000004 */
extern const struct timeval timevals[2]; /* 1.000002, 3.000004 */
extern const struct utimbuf utimbuf_1_2;
extern struct rlimit no_core;
extern struct rlimit64 no_core64;
extern dev_t device;

/* Each gives a new descriptor, the lowest free one: 3 for the first. */
int file(void);                /* of f, to read and write */
int dir(void);                 /* of d */
int program(void);             /* of /bin/true */
int pipe_of(const char *text); /* the end to read, with text in it; the end to write is the next number */
int socket_of(int domain, int type);
int bound(int type);             /* an IPv4 socket on a port of its own; peer is its address */
int listener(void);              /* the same, and listening */
int called(void);                /* a listener to which its next number has connected */
int pair_with(const char *text); /* a pair of Unix sockets: the end that text can be read from */
int mailbox(const char *text);   /* a bound UDP socket that text has been sent to, from itself */
int unix_listener(void);         /* on the path "s" */

const struct sockaddr *peer_addr(void); /* of the last that bound, listener or called made */
const struct sockaddr *unix_addr(void); /* of "s" */
socklen_t unix_len(void);

char *const *one_variable(void); /* an environment */

/* In the child of a fork ends it at once, in the parent waits for it; 1 when there was one. */
int forked(pid_t pid);
int waited(void); /* the exit status of `child` */

/* For ftw and nftw. */
int visit(const char *path, const struct stat *status, int flag);
int visit64(const char *path, const struct stat64 *status, int flag);
int nvisit(const char *path, const struct stat *status, int flag, struct FTW *where);
int nvisit64(const char *path, const struct stat64 *status, int flag, struct FTW *where);

/* openat2 by its name: libc may not have it. */
int call_openat2(int dirfd, const char *path, struct open_how *how, size_t size);

/* A program is started by call in a child: its exit status, 127 when the call comes back. */
#define IN_CHILD(call)                                                                                                           \
    ({                                                                                                                           \
        child = fork();                                                                                                          \
        if (child == 0) {                                                                                                        \
            (void)(call);                                                                                                        \
            leave(127);                                                                                                          \
        }                                                                                                                        \
        waited();                                                                                                                \
    })
_Noreturn void leave(int status);

#endif
