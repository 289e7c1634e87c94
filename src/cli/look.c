/* SPDX-License-Identifier: MIT */
#include "cli/look.h"

#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/facts.h"
#include "core/size.h"

void look_init(struct look *look)
{
    *look = (struct look){ .show.strings = SHOW_STRINGS };
}

static void set_strings(struct look *look, const char *arg)
{
    uint64_t size;
    if (!size_read(arg, strlen(arg), &size) || size > SHOW_STRINGS_MOST)
        die(argp_err_exit_status, "-s: '%s' is no number of bytes up to %d", arg, SHOW_STRINGS_MOST);
    look->show.strings = (uint32_t)size;
}

static void add_path(struct look *look, const char *path)
{
    size_t before = look->paths ? strlen(look->paths) + 1 : 0;
    if (!*path || strchr(path, ':'))
        die(argp_err_exit_status, "-P: '%s' %s", path, *path ? "has a ':' in it" : "is no path");
    look->paths = realloc(look->paths, before + strlen(path) + 1);
    if (!look->paths)
        die(argp_err_exit_status, "out of memory");
    strcpy(look->paths + before, path);
    if (before)
        look->paths[before - 1] = ':';
}

/* The path from here on, spelled as events have it, and what it is when links are followed. */
static void set_path(struct look *look, const char *arg)
{
    char real[PATH_MAX], cwd[PATH_MAX] = "/", plain[2 * PATH_MAX];
    if (*arg && *arg != '/' && !getcwd(cwd, sizeof cwd))
        die(argp_err_exit_status, "-P %s: the current folder is not known", arg);
    if (!*arg || path_join(cwd, arg, strlen(arg), plain, sizeof plain) < 0)
        die(argp_err_exit_status, "-P: '%s' is no path", arg);
    add_path(look, plain);
    if (realpath(arg, real) && strcmp(real, plain) != 0)
        add_path(look, real);
}

bool look_option(struct look *look, int key, const char *arg)
{
    struct show *show = &look->show;
    switch (key) {
    case 't': show->clock += show->clock < SHOW_UNIX; break;
    case 'r': show->relative = true; break;
    case 'T': show->duration = true; break;
    case 's': set_strings(look, arg); break;
    case 'x': show->hex += show->hex < 2; break;
    case 'q': show->quiet += show->quiet < 2; break;
    case 'v': show->full = true; break;
    case 'y':
        if (show->fds)
            die(argp_err_exit_status, "-yy is not available in this version");
        show->fds = true;
        break;
    case 'z': show->outcome = SHOW_SUCCEEDED; break;
    case 'Z': show->outcome = SHOW_FAILED; break;
    case 'P': set_path(look, arg); break;
    default: return false;
    }
    look->any = look->any || key != 'P';
    if (strchr("trTxq", key))
        look->text_only = (char)key;
    return true;
}

void look_check(const struct look *look, const char *format)
{
    if (look->text_only && strcmp(format, "text") != 0)
        die(argp_err_exit_status, "-%c is about lines of text; what it asks for is in the %s format anyway", look->text_only,
            format);
}

int look_east(uint64_t ns)
{
    struct tm local;
    time_t time = (time_t)(ns / 1000000000);
    return localtime_r(&time, &local) ? (int)local.tm_gmtoff : 0;
}

char *look_list(const struct look *look)
{
    static const char *const clocks[] = { "", ",time", ",time-us", ",time-unix" };
    static const char *const hex[] = { "", ",hex", ",hex-all" }, *const quiet[] = { "", ",quiet", ",quiet-all" };
    static const char *const outcomes[] = { "", ",succeeded", ",failed" };
    const struct show *show = &look->show;
    char *list;
    int east = look_east((uint64_t)time(NULL) * 1000000000);
    if (asprintf(&list, "strings=%u,%s=%d%s%s%s%s%s%s%s%s%s", show->strings, east < 0 ? "west" : "east", abs(east),
                 show->fds ? ",fds" : "", show->full ? ",full" : "", show->tips ? ",tips" : "", show->duration ? ",duration" : "",
                 clocks[show->clock], show->relative ? ",since" : "", hex[show->hex], quiet[show->quiet],
                 outcomes[show->outcome]) < 0)
        die(argp_err_exit_status, "out of memory");
    return list;
}
