/* SPDX-License-Identifier: MIT */
/* jemalloc, tcmalloc and mimalloc (those that are installed) preloaded before and after the library: each opens files,
 * maps memory and reads its settings when it is first asked for memory. */
#define T_NAME "allocators"
#include "t.h"
static void *work(void *a)
{
    for (int i = 0; i < 60; i++) {
        char *p = malloc(1000 + i * 10), path[40];
        FILE *f = fopen("/proc/self/status", "r");
        if (!p || !f || !fgets(p, 100, f) || fclose(f)) return (void *)1;
        snprintf(path, sizeof path, "a%ld-%d", (long)a, i);
        int fd = open(path, O_WRONLY | O_CREAT, 0600);
        if (fd < 0 || write(fd, p, 100) != 100 || close(fd) || unlink(path)) return (void *)2;
        free(realloc(p, 100000));
    }
    return NULL;
}
static int inner(void)
{
    t_tmp();
    pthread_t t[4];
    void *r;
    for (long i = 0; i < 4; i++) if (pthread_create(&t[i], NULL, work, (void *)i)) return 60;
    for (int i = 0; i < 10; i++) {
        pid_t p = i % 2 ? fork() : vfork();
        if (p == 0) {
            if (i % 2) free(malloc(100000));
            execl("/bin/true", "true", (char *)0);
            _exit(61);
        }
        if (t_wait(p)) return 62;
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], &r);
        if (r) return 63;
    }
    FILE *f = popen("echo x", "r");
    char b[4];
    DIR *d = opendir(".");
    if (!f || !fgets(b, 4, f) || pclose(f) || system("exit 5") != 5 << 8 || !d || closedir(d)) return 64;
    return 65;
}
int main(int argc, char **argv)
{
    if (argc > 1) return inner();
    static const char *libs[] = { "libjemalloc.so.2", "libtcmalloc_minimal.so.4", "libmimalloc.so.2" };
    static const char *dirs[] = { "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib" };
    char lib[PATH_MAX], value[3 * PATH_MAX], *av[] = { argv[0], "inner", NULL };
    const char *old = getenv("LD_PRELOAD");
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++) {
            snprintf(lib, sizeof lib, "%s/%s", dirs[k], libs[i]);
            if (access(lib, R_OK)) continue;
            for (int before = 0; before < 2; before++) {
                snprintf(value, sizeof value, "%s%s%s", before || !old ? lib : old, old ? ":" : "", old ? before ? old : lib : "");
                pid_t p = fork();
                if (p == 0) {
                    alarm(30);
                    setenv("LD_PRELOAD", value, 1);
                    t_again(av);
                    _exit(66);
                }
                int r = t_wait(p);
                if (r != 65) fail("%s %s: %d", libs[i], before ? "first" : "last", r);
            }
        }
    pass();
}
