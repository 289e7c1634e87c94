/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
int dso_use(const char *name)
{
    char b[8] = "";
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0) return 1;
    if (write(fd, "dso", 3) != 3) return 2;
    if (close(fd)) return 3;
    fd = open(name, O_RDONLY);
    if (fd < 0) return 4;
    if (read(fd, b, 8) != 3 || strcmp(b, "dso")) return 5;
    close(fd);
    FILE *f = fopen(name, "r");
    if (!f || !fgets(b, 8, f) || strcmp(b, "dso")) return 6;
    fclose(f);
    errno = 0;
    if (open("/nonexistent/q", O_RDONLY) != -1 || errno != ENOENT) return 7;
    struct stat st;
    if (stat(name, &st) || st.st_size != 3) return 8;
    return unlink(name) ? 9 : 0;
}
