/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

/* Somebody else's preloaded library: it leaves a mark in the environment of its process. */
__attribute__((constructor)) static void leave_mark(void)
{
    setenv("FOREIGN_LIBRARY", "loaded", 1);
}
