/* SPDX-License-Identifier: MIT */
#include "format_event.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/trace.h"

static _Alignas(8) char record[64 * 1024];
static char before[8192], after[8192];
static struct trace_context context;

static uint32_t put_as(const struct hook_event *event, bool pid, bool tid, bool wide)
{
    struct trace_plan plan;
    memset(record, 0, sizeof record);
    trace_plan(event, &plan);
    if (pid)
        trace_plan_pid(&plan);
    if (tid)
        trace_plan_tid(&plan);
    if (wide && !plan.wide)
        trace_plan_wide(&plan);
    trace_put(event, &plan, record);
    context = (struct trace_context){ .pid = pid ? 0 : event->pid, .tid = tid ? 0 : event->tid, .ticks = event->time_ns };
    return plan.size;
}

static uint32_t put(const struct hook_event *event)
{
    return put_as(event, true, true, true);
}

static enum trace_found get(uint32_t room, struct hook_event *ret, uint32_t *ret_size)
{
    return trace_get(record, room, &context, ret, ret_size);
}

/* Recorded so and read again the event gives the same lines. */
static void same_as(const struct hook_event *event, bool pid, bool tid, bool wide)
{
    struct hook_event again;
    uint32_t size, planned = put_as(event, pid, tid, wide);
    memset(&again, 0xff, sizeof again);
    cr_assert(eq(u32, planned % 8, 0));
    cr_assert(eq(int, get(planned, &again, &size), TRACE_EVENT));
    cr_assert(eq(u64, again.time_ns, event->time_ns));
    cr_assert(eq(u64, again.dur_ns, event->dur_ns));
    cr_assert(eq(u32, size, planned));
    cr_assert(trace_sound(&again));
    size_t len = format_json(event, &show_plain, before, sizeof before),
           len_after = format_json(&again, &show_plain, after, sizeof after);
    cr_assert(eq(sz, len_after, len));
    cr_assert(zero(memcmp(before, after, len)), "%.*s%.*s", (int)len, before, (int)len, after);
    len = format_text(event, &show_plain, before, sizeof before);
    len_after = format_text(&again, &show_plain, after, sizeof after);
    cr_assert(eq(sz, len_after, len));
    cr_assert(zero(memcmp(before, after, len)), "%.*s%.*s", (int)len, before, (int)len, after);
}

static void same(const struct hook_event *event)
{
    for (unsigned how = 0; how < 8; how++)
        same_as(event, how & 1, how & 2, how & 4);
}

static struct hook_event openat_event(void)
{
    struct hook_event event = call(CALL_openat);
    event.arg[0] = number(AT_FDCWD);
    event.arg[1] = string("etc/hosts");
    event.arg[2] = number(O_RDONLY | O_CLOEXEC);
    event.path = "/etc/hosts";
    event.ret = 3;
    return event;
}

Test(trace, keeps_all_of_a_call)
{
    struct hook_event event = openat_event();
    same(&event);
    event.action = HOOK_ACTION_REDIRECT;
    event.rule = "rules:3";
    event.to = "/tmp/hosts";
    same(&event);
    event.failed = 1;
    event.ret = -1;
    event.err = 2;
    same(&event);
}

Test(trace, keeps_the_paths_of_descriptors)
{
    struct hook_event event = openat_event();
    event.named = 1;
    event.arg[0].p = "/etc";
    event.arg[0].len = 4;
    event.arg[4] = number(3);
    same(&event);
    event.arg[4].p = "/etc/hosts";
    event.arg[4].len = 10;
    same(&event);
    cr_assert(strstr(after, "= 3</etc/hosts>") != NULL);
    event.failed = 1;
    same(&event);
}

Test(trace, keeps_numbers_of_every_size)
{
    static const int64_t numbers[] = { 0, -1, INT32_MAX, INT32_MIN, (int64_t)INT32_MAX + 1, INT64_MIN, INT64_MAX };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct hook_event event = call(CALL_truncate);
        event.arg[0] = string("x");
        event.arg[1] = number(numbers[i]);
        event.ret = numbers[i];
        same(&event);
    }
}

