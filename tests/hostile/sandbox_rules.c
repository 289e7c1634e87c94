/* SPDX-License-Identifier: MIT */
/* One thread puts itself under a seccomp filter that allows everything, then the whole program: rules hold as before. */
#define T_NAME "sandbox_rules"
#include "t.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
static int expected;
static int sandbox(void)
{
    static struct sock_filter all[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct sock_fprog f = { 1, all };
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &f);
}
static void look(const char *when)
{
    errno = 0;
    if (open("/nonexistent/zzz/x", O_RDONLY) != -1 || errno != expected) fail("%s: open gave errno %d, not %d", when, errno, expected);
    errno = 0;
    if (chdir("/") || open("nonexistent/zzz/x", O_RDONLY) != -1 || errno != expected)
        fail("%s: a relative open gave errno %d, not %d", when, errno, expected);
    ERR(open("/nonexistent/other", O_RDONLY), ENOENT);
    ERR(open((char *)8, O_RDONLY), EFAULT);
    CHECK(access("/", R_OK) == 0);
}
static void *thread(void *a)
{
    (void)a;
    CHECK(sandbox() == 0);
    look("the sandboxed thread");
    return NULL;
}
int main(void)
{
    expected = getenv("HOOK_RULES") ? EPERM : ENOENT; /* tests/hostile/rules */
    look("before");
    pthread_t t;
    CHECK(pthread_create(&t, NULL, thread, NULL) == 0 && pthread_join(t, NULL) == 0);
    look("another thread");
    CHECK(sandbox() == 0);
    look("after");
    pass();
}
