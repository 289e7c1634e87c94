/* SPDX-License-Identifier: MIT */
#include "outbound/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include "outbound/path.h"
#include "outbound/sinks.h"
#include "sys/descriptor.h"
#include "sys/memory.h"
#include "sys/output.h"
#include "sys/raw.h"
#include "sys/thread.h"

/* Lines up to this length are made on the stack: a signal handler's may be a few KiB. */
enum { SHORT_LINE = 1024 };

struct show target_show;

static bool to_stderr, can_reopen;
static const char *file, *path_with_pid;
static int file_pid; /* whose file path_with_pid has been opened as */

/* Shared with the children that fork makes: what they lose just before they become another program can still be
 * said by who started them. */
static struct losses {
    atomic_ulong count;
    atomic_int err;
    atomic_int teller; /* the process that says so; 0: it has gone */
} own_losses, *losses = &own_losses;

static int hold(long fd)
{
    if (fd < 0)
        return (int)fd;
    output_look_at((int)fd);
    int high = descriptor_hide((int)fd);
    if (high < 0)
        return high;
    descriptor_own = high;
    can_reopen = true;
    return 0;
}

static int open_file(const char *path)
{
    char expanded[PATH_MAX + 16];
    file_pid = thread_pid();
    if (!path_expand(expanded, sizeof expanded, path))
        return -ENAMETOOLONG;
    int ret = hold(raw(SYS_openat, AT_FDCWD, expanded, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666));
    /* a device that takes nothing (/dev/full) says so at once, not after the first loss */
    long probe = ret == 0 ? raw(SYS_write, descriptor_own, "", 0) : 0;
    return probe < 0 ? (int)probe : ret;
}

static unsigned long number(const char **at)
{
    unsigned long value = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++)
        value = value * 10 + (unsigned long)(**at - '0');
    *at += **at == ':';
    return value;
}

