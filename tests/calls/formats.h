/* SPDX-License-Identifier: MIT */
/* For the calls of stdio, and names of theirs that no header declares. */
#ifndef TESTS_CALLS_FORMATS_H
#define TESTS_CALLS_FORMATS_H

#include <err.h>
#include <error.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <wchar.h>

/* The stream is f, at descriptor 3. */
#define FROM_STDIN(call) (stdin = stream_of_file(), (call))
#define TO_STDOUT(call)  (stdout = stream_of_file(), (call))
#define TO_STDERR(call)  (stderr = stream_of_file(), (call), 0)

extern char *line;
extern size_t line_size;
extern fpos_t position;
extern wchar_t wide[16];

/* Call `make` with the list of what follows the format. */
typedef int list_fn(const char *, va_list), stream_list_fn(FILE *, const char *, va_list),
    number_list_fn(int, const char *, va_list), checked_list_fn(FILE *, int, const char *, va_list),
    numbers_list_fn(int, int, const char *, va_list);
typedef int wide_list_fn(const wchar_t *, va_list), wide_stream_list_fn(FILE *, const wchar_t *, va_list),
    wide_number_list_fn(int, const wchar_t *, va_list), wide_checked_list_fn(FILE *, int, const wchar_t *, va_list);
typedef void told_list_fn(const char *, va_list), ending_list_fn(int, const char *, va_list),
    flagged_list_fn(int, int, const char *, va_list);
int by_list(list_fn *make, const char *format, ...);
int stream_by_list(stream_list_fn *make, FILE *stream, const char *format, ...);
int number_by_list(number_list_fn *make, int number, const char *format, ...);
int checked_by_list(checked_list_fn *make, FILE *stream, int flag, const char *format, ...);
int numbers_by_list(numbers_list_fn *make, int number, int flag, const char *format, ...);
int wide_by_list(wide_list_fn *make, const wchar_t *format, ...);
int wide_stream_by_list(wide_stream_list_fn *make, FILE *stream, const wchar_t *format, ...);
int wide_number_by_list(wide_number_list_fn *make, int number, const wchar_t *format, ...);
int wide_checked_by_list(wide_checked_list_fn *make, FILE *stream, int flag, const wchar_t *format, ...);
int told_by_list(told_list_fn *make, const char *format, ...);
int ended_by_list(ending_list_fn *make, int status, const char *format, ...);
int flagged_by_list(flagged_list_fn *make, int number, int flag, const char *format, ...);

int _IO_fclose(FILE *stream);
FILE *_IO_fdopen(int fd, const char *mode);
int _IO_fflush(FILE *stream);
int _IO_fgetpos(FILE *stream, fpos_t *pos);
int _IO_fgetpos64(FILE *stream, fpos64_t *pos);
char *_IO_fgets(char *s, int size, FILE *stream);
FILE *_IO_fopen(const char *path, const char *mode);
int _IO_fprintf(FILE *stream, const char *format, ...);
int _IO_fputs(const char *s, FILE *stream);
size_t _IO_fread(void *ptr, size_t size, size_t n, FILE *stream);
int _IO_fsetpos(FILE *stream, const fpos_t *pos);
int _IO_fsetpos64(FILE *stream, const fpos64_t *pos);
long _IO_ftell(FILE *stream);
size_t _IO_fwrite(const void *ptr, size_t size, size_t n, FILE *stream);
int _IO_getc(FILE *stream);
FILE *_IO_popen(const char *command, const char *type);
int _IO_printf(const char *format, ...);
int _IO_putc(int c, FILE *stream);
int _IO_puts(const char *s);
int _IO_ungetc(int c, FILE *stream);
int _IO_vfprintf(FILE *stream, const char *format, va_list ap);
int __dprintf_chk(int fd, int flag, const char *format, ...);
char *__fgets_chk(char *s, size_t size, int n, FILE *stream);
char *__fgets_unlocked_chk(char *s, size_t size, int n, FILE *stream);
wchar_t *__fgetws_chk(wchar_t *ws, size_t size, int n, FILE *stream);
wchar_t *__fgetws_unlocked_chk(wchar_t *ws, size_t size, int n, FILE *stream);
int __fprintf_chk(FILE *stream, int flag, const char *format, ...);
size_t __fread_chk(void *ptr, size_t room, size_t size, size_t n, FILE *stream);
size_t __fread_unlocked_chk(void *ptr, size_t room, size_t size, size_t n, FILE *stream);
int __fwprintf_chk(FILE *stream, int flag, const wchar_t *format, ...);
ssize_t __getdelim(char **lineptr, size_t *n, int delim, FILE *stream);
char *__gets_chk(char *s, size_t size);
char *gets(char *s);
int __isoc99_fscanf(FILE *stream, const char *format, ...);
int __isoc99_fwscanf(FILE *stream, const wchar_t *format, ...);
int __isoc99_scanf(const char *format, ...);
int __isoc99_vfscanf(FILE *stream, const char *format, va_list ap);
int __isoc99_vfwscanf(FILE *stream, const wchar_t *format, va_list ap);
int __isoc99_vscanf(const char *format, va_list ap);
int __isoc99_vwscanf(const wchar_t *format, va_list ap);
int __isoc99_wscanf(const wchar_t *format, ...);
int __printf_chk(int flag, const char *format, ...);
int __vdprintf_chk(int fd, int flag, const char *format, va_list ap);
int __vfprintf_chk(FILE *stream, int flag, const char *format, va_list ap);
int __vfwprintf_chk(FILE *stream, int flag, const wchar_t *format, va_list ap);
int __vprintf_chk(int flag, const char *format, va_list ap);
int __vwprintf_chk(int flag, const wchar_t *format, va_list ap);
int __wprintf_chk(int flag, const wchar_t *format, ...);

/* As they are without C99, and not put into their place by a header. */
int old_fscanf(FILE *stream, const char *format, ...) __asm__("fscanf");
int old_fwscanf(FILE *stream, const wchar_t *format, ...) __asm__("fwscanf");
int old_scanf(const char *format, ...) __asm__("scanf");
int old_vfscanf(FILE *stream, const char *format, va_list ap) __asm__("vfscanf");
int old_vfwscanf(FILE *stream, const wchar_t *format, va_list ap) __asm__("vfwscanf");
int old_vscanf(const char *format, va_list ap) __asm__("vscanf");
int old_vwscanf(const wchar_t *format, va_list ap) __asm__("vwscanf");
int old_wscanf(const wchar_t *format, ...) __asm__("wscanf");
ssize_t own_getline(char **lineptr, size_t *n, FILE *stream) __asm__("getline");

/* Those of C23, where libc has them; else what the library makes of them. */
typedef int any_fn();
any_fn *isoc23(const char *name);

#endif
