/* SPDX-License-Identifier: MIT */
/* Callbacks of ftw, nftw, scandir, fts_open leave by longjmp and by pthread_exit, and look at the stack: the functions in
 * between can be unwound. */
#define T_NAME "callback_out"
#include "t.h"
#include <execinfo.h>
#include <ftw.h>
#include <fts.h>
#include <setjmp.h>
static jmp_buf j;
static int how, found, cleaned;
static void *bottom; /* where main is called from: the frame that every stack of this thread ends in */
static void deep(void)
{
    void *at[64];
    int n = backtrace(at, 64), ok = 0;
    for (int i = 0; i < n; i++)
        ok |= at[i] == bottom;
    found += ok;
    if (how == 1) longjmp(j, 1);
    if (how == 2) pthread_exit((void *)7);
}
static int on_ftw(const char *p, const struct stat *s, int f) { deep(); return 0; }
static int on_nftw(const char *p, const struct stat *s, int f, struct FTW *w) { deep(); return 0; }
static int on_select(const struct dirent *d) { deep(); return 1; }
static int on_fts(const FTSENT **a, const FTSENT **b) { deep(); return 0; }
static void walk(int which)
{
    struct dirent **d;
    char *const roots[] = { "a", "f", NULL };
    switch (which) {
    case 0: ftw(".", on_ftw, 4); break;
    case 1: nftw(".", on_nftw, 4, FTW_PHYS); break;
    case 2: scandir(".", &d, on_select, alphasort); break;
    case 3: fts_close(fts_open(roots, FTS_PHYSICAL, on_fts)); break;
    }
}
static void clean(void *a) { cleaned++; }
static void *thread(void *a)
{
    pthread_cleanup_push(clean, NULL);
    walk((int)(long)a);
    pthread_cleanup_pop(0);
    return NULL;
}
int main(void)
{
    t_tmp();
    bottom = __builtin_return_address(0);
    CHECK(mkdir("a", 0700) == 0);
    t_file("f", "x");
    for (volatile int which = 0; which < 4; which++) {
        how = found = 0;
        walk(which);
        if (!found) fail("walk %d: main was not seen from the callback", which);
        for (volatile int i = 0; i < 50; i++) {
            how = 1;
            if (setjmp(j) == 0) {
                walk(which);
                fail("walk %d returned", which);
            }
        }
        how = 2;
        cleaned = 0;
        pthread_t t;
        void *r;
        CHECK(pthread_create(&t, NULL, thread, (void *)(long)which) == 0 && pthread_join(t, &r) == 0);
        if (r != (void *)7 || cleaned != 1) fail("walk %d: pthread_exit gave %p, cleaned %d", which, r, cleaned);
    }
    pass();
}
