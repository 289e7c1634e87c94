/* SPDX-License-Identifier: MIT */
/* 1,000 threads start and end, each with a call as its first and last act; some leave by pthread_exit, some are detached;
 * destructors of thread-specific data make calls as well. */
#define T_NAME "closing_threads"
#include "t.h"
static pthread_key_t key;
static volatile int ended, bad;
static void last(void *a)
{
    int fd = open("/dev/null", O_WRONLY);
    struct stat st;
    if (fd < 0 || write(fd, "x", 1) != 1 || close(fd) || stat("/", &st)) bad = 1;
    __atomic_add_fetch(&ended, 1, __ATOMIC_SEQ_CST);
}
static void *work(void *a)
{
    int fd = open("/dev/null", O_WRONLY);
    if (fd < 0 || write(fd, "x", 1) != 1) bad = 2;
    pthread_setspecific(key, (void *)1);
    if (close(fd)) bad = 3;
    if ((long)a % 2) pthread_exit(NULL);
    return NULL;
}
int main(void)
{
    pthread_attr_t at;
    CHECK(pthread_key_create(&key, last) == 0);
    pthread_attr_init(&at);
    CHECK(pthread_attr_setstacksize(&at, (size_t)PTHREAD_STACK_MIN) == 0);
    for (long i = 0; i < 1000; i += 20) {
        pthread_t t[20];
        for (long k = 0; k < 20; k++) {
            CHECK(pthread_create(&t[k], &at, work, (void *)(i + k)) == 0);
            if (k % 5 == 4) pthread_detach(t[k]);
        }
        for (long k = 0; k < 20; k++) if (k % 5 != 4) pthread_join(t[k], NULL);
    }
    for (int i = 0; i < 1000 && ended < 1000; i++) usleep(10000);
    if (ended != 1000 || bad) fail("%d threads ended, step %d", ended, bad);
    for (int i = 3; i < 1024; i++) if (syscall(SYS_fcntl, i, F_GETFD) != -1) fail("descriptor %d is left open", i);
    pass();
}
