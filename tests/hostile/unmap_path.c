/* SPDX-License-Identifier: MIT */
/* While a thread is blocked in open or connect, another takes away the memory that its
 * arguments lie in: the kernel has read them, and nobody may look at them again. */
#define T_NAME "unmap_path"
#include "t.h"
static char *page;
static volatile int got;
static long result;
static int sock;
static void *work(void *a)
{
    switch ((int)(long)a) {
    case 0: result = open(page, O_RDONLY); break;
    case 1: result = openat(AT_FDCWD, page, O_RDONLY); break;
    case 2: result = fileno(fopen(page, "r")); break;
    case 3: result = connect(sock, (void *)page, sizeof(struct sockaddr_un)); break;
    case 4: result = creat(page, 0600); break;
    }
    got = 1;
    return NULL;
}
int main(void)
{
    t_tmp();
    CHECK(mkfifo("fifo", 0600) == 0);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "s" };
    CHECK(bind(listener, (void *)&u, sizeof u) == 0 && listen(listener, 0) == 0);
    for (long i = 0; i < 5; i++) {
        page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(page != MAP_FAILED);
        int first = -1;
        if (i == 3) {
            CHECK((first = socket(AF_UNIX, SOCK_STREAM, 0)) >= 0 && connect(first, (void *)&u, sizeof u) == 0);
            CHECK((sock = socket(AF_UNIX, SOCK_STREAM, 0)) >= 0);
            memcpy(page, &u, sizeof u);
        } else
            strcpy(page, "fifo");
        got = 0;
        pthread_t t;
        CHECK(pthread_create(&t, NULL, work, (void *)i) == 0);
        usleep(200000);
        if (got) fail("case %ld was not blocked", i);
        munmap(page, 4096);
        int fd = -1;
        if (i == 3)
            CHECK((fd = accept(listener, NULL, NULL)) >= 0);
        else
            CHECK((fd = open("fifo", (i == 4 ? O_RDONLY : O_WRONLY) | O_NONBLOCK)) >= 0);
        CHECK(pthread_join(t, NULL) == 0);
        if (result < 0) fail("case %ld gave %ld", i, result);
        close(fd);
        close(first);
        close(i == 3 ? sock : (int)result);
    }
    pass();
}
