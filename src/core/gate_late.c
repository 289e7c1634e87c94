/* SPDX-License-Identifier: MIT */
/* Logs calls that have been made already. */
#include <fcntl.h>
#include <string.h>

#include "core/gate.h"
#include "core/gate_part.h"
#include "core/plain_event.h"

enum { PATH_ROOM = 512, NO_PATHS = -2 };

static const char *in_folder(const struct gate *gate, const char *path, size_t len, char buf[PATH_ROOM])
{
    size_t base = 0;
    const char *(*const known)(size_t *) = __atomic_load_n(&gate->folder, __ATOMIC_RELAXED);
    const char *folder = known && path[0] != '.' ? known(&base) : NULL;
    if (!folder || base + len + 2 > PATH_ROOM)
        return NULL;
    memcpy(buf, folder, base);
    base -= base == 1; /* "/" */
    buf[base] = '/';
    memcpy(buf + base + 1, path, len);
    buf[base + 1 + len] = '\0';
    return buf;
}

/* The absolute path of a call that has one and is none of a descriptor's; NULL: it has to be looked for. */
static const char *known_path(const struct gate *gate, const struct hook_event *event, int arg, char buf[PATH_ROOM])
{
    const struct hook_value *value = &event->arg[arg], *folder = value - 1;
    const char *path = value->p;
    if (value->state != HOOK_VALUE_BYTES || !path_is_joined(path, value->len))
        return NULL;
    if (*path == '/')
        return path;
    bool elsewhere = arg > 0 && call_table[event->call].arg_kind[arg - 1] == KIND_DIRFD && (int)folder->n != AT_FDCWD;
    return elsewhere ? NULL : in_folder(gate, path, value->len, buf);
}

/* Calls without an argument that is a path may still be about one: see facts_implied_path. */
static bool may_have_path(unsigned call, int arg)
{
    return arg >= 0 || call_table[call].syscall == SYSCALL_openat;
}

static void tell(const struct gate *gate, struct hook_event *event)
{
    char buf[PATH_ROOM];
    const int arg = gate_paths(gate) == PATHS_NONE ? NO_PATHS : call_arg_of_kind(event->call, KIND_PATH, 0);
    if (arg == NO_PATHS || !may_have_path(event->call, arg)) {
        gate->sink->emit(event);
        return;
    }
    bool two = arg >= 0 && call_arg_of_kind(event->call, KIND_PATH, (unsigned)arg + 1) >= 0;
    if (arg >= 0 && !two && (event->path = known_path(gate, event, arg, buf))) {
        gate->sink->emit(event);
        return;
    }
    struct arena arena = { buf, 0, sizeof buf, gate->more, NULL };
    struct facts facts;
    facts_init(&facts, event, gate->facts, &arena);
    event->path = facts_path(&facts, 0);
    event->path2 = facts_path(&facts, 1);
    gate->sink->emit(event);
    gate->release(&arena);
}

static void set_times(const struct gate *gate, struct hook_event *event, const struct plain_call *plain)
{
    event->time_ns = plain->ticks;
    event->dur_ns = plain->dur;
    if (gate->from_ticks)
        gate->from_ticks(&event->time_ns, &event->dur_ns);
}

/* A stream or folder may be no more: its descriptor was asked for before. */
static void take_handle(struct passage *passage, const struct plain_call *plain, bool after)
{
    const struct call *call = &call_table[plain->call];
    for (unsigned arg = 0; arg < call->args; arg++) {
        if (kind_copied(call->arg_kind[arg]) != COPIED_HANDLE || !plain->word[arg])
            continue;
        passage->word[arg] = 0;
        if (after)
            passage->event.arg[arg] = (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = plain->handle };
    }
}

/* Data has been copied before the call. */
static void take_data(struct passage *passage, const struct plain_call *plain)
{
    const struct call *call = &call_table[plain->call];
    for (unsigned arg = 0; arg < call->args; arg++)
        if (plain->data && plain->word[arg] && plain_way(call->arg_kind[arg]) == WAY_DATA)
            passage->word[arg] = (long)plain->data;
}

static __attribute__((noinline)) void thorough(const struct gate *gate, const struct plain_call *plain)
{
    struct passage passage;
    struct hook_event *event = &passage.event;
    memcpy(passage.word, plain->word, call_table[plain->call].args * sizeof *passage.word);
    gate_open(gate, &passage, plain->call, GATE_LOG);
    take_handle(&passage, plain, false);
    take_data(&passage, plain);
    capture_before(event, passage.word, false, gate->capture, &passage.arena);
    take_handle(&passage, plain, true);
    passage.log = true;
    set_times(gate, event, plain);
    gate_stamp(gate, event);
    gate_finish(gate, &passage, plain->ret, plain->err);
    gate->release(&passage.arena);
}

/* A line of text or JSON that needs little, of the stack too: what is thorough is made when the event is gone. */
void gate_late(const struct gate *gate, const struct plain_call *plain, const struct plain_row *row)
{
    if (!gate->sink->room) {
        struct hook_event event;
        if (plain_event(plain, row, gate->capture, &event)) {
            set_times(gate, &event, plain);
            gate_stamp(gate, &event);
            tell(gate, &event);
            return;
        }
    }
    thorough(gate, plain);
}
