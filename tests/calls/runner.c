/* SPDX-License-Identifier: MIT */
#include "calls/cases.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls/scene.h"

enum { SECONDS_MAX = 60, SAID_MAX = 1024, TRACE_MAX = 64 * 1024 };

/* How a run of a case ended, and what it printed. */
struct ending {
    int status;
    char said[SAID_MAX];
};

bool pattern_fits(const char *pattern, const char *text)
{
    if (*pattern == '*')
        return pattern_fits(pattern + 1, text) || (*text && pattern_fits(pattern, text + 1));
    pattern += pattern[0] == '\\' && pattern[1] == '*';
    return *pattern == *text && (!*text || pattern_fits(pattern + 1, text + 1));
}

static bool fail(const struct call_case *one, const char *format, ...)
{
    char text[SAID_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    printf("%s: %s\n", one->symbol, text);
    fflush(stdout);
    return false;
}

static void read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY);
    ssize_t len = fd < 0 ? 0 : read(fd, text, size - 1);
    text[len < 0 ? 0 : len] = '\0';
    close(fd);
}

/* The sanitizer's runtime, if there is one, has to come first. */
static void set_environment(const char *trace)
{
    char preload[8192];
    const char *first = getenv("HOOK_TEST_PRELOAD");
    snprintf(preload, sizeof preload, "%s%s%s", first ? first : "", first && *first ? ":" : "", trace ? getenv("HOOK_LIB") : "");
    setenv("LD_PRELOAD", preload, 1);
    setenv("LC_ALL", "C", 1);
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    if (!trace)
        return;
    setenv("HOOK_OUTPUT", trace, 1);
    setenv("HOOK_FORMAT", "text", 1);
    setenv("HOOK_TRACE", "all,%stdio", 1);
}

/* In the child: becomes a program that makes the call, in a fresh folder, with 0, 1 and 2 open. */
static _Noreturn void become(const struct call_case *one, const char *folder, const char *said, const char *trace)
{
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    int out = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0644), in = open("/dev/null", O_RDONLY);
    if (len < 0 || out < 0 || in < 0 || mkdir(folder, 0755) != 0 || chdir(folder) != 0)
        leave(125);
    scene_build();
    dup2(in, 0);
    dup2(out, 1);
    closefrom(3);
    set_environment(trace);
    alarm(SECONDS_MAX);
    self[len] = '\0';
    execl(self, self, "--make", one->symbol, NULL);
    leave(125);
}

static struct ending run(const struct call_case *one, const char *root, const char *how, const char *trace)
{
    char folder[256], said[300];
    struct ending ret = { -1, "" };
    snprintf(folder, sizeof folder, "%s/%s.%s", root, one->symbol, how);
    snprintf(said, sizeof said, "%s.out", folder);
    pid_t pid = fork();
    if (pid == 0)
        become(one, folder, said, trace);
    waitpid(pid, &ret.status, 0);
    read_text(said, ret.said, sizeof ret.said);
    return ret;
}

/* If the line is one of the symbol: what follows "[HOOK pid] ". */
static const char *line_of(const char *symbol, const char *line)
{
    size_t len = strlen(symbol);
    if (strncmp(line, "[HOOK ", 6) != 0)
        return NULL;
    line += 6 + strspn(line + 6, "0123456789");
    if (strncmp(line, "] ", 2) != 0)
        return NULL;
    return strncmp(line + 2, symbol, len) == 0 && line[2 + len] == '(' ? line + 2 : NULL;
}

static bool trace_fits(const struct call_case *one, char *trace)
{
    const char *found = NULL;
    for (char *rest = trace, *line; (line = strsep(&rest, "\n"));) {
        const char *text = line_of(one->symbol, line);
        if (text && found)
            return fail(one, "more than one line:\n  %s\n  %s", found, text);
        found = text ? text : found;
    }
    if (!found)
        return fail(one, "no line");
    return pattern_fits(one->line, found) || fail(one, "another line\n  expected: %s\n  printed:  %s", one->line, found);
}

bool case_passes(const struct call_case *one, const char *root)
{
    static char trace[TRACE_MAX];
    char path[256];
    snprintf(path, sizeof path, "%s/%s.trace", root, one->symbol);
    struct ending bare = run(one, root, "bare", NULL), hooked = run(one, root, "hooked", path);
    if (WIFEXITED(bare.status) && WEXITSTATUS(bare.status) == 125)
        return fail(one, "could not be set up");
    if (bare.status != hooked.status || strcmp(bare.said, hooked.said) != 0)
        return fail(one, "another result with the library\n  without: status %#x, %s\n  with:    status %#x, %s", bare.status,
                    bare.said, hooked.status, hooked.said);
    read_text(path, trace, sizeof trace);
    return trace_fits(one, trace);
}
