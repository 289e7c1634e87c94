/* SPDX-License-Identifier: MIT */
/* Functions that take a format and as many arguments as that asks for. Nobody can pass those on as they came: the real
 * function that is called is the one that takes a list. */
#include "inbound/preload/preload.h"

#include <stdarg.h>
#include <stdio.h>

#include "inbound/preload/rows.inc.h"
#include "inbound/preload/types.h"

/* Each of them, and its sibling. */
#define LIST_OF__IO_fprintf      ~, vfprintf
#define LIST_OF__IO_printf       ~, vprintf
#define LIST_OF___fprintf_chk    ~, __vfprintf_chk
#define LIST_OF___fwprintf_chk   ~, __vfwprintf_chk
#define LIST_OF___isoc23_fscanf  ~, __isoc23_vfscanf
#define LIST_OF___isoc23_fwscanf ~, __isoc23_vfwscanf
#define LIST_OF___isoc23_scanf   ~, __isoc23_vscanf
#define LIST_OF___isoc23_wscanf  ~, __isoc23_vwscanf
#define LIST_OF___isoc99_fscanf  ~, __isoc99_vfscanf
#define LIST_OF___isoc99_fwscanf ~, __isoc99_vfwscanf
#define LIST_OF___isoc99_scanf   ~, __isoc99_vscanf
#define LIST_OF___isoc99_wscanf  ~, __isoc99_vwscanf
#define LIST_OF___printf_chk     ~, __vprintf_chk
#define LIST_OF___syslog_chk     ~, __vsyslog_chk
#define LIST_OF___wprintf_chk    ~, __vwprintf_chk
#define LIST_OF_fprintf          ~, vfprintf
#define LIST_OF_fscanf           ~, vfscanf
#define LIST_OF_fwprintf         ~, vfwprintf
#define LIST_OF_fwscanf          ~, vfwscanf
#define LIST_OF_printf           ~, vprintf
#define LIST_OF_scanf            ~, vscanf
#define LIST_OF_syslog           ~, vsyslog
#define LIST_OF_warn             ~, vwarn
#define LIST_OF_warnx            ~, vwarnx
#define LIST_OF_wprintf          ~, vwprintf
#define LIST_OF_wscanf           ~, vwscanf

/* LISTED of a row that has a sibling, UNLISTED of any other. */
#define SECOND(a, b, ...)   b
#define THIRD(a, b, c, ...) c
#define WHICH(...)          THIRD(__VA_ARGS__, LISTED, UNLISTED, ~)
#define SIBLING(...)        SECOND(__VA_ARGS__, ~)
#define JOINED(a, b)        a##b
#define JOIN(a, b)          JOINED(a, b)
#define UNLISTED(...)
#define CALL(...)
#define HAND(sym, ...) WHICH(LIST_OF_##sym)(sym, __VA_ARGS__)

/* Where a call concerns nobody its arguments, wherever they are, stay where they are for the real function. */
#if defined(__x86_64__)
#define BEHIND(type, sym, ...) __attribute__((used, visibility("hidden"))) ANY_STACK type slow_##sym(__VA_ARGS__)
#else
#define BEHIND(type, sym, ...)                                                                                                   \
    EXPORT(type, sym)(__VA_ARGS__) NAMED(sym);                                                                                   \
    ANY_STACK type entry_##sym(__VA_ARGS__)
#endif

