/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "core/call.h"

static bool names(const char *name, const char *symbol)
{
    struct call_set set = { 0 };
    cr_assert(call_set_add(&set, name, strlen(name)), "%s is not known", name);
    return call_set_has(&set, (unsigned)call_find(symbol, strlen(symbol)));
}

Test(call, symbols_are_sorted_within_their_rows)
{
    cr_assert(eq(str, (char *)call_symbol(CALL_fopen), "fopen"));
    cr_assert(eq(str, (char *)call_arg_name(CALL_fopen, 0), "path"));
    cr_assert(eq(str, (char *)call_arg_name(CALL_fopen, 1), "mode"));
    cr_assert(eq(str, (char *)call_op(CALL_fopen), "open"));
    cr_assert(eq(str, (char *)call_syscall(CALL_fopen), "openat"));
}

Test(call, a_system_call_names_its_operation)
{
    cr_assert(names("openat", "fopen"));
    cr_assert(names("open", "openat64"));
    cr_assert(names("execve", "posix_spawn"));
    cr_assert(names("exec", "execlp"));
    cr_assert(not(names("open", "close")));
}

Test(call, the_system_call_is_the_one_that_strace_prints)
{
    static const struct {
        enum call_id call;
        const char *syscall;
    } rows[] = {
        { CALL___fxstat, "fstat" },      { CALL___lxstat, "lstat" },
        { CALL___xstat, "stat" },        { CALL_adjtimex, "clock_adjtime" },
        { CALL_eaccess, "access" },      { CALL_futimesat, "utimensat" },
        { CALL_getloadavg, "sysinfo" },  { CALL_getpgrp, "getpgrp" },
        { CALL_grantpt, "ioctl" },       { CALL_inotify_init, "inotify_init" },
        { CALL_isfdtype, "newfstatat" }, { CALL_lchmod, "chmod" },
        { CALL_setrlimit, "prlimit64" }, { CALL_settimeofday, "clock_settime" },
        { CALL_utime, "utimensat" },     { CALL_utimes, "utimensat" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect(eq(str, (char *)call_syscall(rows[i].call), (char *)rows[i].syscall));
}

Test(call, a_system_call_that_the_library_makes_by_another_still_names_its_operation)
{
    cr_assert(names("utime", "utimensat"));
    cr_assert(names("utimensat", "utime"));
    cr_assert(names("futimesat", "utimes"));
    cr_assert(names("setrlimit", "prlimit"));
    cr_assert(names("getrlimit", "setrlimit"));
    cr_assert(names("getpgrp", "getpgid"));
    cr_assert(names("adjtimex", "clock_adjtime"));
    cr_assert(names("clock_adjtime", "adjtimex"));
    cr_assert(names("clock_settime", "settimeofday"));
    cr_assert(names("inotify_init", "inotify_init1"));
    cr_assert(names("faccessat2", "eaccess"));
}

Test(call, a_library_function_names_itself_with_its_other_spellings)
{
    cr_assert(names("fopen", "fopen"));
    cr_assert(names("fopen", "fopen64"));
    cr_assert(not(names("fopen", "open")));
    cr_assert(not(names("system", "execve")));
}

Test(call, classes_are_those_of_strace)
{
    cr_assert(names("%file", "open"));
    cr_assert(names("%desc", "read"));
    cr_assert(names("%network", "connect"));
    cr_assert(names("%process", "execve"));
    cr_assert(not(names("%network", "read")));
}

Test(call, an_unknown_name_is_refused)
{
    struct call_set set = { 0 };
    cr_assert(not(call_set_add(&set, "opne", 4)));
    cr_assert(not(call_set_add(&set, "%nope", 5)));
    cr_assert(not(call_set_add(&set, "", 0)));
}
