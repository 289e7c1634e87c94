/* SPDX-License-Identifier: MIT */
#ifndef CORE_PLAIN_EVENT_H
#define CORE_PLAIN_EVENT_H

#include <stdbool.h>

#include "core/plain.h"
#include "hook/event.h"

/* The event of such a call, but for who made it, when, and its absolute paths. False: it is not to be had so. */
bool plain_event(const struct plain_call *plain, const struct plain_row *row, const struct capture_source *source,
                 struct hook_event *event);

#endif
