/* SPDX-License-Identifier: MIT */
/* call_cases [SYMBOL...]      checks the cases of these symbols; without one all of them, and that each row
 *                             of calls.def has a case. HOOK_LIB names the library, HOOK_CASES_LEFT_OUT
 *                             symbols that are not checked, with a comma before and after each.
 * call_cases --make SYMBOL    makes the call of that case, in the folder it is in, and prints what came of it. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sched.h>
#include <unistd.h>

#include "calls/cases.h"
#include "calls/formats.h"
#include "calls/names.h"
#include "calls/props.h"
#include "calls/scene.h"
#include "calls/system.h"
#include "calls/waits.h"
#include "sys/raw.h"

enum { WORKERS_MAX = 16 };

/* What has been logged up to here is no concern of the case. */
static void begin(void)
{
    const char *output = getenv("HOOK_OUTPUT");
    if (output)
        raw(SYS_truncate, output, 0);
    errno = 0;
}

static void say(const char *what, long result)
{
    char text[256];
    int err = errno, len = snprintf(text, sizeof text, "%s %ld, errno %d, buf", what, result, err);
    for (size_t i = 0; i < sizeof buf; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "%s%02x", i % 32 ? "" : " ", (unsigned char)buf[i]);
    raw(SYS_write, 1, text, len);
}

static void say_number(long result)
{
    say("number", result);
}

static void say_stream(FILE *stream)
{
    say("stream", stream ? fileno(stream) : -1);
}

static void say_folder(DIR *folder)
{
    say("folder", folder ? dirfd(folder) : -1);
}

#define CASE(symbol, line, call)                                                                                                 \
    static void make_##symbol(void)                                                                                              \
    {                                                                                                                            \
        begin();                                                                                                                 \
        _Generic((call), FILE * : say_stream, DIR * : say_folder, default : say_number)(call);                                   \
    }
#include "calls/cases.def"
#undef CASE

const struct call_case cases[] = {
#define CASE(symbol, line, call) { #symbol, line, make_##symbol },
#include "calls/cases.def"
#undef CASE
};
const unsigned case_count = sizeof cases / sizeof *cases;

static const struct call_case *find(const char *symbol)
{
    for (unsigned i = 0; i < case_count; i++)
        if (strcmp(cases[i].symbol, symbol) == 0)
            return &cases[i];
    return NULL;
}

static unsigned rows_without_case(void)
{
    static const char *const rows[] = {
#define CALL(symbol, ...) #symbol,
#define HAND              CALL
#include "calls.inc"
    };
    unsigned missing = 0, count = sizeof rows / sizeof *rows;
    for (unsigned i = 0; i < count; i++)
        if (!find(rows[i])) {
            printf("%s: a row of calls.def without a case in cases.def\n", rows[i]);
            missing++;
        }
    for (unsigned i = 0; i < case_count; i++) {
        unsigned row = 0;
        while (row < count && strcmp(rows[row], cases[i].symbol) != 0)
            row++;
        if (row == count) {
            printf("%s: a case without a row in calls.def\n", cases[i].symbol);
            missing++;
        }
    }
    return missing;
}

static bool needs_terminal(const char *symbol)
{
    static const char *const symbols[] = { "__ptsname_r_chk", "forkpty",   "getpt",     "openpty", "posix_openpt",
                                           "ptsname_r",       "tcgetattr", "tcsetattr", "unlockpt" };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (strcmp(symbols[i], symbol) == 0)
            return true;
    return false;
}

/* A root folder of its own may come without /dev/pts. */
static bool are_terminals(void)
{
    long fd = raw(SYS_openat, AT_FDCWD, "/dev/ptmx", O_RDWR | O_NOCTTY);
    if (fd >= 0)
        raw(SYS_close, fd);
    return fd >= 0;
}

/* What a sanitizer's runtime does with the call is not what the program asked for. */
static bool left_out(const char *symbol)
{
    const char *list = getenv("HOOK_CASES_LEFT_OUT");
    char item[64];
    snprintf(item, sizeof item, ",%s,", symbol);
    return list && strstr(list, item);
}

/* Each terminal that is open has a number of its own, which a case may show: so one worker has them all. */
static unsigned check_every(unsigned step, unsigned from, bool terminals, const char *root)
{
    unsigned failed = 0;
    for (unsigned i = 0; i < case_count; i++) {
        const bool needs = needs_terminal(cases[i].symbol);
        if ((needs ? 0 : i % step) != from || left_out(cases[i].symbol))
            continue;
        if (needs && !terminals)
            printf("%s: not checked: there are no pseudo-terminals here\n", cases[i].symbol);
        else
            failed += !case_passes(&cases[i], root);
    }
    return failed;
}

/* Returns how many workers met a failure. */
static unsigned check_all(const char *root)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned workers = processors < 1 ? 1 : processors > WORKERS_MAX ? WORKERS_MAX : (unsigned)processors, failed = 0;
    const bool terminals = are_terminals();
    fflush(stdout);
    for (unsigned i = 0; i < workers; i++)
        if (fork() == 0)
            exit(check_every(workers, i, terminals, root) != 0);
    for (int status; wait(&status) > 0;)
        failed += status != 0;
    return failed;
}

static unsigned check_named(char **symbols, const char *root)
{
    unsigned failed = 0;
    for (; *symbols; symbols++) {
        const struct call_case *one = find(*symbols);
        if (!one)
            printf("%s: no such case\n", *symbols);
        failed += !one || !case_passes(one, root);
    }
    return failed;
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *where)
{
    (void)status, (void)flag, (void)where;
    return remove(path);
}

int main(int count, char **arguments)
{
    char root[] = "/tmp/call_cases-XXXXXX";
    if (count == 3 && strcmp(arguments[1], "--make") == 0) {
        find(arguments[2])->make();
        leave(0);
    }
    const char *library = getenv("HOOK_LIB");
    char *absolute = library ? realpath(library, NULL) : NULL;
    if (!absolute || setenv("HOOK_LIB", absolute, 1) != 0 || !mkdtemp(root)) {
        fprintf(stderr, "call_cases: HOOK_LIB names no library, or /tmp cannot be written to\n");
        return 2;
    }
    unsigned failed = count > 1 ? check_named(arguments + 1, root) : rows_without_case() + check_all(root);
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return failed != 0;
}
