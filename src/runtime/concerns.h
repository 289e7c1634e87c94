/* SPDX-License-Identifier: MIT */
/* Which calls concern the library, and how. */
#ifndef RUNTIME_CONCERNS_H
#define RUNTIME_CONCERNS_H

#include "runtime/config.h"

/* From now on the wrappers' flags are learned by the settings, which stay the caller's (NULL: none are set), and by what the gate
 * has been wired with. */
void concerns_set(const struct config *settings);

#endif