Test(trace, keeps_addresses_counts_and_cut_data)
{
    struct hook_event event = call(CALL_execve);
    event.arg[0] = string("/bin/true");
    event.arg[1] = bytes("true\0-x\0", 8);
    event.arg[1].count = 40;
    event.arg[2] = address(0x7ffd0123);
    event.arg[2].count = 17;
    same(&event);
    event = call(CALL_write);
    event.arg[0] = number(1);
    event.arg[1] = string("hello");
    event.arg[1].state = HOOK_VALUE_CUT;
    event.arg[2] = number(500);
    same(&event);
}

Test(trace, keeps_structures_and_calls_without_result)
{
    struct stat st = { .st_mode = S_IFREG | 0644, .st_size = 5 };
    struct hook_event event = call(CALL_stat);
    event.arg[0] = string("");
    event.arg[1] = bytes(&st, sizeof st);
    same(&event);
    event = call(CALL_exit);
    event.arg[0] = number(3);
    event.no_ret = 1;
    same(&event);
}

Test(trace, keeps_the_begin_and_the_end_of_a_process)
{
    struct hook_event event = { .type = HOOK_EVENT_START, .pid = 7, .tid = 7, .time_ns = 5 };
    event.arg[0] = string("/bin/cat");
    event.arg[1] = bytes("cat\0-n\0", 7);
    event.arg[2] = string("/home");
    event.arg[3] = number(1);
    event.arg[4] = number(0);
    same(&event);
    event = (struct hook_event){ .type = HOOK_EVENT_EXIT, .pid = 7, .tid = 7, .quiet = 1 };
    event.arg[0] = number(4);
    same(&event);
    struct hook_event again;
    uint32_t size;
    get(sizeof record, &again, &size);
    cr_assert(eq(int, again.quiet, 1));
}

Test(trace, takes_from_the_chunk_what_it_has_not_itself)
{
    struct hook_event event = openat_event(), again;
    uint32_t size;
    put_as(&event, false, false, false);
    context.pid = 99;
    context.tid = 98;
    get(sizeof record, &again, &size);
    cr_assert(eq(int, again.pid, 99));
    cr_assert(eq(int, again.tid, 98));
    put(&event);
    context.pid = 99;
    get(sizeof record, &again, &size);
    cr_assert(eq(int, again.pid, 7));
}

/* The lower half of a time is of the one that is nearest to the last; that of another thread tells nothing of the next. */
Test(trace, finds_the_time_near_the_one_before)
{
    static const int64_t apart[] = { 0, 1, -1, 1 << 29, -(1 << 29), (1 << 30) - 1 };
    static const uint64_t from[] = { UINT64_C(1) << 40, (UINT64_C(1) << 40) - 1, UINT64_C(0xffffffff), UINT64_C(0x180000000) };
    struct hook_event event = openat_event(), again;
    uint32_t size;
    for (size_t i = 0; i < sizeof from / sizeof *from * (sizeof apart / sizeof *apart); i++) {
        const uint64_t last = from[i / 6];
        event.time_ns = last + (uint64_t)apart[i % 6];
        cr_assert(trace_is_near(event.time_ns, last));
        put_as(&event, false, false, false);
        context.ticks = last;
        get(sizeof record, &again, &size);
        cr_assert(eq(u64, again.time_ns, event.time_ns));
        cr_assert(eq(u64, context.after, event.time_ns));
    }
    cr_assert(not(trace_is_near(UINT64_C(1) << 40, (UINT64_C(1) << 40) + (UINT64_C(1) << 31))));
    put_as(&event, false, true, true);
    context.ticks = 5;
    get(sizeof record, &again, &size);
    cr_assert(eq(u64, again.time_ns, event.time_ns));
    cr_assert(eq(u64, context.after, 5));
}

Test(trace, keeps_whose_the_records_are)
{
    struct hook_event event;
    uint32_t size;
    memset(record, 0, sizeof record);
    trace_put_thread(4711, record);
    cr_assert(eq(int, get(TRACE_THREAD_SIZE, &event, &size), TRACE_OWNER));
    cr_assert(eq(int, event.tid, 4711));
    cr_assert(eq(u32, size, TRACE_THREAD_SIZE));
}

