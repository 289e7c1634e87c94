/* SPDX-License-Identifier: MIT */
/* Memory that is another's as soon as a pointer to it has gone through a pipe. */
#define T_NAME "handed"
#include "t.h"
#include <pthread.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { SIZE = 1 << 16, QUICK = 20000, SLOW = 500 };
static int ends[2];

static void *take(void *count)
{
    void *block;
    for (long left = (long)count; left > 0; left--)
        CHECK(read(ends[0], &block, sizeof block) == sizeof block && munmap(block, SIZE) == 0);
    return NULL;
}

static void hand(int many, bool slowly, bool by_send)
{
    pthread_t taker;
    CHECK(pthread_create(&taker, NULL, take, (void *)(long)many) == 0);
    for (int i = 0; i < many; i++) {
        void **block = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(block != MAP_FAILED);
        *block = block;
        CHECK((by_send ? send(ends[1], block, sizeof *block, 0) : write(ends[1], block, sizeof *block)) == sizeof *block);
        if (slowly)
            usleep(20);
    }
    CHECK(pthread_join(taker, NULL) == 0 && close(ends[0]) == 0 && close(ends[1]) == 0);
}

int main(void)
{
    CHECK(pipe(ends) == 0);
    hand(QUICK, false, false);
    CHECK(pipe(ends) == 0);
    hand(SLOW, true, false);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    hand(SLOW, true, true);
    pass();
}
