/* SPDX-License-Identifier: MIT */
/* What the statements of cases.def wait for, and terminals. */
#ifndef TESTS_CALLS_WAITS_H
#define TESTS_CALLS_WAITS_H

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <termios.h>
#include <time.h>

extern fd_set no_set;
extern struct timeval moment; /* of no length */
extern struct epoll_event readable, epolled[4];

struct pollfd *waiting(void); /* for a pipe that has something to read: descriptor 3 */
fd_set *set_of(int fd);
int epoll_of(const char *text); /* one that waits for `readable` of a pipe with that text */
const sigset_t *interrupt(void);

extern struct termios settings;
int terminal(void); /* the first free descriptor */

int __poll(struct pollfd *fds, nfds_t nfds, int timeout);
int __poll_chk(struct pollfd *fds, nfds_t nfds, int timeout, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *mask, size_t size);
int __select(int nfds, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout);

#endif
