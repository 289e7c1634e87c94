/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
static int result = 99;
int dso_ctor_result(void) { return result; }
static int work(void)
{
    char p[] = "/tmp/hostile.ctor.XXXXXX", b[8] = "";
    int fd = mkstemp(p);
    if (fd < 0) return 1;
    if (write(fd, "hello", 5) != 5) return 2;
    close(fd);
    fd = open(p, O_RDONLY);
    if (fd < 0 || read(fd, b, 5) != 5 || memcmp(b, "hello", 5)) return 3;
    close(fd);
    FILE *f = fopen(p, "r");
    if (!f || !fgets(b, 6, f) || strcmp(b, "hello")) return 4;
    fclose(f);
    struct stat st;
    if (stat(p, &st) || st.st_size != 5) return 5;
    DIR *d = opendir("/");
    if (!d) return 6;
    closedir(d);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(1) };
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (s < 0) return 7;
    connect(s, (struct sockaddr *)&sa, sizeof sa);
    close(s);
    if (system("true")) return 8;
    return unlink(p) ? 9 : 0;
}
__attribute__((constructor)) static void c(void) { result = work(); }
