/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/export/export.h"
#include "cli/export/sqlite.h"
#include "core/call.h"
#include "core/flags.h"

enum { GENERATIONS = 16 }; /* a number that is in use again could lead in a circle */

static char *copy(const char *text, size_t len)
{
    char *made = strndup(text, len);
    if (!made)
        die(STATUS_ERROR, "out of memory");
    return made;
}

static uint32_t *current(struct story *story, int pid)
{
    uint32_t known = story->pids.count, number = ids_number(&story->pids, pid);
    if (number == known) {
        story->current = grown(story->current, known, sizeof *story->current);
        story->current[number] = 0;
    }
    return &story->current[number];
}

static struct image *new_image(struct story *story, int pid, uint64_t time_ns, uint32_t parent)
{
    story->images = grown(story->images, story->image_count, sizeof *story->images);
    struct image *image = &story->images[story->image_count++];
    *image = (struct image){ .pid = pid, .parent = parent, .uid = -1, .begin_ns = time_ns, .end_ns = time_ns, .status = -1 };
    *current(story, pid) = story->image_count;
    return image;
}

/* It is what its parent is. */
static void new_fork(struct story *story, int pid, uint64_t time_ns, uint32_t parent)
{
    struct image *image = new_image(story, pid, time_ns, parent);
    if (!parent)
        return;
    const struct image *of = &story->images[parent - 1];
    image->exe = of->exe ? copy(of->exe, strlen(of->exe)) : NULL;
    image->argv = of->argv ? copy(of->argv, strlen(of->argv)) : NULL;
    image->command = of->command ? copy(of->command, strlen(of->command)) : NULL;
    image->cwd = of->cwd ? copy(of->cwd, strlen(of->cwd)) : NULL;
    image->uid = of->uid;
}

/* The image that the process runs at that time; 0: not known. Of one that is still busy with its first call it is a fork of its
 * parent's. */
static uint32_t image_of(struct story *story, int pid, uint64_t time_ns, unsigned generations)
{
    const int parent_pid = *current(story, pid) || !generations ? 0 : tracker_parent(&story->tracker, pid);
    const uint32_t parent = parent_pid ? image_of(story, parent_pid, time_ns, generations - 1) : 0;
    if (parent)
        new_fork(story, pid, time_ns, parent);
    return *current(story, pid);
}

/* A process that is met in the middle. */
static void add_fork(struct story *story, const struct hook_event *event)
{
    int parent = tracker_parent(&story->tracker, event->pid);
    new_fork(story, event->pid, event->time_ns, parent ? image_of(story, parent, event->time_ns, GENERATIONS) : 0);
}

/* The image before it in the same process ends there, and has the same parent. */
static void add_start(struct story *story, const struct hook_event *event)
{
    uint32_t before = *current(story, event->pid);
    uint32_t parent = image_of(story, (int)event->arg[3].n, event->time_ns, GENERATIONS);
    if (before && !story->images[before - 1].ended) {
        story->images[before - 1].end_ns = event->time_ns;
        parent = story->images[before - 1].parent;
    }
    struct image *image = new_image(story, event->pid, event->time_ns, parent);
    const char *command = export_command(event), *argv = export_words(event, true);
    image->exe = copy(event->arg[0].p, event->arg[0].len);
    image->argv = copy(argv, strlen(argv));
    image->command = copy(command, strlen(command));
    image->cwd = event->arg[2].len ? copy(event->arg[2].p, event->arg[2].len) : NULL;
    image->uid = event->arg[4].n;
}

static void add_process(struct story *story, const struct hook_event *event)
{
    uint32_t now = *current(story, event->pid);
    bool gone = now && story->images[now - 1].ended; /* and its number is in use again */
    if (event->type == HOOK_EVENT_START)
        add_start(story, event);
    else if (!now || (gone && event->type == HOOK_EVENT_CALL && event->time_ns > story->images[now - 1].end_ns))
        add_fork(story, event);
    struct image *image = &story->images[*current(story, event->pid) - 1];
    image->begin_ns = event->time_ns < image->begin_ns ? event->time_ns : image->begin_ns;
    image->end_ns = event->time_ns + event->dur_ns > image->end_ns ? event->time_ns + event->dur_ns : image->end_ns;
    if (event->type != HOOK_EVENT_EXIT)
        return;
    image->ended = true;
    image->status = event->arg[0].n;
}

static bool is_op(const struct hook_event *event, const char *op)
{
    return strcmp(call_op(event->call), op) == 0;
}

static uint32_t new_connection(struct story *story, const struct hook_event *event, int64_t fd, const char *address)
{
    story->connections = grown(story->connections, story->connection_count, sizeof *story->connections);
    story->connections[story->connection_count++] = (struct connection){
        .process = *current(story, event->pid),
        .op = call_op(event->call),
        .address = copy(address, strlen(address)),
        .fd = fd,
        .time_ns = event->time_ns,
        .err = event->err,
        .failed = event->failed,
    };
    tracker_set(&story->tracker, event->pid, fd, thing_connection(story->connection_count - 1));
    return story->connection_count;
}

/* The connection that the call is over: a new one where it names an address that the descriptor's is not. */
static uint32_t find_connection(struct story *story, const struct hook_event *event, thing known, int64_t fd)
{
    bool accepts = is_op(event, "accept"), connects = is_op(event, "connect");
    bool sends = is_op(event, "send") || is_op(event, "recv");
    uint32_t id = thing_is_connection(known) ? thing_number(known) + 1 : 0;
    const char *address = accepts || connects || sends ? export_address(event) : NULL;
    if (accepts)
        return event->failed ? 0 : new_connection(story, event, event->ret, address ? address : "");
    if (!address || fd < 0)
        return id;
    if (id && !connects && strcmp(story->connections[id - 1].address, address) == 0)
        return id;
    return new_connection(story, event, fd, address);
}

