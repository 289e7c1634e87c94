/* SPDX-License-Identifier: MIT */
/* Arguments that are something else for each command of a call: of fcntl, ioctl, prctl, mount. */
#ifndef CORE_FORM_H
#define CORE_FORM_H

#include "core/call.h"
#include "hook/event.h"

/* What such a kind is when the command is that one. */
unsigned form_of(unsigned kind, uint32_t command);

/* The kind of such an argument in this event. */
unsigned form_decided(const struct hook_event *event, unsigned arg);

/* The kind that the argument is in this event: its row's, or by the command that stands before it. */
static inline unsigned form_kind(const struct hook_event *event, unsigned arg)
{
    const unsigned kind = call_table[event->call].arg_kind[arg];
    switch (kind) {
    case KIND_FCNTLARG:
    case KIND_IOCTLARG:
    case KIND_MOUNTDATA:
    case KIND_PRCTLARG:
    case KIND_PRCTLREST: return form_decided(event, arg);
    default: return kind;
    }
}

#endif