#define LISTED(sym, sys, type, fail, ...) LISTED_##fail(sym, JOIN(CALL_, SIBLING(LIST_OF_##sym)), sys, type, fail, __VA_ARGS__)
#define LISTED_BEFORE(sym, n, ...)                                                                                               \
    struct passage p_;                                                                                                           \
    const long words_[] = ROW_WORDS(n, __VA_ARGS__);                                                                             \
    va_list ap_;                                                                                                                 \
    va_start(ap_, format);                                                                                                       \
    __builtin_memcpy(p_.word, words_, sizeof words_);                                                                            \
    bool go_ = preload_before(&p_, CALL_##sym)
#define LISTED_NEG1(sym, sibling, sys, type, fail, kind, n, ...)                                                                 \
    BEHIND(type, sym, ROW_PARAMS(n, __VA_ARGS__), ...)                                                                           \
    {                                                                                                                            \
        LISTED_BEFORE(sym, n, __VA_ARGS__);                                                                                      \
        type ret_ =                                                                                                              \
            go_ ? ((type(*)(ROW_PARAMS(n, __VA_ARGS__), va_list))real_symbol(sibling))(ROW_ARGS(p_.word, n, __VA_ARGS__), ap_)   \
                : (type)p_.event.ret;                                                                                            \
        va_end(ap_);                                                                                                             \
        return (type)preload_after(&p_, go_, (long)ret_);                                                                        \
    }
#define LISTED_NEGEND LISTED_NEG1
#define LISTED_VOID(sym, sibling, sys, type, fail, kind, n, ...)                                                                 \
    BEHIND(void, sym, ROW_PARAMS(n, __VA_ARGS__), ...)                                                                           \
    {                                                                                                                            \
        LISTED_BEFORE(sym, n, __VA_ARGS__);                                                                                      \
        if (go_)                                                                                                                 \
            ((void (*)(ROW_PARAMS(n, __VA_ARGS__), va_list))real_symbol(sibling))(ROW_ARGS(p_.word, n, __VA_ARGS__), ap_);       \
        va_end(ap_);                                                                                                             \
        preload_after(&p_, go_, 0);                                                                                              \
    }
#include "calls.inc"

/* Those that may end the program are told of before they are made, and are always made. */
__attribute__((used, visibility("hidden"))) ANY_STACK real_fn *formatted_tell(const long *words, unsigned call)
{
    struct passage p;
    __builtin_memcpy(p.word, words, call_table[call].args * sizeof *words);
    bool go = preload_before(&p, call);
    preload_after(&p, go, 0);
    return real_symbol(call);
}

#define ENDS(sym, list)                                                                                                          \
    EXPORT(_Noreturn void, sym)(int eval, const char *format, ...) NAMED(sym);                                                   \
    ANY_STACK _Noreturn void entry_##sym(int eval, const char *format, ...)                                                      \
    {                                                                                                                            \
        va_list ap;                                                                                                              \
        va_start(ap, format);                                                                                                    \
        formatted_tell((const long[]){ eval, (long)format }, CALL_##sym);                                                        \
        ((void (*)(int, const char *, va_list))real_symbol(CALL_##list))(eval, format, ap);                                      \
        __builtin_unreachable();                                                                                                 \
    }                                                                                                                            \
    EXPORT(_Noreturn void, list)(int eval, const char *format, va_list ap) NAMED(list);                                          \
    ANY_STACK _Noreturn void entry_##list(int eval, const char *format, va_list ap)                                              \
    {                                                                                                                            \
        real_fn *real = formatted_tell((const long[]){ eval, (long)format, (long)&ap }, CALL_##list);                            \
        ((void (*)(int, const char *, va_list))real)(eval, format, ap);                                                          \
        __builtin_unreachable();                                                                                                 \
    }
ENDS(err, verr)
ENDS(errx, verrx)

#if defined(__x86_64__)

#define ENTRY(sym)                                                                                                               \
    __asm__(".globl " #sym "\n"                                                                                                  \
            ".type " #sym ", @function\n" #sym ":\n"                                                                             \
            "    endbr64\n"                                                                                                      \
            "    cmpb $0, preload_flags+%c0(%%rip)\n"                                                                            \
            "    jne slow_" #sym "\n"                                                                                            \
            "    jmp *real_table+8*%c0(%%rip)\n"                                                                                 \
            ".size " #sym ", .-" #sym "\n"                                                                                       \
            :                                                                                                                    \
            : "i"(CALL_##sym))

/* `error` has no sibling: what may hold arguments is put back before the real one is jumped to. */
#define TOLD_ENTRY(sym)                                                                                                          \
    __asm__(".globl " #sym "\n"                                                                                                  \
            ".type " #sym ", @function\n" #sym ":\n"                                                                             \
            "    endbr64\n"                                                                                                      \
            "    cmpb $0, preload_flags+%c0(%%rip)\n"                                                                            \
            "    jne 1f\n"                                                                                                       \
            "    jmp *real_table+8*%c0(%%rip)\n"                                                                                 \
            "1:  subq $200, %%rsp\n"                                                                                             \
            "    .cfi_adjust_cfa_offset 200\n"                                                                                   \
            "    movups %%xmm0, (%%rsp)\n    movups %%xmm1, 16(%%rsp)\n    movups %%xmm2, 32(%%rsp)\n"                           \
            "    movups %%xmm3, 48(%%rsp)\n    movups %%xmm4, 64(%%rsp)\n    movups %%xmm5, 80(%%rsp)\n"                         \
            "    movups %%xmm6, 96(%%rsp)\n    movups %%xmm7, 112(%%rsp)\n    movq %%rax, 176(%%rsp)\n"                          \
            "    movq %%rdi, 128(%%rsp)\n    movq %%rsi, 136(%%rsp)\n    movq %%rdx, 144(%%rsp)\n"                               \
            "    movq %%rcx, 152(%%rsp)\n    movq %%r8, 160(%%rsp)\n    movq %%r9, 168(%%rsp)\n"                                 \
            "    leaq 128(%%rsp), %%rdi\n"                                                                                       \
            "    movl %0, %%esi\n"                                                                                               \
            "    call formatted_tell\n"                                                                                          \
            "    movq %%rax, %%r11\n"                                                                                            \
            "    movups (%%rsp), %%xmm0\n    movups 16(%%rsp), %%xmm1\n    movups 32(%%rsp), %%xmm2\n"                           \
            "    movups 48(%%rsp), %%xmm3\n    movups 64(%%rsp), %%xmm4\n    movups 80(%%rsp), %%xmm5\n"                         \
            "    movups 96(%%rsp), %%xmm6\n    movups 112(%%rsp), %%xmm7\n    movq 176(%%rsp), %%rax\n"                          \
            "    movq 128(%%rsp), %%rdi\n    movq 136(%%rsp), %%rsi\n    movq 144(%%rsp), %%rdx\n"                               \
            "    movq 152(%%rsp), %%rcx\n    movq 160(%%rsp), %%r8\n    movq 168(%%rsp), %%r9\n"                                 \
            "    addq $200, %%rsp\n"                                                                                             \
            "    .cfi_adjust_cfa_offset -200\n"                                                                                  \
            "    jmp *%%r11\n"                                                                                                   \
            ".size " #sym ", .-" #sym "\n"                                                                                       \
            :                                                                                                                    \
            : "i"(CALL_##sym))

/* Only for its asm: an operand needs a function around it. */
__attribute__((used, naked)) static void formatted_entries(void)
{
#undef LISTED
#undef CALL
#undef HAND
#define LISTED(sym, ...) ENTRY(sym);
#define CALL(...)
#define HAND(sym, ...) WHICH(LIST_OF_##sym)(sym, __VA_ARGS__)
#include "calls.inc"
    TOLD_ENTRY(error);
    TOLD_ENTRY(error_at_line);
}

#else

/* Whatever there may be of arguments, up to that many bytes of the stack. */
enum { STACK_ARGUMENTS = 256 };

EXPORT(void, error)(int status, int errnum, const char *format, ...) NAMED(error);
void entry_error(int status, int errnum, const char *format, ...)
{
    real_fn *real = formatted_tell((const long[]){ status, errnum, (long)format }, CALL_error);
    __builtin_apply((void (*)())real, __builtin_apply_args(), STACK_ARGUMENTS);
}

EXPORT(void, error_at_line)
(int status, int errnum, const char *filename, unsigned linenum, const char *format, ...) NAMED(error_at_line);
void entry_error_at_line(int status, int errnum, const char *filename, unsigned linenum, const char *format, ...)
{
    const long words[] = { status, errnum, (long)filename, linenum, (long)format };
    __builtin_apply((void (*)())formatted_tell(words, CALL_error_at_line), __builtin_apply_args(), STACK_ARGUMENTS);
}

#endif
