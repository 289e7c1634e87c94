/* SPDX-License-Identifier: MIT */
/* Memory without malloc, and reading memory that may not be there. */
#ifndef SYS_MEMORY_H
#define SYS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* For a table, or what few programs write: the linker puts it behind the other variables, so that those that every start writes
 * share a page. It cannot be static. */
#define APART __attribute__((common))

/* Zeroed pages; NULL when there are none. */
void *memory_map(size_t size);
void memory_unmap(void *block, size_t size);
/* Memory that is kept for as long as the process lives, aligned to 8; what is asked for at its start is side by side. NULL: there
 * is none. */
void *memory_keep(size_t size);
/* The end of the last block is not needed after all. */
void memory_keep_less(void *block, size_t old_size, size_t new_size);
/* As memory_map, but the same memory in every child that is forked. */
void *memory_map_shared(size_t size);
/* Grows or shrinks a mapped block (block NULL: maps; new_size 0: unmaps). */
void *memory_resize(void *ctx, void *block, size_t old_size, size_t new_size);

/* Copies what of src can be read, up to the next page's end unless more is known to be there; returns the bytes
 * copied, or -EFAULT when the first can't be read. A sandbox that does not allow the system call
 * for it leaves no choice but to believe that the memory is there. */
long memory_peek(void *dst, const void *src, size_t n);

#endif
