/* SPDX-License-Identifier: MIT */
/* A folder with a description and one stream. CTF wants the times of a stream in order, and ours come in the order in which
 * calls ended: so a call's time is its end there, and its begin a field. */
#include "cli/export/ctf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/export/export.h"
#include "core/flags.h"

enum { PACKET_SIZE = 1 << 20 };

struct packet_head {
    uint32_t magic, stream;
    uint64_t begin, end, content_bits, packet_bits;
};

static char *packet;
static size_t used, size;
static uint64_t first, last; /* the packet's times */
static FILE *stream;
static char path[4096];

static FILE *open_in(const char *folder, const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    if (!file)
        die(STATUS_ERROR, "%s: %s", path, strerror(errno));
    return file;
}

static void close_file(FILE *file)
{
    bool failed = ferror(file);
    if (fclose(file) != 0 || failed)
        die(STATUS_ERROR, "%s: %s", path, strerror(errno));
}

static void begin(const struct export_output *output)
{
    if (mkdir(output->path, 0777) != 0 && errno != EEXIST)
        die(STATUS_ERROR, "%s: %s", output->path, strerror(errno));
    FILE *metadata = open_in(output->path, "metadata");
    ctf_describe(metadata);
    close_file(metadata);
    stream = open_in(output->path, "events");
    used = sizeof(struct packet_head);
}

static void add(const void *bytes, size_t len)
{
    if (len > size - used || !packet) {
        size = 2 * (used + len) + PACKET_SIZE;
        packet = realloc(packet, size);
        if (!packet)
            die(STATUS_ERROR, "out of memory");
    }
    memcpy(packet + used, bytes, len);
    used += len;
}

#define PUT(type, number) add(&(type){ (type)(number) }, sizeof(type))

/* What does not apply is "-": no reader tells an empty string from none, and babeltrace2 shows the last one for it. */
static void put_text_or_none(const char *text, size_t len)
{
    add(len ? text : "-", len ? len : 1);
    add("", 1);
}

static void put_string(const char *text)
{
    put_text_or_none(text, text ? strlen(text) : 0);
}

static void flush(void)
{
    struct packet_head head = { CTF_MAGIC, 0, first, last, 8 * used, 8 * used };
    if (used == sizeof head)
        return;
    memcpy(packet, &head, sizeof head);
    if (fwrite(packet, 1, used, stream) != used)
        die(STATUS_ERROR, "%s: %s", path, strerror(errno));
    used = sizeof head;
}

static void put_head(const struct hook_event *event, unsigned id)
{
    uint64_t ended = event->time_ns + event->dur_ns;
    last = ended > last ? ended : last;
    if (used == sizeof(struct packet_head))
        first = last;
    PUT(uint16_t, id);
    PUT(uint64_t, last);
    PUT(int32_t, event->pid);
    PUT(int32_t, event->tid);
}

static void put_call(const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    put_head(event, event->call);
    PUT(uint64_t, event->time_ns);
    PUT(uint64_t, event->dur_ns);
    PUT(int64_t, event->ret);
    put_string(event->failed ? errno_name(event->err) : NULL);
    put_string(export_actions[event->action]);
    put_string(event->rule);
    put_string(event->to);
    put_string(event->path);
    put_string(event->path2);
    put_string(export_address(event));
    for (unsigned arg = 0; arg < call->args; arg++)
        if (ctf_is_number(call->arg_kind[arg]))
            PUT(int64_t, event->arg[arg].n);
        else
            put_string(export_value(event, arg));
}

static void put_start(const struct hook_event *event)
{
    put_head(event, CTF_START);
    put_text_or_none(event->arg[0].p, event->arg[0].len);
    put_string(export_words(event, false));
    put_text_or_none(event->arg[2].p, event->arg[2].len);
    PUT(int32_t, event->arg[3].n);
    PUT(int64_t, event->arg[4].n);
}

static void put_event(FILE *to, const struct hook_event *event)
{
    (void)to;
    if (event->type == HOOK_EVENT_CALL) {
        put_call(event);
    } else if (event->type == HOOK_EVENT_START) {
        put_start(event);
    } else {
        put_head(event, CTF_EXIT);
        PUT(int32_t, event->arg[0].n);
    }
    if (used >= PACKET_SIZE)
        flush();
}

static void end(FILE *to)
{
    (void)to;
    flush();
    close_file(stream);
    free(packet);
}

const struct exporter export_ctf = { .makes = "a folder", .begin = begin, .event = put_event, .end = end };
