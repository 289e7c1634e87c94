/* SPDX-License-Identifier: MIT */
#include "cli/trace/programs.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static struct running *find(struct programs *programs, int pid)
{
    uint32_t known = programs->pids.count, number = ids_number(&programs->pids, pid);
    if (number == known) {
        programs->running = grown(programs->running, known, sizeof *programs->running);
        programs->running[number] = (struct running){ NULL, 0 };
    }
    return &programs->running[number];
}

static void set(struct programs *programs, int pid, const char *exe, size_t len, uint64_t since_ns)
{
    char *copy = exe ? strndup(exe, len) : NULL;
    struct running *of = find(programs, pid);
    if (exe && !copy)
        die(STATUS_ERROR, "out of memory");
    free(of->exe);
    *of = (struct running){ copy, since_ns };
}

/* A child runs its parent's program until it begins another, which may be seen first. */
void programs_look(struct programs *programs, const struct hook_event *event)
{
    const int child = tracker_child(event);
    tracker_look(&programs->parents, event);
    if (event->type == HOOK_EVENT_START)
        set(programs, event->pid, event->arg[0].p, event->arg[0].len, event->time_ns);
    else if (child && find(programs, child)->since_ns <= event->time_ns) {
        const char *exe = find(programs, event->pid)->exe;
        set(programs, child, exe, exe ? strlen(exe) : 0, event->time_ns);
    }
}

void programs_gone(struct programs *programs, const struct hook_event *event)
{
    set(programs, event->pid, NULL, 0, event->time_ns);
}

/* Of a child whose fork comes later, the nearest of its parents' that is known. */
const char *programs_name(struct programs *programs, int pid)
{
    enum { GENERATIONS = 16 }; /* a number that is in use again could lead in a circle */
    const char *exe = find(programs, pid)->exe;
    for (int of = pid, i = 0; !exe && i < GENERATIONS && (of = tracker_parent(&programs->parents, of)); i++)
        exe = find(programs, of)->exe;
    return exe;
}

void programs_free(struct programs *programs)
{
    for (uint32_t i = 0; i < programs->pids.count; i++)
        free(programs->running[i].exe);
    free(programs->running);
    ids_free(&programs->pids);
    tracker_free(&programs->parents);
}