Test(trace, asks_for_the_folder_where_a_path_begins_there)
{
    struct trace_plan plan;
    struct hook_event event = openat_event();
    trace_plan(&event, &plan);
    cr_assert(plan.folder);
    event.arg[1] = string("/etc/hosts");
    trace_plan(&event, &plan);
    cr_assert(not(plan.folder));
}

Test(trace, keeps_a_folder)
{
    struct hook_event event;
    uint32_t size;
    memset(record, 0, sizeof record);
    trace_put_folder(HOOK_TRACE_FOLDER, "/usr/share", 10, record);
    cr_assert(eq(int, get(trace_folder_size(10), &event, &size), TRACE_FOLDER));
    cr_assert(eq(str, (char *)event.path, "/usr/share"));
    memset(record, 0, sizeof record);
    trace_put_folder(HOOK_TRACE_FOLDER, "", 0, record);
    cr_assert(eq(int, get(trace_folder_size(0), &event, &size), TRACE_FOLDER));
    cr_assert(zero(ptr, (void *)event.path));
}

/* A process can be ended after any store: what it leaves is seen to be unfinished. */
Test(trace, believes_no_record_that_is_not_finished)
{
    struct hook_event event = openat_event(), again;
    uint32_t size, whole = put(&event);
    record[3] = 0; /* the flags */
    cr_assert(eq(int, get(sizeof record, &again, &size), TRACE_TORN));
    cr_assert(eq(u32, size, whole));
    memset(record, 0, sizeof record);
    cr_assert(eq(int, get(sizeof record, &again, &size), TRACE_EMPTY));
    cr_assert(eq(u32, size, 8));
}

Test(trace, believes_no_record_that_is_cut_off_or_damaged)
{
    struct hook_event event = openat_event(), again;
    uint32_t size, whole = put(&event);
    for (uint32_t room = 8; room < whole; room++)
        cr_assert(eq(int, get(room, &again, &size), TRACE_WRONG), "%u", room);
    char copy[512];
    memcpy(copy, record, whole);
    srand(1);
    for (int i = 0; i < 200000; i++) { /* whatever is changed, it is read within its bounds, and can be formatted */
        memcpy(record, copy, whole);
        for (int n = rand() % 4; n >= 0; n--)
            record[(unsigned)rand() % whole] = (char)rand();
        char *alone = malloc(whole);
        memcpy(alone, record, whole);
        if (trace_get(alone, whole, &context, &again, &size) == TRACE_EVENT && trace_sound(&again)) {
            format_json(&again, &show_plain, after, sizeof after);
            format_text(&again, &show_plain, after, sizeof after);
        }
        free(alone);
    }
}

Test(trace, refuses_values_that_cannot_be_formatted)
{
    struct stat st = { 0 };
    struct hook_event event = call(CALL_stat);
    event.arg[0] = string("x");
    event.arg[1] = bytes(&st, sizeof st - 1);
    cr_assert(not(trace_sound(&event)));
    event.arg[1] = bytes(&st, sizeof st);
    cr_assert(trace_sound(&event));
    event.call = CALL_COUNT;
    cr_assert(not(trace_sound(&event)));
    event = call(CALL_writev);
    const struct {
        uint64_t len;
        uint32_t have;
    } element = { 10, 10 };
    event.arg[1] = bytes(&element, 12);
    cr_assert(not(trace_sound(&event)));
}

Test(trace, has_a_line_of_the_table_for_each_call)
{
    const char *line = trace_table;
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        size_t len = strlen(call_symbol(id));
        cr_assert(zero(strncmp(line, call_symbol(id), len)));
        cr_assert(eq(int, line[len], ' '));
        line = strchr(line, '\n') + 1;
    }
    cr_assert(eq(int, *line, '\n'));
    cr_assert(ne(ptr, strstr(line, "\nopenat open\n"), NULL));
}
