/* SPDX-License-Identifier: MIT */
/* A trace as lines of text or JSON. */
#ifndef CLI_TRACE_PRINTER_H
#define CLI_TRACE_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/trace/filter.h"
#include "cli/trace/number.h"

struct trace;

struct printer {
    int fd;
    const char *to; /* its name in messages */
    bool json;
    struct filter *filter; /* which events, and how the lines look */
    bool failed;           /* it could not be written, which has been said */
    char *buf;             /* lines on their way */
    size_t size, used;
    struct ids pids;
    uint64_t *last_ns;  /* -r: when each process's last line began, by the number of its pid */
    uint64_t east_of;   /* -t: the quarter of an hour that east is of */
    uint64_t shortened; /* strings of which less is there than -s wants */
};

/* fd, to, json and filter are the caller's. */
void printer_init(struct printer *printer);

/* All events that have not been read yet. */
void printer_print(struct printer *printer, struct trace *trace);
void printer_finish(struct printer *printer);

#endif
