/* SPDX-License-Identifier: MIT */
#include "cli/trace/trace.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/trace.h"

#define SHORTENED "has been made shorter while it was read"

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
    static char head[] = "hook: ", tail[] = ": " SHORTENED "\n";
    const struct iovec words[] = { { head, sizeof head - 1 }, { (char *)opened, strlen(opened) }, { tail, sizeof tail - 1 } };
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

/* What stands behind the name in /proc/PID/stat, from the state on; NULL: there is no such process. */
static const char *read_state(int pid, char *buf, size_t size)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? 0 : read(fd, buf, size - 1);
    if (fd >= 0)
        close(fd);
    buf[len > 0 ? len : 0] = '\0';
    const char *name_end = strrchr(buf, ')');
    return name_end && name_end[1] == ' ' ? name_end + 2 : NULL;
}

/* One that has ended and not been waited for writes no more, unless only its first thread has ended. */
bool trace_is_alive(int pid)
{
    char path[32], state[512];
    struct stat threads;
    const char *rest = read_state(pid, state, sizeof state);
    if (rest && !strchr("ZX", *rest))
        return true;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    return stat(path, &threads) == 0 && threads.st_nlink > 3;
}

/* Has it the file mapped, in that way? */
static bool is_mapped_by(const struct trace *trace, const char *pid, const char *way)
{
    char path[32], *line = NULL;
    struct stat st;
    size_t size = 0;
    snprintf(path, sizeof path, "/proc/%.15s/maps", pid);
    FILE *maps = fstat(trace->fd, &st) == 0 ? fopen(path, "re") : NULL;
    bool is = false;
    while (maps && !is && getline(&line, &size, maps) > 0) {
        unsigned long long inode = 0;
        unsigned on_major = 0, on_minor = 0;
        char mode[5] = "";
        sscanf(line, "%*x-%*x %4s %*x %x:%x %llu", mode, &on_major, &on_minor, &inode);
        is = strcmp(mode, way) == 0 && inode == st.st_ino && on_major == major(st.st_dev) && on_minor == minor(st.st_dev);
    }
    free(line);
    if (maps)
        fclose(maps);
    return is;
}

/* Anybody: it may be a child that has not written yet, or have another number where it runs. */
static bool is_mapped(struct trace *trace)
{
    if (trace->writer[0] && is_mapped_by(trace, trace->writer, "rw-s"))
        return true;
    DIR *processes = opendir("/proc");
    bool is = false;
    for (const struct dirent *entry; processes && !is && (entry = readdir(processes));) {
        is = isdigit((unsigned char)entry->d_name[0]) && is_mapped_by(trace, entry->d_name, "rw-s");
        snprintf(trace->writer, sizeof trace->writer, "%.15s", is ? entry->d_name : "");
    }
    if (processes)
        closedir(processes);
    return is;
}

/* Did it begin before that time? Else it has the number of one that is gone. */
static bool began_before(int pid, uint64_t real_ns)
{
    const uint64_t second = 1000000000;
    struct timespec now, up;
    char state[512];
    unsigned long long began = 0; /* since the machine did, in ticks */
    const char *rest = read_state(pid, state, sizeof state);
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &up);
    if (!rest || sscanf(rest, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &began) != 1)
        return false;
    const uint64_t boot_ns = (uint64_t)(now.tv_sec - up.tv_sec) * second + (uint64_t)now.tv_nsec - (uint64_t)up.tv_nsec;
    return boot_ns + began * (second / (uint64_t)sysconf(_SC_CLK_TCK)) <= real_ns;
}

/* Another user's: what it has mapped is not for us to see. */
static bool is_hidden(int pid)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const bool is = fd < 0 && (errno == EACCES || errno == EPERM);
    if (fd >= 0)
        close(fd);
    return is;
}

/* Who has opened the trace may not have begun to write. Who runs has it not mapped while it runs a program that is not seen,
 * which may go on to one that is; and for a moment nobody has, when a child is yet to begin its own. Where the kernel shows other
 * numbers than the file has, our own mapping is not to be found either: then who runs may write. */
static bool has_writer(struct trace *trace)
{
    enum { BEGINS = 20, GOES_ON = 3, RUNS = 100 }; /* tenths of a second */
    bool runs = is_mapped(trace), hidden = false;
    if (runs)
        return true;
    for (size_t i = 0; i < trace->chunk_count && !hidden; i++) {
        const struct hook_trace_chunk *chunk = (const struct hook_trace_chunk *)(trace->base + trace->chunks[i].at);
        const bool one = trace_is_alive(chunk->pid) && began_before(chunk->pid, chunk->last.ns);
        runs = runs || one;
        hidden = one && is_hidden(chunk->pid);
    }
    trace->waited++;
    if (runs && (hidden || !is_mapped_by(trace, "self", "r--s")))
        return true;
    return trace->waited <= (runs ? RUNS : trace->chunk_count ? GOES_ON : BEGINS);
}

bool trace_refresh(struct trace *trace)
{
    const uint64_t size = trace->size;
    const bool alive = has_writer(trace);
    trace->asked = 0;
    map(trace, STATUS_ERROR);
    if (trace->size < size)
        refuse(trace->name, STATUS_ERROR, SHORTENED);
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
    free(trace->record);
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
    const uint64_t size = header->size, next = header->next;
    struct stat st; /* asked for now: it may be made longer all the time */
    const uint64_t left = fstat(trace->fd, &st) == 0 ? (uint64_t)st.st_size : trace->size;
    if (left < size && left < next)
        say("%s: has been cut off: %llu of its bytes are missing", trace->name, (unsigned long long)(next - left));
    else if (left == trace->size && left > size && left - size > sizeof *header &&
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
        say("%s: the trace is damaged: %llu %s early", trace->name, (unsigned long long)trace->wrong,
            trace->wrong == 1 ? "part of it ends" : "parts of it end");
}
