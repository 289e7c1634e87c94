/* SPDX-License-Identifier: MIT */
#include "sys/output.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys/raw.h"

/* How long a reader may leave a non-blocking pipe full before the line counts as lost. */
enum { PATIENCE_MS = 2000, RETRIES = 3 };

bool output_pipe, output_limited;

static uint64_t signal_bit(int signal)
{
    return UINT64_C(1) << (signal - 1);
}

void output_look_at(int fd)
{
    struct stat st;
    output_pipe = raw(SYS_fstat, fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
    output_limits_changed();
}

static struct rlimit program_limit;

void output_limits_changed(void)
{
    output_limited = raw(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &program_limit) == 0 && program_limit.rlim_cur != RLIM_INFINITY;
}

static int wait_for_reader(int fd)
{
    struct pollfd poll = { fd, POLLOUT, 0 };
    struct timespec patience = { PATIENCE_MS / 1000, 0 };
    long ready = raw(SYS_ppoll, &poll, 1, &patience, NULL, 0);
    return ready > 0 || ready == -EINTR ? 0 : -EAGAIN;
}

/* Half a line at the end of a full disk would spoil the next one: takes it back, unless another process has
 * written behind it already. */
static void take_back(int fd, size_t written)
{
    struct stat st;
    long end = raw(SYS_lseek, fd, 0, SEEK_CUR);
    if (written > 0 && raw(SYS_fstat, fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == end)
        raw(SYS_ftruncate, fd, end - (long)written);
}

int output_write_on(int fd, const char *line, size_t len, long done)
{
    const char *begin = line;
    for (;; done = raw(SYS_write, fd, line, len)) {
        if (done == -EAGAIN)
            done = wait_for_reader(fd);
        if (done < 0 && done != -EINTR) {
            take_back(fd, (size_t)(line - begin));
            return (int)done;
        }
        line += done > 0 ? done : 0;
        len -= done > 0 ? (size_t)done : 0;
        if (len == 0)
            return 0;
    }
}

static int write_all(int fd, const char *line, size_t len)
{
    return output_write_on(fd, line, len, raw(SYS_write, fd, line, len));
}

static void lift_limit(void)
{
    struct rlimit wide = { RLIM_INFINITY, RLIM_INFINITY };
    if (raw(SYS_prlimit64, 0, RLIMIT_FSIZE, &wide, NULL) == 0)
        return;
    wide = (struct rlimit){ program_limit.rlim_max, program_limit.rlim_max };
    raw(SYS_prlimit64, 0, RLIMIT_FSIZE, &wide, NULL);
}

/* The log is no file of the program's: its limit is lifted for the moment, as far as allowed.
 * Another thread may bring it down again meanwhile: hence the second and third time. */
static int write_unlimited(int fd, const char *line, size_t len)
{
    if (!output_limited)
        return write_all(fd, line, len);
    int ret = -EFBIG;
    for (int time = 0; time < RETRIES && ret == -EFBIG; time++) {
        lift_limit();
        ret = write_all(fd, line, len);
        raw(SYS_prlimit64, 0, RLIMIT_FSIZE, &program_limit, NULL);
    }
    return ret;
}

/* Is there room below the limit that the program has set itself? */
static bool fits(int fd, size_t len)
{
    struct stat st;
    return raw(SYS_fstat, fd, &st) == 0 && (!S_ISREG(st.st_mode) || (rlim_t)st.st_size + len <= program_limit.rlim_cur);
}

/* Where the program's sandbox does not let a signal be held back, what raises one must not be done. */
static int write_unheld(int fd, const char *line, size_t len)
{
    return output_limited && !output_pipe && !fits(fd, len) ? -EFBIG : write_all(fd, line, len);
}

int output_write_held(int fd, const char *line, size_t len)
{
    if (sandbox_forbids_any(SYS_rt_sigprocmask) || sandbox_forbids_any(SYS_rt_sigtimedwait))
        return write_unheld(fd, line, len);
    uint64_t held = signal_bit(SIGPIPE) | signal_bit(SIGXFSZ), old, pending = 0;
    struct timespec now = { 0, 0 };
    raw(SYS_rt_sigpending, &pending, sizeof pending);
    raw(SYS_rt_sigprocmask, SIG_BLOCK, &held, &old, sizeof held);
    int ret = write_unlimited(fd, line, len);
    held &= ~pending; /* what was there before is the program's */
    if (ret == -EPIPE || ret == -EFBIG)
        raw(SYS_rt_sigtimedwait, &held, NULL, &now, sizeof held);
    raw(SYS_rt_sigprocmask, SIG_SETMASK, &old, NULL, sizeof old);
    return ret;
}

int output_write_at(int fd, uint64_t at, const void *bytes, size_t len)
{
    const long err = raw(SYS_lseek, fd, at, SEEK_SET);
    return err < 0 ? (int)err : output_write(fd, bytes, len);
}

/* One short piece of memory again and again: it stays in the nearest cache. What is written at once lies together in memory, as
 * far as the file system can, and is then mapped at once, for less: two megabytes as one huge page. */
int output_zero_at(int fd, uint64_t at, size_t len)
{
    enum { PIECE = 32 * 1024, MOST = 64 };
    static const char zeros[PIECE];
    struct iovec piece[MOST];
    const size_t most = sandbox_forbids_any(SYS_writev) ? 1 : MOST;
    long done = raw(SYS_lseek, fd, at, SEEK_SET);
    while (done >= 0 && len > 0) {
        size_t count = 0, rest = len;
        for (; count < most && rest > 0; count++, rest -= piece[count - 1].iov_len)
            piece[count] = (struct iovec){ (void *)zeros, rest < PIECE ? rest : PIECE };
        done = count > 1 ? raw(SYS_writev, fd, piece, count) : raw(SYS_write, fd, zeros, piece[0].iov_len);
        done = done == -EINTR ? 0 : done;
        len -= done > 0 ? (size_t)done : 0;
    }
    return done < 0 ? (int)done : 0;
}
