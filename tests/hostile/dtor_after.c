/* SPDX-License-Identifier: MIT */
/* A library the program needs opens files in its destructor, which runs after
 * the destructor of a preload library; the line is printed from there. */
#define T_NAME "dtor_after"
#include "t.h"
extern void dso_dtor_arm(void);
int main(void) { dso_dtor_arm(); return 0; }
