/* SPDX-License-Identifier: MIT */
#include "calls/formats.h"

#include <dlfcn.h>
#include <errno.h>

char *line;
size_t line_size;
fpos_t position;
wchar_t wide[16];

#define ONLY(...) __VA_ARGS__
#define BY_LIST(name, kind, pass, ...)                                                                                           \
    int name(kind *make, __VA_ARGS__, ...)                                                                                       \
    {                                                                                                                            \
        va_list ap;                                                                                                              \
        va_start(ap, format);                                                                                                    \
        int ret = make(ONLY pass, ap);                                                                                           \
        va_end(ap);                                                                                                              \
        return ret;                                                                                                              \
    }
BY_LIST(by_list, list_fn, (format), const char *format)
BY_LIST(stream_by_list, stream_list_fn, (stream, format), FILE *stream, const char *format)
BY_LIST(number_by_list, number_list_fn, (number, format), int number, const char *format)
BY_LIST(checked_by_list, checked_list_fn, (stream, flag, format), FILE *stream, int flag, const char *format)
BY_LIST(numbers_by_list, numbers_list_fn, (number, flag, format), int number, int flag, const char *format)
BY_LIST(wide_by_list, wide_list_fn, (format), const wchar_t *format)
BY_LIST(wide_stream_by_list, wide_stream_list_fn, (stream, format), FILE *stream, const wchar_t *format)
BY_LIST(wide_number_by_list, wide_number_list_fn, (number, format), int number, const wchar_t *format)
BY_LIST(wide_checked_by_list, wide_checked_list_fn, (stream, flag, format), FILE *stream, int flag, const wchar_t *format)

#define NOTHING_BY_LIST(name, kind, pass, ...)                                                                                   \
    int name(kind *make, __VA_ARGS__, ...)                                                                                       \
    {                                                                                                                            \
        va_list ap;                                                                                                              \
        va_start(ap, format);                                                                                                    \
        make(ONLY pass, ap);                                                                                                     \
        va_end(ap);                                                                                                              \
        return 0;                                                                                                                \
    }
NOTHING_BY_LIST(told_by_list, told_list_fn, (format), const char *format)
NOTHING_BY_LIST(ended_by_list, ending_list_fn, (status, format), int status, const char *format)
NOTHING_BY_LIST(flagged_by_list, flagged_list_fn, (number, flag, format), int number, int flag, const char *format)

static int no_function()
{
    errno = ENOSYS;
    return -1;
}

any_fn *isoc23(const char *name)
{
    void *found = dlsym(RTLD_DEFAULT, name);
    errno = 0;
    return found ? (any_fn *)found : no_function;
}
