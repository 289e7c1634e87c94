/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* writers PROCESSES THREADS CALLS: each thread of each process asks for files that are not there, each
 * of them once. All threads of a process are there before the first asks. */
enum { THREADS_MAX = 512 };
static int process, threads, calls;
static pthread_barrier_t begin;

static void *ask(void *number)
{
    char path[64];
    pthread_barrier_wait(&begin);
    for (int i = 0; i < calls; i++) {
        snprintf(path, sizeof path, "/nonexistent/%d/%d/%d", process, (int)(intptr_t)number, i);
        if (access(path, F_OK) == 0)
            abort();
    }
    return NULL;
}

static int run_threads(void)
{
    pthread_t thread[THREADS_MAX];
    pthread_barrier_init(&begin, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, ask, (void *)(intptr_t)i))
            return 1;
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 4 || atoi(argv[2]) > THREADS_MAX)
        return 2;
    threads = atoi(argv[2]);
    calls = atoi(argv[3]);
    for (process = 0; process < atoi(argv[1]); process++)
        if (fork() == 0)
            return run_threads();
    int status, failed = 0;
    while (wait(&status) > 0)
        failed |= status;
    return failed != 0;
}
