/* SPDX-License-Identifier: MIT */
/* What the parts of the gate share. */
#ifndef CORE_GATE_PART_H
#define CORE_GATE_PART_H

#include "core/gate.h"

/* Says who made the call, and when: now, unless that is known. */
void gate_stamp(const struct gate *gate, struct hook_event *event);

/* Logs a call that has been stamped, and has its duration. */
void gate_finish(const struct gate *gate, struct passage *passage, long ret, int err);

#endif
