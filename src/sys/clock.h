/* SPDX-License-Identifier: MIT */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>

/* Finds the kernel's clock in the vDSO: without it each reading is a system call. */
void clock_init(void);

/* CLOCK_REALTIME and CLOCK_MONOTONIC in nanoseconds. */
uint64_t clock_real_ns(void);
uint64_t clock_mono_ns(void);

#endif
