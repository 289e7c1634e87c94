/* SPDX-License-Identifier: MIT */
/* What dlerror has to say about the program's own dlopen is still there after other calls. */
#define T_NAME "dlerror_kept"
#include "t.h"
#include <dlfcn.h>
#include <ftw.h>
#include <glob.h>
#include <spawn.h>
#if defined(__x86_64__)
__asm__(".symver old_nftw, nftw@GLIBC_2.2.5\n.symver old_glob, glob@GLIBC_2.2.5\n.symver old_spawn, posix_spawn@GLIBC_2.2.5");
#else
#define old_nftw nftw
#define old_glob glob
#define old_spawn posix_spawn
#endif
int old_nftw(const char *, __nftw_func_t, int, int);
int old_glob(const char *, int, int (*)(const char *, int), glob_t *);
int old_spawn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[], char *const[]);
static int visit(const char *p, const struct stat *s, int f, struct FTW *w) { return 0; }
static void check(const char *what)
{
    char *e = dlerror();
    if (!e || !strstr(e, "nonexistent")) fail("after %s dlerror says: %s", what, e ? e : "nothing");
    if (dlopen("/nonexistent.so", RTLD_NOW)) fail("dlopen");
}
int main(void)
{
    t_tmp();
    glob_t g;
    pid_t p;
    char *av[] = { "true", NULL };
    CHECK(dlopen("/nonexistent.so", RTLD_NOW) == NULL);
    CHECK(open("/nope", O_RDONLY) == -1);
    check("open");
    CHECK(old_nftw(".", visit, 2, 0) == 0);
    check("an old nftw");
    CHECK(old_glob("*", 0, NULL, &g) == GLOB_NOMATCH);
    check("an old glob");
    CHECK(old_spawn(&p, "/bin/true", NULL, NULL, av, environ) == 0 && t_wait(p) == 0);
    check("an old posix_spawn");
    CHECK(system("true") == 0);
    check("system");
    CHECK(pclose(popen("true", "r")) == 0);
    check("popen");
    CHECK(fclose(tmpfile()) == 0);
    check("tmpfile");
    pass();
}
