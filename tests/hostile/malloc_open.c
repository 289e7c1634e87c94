/* SPDX-License-Identifier: MIT */
/* The program has its own malloc, and that opens, writes and closes files.  A
 * hook that allocates would come back in here. */
#define T_NAME "malloc_open"
#include "t.h"
static char pool[64 << 20] __attribute__((aligned(16)));
static size_t used;
static __thread int depth __attribute__((tls_model("local-exec")));
static int worst, ready;
static unsigned long calls;
static void *get(size_t n)
{
    size_t o = __atomic_fetch_add(&used, (n + 31) & ~15ul, __ATOMIC_RELAXED);
    if (o + n + 32 > sizeof pool)
        return NULL;
    size_t *h = (size_t *)(pool + o);
    *h = n;
    if (ready && depth < 3) {
        if (++depth > worst) worst = depth;
        calls++;
        int e = errno, fd = open("/dev/null", O_WRONLY);
        if (fd >= 0) {
            if (write(fd, "x", 1) != 1) worst = 100;
            close(fd);
        } else worst = 101;
        errno = e;
        depth--;
    }
    return pool + o + 16;
}
void *malloc(size_t n) { return get(n); }
void free(void *p) { (void)p; }
void *calloc(size_t a, size_t b) { return get(a * b); }
void *realloc(void *p, size_t n)
{
    void *q = get(n);
    if (p && q) {
        size_t o = ((size_t *)p)[-2];
        memcpy(q, p, o < n ? o : n);
    }
    return q;
}
void *memalign(size_t a, size_t n) { char *p = get(n + a); return p ? (void *)(((uintptr_t)p + a - 1) & ~(a - 1)) : p; }
void *aligned_alloc(size_t a, size_t n) { return memalign(a, n); }
int posix_memalign(void **o, size_t a, size_t n) { *o = memalign(a, n); return *o ? 0 : ENOMEM; }
size_t malloc_usable_size(void *p) { return p ? ((size_t *)p)[-2] : 0; }
int main(void)
{
    ready = 1;
    for (int i = 0; i < 1000; i++) {
        char *p = malloc(10 + i);
        CHECK(p);
        p = realloc(p, 3000);
        CHECK(p);
        free(p);
    }
    for (int i = 0; i < 1000; i++) {
        int fd = open("/dev/null", O_RDONLY);
        CHECK(fd >= 0);
        close(fd);
    }
    ready = 0;
    if (calls != 2000)
        fail("malloc was called %lu times, not 2000: the library allocates inside a call", calls);
    if (worst != 1)
        fail("malloc was entered %d deep (100: write failed, 101: open failed)", worst);
    pass();
}
