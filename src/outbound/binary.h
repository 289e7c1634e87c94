/* SPDX-License-Identifier: MIT */
#ifndef OUTBOUND_BINARY_H
#define OUTBOUND_BINARY_H

#include <stdint.h>

/* A flight recorder: each process keeps its last so many bytes; 0: it keeps all. */
extern uint64_t binary_ring;

#endif
