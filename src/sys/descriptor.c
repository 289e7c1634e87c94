/* SPDX-License-Identifier: MIT */
#include "sys/descriptor.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>
#include <string.h>
#include <sys/stat.h>

#include "sys/memory.h"
#include "sys/raw.h"
#include "sys/thread.h"

/* Above what the program can reach, or has ever reached, and low enough to keep the kernel's table small. */
enum { HIGH = 4096, COPIES = 4 };

void descriptor_name(char out[DESCRIPTOR_NAME], int fd)
{
    char digits[12], *at = digits + sizeof digits;
    unsigned number = (unsigned)fd;
    *--at = '\0';
    do
        *--at = (char)('0' + number % 10);
    while (number /= 10);
    strcpy(out, "/proc/thread-self/fd/"); /* a thread may have a table of its own */
    strcat(out, at);
}

int descriptor_own = -1;
bool descriptor_inherited;

static bool to_stderr;
static struct {
    unsigned long dev, ino;
    bool open, same;
    int copy[COPIES]; /* where the program has put others, a shell to restore it later; or -1 */
} start_stderr;

static int try_hide(int fd, int from)
{
    return (int)raw(SYS_fcntl, fd, descriptor_inherited ? F_DUPFD : F_DUPFD_CLOEXEC, from);
}

/* A number above the soft limit stays valid when the limit comes down again. */
static int hide_above_limit(int fd, const struct rlimit *old)
{
    struct rlimit wide = { old->rlim_max, old->rlim_max };
    long top = (long)(old->rlim_max > old->rlim_cur ? old->rlim_cur : old->rlim_max - 1);
    raw(SYS_prlimit64, 0, RLIMIT_NOFILE, &wide, NULL);
    int high = try_hide(fd, (int)top);
    while (high < 0 && --top > 0)
        high = try_hide(fd, (int)top);
    raw(SYS_prlimit64, 0, RLIMIT_NOFILE, old, NULL);
    return high;
}

static int hide(int fd)
{
    struct rlimit limit;
    if (raw(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) < 0)
        return try_hide(fd, 0);
    return limit.rlim_cur > HIGH ? try_hide(fd, HIGH) : hide_above_limit(fd, &limit);
}

int descriptor_hide(int fd)
{
    int high = hide(fd);
    raw(SYS_close, fd);
    return high;
}

/* An inherited one leaves the numbers that the program counts on. */
static void give_way(void)
{
    if (sys_thread.vforked) {
        sys_thread.output_lost = true;
        if (descriptor_inherited) /* for the program that the child becomes */
            hide(descriptor_own);
        return;
    }
    int high = descriptor_inherited ? hide(descriptor_own) : try_hide(descriptor_own, descriptor_own + 1);
    if (high < 0)
        high = hide(descriptor_own);
    if (high >= 0)
        descriptor_own = high;
}

void descriptor_move(void)
{
    int old = descriptor_own;
    give_way();
    if (descriptor_own != old || sys_thread.vforked)
        raw(SYS_close, old);
}

void descriptor_stderr_init(bool is_output)
{
    struct stat st;
    to_stderr = is_output;
    start_stderr.open = raw(SYS_fstat, 2, &st) == 0;
    start_stderr.same = start_stderr.open;
    for (int i = 0; i < COPIES; i++)
        start_stderr.copy[i] = -1;
    start_stderr.dev = start_stderr.open ? st.st_dev : 0;
    start_stderr.ino = start_stderr.open ? st.st_ino : 0;
}

static bool is_start_stderr(int fd)
{
    struct stat st;
    return start_stderr.open && raw(SYS_fstat, fd, &st) == 0 && st.st_dev == start_stderr.dev && st.st_ino == start_stderr.ino;
}

void descriptor_stderr_changed(void)
{
    bool same = is_start_stderr(2);
    if (sys_thread.vforked)
        sys_thread.stderr_lost = !same;
    else
        start_stderr.same = same;
}

/* The copies are the program's own, which may have closed them meanwhile. */
static bool is_copy(int copy)
{
    return start_stderr.copy[copy] >= 0 && is_start_stderr(start_stderr.copy[copy]);
}

void descriptor_stderr_copied(int fd)
{
    int at = COPIES - 1;
    if (!start_stderr.same || sys_thread.vforked)
        return;
    for (int i = 0; i < COPIES; i++)
        if (start_stderr.copy[i] == fd || !is_copy(i))
            at = i;
    start_stderr.copy[at] = fd;
}

bool descriptor_stderr_is_output(void)
{
    return to_stderr;
}

bool descriptor_stderr_ok(void)
{
    return descriptor_stderr() >= 0;
}

void descriptor_stderr_keep(void)
{
    if (to_stderr && start_stderr.same && !sys_thread.vforked && descriptor_own < 0)
        descriptor_own = hide(2);
}

/* A number of the program's by which standard error is reached, first to last left out; or -1. */
static int way_without(unsigned first, unsigned last)
{
    int way = start_stderr.same && !sys_thread.stderr_lost && (first > 2 || last < 2) ? 2 : -1;
    for (int i = 0; i < COPIES && way < 0; i++) {
        unsigned copy = (unsigned)start_stderr.copy[i];
        if ((copy < first || copy > last) && is_copy(i))
            way = start_stderr.copy[i];
    }
    return way;
}

bool descriptor_stderr_cut(unsigned first, unsigned last)
{
    if (!to_stderr || sys_thread.vforked || descriptor_own >= 0)
        return false;
    int way = descriptor_stderr();
    return way >= 0 && way_without(first, last) < 0;
}

int descriptor_stderr(void)
{
    if (start_stderr.same && !sys_thread.stderr_lost)
        return 2;
    return !to_stderr ? -1 : descriptor_own >= 0 ? descriptor_own : way_without(2, 2);
}
