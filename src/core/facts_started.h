/* SPDX-License-Identifier: MIT */
#ifndef CORE_FACTS_STARTED_H
#define CORE_FACTS_STARTED_H

#include "core/facts.h"

/* Adds to the names of the program at `real` what an exec of it starts as well. cwd: absolute and real. */
void facts_add_started(struct facts *facts, const char *cwd, const char *real, const struct fact_name **names);

#endif
