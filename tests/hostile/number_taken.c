/* SPDX-License-Identifier: MIT */
/* A number that is closed and taken again, while other threads make calls without an end, and start programs: nobody else takes
 * it meanwhile, writes to what it is of, or closes it. The program starts itself again with the settings that make it followed. */
#define T_NAME "number_taken"
#include "t.h"
#include <spawn.h>
static volatile int stop;
static void *calls(void *unused)
{
    while (!stop) close(-1);
    return unused;
}
static void *programs(void *unused)
{
    char *argv[] = { "true", NULL };
    pid_t pid;
    while (!stop)
        if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ) == 0) waitpid(pid, NULL, 0);
    return unused;
}
int main(int argc, char **argv)
{
    if (!getenv("HOSTILE_AGAIN")) t_follow(argv);
    char name[] = "/tmp/number_taken.XXXXXX";
    pthread_t thread, other;
    struct stat st;
    int first = mkstemp(name), kept = fcntl(first, F_DUPFD, 100);
    CHECK(first >= 0 && kept >= 0 && unlink(name) == 0 && write(first, "victim\n", 7) == 7);
    CHECK(close(first) == 0 && pthread_create(&thread, NULL, calls, NULL) == 0 && pthread_create(&other, NULL, programs, NULL) == 0);
    for (int i = 0; i < 30000; i++) {
        CHECK(dup2(kept, first) == first);
        for (volatile int spin = 0; spin < 300; spin++);
        CHECK(fstat(first, &st) == 0 && st.st_size == 7);
        CHECK(close(first) == 0);
        for (volatile int spin = 0; spin < 300; spin++);
        int lowest = open("/dev/null", O_RDONLY);
        CHECK(lowest == first && close(lowest) == 0);
    }
    stop = 1;
    pthread_join(thread, NULL);
    pthread_join(other, NULL);
    pass();
}
