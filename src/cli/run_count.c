/* SPDX-License-Identifier: MIT */
/* run -c: the command is recorded in a file of ours, which is read when it has ended. */
#include "cli/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static char trace[4096];
static FILE *summary;

/* Where the summary goes; opened before the command is run, so that what cannot be written is told before. */
static FILE *open_summary(const char *output)
{
    if (!output || strcmp(output, "stderr") == 0)
        return stderr;
    char *end;
    bool is_fd = strncmp(output, "fd:", 3) == 0;
    long fd = is_fd ? strtol(output + 3, &end, 10) : -1;
    FILE *file = is_fd && output[3] && !*end ? fdopen((int)fd, "w") : is_fd ? NULL : fopen(output, "we");
    if (!file)
        die(STATUS_FAILED, "%s: %s", output, is_fd && errno == 0 ? "is no descriptor" : strerror(errno));
    return file;
}

void run_count_begin(struct run *run)
{
    const char *dir = getenv("TMPDIR");
    if (run->format)
        die(STATUS_FAILED, "-c prints a summary, in no format of -F");
    errno = 0;
    summary = open_summary(run->output);
    snprintf(trace, sizeof trace, "%s/hook-XXXXXX", dir && *dir == '/' ? dir : "/tmp");
    int fd = mkstemp(trace);
    if (fd < 0)
        die(STATUS_FAILED, "%s: %s", trace, strerror(errno));
    close(fd);
    run->format = "binary";
    run->output = trace;
}

/* A command that the library sees nothing of leaves the file empty. */
void run_count_end(void)
{
    struct stat st;
    if (stat(trace, &st) == 0 && st.st_size > 0)
        summarise(trace, summary);
    unlink(trace);
    if (fflush(summary) != 0)
        say("the summary: %s", strerror(errno));
}
