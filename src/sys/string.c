/* SPDX-License-Identifier: MIT */
/* The library's own string functions, seen by nobody else. A program may bring functions of these names, which
 * may call what is hooked: that would go round in circles. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef char __attribute__((vector_size(16), may_alias, aligned(1))) block;
typedef uint64_t __attribute__((may_alias, aligned(1))) word;
typedef uint32_t __attribute__((may_alias, aligned(1))) half;
typedef uint16_t __attribute__((may_alias, aligned(1))) quarter;

/* Fewer bytes than a block: both ends, which may be the same bytes twice. */
static void *copy_few(char *to, const char *from, size_t n)
{
    if (n >= sizeof(word)) {
        const word first = *(const word *)from, last = *(const word *)(from + n - sizeof last);
        *(word *)to = first;
        *(word *)(to + n - sizeof last) = last;
    } else if (n >= sizeof(half)) {
        const half first = *(const half *)from, last = *(const half *)(from + n - sizeof last);
        *(half *)to = first;
        *(half *)(to + n - sizeof last) = last;
    } else if (n >= sizeof(quarter)) {
        const quarter first = *(const quarter *)from, last = *(const quarter *)(from + n - sizeof last);
        *(quarter *)to = first;
        *(quarter *)(to + n - sizeof last) = last;
    } else if (n) {
        *to = *from;
    }
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    if (n < sizeof(block))
        return copy_few(to, from, n);
    const block last = *(const block *)((const char *)from + n - sizeof last);
    for (size_t at = 0; at < n - sizeof last; at += sizeof last)
        *(block *)((char *)to + at) = *(const block *)((const char *)from + at);
    *(block *)((char *)to + n - sizeof last) = last;
    return to;
}

static void *copy_up(void *to, const void *from, size_t n)
{
    char *out = to;
    const char *in = from;
    for (; n >= sizeof(word); n -= sizeof(word), out += sizeof(word), in += sizeof(word))
        *(word *)out = *(const word *)in;
    while (n-- > 0)
        *out++ = *in++;
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    if ((uintptr_t)to - (uintptr_t)from >= n)
        return copy_up(to, from, n);
    while (n-- > 0)
        ((char *)to)[n] = ((const char *)from)[n];
    return to;
}

void *memset(void *to, int c, size_t n)
{
    char *out = to;
#if defined(__x86_64__)
    enum { MANY = 512 }; /* from there on the processor is faster by itself */
    if (n >= MANY) {
        __asm__ volatile("rep stosb" : "+D"(out), "+c"(n) : "a"(c) : "memory");
        return to;
    }
#endif
    for (const word w = UINT64_C(0x0101010101010101) * (unsigned char)c; n >= sizeof w; n -= sizeof w, out += sizeof w)
        *(word *)out = w;
    while (n-- > 0)
        *out++ = (char)c;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;
    for (; n > 0; n--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

/* What is looked at at once, where it is aligned: never beyond the page that a byte looked for may be in. Of which bytes are c
 * there are BITS bits a byte; what is behind the first is not to be relied on, and of those before `ahead` there is nothing. */
#if defined(__x86_64__)
typedef char __attribute__((vector_size(16), may_alias)) unit;
enum { BITS = 1 };

static inline uint64_t equal(unit bytes, char c, unsigned ahead)
{
    return (uint64_t)(unsigned)__builtin_ia32_pmovmskb128(bytes == c) >> ahead << ahead;
}
#else
typedef uint64_t __attribute__((may_alias)) unit;
enum { BITS = 8 };

static inline uint64_t equal(unit bytes, char c, unsigned ahead)
{
    const uint64_t found = (bytes ^ EACH(c)) | ~(UINT64_MAX << 8 * ahead);
    return (found - EACH(1)) & ~found & EACH(0x80);
}
#endif

/* How many bytes before the first c, of n. */
static inline size_t bytes_before(const char *at, char c, size_t n)
{
    const unsigned ahead = (unsigned)((uintptr_t)at % sizeof(unit));
    const unit *from = (const unit *)(at - ahead);
    uint64_t found = equal(*from, c, ahead);
    size_t done = 0;
    while (!found && n > sizeof *from - ahead + done) {
        done += sizeof *from;
        found = equal(*++from, c, 0);
    }
    const size_t len = found ? done + (size_t)__builtin_ctzll(found) / BITS - ahead : n;
    return len < n ? len : n;
}

void *memchr(const void *at, int c, size_t n)
{
    size_t len = n ? bytes_before(at, (char)c, n) : 0;
    return len < n ? (char *)at + len : NULL;
}

void *memrchr(const void *at, int c, size_t n)
{
    while (n-- > 0)
        if (((const char *)at)[n] == (char)c)
            return (char *)at + n;
    return NULL;
}

size_t strlen(const char *s)
{
    return bytes_before(s, 0, SIZE_MAX);
}

size_t strnlen(const char *s, size_t most)
{
    return most ? bytes_before(s, 0, most) : 0;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n > 0; n--, a++, b++)
        if (*a != *b || !*a)
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

char *strchr(const char *s, int c)
{
    return memchr(s, c, strlen(s) + 1);
}

char *strrchr(const char *s, int c)
{
    return memrchr(s, c, strlen(s) + 1);
}

size_t strcspn(const char *s, const char *reject)
{
    size_t n = 0;
    while (s[n] && !strchr(reject, s[n]))
        n++;
    return n;
}

size_t strspn(const char *s, const char *accept)
{
    size_t n = 0;
    while (s[n] && strchr(accept, s[n]))
        n++;
    return n;
}

char *strstr(const char *s, const char *find)
{
    for (size_t len = strlen(find);; s++) {
        if (strncmp(s, find, len) == 0)
            return (char *)s;
        if (!*s)
            return NULL;
    }
}

char *stpcpy(char *restrict to, const char *restrict from)
{
    size_t len = strlen(from);
    memcpy(to, from, len + 1);
    return to + len;
}

char *strcpy(char *restrict to, const char *restrict from)
{
    stpcpy(to, from);
    return to;
}

char *strncpy(char *restrict to, const char *restrict from, size_t n)
{
    size_t len = strnlen(from, n);
    memcpy(to, from, len);
    memset(to + len, 0, n - len);
    return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
    strcpy(to + strlen(to), from);
    return to;
}
