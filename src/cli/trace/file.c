/* SPDX-License-Identifier: MIT */
#include "cli/trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/trace.h"

static noreturn void refuse(const char *name, int status, const char *why)
{
    die(status, "%s: %s", name, why);
}

static const char *why_not(const struct trace *trace, const struct hook_trace_header *header)
{
    if (trace->size < sizeof *header || memcmp(header->magic, HOOK_TRACE_MAGIC, sizeof header->magic) != 0)
        return "is no binary trace";
    if (header->byte_order != HOOK_TRACE_BYTE_ORDER)
        return "was written on a machine of the other byte order";
    if (header->version != HOOK_TRACE_VERSION)
        return "is a trace of another version of the format";
    bool sound =
        header->table < trace->size && header->table_size <= trace->size - header->table && header->first % HOOK_TRACE_PAGE == 0;
    return sound ? NULL : "is a broken trace";
}

/* A tmpfs makes pages for the holes that are read, and where it is full the reader would be ended by a signal. */
static void cover_holes(const struct trace *trace)
{
    struct statfs fs;
    const off_t end = (off_t)trace->size;
    const bool makes_pages = fstatfs(trace->fd, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
    off_t at = makes_pages ? 0 : end;
    while (at < end) {
        const off_t hole = lseek(trace->fd, at, SEEK_HOLE), data = lseek(trace->fd, hole, SEEK_DATA);
        if (hole < 0 || hole >= end)
            return;
        at = data > hole && data < end ? data : end;
        mmap((char *)trace->base + hole, (size_t)(at - hole), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
}

static void map(struct trace *trace, int status)
{
    struct stat st;
    if (fstat(trace->fd, &st) != 0)
        refuse(trace->name, status, strerror(errno));
    if (!S_ISREG(st.st_mode) || st.st_size == 0)
        refuse(trace->name, status, S_ISDIR(st.st_mode) ? strerror(EISDIR) : "is no binary trace");
    if (trace->base)
        munmap((void *)trace->base, trace->size);
    trace->size = (uint64_t)st.st_size;
    trace->base = mmap(NULL, trace->size, PROT_READ, MAP_SHARED, trace->fd, 0);
    if (trace->base == MAP_FAILED)
        refuse(trace->name, status, strerror(errno));
    cover_holes(trace);
}

/* Who follows a trace may have come before the writer had its head in place. */
static void wait_for_header(struct trace *trace, int status)
{
    const struct timespec moment = { 0, 10 * 1000 * 1000 };
    enum { PATIENCE = 100 };
    for (int i = 0; i < PATIENCE && trace->live && !*(const volatile char *)trace->base; i++) {
        nanosleep(&moment, NULL);
        map(trace, status);
    }
}

static const char *opened;

/* Where a mapped file ends by now, the kernel says so by SIGBUS. */
static noreturn void end_shortened(int number)
{
    static const char said[] = ": has been made shorter while it was read\n";
    const struct iovec words[] = { { (char *)"hook: ", 6 },
                                   { (char *)opened, strlen(opened) },
                                   { (char *)said, sizeof said - 1 } };
    const ssize_t written = writev(STDERR_FILENO, words, 3);
    (void)number;
    (void)written;
    _exit(STATUS_ERROR);
}

void trace_open(struct trace *ret, const char *name, bool live, int status)
{
    *ret = (struct trace){ .name = name, .live = live };
    opened = name;
    signal(SIGBUS, end_shortened);
    ret->fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (ret->fd < 0)
        refuse(name, status, strerror(errno));
    map(ret, status);
    wait_for_header(ret, status);
    const struct hook_trace_header *header = (const struct hook_trace_header *)ret->base;
    const char *why = why_not(ret, header);
    if (why)
        refuse(name, status, why);
    ret->lost = header->lost;
    if (!trace_read_table(ret, ret->base + header->table, header->table_size))
        refuse(name, status, "is a broken trace: its table of calls cannot be read");
    trace_index(ret);
}

/* One that has ended and not been waited for writes no more. */
bool trace_is_alive(int pid)
{
    char path[32], state[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? 0 : read(fd, state, sizeof state - 1);
    if (fd >= 0)
        close(fd);
    const char *name_end = len > 0 ? strrchr(state, ')') : NULL;
    return name_end && name_end[1] == ' ' && !strchr("ZX", name_end[2]);
}

/* Is it mapped there, by its inode or, where a layer of the file system shows another, by its name? True also when that is not to
 * be known. */
static bool is_mapped_by(const struct trace *trace, int pid)
{
    const char *slash = strrchr(trace->name, '/'), *name = slash ? slash + 1 : trace->name;
    char path[32], *line = NULL;
    struct stat st = { 0 };
    size_t size = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "re");
    bool is = !maps || fstat(trace->fd, &st) != 0;
    while (!is && getline(&line, &size, maps) > 0) {
        unsigned long long inode = 0;
        char shared = 0, *last = strrchr(line, '/');
        sscanf(line, "%*x-%*x %*c%*c%*c%c %*x %*s %llu", &shared, &inode);
        line[strcspn(line, "\n")] = '\0';
        is = shared == 's' && (inode == st.st_ino || (last && strcmp(last + 1, name) == 0));
    }
    free(line);
    if (maps)
        fclose(maps);
    return is;
}

/* Who has opened the trace may not have begun to write; who goes on to another program has it not mapped for a moment; and who
 * never has it has the number of one that is gone. */
static bool has_writer(struct trace *trace)
{
    enum { PATIENCE = 20 };
    bool writes = false, lives = !trace->chunk_count;
    for (size_t i = 0, asked = 0; i < trace->chunk_count && !writes; i++) {
        const int pid = ((const struct hook_trace_chunk *)(trace->base + trace->chunks[i].at))->pid;
        const bool alive = (size_t)pid != asked && trace_is_alive(pid);
        asked = (size_t)pid;
        lives = lives || alive;
        writes = alive && is_mapped_by(trace, pid);
    }
    trace->waited = writes ? 0 : trace->waited + 1;
    return writes || (lives && trace->waited <= PATIENCE);
}

bool trace_refresh(struct trace *trace)
{
    const bool alive = has_writer(trace);
    trace->asked = 0;
    map(trace, STATUS_ERROR);
    trace->lost = ((const struct hook_trace_header *)trace->base)->lost;
    trace_index(trace);
    return alive;
}

void trace_close(struct trace *trace)
{
    munmap((void *)trace->base, trace->size);
    close(trace->fd);
    free(trace->calls);
    free(trace->chunks);
    free(trace->old);
    free(trace->moments);
    for (size_t i = 0; i < trace->open_count; i++)
        free(trace->open[i]);
    free(trace->open);
}

static void tell(const struct trace *trace, uint64_t count, const char *what)
{
    if (count)
        say("%s: %llu %s %s", trace->name, (unsigned long long)count, count == 1 ? "event" : "events", what);
}

/* What the head says of the file, and the file is not. */
static void tell_size(const struct trace *trace)
{
    const struct hook_trace_header *header = (const struct hook_trace_header *)trace->base;
    const uint64_t size = header->size, left = trace->size;
    if (left < size && left < header->next)
        say("%s: has been cut off: %llu of its bytes are missing", trace->name, (unsigned long long)(header->next - left));
    else if (left > size && left - size > sizeof *header &&
             memcmp(trace->base + size, HOOK_TRACE_MAGIC, sizeof header->magic) == 0)
        say("%s: another trace stands behind this one, and is not read", trace->name);
}

void trace_tell_losses(const struct trace *trace)
{
    tell_size(trace);
    tell(trace, trace->lost, "could not be recorded");
    tell(trace, trace->torn, "left out: the program was ended in the middle of writing it");
    tell(trace, trace->unknown, "left out: of calls that this version does not know");
    if (trace->wrong)
        say("%s: the trace is damaged: %llu parts of it end early", trace->name, (unsigned long long)trace->wrong);
}
