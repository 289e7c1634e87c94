/* SPDX-License-Identifier: MIT */
#include "runtime/lifecycle.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "inbound/preload/preload.h"
#include "outbound/target.h"
#include "runtime/message.h"
#include "runtime/world.h"
#include "sys/cwd.h"
#include "sys/descriptor.h"
#include "sys/memory.h"
#include "sys/raw.h"
#include "sys/thread.h"

/* The kernel takes up to 6 MiB of arguments. */
enum { ARGUMENTS_SIZE = 256 * 1024, ARGUMENTS_MOST = 8 << 20 };

static const struct hook_sink *real_sink;
static bool shown, quiet;
static atomic_bool started, owed; /* owed: a vfork child has left it to its parent, whose program it runs */
static int quick_status;
static int first_pid; /* the only process that is recorded, or 0 */
static uint64_t start_ns;

static struct hook_value number_value(long n)
{
    return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = n };
}

static struct hook_value text_value(const char *text, long len)
{
    return (struct hook_value){ .state = HOOK_VALUE_BYTES, .p = text, .len = len > 0 ? (uint32_t)len : 0 };
}

static struct hook_value arguments_value(const char *text, long len)
{
    struct hook_value value = text_value(text, len);
    for (uint32_t i = 0; i < value.len; i++)
        value.count += text[i] == '\0';
    return value;
}

char own_exe[4096] APART; /* asked for only once in a process */

static struct hook_value exe_value(void)
{
    long len;
    const char *known = world_exe_known(&len);
    return known ? text_value(known, len) : text_value(own_exe, world_exe(own_exe, sizeof own_exe));
}

static void emit_start(const char *arguments, long len)
{
    struct hook_event event = { .type = HOOK_EVENT_START, .quiet = quiet };
    const struct cwd_folder *folder = cwd_current();
    event.arg[0] = exe_value();
    event.arg[1] = arguments_value(arguments, len);
    event.arg[2] = text_value(folder->path, (long)folder->len);
    event.arg[3] = number_value(raw(SYS_getppid));
    event.arg[4] = number_value(raw(SYS_getuid));
    event.time_ns = start_ns;
    gate_lifecycle(&preload_gate, &event);
}

/* The kernel has laid them out one behind the other; 0: not so. */
static long arguments_len(int argc, char *const *argv)
{
    const char *end = argc > 0 ? argv[0] : NULL;
    for (int i = 0; i < argc && end; i++)
        end = argv[i] == end ? end + strlen(end) + 1 : NULL;
    return end ? end - argv[0] : 0;
}

/* False: there are more arguments than that. */
static bool emit_asking(size_t most)
{
    char *arguments = memory_map(most);
    long len = arguments ? world_cmdline(arguments, most) : 0;
    bool whole = len < (long)most || most == ARGUMENTS_MOST;
    if (whole)
        emit_start(arguments, len);
    memory_unmap(arguments, most);
    return whole;
}

void lifecycle_start(int argc, char *const *argv)
{
    if (shown && sys_thread.vforked)
        atomic_store(&owed, true);
    if (!shown || sys_thread.vforked || atomic_exchange(&started, true))
        return;
    const long len = arguments_len(argc, argv);
    if (len)
        emit_start(argv[0], len);
    else if (!emit_asking(ARGUMENTS_SIZE))
        emit_asking(ARGUMENTS_MOST);
}

static int emit(const struct hook_event *event)
{
    if (first_pid && event->pid != first_pid)
        return 0;
    if (__builtin_expect(!atomic_load_explicit(&started, memory_order_relaxed), 0))
        lifecycle_start(0, NULL);
    return real_sink->emit(event);
}

void lifecycle_vfork_ended(void)
{
    if (atomic_load_explicit(&owed, memory_order_relaxed))
        lifecycle_start(0, NULL);
}

static struct hook_sink sink = { .emit = emit };

static char *put_number(char *at, unsigned long number)
{
    if (number >= 10)
        at = put_number(at, number / 10);
    *at = (char)('0' + number % 10);
    return at + 1;
}

/* What could not be recorded is said, when there is still someone to say it to. A program that has
 * limited the size of its files (RLIMIT_FSIZE) is left its standard error: the log ends where the limit is. */
void lifecycle_say_losses(void)
{
    int err;
    char count[24];
    unsigned long lost = !real_sink || sys_thread.vforked || !descriptor_stderr_ok() ? 0 : real_sink->take_lost(&err);
    if (!lost || err == EFBIG)
        return;
    *put_number(count, lost) = '\0';
    message(count, lost == 1 ? " event" : " events",
            " could not be written: ", err ? error_text(err) : "standard error was redirected meanwhile (-o FILE keeps them)",
            NULL);
}

/* In a shell's child this is what comes just before an exec: its parent counts. */
void lifecycle_say_cut(void)
{
    char pid[24];
    if (!target_tells() || (first_pid && thread_pid() != first_pid))
        return;
    lifecycle_say_losses();
    *put_number(pid, (unsigned long)thread_pid()) = '\0';
    message("process ", pid, " replaces its standard error: what it does from here on is not recorded (-o FILE records it)",
            NULL);
}

void lifecycle_end(int status)
{
    struct hook_event event = { .type = HOOK_EVENT_EXIT, .quiet = quiet };
    event.arg[0] = number_value(status & 0xff);
    if (shown && (atomic_load(&started) || atomic_load(&owed)))
        gate_lifecycle(&preload_gate, &event);
    lifecycle_say_losses();
    target_pass_on();
}

static void at_exit(int status, void *unused)
{
    (void)unused;
    lifecycle_end(status);
}

static void at_quick(void)
{
    lifecycle_end(quick_status);
}

void lifecycle_quick_status(int status)
{
    quick_status = status;
}

void lifecycle_stop(void)
{
    shown = false;
}

/* Names this library to at_quick_exit: the compiler's own start files, which would, are not linked. */
extern void *__dso_handle __attribute__((visibility("hidden")));
void *__dso_handle = &__dso_handle;

const struct hook_sink *lifecycle_init(const struct hook_sink *real, bool show, bool is_quiet, bool follow)
{
    real_sink = real;
    sink.prepare = real ? real->prepare : NULL;
    sink.room = real && follow ? real->room : NULL; /* what is shown first has been by then */
    shown = show;
    quiet = is_quiet;
    start_ns = preload_gate.real_ns();
    first_pid = follow ? 0 : thread_pid();
    /* registered before the program's own, so called after them */
    on_exit(at_exit, NULL);
    at_quick_exit(at_quick);
    return &sink;
}
