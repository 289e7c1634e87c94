/* SPDX-License-Identifier: MIT */
/* A call is a slice on its thread's track; field numbers are those of Perfetto's trace.proto. Times are said to be of the
 * clock since boot, which is what the tools take without conversion, and a snapshot says that it is the real time. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/export/export.h"
#include "cli/export/proto.h"
#include "cli/trace/programs.h"
#include "core/call.h"
#include "core/flags.h"

enum { TRACE_PACKET = 1 };
enum { PACKET_CLOCKS = 6, PACKET_TIME = 8, PACKET_SEQUENCE = 10, PACKET_EVENT = 11, PACKET_TRACK = 60 };
enum { CLOCKS_CLOCK = 1, CLOCK_ID = 1, CLOCK_TIME = 2, CLOCK_ID_REALTIME = 1, CLOCK_ID_BOOTTIME = 6 };
enum { TRACK_ID = 1, TRACK_PROCESS = 3, TRACK_THREAD = 4, TRACK_PARENT = 5 };
enum { PROCESS_PID = 1, PROCESS_COMMAND = 2, PROCESS_NAME = 6, THREAD_PID = 1, THREAD_TID = 2 };
enum { EVENT_NOTE = 4, EVENT_TYPE = 9, EVENT_TRACK = 11, EVENT_CATEGORY = 22, EVENT_NAME = 23 };
enum { NOTE_NUMBER = 4, NOTE_TEXT = 6, NOTE_NAME = 10 };
enum { SLICE_BEGIN = 1, SLICE_END = 2, INSTANT = 3 };
enum { SEQUENCE = 1 };

static struct proto packets;
static struct ids pids, tids;
static struct programs programs;
static bool begun;

static void look(const struct hook_event *event)
{
    programs_look(&programs, event);
}

static uint64_t process_track(int pid)
{
    return (uint64_t)(unsigned)pid << 32 | 1;
}

static uint64_t thread_track(int pid, int tid)
{
    return (uint64_t)(unsigned)pid << 32 | (uint64_t)(unsigned)tid << 1;
}

static size_t open_packet(void)
{
    size_t packet = proto_open(&packets, TRACE_PACKET);
    proto_number(&packets, PACKET_SEQUENCE, SEQUENCE);
    return packet;
}

static void put_clock(unsigned id, uint64_t ns)
{
    size_t clock = proto_open(&packets, CLOCKS_CLOCK);
    proto_number(&packets, CLOCK_ID, id);
    proto_number(&packets, CLOCK_TIME, ns);
    proto_close(&packets, clock);
}

static void put_clocks(uint64_t ns)
{
    size_t packet = open_packet(), clocks = proto_open(&packets, PACKET_CLOCKS);
    put_clock(CLOCK_ID_BOOTTIME, ns);
    put_clock(CLOCK_ID_REALTIME, ns);
    proto_close(&packets, clocks);
    proto_close(&packets, packet);
}

/* Again for each program image: the last name counts. */
static void put_process(const struct hook_event *event)
{
    size_t packet = open_packet(), track = proto_open(&packets, PACKET_TRACK);
    proto_number(&packets, TRACK_ID, process_track(event->pid));
    size_t process = proto_open(&packets, TRACK_PROCESS);
    proto_number(&packets, PROCESS_PID, (uint64_t)event->pid);
    const char *program = event->type == HOOK_EVENT_START ? NULL : programs_name(&programs, event->pid);
    if (event->type == HOOK_EVENT_START) {
        const char *words = event->arg[1].p, *end = words + event->arg[1].len;
        for (; words < end; words += strnlen(words, (size_t)(end - words)) + 1)
            proto_bytes(&packets, PROCESS_COMMAND, words, strnlen(words, (size_t)(end - words)));
        proto_bytes(&packets, PROCESS_NAME, event->arg[0].p, event->arg[0].len);
    } else if (program)
        proto_string(&packets, PROCESS_NAME, program);
    proto_close(&packets, process);
    proto_close(&packets, track);
    proto_close(&packets, packet);
}

