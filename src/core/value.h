/* SPDX-License-Identifier: MIT */
/* One argument of an event, printed by its kind. */
#ifndef CORE_VALUE_H
#define CORE_VALUE_H

#include <stddef.h>
#include <string.h>

#include "core/print.h"
#include "hook/event.h"

enum style { STYLE_TEXT, STYLE_JSON };

/* Writes the argument; in JSON as a value of JSON. The argument is there (not NONE). */
void put_value(struct out *out, const struct hook_event *event, unsigned arg, enum style style);

/* The same of one, of that form_kind, that is neither a plain number nor a string. */
void put_odd_value(struct out *out, const struct hook_event *event, unsigned arg, unsigned kind, enum style style);

/* <path> of a descriptor, where it is known. */
void put_fd_name(struct out *out, const char *name, size_t len);

/* A member, without a copy of the whole on a stack that may be small. */
#define MEMBER(type, member, bytes)                                                                                              \
    ({                                                                                                                           \
        __typeof__(((type *)0)->member) value_;                                                                                  \
        memcpy(&value_, (const char *)(bytes) + offsetof(type, member), sizeof value_);                                          \
        value_;                                                                                                                  \
    })

/* Numbers that are shown as words, in value_word.c: in JSON they are strings. False, and nothing
 * written, for one that is a number or an address. */
bool put_word(struct out *out, const struct hook_event *event, unsigned arg);
void put_device(struct out *out, uint64_t device);

/* A numeric result; with what its bits mean where strace says it. */
void put_explained(struct out *out, const struct hook_event *event);

/* The structures, in value_struct.c; bytes are the kind's encoding. */
void put_structure(struct out *out, unsigned kind, const struct hook_value *value, enum style style);

void put_moment(struct out *out, int64_t seconds, int64_t fraction, const char *unit); /* {tv_sec=1, tv_nsec=2} */

/* What calls wait for, in value_wait.c: arguments of the kinds that are read twice, epoll's, and what stands behind the
 * result of poll and select. */
void put_both(struct out *out, const struct hook_event *event, unsigned arg, enum style style);
void put_epoll_events(struct out *out, unsigned kind, const struct hook_value *value);
void put_answers(struct out *out, const struct hook_event *event);

/* Limits, locks, terminals, children, in value_record.c: false, and nothing written, for another kind. */
bool put_record(struct out *out, unsigned kind, const struct hook_value *value);

void put_terminal_flags(struct out *out, const void *bytes);

/* The same without an abbreviation, in value_full.c. */
bool put_full(struct out *out, unsigned kind, const struct hook_value *value, enum style style);

/* The name of a structure's member: all but the first have a comma before them. */
void put_member(struct out *out, const char *name, bool first, enum style style);

/* Messages, in value_message.c. */
void put_messages(struct out *out, unsigned kind, const struct hook_value *value, enum style style);

/* The elements of a vector in the encoding of IOV_IN, without brackets. */
void put_elements(struct out *out, const char *at, size_t len, enum style style);

/* An address in quotes where the style wants them. */
void put_address_value(struct out *out, const void *addr, size_t len, enum style style);

/* A string, data: cut as strace cuts it. */
void put_string(struct out *out, const char *bytes, size_t len, bool cut, enum style style);

/* Signals, in value_signal.c: strace's spelling of a set, a handler, a struct sigaction and a wait status. */
void put_signal_set(struct out *out, uint64_t set);
void put_signal_handler(struct out *out, uint64_t handler);
void put_signal_action(struct out *out, const void *bytes);
void put_wait_status(struct out *out, int status);

/* An address as format_sockaddr writes it, escaped for the style, without quotes; false, and nothing
 * written, for one that has no such form. */
bool put_sockaddr(struct out *out, const void *addr, size_t len, enum style style);

/* The first address that the event holds, of the program or from the call; NULL: there is none. */
const void *value_address(const struct hook_event *event, size_t *ret_len);

bool has_short_form(const void *addr, size_t len);

/* One that has none: as strace's braces. It holds a family at least. */
void put_other_sockaddr(struct out *out, const void *addr, size_t len, enum style style);

#endif
