/* SPDX-License-Identifier: MIT */
/* The sinks by name. */
#ifndef OUTBOUND_SINKS_H
#define OUTBOUND_SINKS_H

#include <stdbool.h>

#include "core/sink.h"

#define SINK(name, paths, ticks) extern const struct sink sink_##name;
#include "outbound/sinks.def"
#undef SINK

#endif
