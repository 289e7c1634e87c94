/* SPDX-License-Identifier: MIT */
/* dprintf writes at once: to rules, and in a trace, it is the write of the text that it makes. */
#include "inbound/preload/preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>

#include "inbound/preload/next.h"
#include "sys/descriptor.h"

/* The flag of the checked functions; -1: it is another one. */
enum { UNCHECKED = -1 };

typedef int print_fn(char *to, size_t size, const char *format, va_list ap);

/* libc's, whatever the program has put before it. */
static print_fn *find_print(void)
{
    static print_fn *found;
    print_fn *print = __atomic_load_n(&found, __ATOMIC_RELAXED);
    if (!print && !(print = (print_fn *)next_find("vsnprintf", NULL)))
        print = (print_fn *)dlsym(RTLD_NEXT, "vsnprintf");
    __atomic_store_n(&found, print, __ATOMIC_RELAXED);
    return print;
}

static int print(char *to, size_t size, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int len = find_print()(to, size, format, again);
    va_end(again);
    return len;
}

static int write_really(int fd, int flag, const char *format, va_list ap)
{
    if (flag != UNCHECKED)
        return ((int (*)(int, int, const char *, va_list))real_symbol(CALL___vdprintf_chk))(fd, flag, format, ap);
    return ((int (*)(int, const char *, va_list))real_symbol(CALL_vdprintf))(fd, format, ap);
}

static __attribute__((noinline)) int write_text(unsigned call, int fd, int flag, const char *format, va_list ap)
{
    struct passage p;
    char few[256], *text = few;
    preload_open(&p, call);
    if (p.flags & GATE_START)
        return write_really(fd, flag, format, ap);
    int len = print(few, sizeof few, format, ap);
    if (len >= (int)sizeof few && (text = arena_take(&p.arena, (size_t)len + 1)))
        print(text, (size_t)len + 1, format, ap);
    p.word[0] = fd;
    p.word[1] = (long)text;
    p.word[2] = len < 0 || !text ? 0 : len;
    bool go = preload_ask(&p);
    int ret = go ? write_really((int)p.word[0], flag, format, ap) : (int)p.event.ret;
    return (int)preload_after(&p, go, ret);
}

static int write_formatted(unsigned call, int fd, int flag, const char *format, va_list ap)
{
    if (__builtin_expect(preload_flag(call) == 0 && fd != descriptor_own, 1))
        return write_really(fd, flag, format, ap);
    return write_text(call, fd, flag, format, ap);
}

EXPORT(int, vdprintf)(int fd, const char *format, va_list ap) NAMED(vdprintf);
ANY_STACK int entry_vdprintf(int fd, const char *format, va_list ap)
{
    return write_formatted(CALL_vdprintf, fd, UNCHECKED, format, ap);
}

EXPORT(int, __vdprintf_chk)(int fd, int flag, const char *format, va_list ap) NAMED(__vdprintf_chk);
ANY_STACK int entry___vdprintf_chk(int fd, int flag, const char *format, va_list ap)
{
    return write_formatted(CALL___vdprintf_chk, fd, flag, format, ap);
}

EXPORT(int, dprintf)(int fd, const char *format, ...) NAMED(dprintf);
ANY_STACK int entry_dprintf(int fd, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int ret = write_formatted(CALL_dprintf, fd, UNCHECKED, format, ap);
    va_end(ap);
    return ret;
}

EXPORT(int, __dprintf_chk)(int fd, int flag, const char *format, ...) NAMED(__dprintf_chk);
ANY_STACK int entry___dprintf_chk(int fd, int flag, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int ret = write_formatted(CALL___dprintf_chk, fd, flag, format, ap);
    va_end(ap);
    return ret;
}
