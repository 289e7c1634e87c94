/* SPDX-License-Identifier: MIT */
#ifndef INBOUND_PRELOAD_EXEC_H
#define INBOUND_PRELOAD_EXEC_H

/* execve or execveat (call), made by its number with these words. */
int exec_by_number(unsigned call, const long *words);

#endif
