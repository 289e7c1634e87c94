/* SPDX-License-Identifier: MIT */
/* Threads with the least stack (PTHREAD_STACK_MIN) call everything. */
#define T_NAME "small_stack"
#include "t.h"
static char longp[3000];
static void *work(void *a)
{
    (void)a;
    for (int i = 0; i < 50; i++) {
        int fd = open("f", O_RDWR | O_CREAT, 0600);
        if (fd < 0) return (void *)1;
        if (write(fd, longp, sizeof longp) != sizeof longp) return (void *)2;
        close(fd);
        if (open(longp, O_RDONLY) != -1 || errno != ENAMETOOLONG) return (void *)3;
        struct stat st;
        if (stat("f", &st) || access("f", R_OK)) return (void *)4;
        char *av[] = { "x", NULL };
        if (execve("/nonexistent/x", av, environ) != -1 || errno != ENOENT) return (void *)5;
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "nope" };
        if (connect(s, (void *)&u, sizeof u) != -1 || errno != ENOENT) return (void *)6;
        close(s);
        if (rename("nope1", "nope2") != -1 || unlink("nope1") != -1 || mkdir("f", 0700) != -1) return (void *)7;
    }
    return NULL;
}
int main(void)
{
    t_tmp();
    memset(longp, 'p', sizeof longp - 1);
    pthread_attr_t at;
    pthread_attr_init(&at);
    CHECK(pthread_attr_setstacksize(&at, (size_t)PTHREAD_STACK_MIN) == 0);
    for (int i = 0; i < 20; i++) {
        pthread_t t[4];
        for (int k = 0; k < 4; k++) {
            int e = pthread_create(&t[k], &at, work, NULL);
            if (e) fail("pthread_create gave %d: the static TLS leaves no room in a %ld byte stack?", e, (long)PTHREAD_STACK_MIN);
        }
        for (int k = 0; k < 4; k++) {
            void *r;
            pthread_join(t[k], &r);
            if (r) fail("step %ld", (long)r);
        }
    }
    pass();
}
