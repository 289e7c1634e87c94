/* SPDX-License-Identifier: MIT */
/* Names with every byte that a name may have, new lines, escapes and broken UTF-8; the current folder deep, deleted,
 * or out of reach: files are found where they are natively. */
#define T_NAME "odd_names"
#include "t.h"
int main(void)
{
    t_tmp();
    char name[300], back[300];
    for (int c = 1; c < 256; c++) {
        if (c == '/') continue;
        sprintf(name, "a%cb\n\033[31m\xff\xc3%c", c, c);
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
        CHECK(fd == 3 && close(fd) == 0 && access(name, W_OK) == 0 && symlink(name, "link") == 0);
        CHECK(readlink("link", back, sizeof back) == (ssize_t)strlen(name) && !memcmp(name, back, strlen(name)));
        CHECK(rename(name, "other") == 0 && unlink("other") == 0 && unlink("link") == 0);
        char *av[] = { name, name, NULL };
        ERR(execve(name, av, av), ENOENT);
    }
    memset(name, 0xe2, 255);
    name[255] = 0;
    CHECK(mkdir(name, 0700) == 0 && chdir(name) == 0);
    for (int i = 0; i < 12; i++) CHECK(mkdir(name, 0700) == 0 && chdir(name) == 0);
    t_file("deep", "deep");
    CHECK(rename("deep", "deeper") == 0 && access("../x", F_OK) == -1 && errno == ENOENT && unlink("deeper") == 0);
    for (int i = 0; i < 12; i++) CHECK(chdir("..") == 0 && rmdir(name) == 0);
    CHECK(chdir("..") == 0 && mkdir("gone", 0700) == 0 && chdir("gone") == 0 && rmdir("../gone") == 0);
    if (!getenv("HOOK_RULES")) {
        ERR(open("x", O_RDONLY), ENOENT);
        ERR(open("x", O_WRONLY | O_CREAT, 0600), ENOENT);
    }
    CHECK(open("/dev/null", O_RDONLY) == 3 && close(3) == 0);
    ERR(getcwd(back, sizeof back) ? 0 : -1, ENOENT);
    CHECK(chdir(t_dir) == 0 && rmdir(name) == 0);
    pass();
}