/* How many bytes went through descriptors: only where the result says so. */
static int64_t bytes_of(const struct hook_event *event)
{
    static const char *const ops[] = { "read", "write", "recv", "send", "sendfile", "copy_file_range", "splice" };
    bool counts = call_arg_of_kind(event->call, KIND_MMSGHDR_IN, 0) < 0 && call_arg_of_kind(event->call, KIND_MMSGHDR_OUT, 0) < 0;
    if (event->failed || event->no_ret || event->ret < 0 || !counts || tracker_argument(event, 0) < 0)
        return -1;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (is_op(event, ops[i]))
            return event->ret;
    return -1;
}

static void count_bytes(struct story *story, const struct hook_event *event, const struct context *context)
{
    if (!context->connection || context->bytes < 0)
        return;
    struct connection *connection = &story->connections[context->connection - 1];
    if (is_op(event, "read") || is_op(event, "recv"))
        connection->received += (uint64_t)context->bytes;
    else
        connection->sent += (uint64_t)context->bytes;
}

static thing file_named(struct story *story, const char *path)
{
    return path ? thing_file(texts_number(&story->tracker.files, path)) : 0;
}

static void add_call(struct story *story, const struct hook_event *event, struct context *ret)
{
    int first = tracker_argument(event, 0), second = first >= 0 ? tracker_argument(event, (unsigned)first + 1) : -1;
    thing of = first >= 0 ? tracker_of(&story->tracker, event, (unsigned)first) : 0;
    thing other = second >= 0 ? tracker_of(&story->tracker, event, (unsigned)second) : 0;
    ret->fd = first >= 0 && event->arg[first].state == HOOK_VALUE_NUMBER ? event->arg[first].n : -1;
    ret->file = event->path ? file_named(story, event->path) : thing_is_file(of) ? of : 0;
    ret->file2 = event->path2 ? file_named(story, event->path2) : thing_is_file(other) ? other : 0;
    tracker_apply(&story->tracker, event);
    ret->connection = find_connection(story, event, of, ret->fd);
    ret->bytes = bytes_of(event);
    count_bytes(story, event, ret);
}

void story_add(struct story *story, const struct hook_event *event, struct context *ret)
{
    *ret = (struct context){ .fd = -1, .bytes = -1 };
    add_process(story, event);
    ret->process = *current(story, event->pid);
    if (event->type == HOOK_EVENT_CALL)
        add_call(story, event, ret);
    else
        tracker_apply(&story->tracker, event);
}

static void number_unless(struct row *row, int64_t number, bool none)
{
    if (none)
        row_null(row);
    else
        row_number(row, number);
}

static void write_image(const struct image *image, uint32_t id, struct row row)
{
    row_number(&row, id);
    row_number(&row, image->pid);
    number_unless(&row, image->parent, !image->parent);
    row_string(&row, image->exe);
    row_string(&row, image->argv);
    row_string(&row, image->command);
    row_string(&row, image->cwd);
    number_unless(&row, image->uid, image->uid < 0);
    row_number(&row, (int64_t)image->begin_ns);
    row_number(&row, (int64_t)image->end_ns);
    number_unless(&row, image->status, image->status < 0);
    row_insert(&row);
}

/* 10.0.0.1:80, [::1]:80, unix:/run/x: family, host and port. */
static void write_parts(struct row *row, const char *address)
{
    bool local = strncmp(address, "unix:", 5) == 0, six = *address == '[';
    const char *colon = local ? NULL : strrchr(address, ':'), *host = local ? address + 5 : address + six;
    size_t len = colon ? (size_t)(colon - host) - six : strlen(host);
    row_string(row, local ? "unix" : six ? "inet6" : colon ? "inet" : NULL);
    row_text(row, host, len);
    number_unless(row, colon ? strtol(colon + 1, NULL, 10) : 0, !colon);
}

static void write_connection(const struct connection *connection, uint32_t id, struct row row)
{
    row_number(&row, id);
    row_number(&row, connection->process);
    row_string(&row, connection->op);
    row_number(&row, connection->fd);
    row_string(&row, connection->address);
    write_parts(&row, connection->address);
    row_number(&row, (int64_t)connection->time_ns);
    row_string(&row, connection->failed ? errno_name(connection->err) : NULL);
    row_number(&row, (int64_t)connection->sent);
    row_number(&row, (int64_t)connection->received);
    row_insert(&row);
}

void story_write(struct story *story, sqlite3_stmt *process, sqlite3_stmt *connection)
{
    for (uint32_t i = 0; i < story->image_count; i++)
        write_image(&story->images[i], i + 1, (struct row){ process, 0 });
    for (uint32_t i = 0; i < story->connection_count; i++)
        write_connection(&story->connections[i], i + 1, (struct row){ connection, 0 });
}

void story_free(struct story *story)
{
    for (uint32_t i = 0; i < story->image_count; i++) {
        free(story->images[i].exe);
        free(story->images[i].argv);
        free(story->images[i].command);
        free(story->images[i].cwd);
    }
    for (uint32_t i = 0; i < story->connection_count; i++)
        free(story->connections[i].address);
    free(story->images);
    free(story->connections);
    free(story->current);
    ids_free(&story->pids);
    tracker_free(&story->tracker);
}
