/* SPDX-License-Identifier: MIT */
/* Coroutines with 8 KiB of stack and an unmapped page below it make calls, and switch in between. */
#define T_NAME "context_8k"
#include "t.h"
#include <netinet/in.h>
#include <ucontext.h>
enum { N = 8, SIZE = 8192 };
static ucontext_t main_context, context[N];
static int step[N];
static void co(int me)
{
    char name[16] = "f0", other[16] = "g0";
    name[1] += me;
    other[1] += me;
    for (int i = 0; i < 20; i++) {
        int fd = open(name, O_RDWR | O_CREAT | O_APPEND, 0600);
        CHECK(fd >= 0);
        swapcontext(&context[me], &main_context);
        struct iovec v[2] = { { "abc", 3 }, { "de", 2 } };
        CHECK(write(fd, "x", 1) == 1 && writev(fd, v, 2) == 5);
        CHECK(close(fd) == 0);
        swapcontext(&context[me], &main_context);
        struct stat st;
        CHECK(stat(name, &st) == 0 && lstat(name, &st) == 0 && access("nope/../x", R_OK) == -1);
        CHECK(rename(name, other) == 0 && symlink(other, name) == 0 && open(name, O_RDONLY | O_NOFOLLOW) == -1);
        char b[64];
        CHECK(readlink(name, b, sizeof b) == 2 && unlink(name) == 0 && rename(other, name) == 0);
        swapcontext(&context[me], &main_context);
        int s = socket(AF_INET, SOCK_DGRAM, 0);
        struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = { htonl(INADDR_LOOPBACK) } };
        CHECK(s >= 0 && connect(s, (void *)&in, sizeof in) == 0 && send(s, "x", 1, 0) == 1 && close(s) == 0);
        char *av[] = { "x", "y", NULL };
        ERR(execve("/nonexistent/x", av, environ), ENOENT);
        ERR(execvp("nonexistent-x", av), ENOENT);
        step[me]++;
    }
}
int main(void)
{
    t_tmp();
    setenv("PATH", "/usr/bin:/bin", 1);
    for (int i = 0; i < N; i++) {
        char *m = mmap(NULL, 4 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(m != MAP_FAILED && mprotect(m + 2 * SIZE, SIZE, PROT_READ | PROT_WRITE) == 0);
        getcontext(&context[i]);
        context[i].uc_stack.ss_sp = m + 2 * SIZE;
        context[i].uc_stack.ss_size = SIZE;
        context[i].uc_link = &main_context;
        makecontext(&context[i], (void (*)(void))co, 1, i);
    }
    for (int going = 1; going;) {
        going = 0;
        for (int i = 0; i < N; i++)
            if (step[i] < 20) {
                swapcontext(&main_context, &context[i]);
                going = 1;
            }
    }
    pass();
}
