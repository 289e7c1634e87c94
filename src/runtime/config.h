/* SPDX-License-Identifier: MIT */
/* The HOOK_* variables. */
#ifndef RUNTIME_CONFIG_H
#define RUNTIME_CONFIG_H

#include <stdbool.h>

#include "core/call.h"
#include "core/show.h"
#include "hook/sink.h"

struct config {
    const char *rules;  /* path, or NULL */
    const char *image;  /* path of what `hook run` has made of them, or NULL */
    const char *reload; /* that they may change: what tells of it, or no path; NULL: they do not */
    const char *seed;   /* a number, or NULL */
    const char *output; /* "stderr", "fd:N" or a path */
    const struct hook_sink *sink;
    uint8_t paths;         /* the absolute paths that the sink wants: enum gate_paths */
    bool ticks;            /* and its times are ticks of the clock */
    struct call_set trace; /* calls to log, unless all are */
    bool trace_all, trace_none;
    bool trace_folders; /* some of them take the descriptor of a folder */
    bool follow;
    struct show show;
    const char *only; /* the paths that calls have to concern, or NULL */
    bool exit_on_error;
};

/* Reads the environment. Each bad value is reported; returns how many there were. */
int config_read(struct config *ret);

/* The value of an environment variable, or NULL. */
const char *config_variable(const char *name);

/* What `~` stands for in rules: HOME of the first process that they are read for, which the others are handed as HOOK_HOME. */
const char *config_home(void);

#endif
