/* SPDX-License-Identifier: MIT */
#include "calls/system.h"

const struct in_addr any_address;
struct timex adjustment;
unsigned no_capabilities[8];
const struct timespec shortest = { 0, 1 };
const struct timeval no_moment = { 0, -1 };
struct ether_addr station;
eventfd_t counted;
struct ifaddrs *interfaces;
double load;
unsigned ids[3];
struct mq_attr queue;
siginfo_t told = { .si_signo = SIGINT };
struct utmpx session;
struct sembuf step;
struct itimerval interval;
struct itimerspec expiry;
