/* SPDX-License-Identifier: MIT */
/* More of what the statements of cases.def find: for clocks, identities, queues of System V, the machine. */
#ifndef TESTS_CALLS_SYSTEM_H
#define TESTS_CALLS_SYSTEM_H

#include <ifaddrs.h>
#include <mqueue.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/reboot.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <utmpx.h>

extern const struct in_addr any_address;
extern struct timex adjustment; /* of nothing */
extern unsigned no_capabilities[8];
extern const struct timespec shortest;
extern const struct timeval no_moment;
extern struct ether_addr station;
extern eventfd_t counted;
extern struct ifaddrs *interfaces;
extern double load;
extern unsigned ids[3];
extern struct mq_attr queue;
extern siginfo_t told;
extern struct utmpx session;
extern struct sembuf step;
extern struct itimerval interval;
extern struct itimerspec expiry;

int __getdomainname_chk(char *name, size_t size, size_t buflen);
int __gethostname_chk(char *name, size_t size, size_t buflen);
int __getlogin_r_chk(char *buf, size_t size, size_t buflen);
int __ptsname_r_chk(int fd, char *buf, size_t size, size_t buflen);
int __ttyname_r_chk(int fd, char *buf, size_t size, size_t buflen);
int capget(void *head, void *data);
int capset(void *head, const void *data);
int delete_module(const char *name, unsigned flags);
int init_module(void *image, unsigned long size, const char *parameters);
int ioperm(unsigned long from, unsigned long count, int on);
int iopl(int level);

#endif
