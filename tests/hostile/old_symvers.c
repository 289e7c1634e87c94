/* SPDX-License-Identifier: MIT */
/* Old symbol versions that programs built long ago are bound to: __xstat and its
 * like, realpath@GLIBC_2.2.5, nftw@GLIBC_2.2.5, posix_spawn@GLIBC_2.2.5. */
#define T_NAME "old_symvers"
#include "t.h"
#include <ftw.h>
#include <spawn.h>
extern int o_xstat(int, const char *, struct stat *), o_lxstat(int, const char *, struct stat *), o_fxstat(int, int, struct stat *);
extern int o_fxstatat(int, int, const char *, struct stat *, int), o_xstat64(int, const char *, struct stat64 *), o_xmknod(int, const char *, mode_t, dev_t *);
extern char *o_realpath(const char *, char *);
extern int o_nftw(const char *, __nftw_func_t, int, int);
extern int o_spawn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[], char *const[]);
__asm__(".symver o_xstat,__xstat@GLIBC_2.2.5");
__asm__(".symver o_lxstat,__lxstat@GLIBC_2.2.5");
__asm__(".symver o_fxstat,__fxstat@GLIBC_2.2.5");
__asm__(".symver o_fxstatat,__fxstatat@GLIBC_2.4");
__asm__(".symver o_xstat64,__xstat64@GLIBC_2.2.5");
__asm__(".symver o_xmknod,__xmknod@GLIBC_2.2.5");
__asm__(".symver o_realpath,realpath@GLIBC_2.2.5");
__asm__(".symver o_nftw,nftw@GLIBC_2.2.5");
__asm__(".symver o_spawn,posix_spawn@GLIBC_2.2.5");
static int n;
static int cb(const char *p, const struct stat *s, int f, struct FTW *w) { (void)p; (void)s; (void)f; (void)w; n++; return 0; }
int main(void)
{
    t_tmp();
    t_file("f", "hello");
    CHECK(symlink("f", "l") == 0);
    struct stat st;
    struct stat64 s6;
    CHECK(o_xstat(1, "l", &st) == 0 && st.st_size == 5 && S_ISREG(st.st_mode));
    CHECK(o_lxstat(1, "l", &st) == 0 && S_ISLNK(st.st_mode));
    int fd = open("f", O_RDONLY);
    CHECK(o_fxstat(1, fd, &st) == 0 && st.st_size == 5 && o_xstat64(1, "f", &s6) == 0 && s6.st_size == 5);
    CHECK(o_fxstatat(1, AT_FDCWD, "l", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode));
    ERR(o_xstat(1, "nope", &st), ENOENT);
    ERR(o_xstat(99, "f", &st), EINVAL);
    dev_t dv = 0;
    CHECK(o_xmknod(0, "p", S_IFIFO | 0600, &dv) == 0 && stat("p", &st) == 0 && S_ISFIFO(st.st_mode));
    char b[PATH_MAX];
    CHECK(o_realpath("l", b) && strstr(b, "/f"));
    errno = 0;
    char *r = o_realpath("l", NULL); /* the old version refuses a NULL buffer */
    if (r || errno != EINVAL) fail("realpath@GLIBC_2.2.5 with NULL gave %p errno %d: the new version was called", (void *)r, errno);
    CHECK(o_nftw(".", cb, 5, FTW_PHYS) == 0 && n == 4);
    t_file("script", "exit 0\n"); /* no "#!": the old version runs it by sh, the new gives ENOEXEC */
    CHECK(chmod("script", 0700) == 0);
    pid_t p;
    char *av[] = { "script", NULL };
    int e = o_spawn(&p, "./script", NULL, NULL, av, environ);
    if (e || t_wait(p)) fail("posix_spawn@GLIBC_2.2.5 gave %d for a script without #!: the new version was called", e);
    e = posix_spawn(&p, "./script", NULL, NULL, av, environ);
    if (e != ENOEXEC) fail("posix_spawn gave %d for a script without #!", e);
    pass();
}
