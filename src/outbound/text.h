/* SPDX-License-Identifier: MIT */
#ifndef OUTBOUND_TEXT_H
#define OUTBOUND_TEXT_H

#include <stdbool.h>

/* Lines are coloured: the target is a terminal, and the user has not said NO_COLOR. */
extern bool text_colour;

#endif
