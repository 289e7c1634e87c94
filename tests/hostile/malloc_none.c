/* SPDX-License-Identifier: MIT */
/* The program has its own malloc, which is not ready before main, and counts: calls that do not allocate must not
 * become calls that do. */
#define T_NAME "malloc_none"
#include "t.h"
static char pool[16 << 20] __attribute__((aligned(16)));
static size_t used;
static volatile int calls, early, in_main;
static void *get(size_t n)
{
    if (in_main) calls++;
    else early++;
    size_t o = __atomic_fetch_add(&used, (n + 31) & ~15ul, __ATOMIC_RELAXED);
    if (o + n + 32 > sizeof pool) return NULL;
    *(size_t *)(pool + o) = n;
    return pool + o + 16;
}
void *malloc(size_t n) { return get(n); }
void free(void *p) { if (p && in_main) calls++; }
void *calloc(size_t a, size_t b) { return get(a * b); }
void *realloc(void *p, size_t n)
{
    void *q = get(n);
    if (p && q) memcpy(q, p, ((size_t *)p)[-2] < n ? ((size_t *)p)[-2] : n);
    return q;
}
int main(void)
{
    static char longp[5000];
    struct stat st;
    char *av[] = { "x", NULL }, b[10];
    if (early) fail("malloc was called %d times before main", early);
    t_tmp();
    memset(longp, 'x', sizeof longp - 1);
    in_main = 1;
    for (int i = 0; i < 50; i++) {
        int fd = open("f", O_RDWR | O_CREAT, 0600), p[2];
        CHECK(fd == 3 && write(fd, longp, 4000) == 4000 && pread(fd, b, 10, 0) == 10 && fstat(fd, &st) == 0 && close(fd) == 0);
        CHECK(open(longp, O_RDONLY) == -1 && stat("f", &st) == 0 && rename("f", "g") == 0 && unlink("g") == 0);
        CHECK(pipe(p) == 0 && dup2(p[0], 9) == 9 && close(9) == 0 && close(p[0]) == 0 && close(p[1]) == 0);
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "nope" };
        CHECK(s == 3 && connect(s, (void *)&u, sizeof u) == -1 && close(s) == 0);
        ERR(execve("/nonexistent/x", av, environ), ENOENT);
        ERR(execvp("nonexistent-x", av), ENOENT);
        pid_t c = vfork();
        if (c == 0) _exit(0);
        CHECK(t_wait(c) == 0);
        if ((c = _Fork()) == 0) syscall(SYS_exit_group, calls ? 3 : 0);
        CHECK(t_wait(c) == 0);
    }
    if (calls) fail("malloc or free was called %d times by calls that need none", calls);
    in_main = 0;
    pass();
}