/* Is that descriptor the file that "DEVICE:INODE" says? */
static bool is_file(int fd, const char *identity)
{
    struct stat st;
    unsigned long device = number(&identity), inode = number(&identity);
    return raw(SYS_fstat, fd, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

static bool is_written_to(int fd)
{
    long flags = raw(SYS_fcntl, fd, F_GETFL);
    return flags >= 0 && !(flags & O_PATH) && (flags & O_ACCMODE) != O_RDONLY;
}

/* The number to which the one who started this process has moved that file, as it wanted the old one for its own. */
static int find_moved(const char *identity)
{
    char names[1024];
    long folder = raw(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC), len;
    int found = -EBADF;
    while (folder >= 0 && (len = raw(SYS_getdents64, folder, names, sizeof names)) > 0)
        for (long at = 0; at < len; at += ((struct dirent64 *)(void *)(names + at))->d_reclen) {
            const char *name = ((struct dirent64 *)(void *)(names + at))->d_name;
            int fd = (int)number(&name);
            if (fd > found && fd > 2 && is_written_to(fd) && is_file(fd, identity))
                found = fd;
        }
    raw(SYS_close, folder);
    return found;
}

static int use_descriptor(const char *digits)
{
    int fd = 0;
    for (; *digits >= '0' && *digits <= '9' && fd < INT_MAX / 10 - 1; digits++)
        fd = fd * 10 + (*digits - '0');
    if (*digits && *digits != ':')
        return -EINVAL;
    if (*digits == ':' && !is_file(fd, digits + 1))
        fd = find_moved(digits + 1);
    if (!is_written_to(fd))
        return -EBADF;
    if (fd <= 2) /* the program's own as well: what it does with the number is its business */
        return hold(raw(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 3));
    output_look_at(fd);
    descriptor_own = fd;
    descriptor_inherited = true;
    return 0;
}

static void share_losses(void)
{
    void *page = memory_map_shared(sizeof *losses);
    if (page)
        losses = page;
    atomic_store(&losses->teller, thread_pid());
}

int target_open(const char *spec)
{
    share_losses();
    if (strcmp(spec, "stderr") == 0) {
        to_stderr = true;
        descriptor_stderr_init(true);
        output_look_at(2);
        return 0;
    }
    if (strncmp(spec, "fd:", 3) == 0)
        return spec[3] ? use_descriptor(spec + 3) : -EINVAL;
    file = spec;
    path_with_pid = strstr(spec, "%p") ? spec : NULL;
    return open_file(spec);
}

void target_close(void)
{
    if (descriptor_own >= 0)
        raw(SYS_close, descriptor_own);
    descriptor_own = -1;
    can_reopen = false;
}

void target_forked(void)
{
    if (!path_with_pid)
        return;
    target_close();
    open_file(path_with_pid);
}

/* A program can close our descriptor by a system call of its own. */
static void reopen(void)
{
    can_reopen = false;
    descriptor_own = -1;
    if (file && !sys_thread.vforked)
        open_file(file);
}

static int current_descriptor(void)
{
    if (to_stderr)
        return descriptor_stderr();
    /* what pthread_atfork has called in a child comes before anyone tells us of the fork */
    if (path_with_pid && !sys_thread.vforked && thread_pid() != file_pid)
        target_forked();
    if (descriptor_own < 0 && can_reopen)
        reopen();
    return sys_thread.output_lost ? -1 : descriptor_own;
}

bool target_is_terminal(void)
{
    struct termios settings;
    int fd = current_descriptor();
    return fd >= 0 && raw(SYS_ioctl, fd, TCGETS, &settings) == 0;
}

/* A line that a vfork child could not write: what it has done to the descriptors is not so in its parent. */
struct kept {
    struct kept *next;
    size_t size, len;
    char line[];
};

static bool keep_for_parent(const char *line, size_t len)
{
    size_t size = sizeof(struct kept) + len;
    struct kept *kept = sys_thread.vforked ? memory_map(size) : NULL;
    if (!kept)
        return false;
    *kept = (struct kept){ .size = size, .len = len };
    memcpy(kept->line, line, len);
    struct kept **at = (struct kept **)&sys_thread.vfork_lines;
    while (*at)
        at = &(*at)->next;
    *at = kept;
    return true;
}

void target_emit_kept(void)
{
    struct kept *kept = __atomic_exchange_n(&sys_thread.vfork_lines, NULL, __ATOMIC_SEQ_CST);
    while (kept) {
        struct kept *next = kept->next;
        target_write(kept->line, kept->len);
        memory_unmap(kept, kept->size);
        kept = next;
    }
}

/* What could not be written to that descriptor is tried again, kept or counted. */
static __attribute__((cold)) int not_written(int fd, int ret, const char *line, size_t len)
{
    if (ret == -EBADF && fd >= 0 && fd == descriptor_own && can_reopen) {
        reopen();
        ret = descriptor_own < 0 ? -EBADF : output_write(descriptor_own, line, len);
    }
    if (ret == -EBADF && keep_for_parent(line, len))
        return 0;
    if (ret < 0) {
        atomic_fetch_add_explicit(&losses->count, 1, memory_order_relaxed);
        atomic_store_explicit(&losses->err, fd < 0 ? 0 : -ret, memory_order_relaxed);
    }
    return ret;
}

/* event: what the line tells; NULL: nothing that another process could tell too. */
static inline int write_line(const struct hook_event *event, const char *line, size_t len)
{
    const int fd = current_descriptor();
    if (event && !sink_is_to_tell(event)) /* not earlier, for a child may come in between */
        return 0;
    const int ret = fd < 0 ? -EBADF : output_write(fd, line, len);
    return ret == 0 ? 0 : not_written(fd, ret, line, len);
}

int target_write(const char *line, size_t len)
{
    return write_line(NULL, line, len);
}

bool target_tells(void)
{
    int teller = atomic_load(&losses->teller);
    return teller == 0 || teller == thread_pid() || raw(SYS_kill, teller, 0) == -ESRCH;
}

uint64_t target_take_lost(int *ret_err)
{
    if (atomic_load(&losses->count) == 0 || !target_tells())
        return 0;
    *ret_err = atomic_load(&losses->err);
    return atomic_exchange(&losses->count, 0);
}

bool target_pass_on(void)
{
    int self = thread_pid();
    return atomic_compare_exchange_strong(&losses->teller, &self, 0);
}

void target_take_back(void)
{
    atomic_store(&losses->teller, thread_pid());
}

/* A line of more bytes than are on the stack. */
static __attribute__((cold)) int emit_long(const struct hook_event *event, target_format *format, size_t len)
{
    /* the program's strings may still grow between two looks at them: hence the room */
    const size_t size = len + SHORT_LINE;
    char *text = memory_map(size);
    len = text ? format(event, text, size) : 0;
    int ret = len > 0 && len <= size ? write_line(event, text, len) : -ENOMEM;
    memory_unmap(text, size);
    return ret;
}

int target_emit(const struct hook_event *event, target_format *format)
{
    char line[SHORT_LINE];
    const size_t len = format(event, line, sizeof line);
    return len <= sizeof line ? write_line(event, line, len) : emit_long(event, format, len);
}
