/* SPDX-License-Identifier: MIT */
#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cache.h"
#include "cli/cli.h"
#include "core/size.h"
#include "embed/load.h"
#include "hook/trace.h"

/* Where libhook.so may lie, seen from the command: beside it, in the build tree, installed. */
static const char *const library_places[] = {
    "libhook.so",        "../runtime/libhook.so", HOOK_LIBDIR_FROM_BINDIR "/libhook.so",
    "../lib/libhook.so", "../lib64/libhook.so",   "../lib/" HOOK_MULTIARCH "/libhook.so"
};

/* The path itself, or one from the current folder on; mark stands between the two. */
static const char *absolute(const char *path, const char *mark)
{
    static char out[PATH_MAX];
    char cwd[PATH_MAX];
    if (path[0] == '/')
        return path;
    if (!getcwd(cwd, sizeof cwd))
        die(STATUS_FAILED, "the current folder: %s", strerror(errno));
    if (snprintf(out, sizeof out, "%s%s%s", cwd, mark, path) >= PATH_MAX)
        die(STATUS_FAILED, "%s: %s", path, strerror(ENAMETOOLONG));
    return out;
}

static const char *search_library(char path[PATH_MAX])
{
    char self[PATH_MAX], try[2 * PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    self[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(self, '/');
    for (size_t i = 0; slash && i < sizeof library_places / sizeof *library_places; i++) {
        snprintf(try, sizeof try, "%.*s/%s", (int)(slash - self), self, library_places[i]);
        if (realpath(try, path))
            return path;
    }
    die(STATUS_FAILED, "libhook.so is not where it was installed (--library FILE says where it is)");
}

/* The dynamic linker only mutters about a library that it cannot load: that would run the command without rules. */
static const char *find_library(const char *given)
{
    static char path[PATH_MAX];
    struct stat st;
    if (!given)
        search_library(path);
    else if (!realpath(given, path))
        die(STATUS_FAILED, "%s: %s", given, strerror(errno));
    if (access(path, R_OK) != 0)
        die(STATUS_FAILED, "%s: %s", path, strerror(errno));
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        die(STATUS_FAILED, "%s: not a library", path);
    if (strpbrk(path, ": "))
        die(STATUS_FAILED, "%s: the dynamic linker preloads no library with ':' or a blank in its path", path);
    return path;
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

/* The library comes first, but after a sanitizer's runtime, which insists on that: one that is there, or that the
 * program needs. What is there already stays; the library is not added twice. */
static void preload(const char *library, const char *runtime)
{
    const char *old = getenv("LD_PRELOAD");
    char *copy = strdup(old ? old : ""), *rest = copy, *entry;
    char *first = calloc(1, strlen(copy) + ELF_RUNTIME + 2), *others = calloc(1, strlen(copy) + 2), *value = NULL;
    if (*runtime)
        sprintf(first, "%s:", runtime);
    while ((entry = strsep(&rest, ": "))) {
        if (!*entry || strcmp(base_name(entry), base_name(library)) == 0 || strcmp(entry, runtime) == 0)
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

/* The user wants broken rules or a broken output told, by the library, and the command run all the same. */
static bool goes_on(void)
{
    const char *value = getenv("HOOK_ON_ERROR");
    return value && strcmp(value, "continue") == 0;
}

/* What still writes to a trace has it mapped, and would be ended when it became shorter: that file keeps its
 * contents, and loses its name. */
static void unlink_trace(const char *path)
{
    char magic[sizeof HOOK_TRACE_MAGIC] = "", real[PATH_MAX];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return;
    if (read(fd, magic, sizeof magic - 1) > 0 && strcmp(magic, HOOK_TRACE_MAGIC) == 0 && realpath(path, real))
        unlink(real);
    close(fd);
}

/* Empties the file, as strace does, and says so when it cannot be written. */
static void empty_file(const char *path, const char *given)
{
    struct stat st;
    unlink_trace(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd < 0 && !goes_on())
        die(STATUS_FAILED, "%s: %s", given, strerror(errno));
    /* the reader of a FIFO would take our closing it for the end */
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISFIFO(st.st_mode)))
        close(fd);
}

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
    if (*output == '|' || *output == '!')
        die(STATUS_FAILED, "-o '%c COMMAND' is not available in this version", *output);
    const char *path = absolute(output, "/");
    const char *pid = strstr(path, "%p");
    if (pid && pid < path + strlen(path) - strlen(output))
        die(STATUS_FAILED, "-o %s: the %%p in the name of the current folder would become the process ID", output);
    if (!pid)
        empty_file(path, output);
    setenv("HOOK_OUTPUT", path, 1);
}

/* Every process reads the rules: a pipe (a shell's <(...)) would be empty after the first. */
static bool can_be_read_again(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode));
}

/* Rules that may change are compiled anyway. */
static const char *make_image(const char *path, const char *origin, bool reload)
{
    const struct embed_extra extra = { origin, cache_note, cache_source };
    const char *image = reload ? NULL : rules_publish_cached(path, origin);
    if (image)
        return image;
    if (reload)
        reload_begin(path, origin);
    struct policy *policy = reload ? reload_compile() : rules_compile(path, &extra);
    if (!policy)
        exit(STATUS_FAILED);
    if (!reload)
        cache_store(policy);
    image = rules_publish(policy);
    free(policy);
    return image;
}

/* Every process would compile them again: they are given the image. */
static void compile_rules(const char *path, const char *origin, bool reload)
{
    const char *image = make_image(path, origin, reload);
    if (image)
        setenv("HOOK_IMAGE", image, 1);
}

