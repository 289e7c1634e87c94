/* SPDX-License-Identifier: MIT */
/* Strings and buffers that end exactly at an unmapped page. */
#define T_NAME "page_edge"
#include "t.h"
static char *edge(const void *d, size_t n)
{
    static char *m;
    if (!m) {
        m = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (m == MAP_FAILED || munmap(m + 4096, 4096)) fail("mmap");
    }
    memset(m, 'Z', 4096);
    memcpy(m + 4096 - n, d, n);
    return m + 4096 - n;
}
int main(void)
{
    t_tmp();
    t_file("f", "x");
    struct stat st;
    for (int i = 0; i < 40; i++) {
        char n[64] = "";
        for (int k = 0; k < i; k++) strcat(n, "/");
        char full[200];
        snprintf(full, sizeof full, ".%s/f", n);
        char *p = edge(full, strlen(full) + 1);
        int fd = open(p, O_RDONLY);
        if (fd != 3) fail("open %s: %d errno %d", p, fd, errno);
        close(fd);
        CHECK(stat(p, &st) == 0 && access(p, R_OK) == 0);
        fd = openat(AT_FDCWD, p, O_RDONLY);
        CHECK(fd == 3);
        close(fd);
    }
    CHECK(open(edge("f", 2), O_RDONLY) == 3);
    close(3);
    ERR(open(edge("fff", 3), O_RDONLY), EFAULT); /* no terminator */
    ERR(access(edge("fff", 3), R_OK), EFAULT);
    ERR(unlink(edge("f", 1)), EFAULT);
    ERR(open(edge("", 0), O_RDONLY), EFAULT);
    char *m = edge("12345678", 8);
    int p[2];
    CHECK(pipe(p) == 0);
    CHECK(write(p[1], m, 8) == 8);
    ssize_t w = write(p[1], m, 9);
    if (w != 8 && !(w == -1 && errno == EFAULT)) fail("write past the edge: %zd errno %d", w, errno);
    struct iovec *v = (struct iovec *)edge(&(struct iovec){ m, 4 }, sizeof(struct iovec));
    v->iov_base = "abcd";
    CHECK(writev(p[1], v, 1) == 4);
    ERR(writev(p[1], v, 2), EFAULT);
    /* argv and envp arrays, and their last strings, at the edge */
    char *av[] = { "true", NULL };
    char **e = (char **)edge(av, sizeof av);
    pid_t c = fork();
    if (c == 0) { execve("/bin/true", e, (char *[]){ NULL }); _exit(9); }
    CHECK(t_wait(c) == 0);
    ERR(execve("/bin/true", (char **)edge(av, sizeof *av), environ), EFAULT);
    /* mode strings of fopen */
    FILE *fp = fopen("f", edge("r", 2));
    CHECK(fp);
    fclose(fp);
    /* stat buffers at the edge */
    CHECK(stat("f", (struct stat *)edge(&st, sizeof st)) == 0);
    pass();
}
