/* SPDX-License-Identifier: MIT */
/* Memory that the program takes away: until then most of its own can be read without asking. */
#include <stdint.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "inbound/preload/preload.h"
#include "sys/raw.h"
#include "sys/readable.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

/* Of such memory the process, or the children that it forks, can read nothing. */
static bool takes_away(int advice)
{
    return advice == MADV_GUARD_INSTALL || advice == MADV_DONTFORK;
}

void taken_note(unsigned row, const long *word)
{
    const uintptr_t at = (uintptr_t)word[0];
    switch (row) {
    case CALL_munmap: readable_taken(at, (size_t)word[1]); break;
    case CALL_mprotect:
    case CALL_pkey_mprotect:
        if (!(word[2] & PROT_READ))
            readable_taken(at, (size_t)word[1]);
        break;
    case CALL_madvise:
    case CALL_posix_madvise:
        if (takes_away((int)word[2]))
            readable_taken(at, (size_t)word[1]);
        break;
    case CALL_process_madvise:
        if (takes_away((int)word[3]))
            readable_taken(0, UINTPTR_MAX);
        break;
    case CALL_mmap:
        if (word[3] & MAP_FIXED)
            readable_taken(at, (size_t)word[1]);
        break;
    case CALL_mremap:
        readable_taken(at, (size_t)word[1]);
        if (word[3] & MREMAP_FIXED)
            readable_taken((uintptr_t)word[4], (size_t)word[2]);
        break;
    case CALL_shmat:
        if (word[2] & SHM_REMAP)
            readable_taken(0, UINTPTR_MAX);
        break;
    case CALL_syscall:
        if (word[0] == SYS_brk && word[1])
            readable_taken(0, UINTPTR_MAX);
        break;
    default: break;
    }
}
