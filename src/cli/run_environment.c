/* SPDX-License-Identifier: MIT */
#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* Where libhook.so may lie, seen from the command: beside it, in the build tree, installed. */
static const char *const library_places[] = {
    "libhook.so",        "../runtime/libhook.so", HOOK_LIBDIR_FROM_BINDIR "/libhook.so",
    "../lib/libhook.so", "../lib64/libhook.so",   "../lib/" HOOK_MULTIARCH "/libhook.so"
};

static const char *absolute(const char *path, const char *mark)
{
    static char out[PATH_MAX];
    char cwd[PATH_MAX];
    if (path[0] == '/')
        return path;
    if (!getcwd(cwd, sizeof cwd) || snprintf(out, sizeof out, "%s%s%s", cwd, mark, path) >= PATH_MAX)
        die(STATUS_FAILED, "%s: %s", path, strerror(errno ? errno : ENAMETOOLONG));
    return out;
}

static const char *find_library(const char *given)
{
    static char path[PATH_MAX];
    char self[PATH_MAX], try[2 * PATH_MAX];
    if (given) {
        if (!realpath(given, path))
            die(STATUS_FAILED, "%s: %s", given, strerror(errno));
        return path;
    }
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    self[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(self, '/');
    for (size_t i = 0; slash && i < sizeof library_places / sizeof *library_places; i++) {
        snprintf(try, sizeof try, "%.*s/%s", (int)(slash - self), self, library_places[i]);
        if (realpath(try, path) && access(path, R_OK) == 0)
            return path;
    }
    die(STATUS_FAILED, "libhook.so is not where it was installed (--library FILE says where it is)");
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_sanitizer(const char *path)
{
    static const char runtimes[][14] = { "libasan.so", "libtsan.so", "libubsan.so", "liblsan.so", "libclang_rt." };
    for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
        if (strncmp(base_name(path), runtimes[i], strlen(runtimes[i])) == 0)
            return true;
    return false;
}

/* The library comes first, but after a sanitizer's runtime, which insists on that. What is there
 * already stays; the library is not added twice. */
static void preload(const char *library)
{
    const char *old = getenv("LD_PRELOAD");
    char *copy = strdup(old ? old : ""), *rest = copy, *entry;
    char *first = calloc(1, strlen(copy) + 2), *others = calloc(1, strlen(copy) + 2), *value = NULL;
    while ((entry = strsep(&rest, ": "))) {
        if (!*entry || strcmp(base_name(entry), base_name(library)) == 0)
            continue;
        bool runtime = is_sanitizer(entry);
        strcat(runtime ? first : strcat(others, ":"), entry);
        if (runtime)
            strcat(first, ":");
    }
    if (asprintf(&value, "%s%s%s", first, library, others) < 0)
        die(STATUS_FAILED, "%s", strerror(ENOMEM));
    setenv("LD_PRELOAD", value, 1);
    free(value);
    free(others);
    free(first);
    free(copy);
}

/* Empties the file now, as strace does, and says so when it cannot be written. */
static void set_output(const char *output)
{
    if (!output)
        return;
    if (strcmp(output, "stderr") == 0 || strncmp(output, "fd:", 3) == 0) {
        setenv("HOOK_OUTPUT", output, 1);
        return;
    }
    if (!*output)
        die(STATUS_FAILED, "-o: no file given");
    const char *path = absolute(output, "/");
    int fd = strstr(path, "%p") ? -2 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd == -1)
        die(STATUS_FAILED, "%s: %s", output, strerror(errno));
    if (fd >= 0)
        close(fd);
    setenv("HOOK_OUTPUT", path, 1);
}

static void set_rules(const char *rules)
{
    const char *path = rules ? rules : getenv("HOOK_RULES");
    if (!path || !*path)
        return;
    if (!rules_are_sound(path) && (rules || !getenv("HOOK_ON_ERROR") || strcmp(getenv("HOOK_ON_ERROR"), "continue") != 0))
        exit(STATUS_FAILED);
    setenv("HOOK_RULES", absolute(path, "/./"), 1);
}

void run_set_environment(const struct run *run)
{
    if (run->format && strcmp(run->format, "text") != 0 && strcmp(run->format, "json") != 0) {
        if (strcmp(run->format, "binary") == 0)
            die(STATUS_FAILED, "--format binary is not available in this version");
        die(STATUS_FAILED, "--format: unknown format '%s' (text or json)", run->format);
    }
    if (run->format)
        setenv("HOOK_FORMAT", run->format, 1);
    if (run->trace)
        setenv("HOOK_TRACE", run->trace, 1);
    if (run->no_follow)
        setenv("HOOK_FOLLOW", "0", 1);
    set_rules(run->rules);
    set_output(run->output);
    preload(find_library(run->library));
}