static void put_thread(const struct hook_event *event)
{
    size_t packet = open_packet(), track = proto_open(&packets, PACKET_TRACK);
    proto_number(&packets, TRACK_ID, thread_track(event->pid, event->tid));
    proto_number(&packets, TRACK_PARENT, process_track(event->pid));
    size_t thread = proto_open(&packets, TRACK_THREAD);
    proto_number(&packets, THREAD_PID, (uint64_t)event->pid);
    proto_number(&packets, THREAD_TID, (uint64_t)event->tid);
    proto_close(&packets, thread);
    proto_close(&packets, track);
    proto_close(&packets, packet);
}

static void put_tracks(const struct hook_event *event)
{
    uint32_t processes = pids.count, threads = tids.count;
    if (ids_number(&pids, event->pid) == processes || event->type == HOOK_EVENT_START)
        put_process(event);
    if (ids_number(&tids, event->tid) == threads)
        put_thread(event);
}

static void put_note(const char *name, const char *text)
{
    if (!text)
        return;
    size_t note = proto_open(&packets, EVENT_NOTE);
    proto_string(&packets, NOTE_NAME, name);
    proto_string(&packets, NOTE_TEXT, text);
    proto_close(&packets, note);
}

static void put_number_note(const char *name, int64_t number)
{
    size_t note = proto_open(&packets, EVENT_NOTE);
    proto_string(&packets, NOTE_NAME, name);
    proto_number(&packets, NOTE_NUMBER, (uint64_t)number);
    proto_close(&packets, note);
}

static void put_notes(const struct hook_event *event)
{
    put_note(event->type == HOOK_EVENT_CALL ? "call" : "text", export_text(event));
    if (event->type != HOOK_EVENT_CALL)
        return;
    put_note("path", event->path);
    put_note("path2", event->path2);
    put_note("addr", export_address(event));
    if (!event->no_ret)
        put_number_note("ret", event->ret);
    put_note("errno", event->failed ? errno_name(event->err) : NULL);
    if (event->rule) {
        put_note("action", export_actions[event->action]);
        put_note("rule", event->rule);
        put_note("to", event->to);
    }
}

static size_t open_event(const struct hook_event *event, uint64_t ns, unsigned type, size_t *ret_packet)
{
    *ret_packet = open_packet();
    proto_number(&packets, PACKET_TIME, ns);
    size_t at = proto_open(&packets, PACKET_EVENT);
    proto_number(&packets, EVENT_TYPE, type);
    proto_number(&packets, EVENT_TRACK, thread_track(event->pid, event->tid));
    return at;
}

static void put_begin(const struct hook_event *event)
{
    static const char *const ends[] = { [HOOK_EVENT_START] = "start", [HOOK_EVENT_EXIT] = "exit" };
    bool call = event->type == HOOK_EVENT_CALL;
    size_t packet, at = open_event(event, event->time_ns, call ? SLICE_BEGIN : INSTANT, &packet);
    proto_string(&packets, EVENT_CATEGORY, call ? call_op(event->call) : "process");
    proto_string(&packets, EVENT_NAME, !call ? ends[event->type] : event->numbered ? "syscall" : call_symbol(event->call));
    put_notes(event);
    proto_close(&packets, at);
    proto_close(&packets, packet);
}

static void put_end(const struct hook_event *event)
{
    size_t packet, at = open_event(event, event->time_ns + event->dur_ns, SLICE_END, &packet);
    proto_close(&packets, at);
    proto_close(&packets, packet);
}

static void put_event(FILE *to, const struct hook_event *event)
{
    packets.len = 0;
    if (!begun)
        put_clocks(event->time_ns);
    begun = true;
    put_tracks(event);
    put_begin(event);
    if (event->type == HOOK_EVENT_CALL)
        put_end(event);
    fwrite(packets.bytes, 1, packets.len, to);
}

static void end(FILE *to)
{
    (void)to;
    free(packets.bytes);
    ids_free(&pids);
    ids_free(&tids);
    programs_free(&programs);
}

const struct exporter export_perfetto = { .look = look, .event = put_event, .end = end };
