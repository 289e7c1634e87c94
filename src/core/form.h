/* SPDX-License-Identifier: MIT */
/* Arguments that are something else for each command of a call: of fcntl, ioctl, prctl. */
#ifndef CORE_FORM_H
#define CORE_FORM_H

#include "hook/event.h"

/* The kind that the argument is in this event: its row's, or by the command that stands before it. */
unsigned form_kind(const struct hook_event *event, unsigned arg);

/* What such a kind is when the command is that one. */
unsigned form_of(unsigned kind, uint32_t command);

#endif
