/* SPDX-License-Identifier: MIT */
/* Whatever lists /proc/self/fd, by whatever name, lists what the program has opened. */
#define T_NAME "fds_listed"
#include "t.h"
#include <glob.h>
struct entry { uint64_t ino; int64_t off; unsigned short len; unsigned char type; char name[]; };
static const char *const folders[] = { "/proc/self/fd", "/proc/self/fd/", "/proc/thread-self/fd", "/dev/fd", "/proc/self/fdinfo", "." };
static int is_high(const char *name) { return atoi(name) > 10; }
static int is_number(const struct dirent *e) { return e->d_name[0] != '.'; }
static void scanned(const char *path)
{
    struct dirent **list;
    int n = scandir(path, &list, NULL, alphasort);
    CHECK(n >= 5);
    for (int i = 0; i < n; i++) {
        if (is_high(list[i]->d_name)) fail("scandir of %s: %s", path, list[i]->d_name);
        free(list[i]);
    }
    free(list);
    n = scandirat(AT_FDCWD, path, &list, is_number, versionsort);
    CHECK(n >= 3 && !is_high(list[n - 1]->d_name));
    while (n > 0) free(list[--n]);
    free(list);
}
static void globbed(const char *path)
{
    char pattern[100];
    glob_t g = { .gl_offs = 2 };
    snprintf(pattern, sizeof pattern, "%s/*", path);
    CHECK(glob(pattern, GLOB_DOOFFS, NULL, &g) == 0 && g.gl_pathc >= 3);
    for (size_t i = 0; i < g.gl_pathc; i++)
        if (is_high(strrchr(g.gl_pathv[2 + i], '/') + 1)) fail("glob of %s: %s", path, g.gl_pathv[2 + i]);
    CHECK(g.gl_pathv[2 + g.gl_pathc] == NULL);
    globfree(&g);
    snprintf(pattern, sizeof pattern, "%s/[1-9][0-9]*", path);
    CHECK(glob(pattern, 0, NULL, &g) == GLOB_NOMATCH);
}
static void read_by_number(const char *path, size_t size, int numbered)
{
    char b[400];
    long n, seen = 0;
    int fd = open(path, O_RDONLY | O_DIRECTORY);
    CHECK(fd >= 0);
    while ((n = numbered ? syscall(SYS_getdents64, fd, b, size) : getdents64(fd, b, size)) > 0)
        for (long at = 0; at < n; at += ((struct entry *)(b + at))->len, seen++)
            if (is_high(((struct entry *)(b + at))->name)) fail("getdents64 of %s: %s", path, ((struct entry *)(b + at))->name);
    CHECK(n == 0 && seen >= 5);
    CHECK(close(fd) == 0);
}
static void read_again(const char *path)
{
    struct dirent e, *r;
    DIR *d = opendir(path);
    CHECK(d);
    while (readdir_r(d, &e, &r) == 0 && r)
        if (is_high(r->d_name)) fail("readdir_r of %s: %s", path, r->d_name);
    CHECK(closedir(d) == 0);
}
int main(void)
{
    CHECK(chdir("/proc/self/fd") == 0);
    for (unsigned i = 0; i < sizeof folders / sizeof *folders; i++) {
        scanned(folders[i]);
        globbed(folders[i]);
        read_by_number(folders[i], 400, 0);
        read_by_number(folders[i], 24, 0);
        read_by_number(folders[i], 24, 1);
        read_again(folders[i]);
    }
    /* elsewhere a file of that name is shown */
    t_tmp();
    for (int i = 1000; i < 1030; i++) t_file((char[]){ '0' + i / 1000, '0' + i / 100 % 10, '0' + i / 10 % 10, '0' + i % 10, 0 }, "");
    t_file("4096", "");
    struct dirent **list;
    CHECK(scandir(".", &list, is_number, NULL) == 31);
    glob_t g;
    CHECK(glob("*", 0, NULL, &g) == 0 && g.gl_pathc == 31);
    pass();
}
