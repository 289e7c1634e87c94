/* SPDX-License-Identifier: MIT */
/* An event as a line of text or JSON, spelled as strace spells it. */
#ifndef CORE_FORMAT_H
#define CORE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/show.h"
#include "hook/event.h"

/* Both write one line with its newline into buf, as much as fits, and return the
 * length of the whole (as snprintf does, but no NUL): when it is more than size, call
 * again with more. Pure: the event's bytes are all that is read. */
size_t format_text(const struct hook_event *event, const struct show *show, char *buf, size_t size);
size_t format_json(const struct hook_event *event, const struct show *show, char *buf, size_t size);

/* A call's arguments alone, as the object that they are in JSON. */
size_t format_args(const struct hook_event *event, const struct show *show, char *buf, size_t size);

/* The address as the contract writes it: 127.0.0.1:80, [::1]:80, unix:/run/x.sock,
 * unix:@abstract. Returns the length of the whole, 0 when it is no such address. */
size_t format_sockaddr(const void *addr, size_t len, char *buf, size_t size);

#endif
