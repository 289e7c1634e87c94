/* SPDX-License-Identifier: MIT */
/* Memory without malloc, and reading memory that may not be there. */
#ifndef SYS_MEMORY_H
#define SYS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed pages; NULL when there are none. */
void *memory_map(size_t size);
void memory_unmap(void *block, size_t size);
/* Grows or shrinks a mapped block (block NULL: maps; new_size 0: unmaps). */
void *memory_resize(void *ctx, void *block, size_t old_size, size_t new_size);

/* Once the program has put itself under seccomp, memory is no longer looked at by
 * system calls: peeking fails instead. */
extern bool memory_sandboxed;

/* Copies what of src can be read, up to the next page's end at the most; returns the bytes
 * copied, or -EFAULT when the first can't be read. */
long memory_peek(void *dst, const void *src, size_t n);

#endif