static void set_rules(const char *given, bool reload)
{
    const char *path = given ? given : getenv("HOOK_RULES"), *wanted = getenv("HOOK_RELOAD");
    bool asked = wanted && strcmp(wanted, "1") == 0 && path && *path;
    unsetenv("HOOK_IMAGE");
    if (!asked || !goes_on()) /* the library reads the rules by itself then */
        unsetenv("HOOK_RELOAD");
    if (reload && (!path || !*path || goes_on()))
        die(STATUS_FAILED, goes_on() ? "--reload does not go with HOOK_ON_ERROR=continue" : "--reload: there are no rules");
    if (given && !*given)
        die(STATUS_FAILED, "--rules: no file given");
    if (!path || !*path)
        return;
    if (!can_be_read_again(path))
        die(STATUS_FAILED, "%s: rules are read by every process, and a pipe can be read once only: use a file", path);
    if (!goes_on())
        compile_rules(path, absolute(path, "/./"), reload || asked);
    setenv("HOOK_RULES", absolute(path, "/./"), 1);
}

static void check_format(const char *who, const char *format)
{
    if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0 && strcmp(format, "binary") != 0)
        die(STATUS_FAILED, "%s: unknown format '%s' (text, json or binary)", who, format);
}

static void set_format(const char *format)
{
    if (!format)
        return;
    check_format("--format", format);
    setenv("HOOK_FORMAT", format, 1);
}

static void check_switch(const char *name, const char *off, const char *on)
{
    const char *value = getenv(name);
    if (value && *value && strcmp(value, off) != 0 && strcmp(value, on) != 0)
        die(STATUS_FAILED, "%s: '%s' is neither '%s' nor '%s'", name, value, off, on);
}

/* What the user's own environment says is the library's to judge, but that would be after the file has been emptied. */
static void check_variables(void)
{
    const char *format = getenv("HOOK_FORMAT"), *trace = getenv("HOOK_TRACE"), *show = getenv("HOOK_SHOW");
    const char *reload = getenv("HOOK_RELOAD");
    struct show read;
    check_switch("HOOK_ON_ERROR", "continue", "exit");
    if (goes_on())
        return;
    check_switch("HOOK_FOLLOW", "0", "1");
    if (reload && *reload != '/')
        check_switch("HOOK_RELOAD", "0", "1");
    if (format && *format)
        check_format("HOOK_FORMAT", format);
    if (trace && *trace)
        run_check_calls("HOOK_TRACE: ", trace);
    if (show_read(&read, show))
        die(STATUS_FAILED, "HOOK_SHOW: '%s': unknown word (libhook(7) lists them)", show);
    if (read.tips && format && strcmp(format, "binary") == 0)
        die(STATUS_FAILED, "tips are not in the binary format (text or json)");
}

/* ring:SIZE:FILE, or ring:SIZE -> the file; a flight recorder is of the binary format. */
static const char *set_ring(const char *output, const char *format)
{
    uint64_t bytes;
    if (!output || strncmp(output, "ring:", 5) != 0)
        return output;
    size_t len = strcspn(output + 5, ":");
    const char *file = output[5 + len] ? output + 6 + len : "hook.trace";
    if (!size_read(output + 5, len, &bytes) || bytes < RING_LEAST || bytes > RING_MOST)
        die(STATUS_FAILED, "-o %s: '%.*s' is no size between 128K and 1G", output, (int)len, output + 5);
    if (format && strcmp(format, "binary") != 0)
        die(STATUS_FAILED, "-o %s: a ring is in the binary format, not in %s", output, format);
    char *size = strndup(output + 5, len);
    setenv("HOOK_RING", size, 1);
    setenv("HOOK_FORMAT", "binary", 1);
    free(size);
    return file;
}

/* Memory can be mapped from files only. */
static void check_binary_output(const char *output)
{
    const char *format = getenv("HOOK_FORMAT");
    output = output ? output : getenv("HOOK_OUTPUT");
    bool to_file = output && *output && strcmp(output, "stderr") != 0 && strncmp(output, "fd:", 3) != 0;
    struct stat st;
    if (!format || strcmp(format, "binary") != 0 || goes_on())
        return;
    if (!to_file)
        die(STATUS_FAILED, "the binary format needs a file (-o FILE)");
    if (stat(output, &st) == 0 && !S_ISREG(st.st_mode))
        die(STATUS_FAILED, "%s: the binary format needs a regular file", output);
}

static void set_look(const struct look *look)
{
    const char *format = getenv("HOOK_FORMAT");
    look_check(look, format && *format ? format : "text");
    if (look->any) {
        char *list = look_list(look);
        setenv("HOOK_SHOW", list, 1);
        free(list);
    }
    if (look->paths)
        setenv("HOOK_PATHS", look->paths, 1);
}

/* The output last: nothing is emptied for a command that will not run. */
void run_set_environment(const struct run *run, const struct elf *program)
{
    set_format(run->format);
    const char *output = set_ring(run->output, run->format);
    if (run->trace)
        setenv("HOOK_TRACE", run->trace, 1);
    if (run->no_follow)
        setenv("HOOK_FOLLOW", "0", 1);
    set_look(&run->look);
    check_variables();
    set_rules(run->rules, run->reload);
    const char *library = find_library(run->library);
    if (program->fit != ELF_FOREIGN && program->fit != ELF_OTHER_LIBC)
        preload(library, program->runtime);
    check_binary_output(output);
    set_output(output);
}
