/* SPDX-License-Identifier: MIT */
/* Memory that can surely be read, as far as that is known without asking the kernel: the main thread's stack from the caller's
 * frame up, the heap that brk has made, and the program's own segments. */
#ifndef SYS_READABLE_H
#define SYS_READABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Until then nothing can surely be read. For who has seen all that the program has taken away. */
void readable_init(void);

/* False: it may be so all the same. */
bool readable_surely(const void *at, size_t size);

/* The program has unmapped that memory, or forbidden to read it. */
void readable_taken(uintptr_t at, size_t size);

#endif
