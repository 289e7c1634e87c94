/* SPDX-License-Identifier: MIT */
#include "sys/stack.h"

#include <stddef.h>
#include <string.h>
#include <ucontext.h>

#include "sys/memory.h"

#ifdef HOOK_SANITIZED /* which warns of other stacks, and knows what is on them no more */
bool stack_call(void (*fn)(void))
{
    fn();
    return true;
}
#else

enum { STACK = 1024 * 1024 };

struct room {
    ucontext_t here, there;
    char stack[STACK] __attribute__((aligned(16)));
};

bool stack_call(void (*fn)(void))
{
    struct room *room = memory_map(sizeof *room);
    bool done = room && getcontext(&room->there) == 0;
    if (done) {
        room->there.uc_stack = (stack_t){ .ss_sp = room->stack, .ss_size = sizeof room->stack };
        room->there.uc_link = &room->here;
        memset(&room->there.uc_sigmask, 0xff, sizeof room->there.uc_sigmask); /* libc's own signals as well */
        makecontext(&room->there, fn, 0);
        done = swapcontext(&room->here, &room->there) == 0;
    }
    if (room)
        memory_unmap(room, sizeof *room);
    return done;
}
#endif
