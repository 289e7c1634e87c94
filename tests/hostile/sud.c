/* SPDX-License-Identifier: MIT */
/* Syscall user dispatch as Wine uses it: system calls from outside libc raise SIGSYS. libc's go through. */
#define T_NAME "sud"
#include "t.h"
#include <link.h>
#include <sys/prctl.h>
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
static volatile char selector;
static volatile int hits, last;
static unsigned long first, size;
static void on_sys(int s, siginfo_t *i, void *u)
{
    selector = 0;
    hits++;
    last = i->si_syscall;
}
static int find(struct dl_phdr_info *i, size_t n, void *a)
{
    if (!strstr(i->dlpi_name, "libc.so")) return 0;
    for (int k = 0; k < i->dlpi_phnum; k++)
        if (i->dlpi_phdr[k].p_type == PT_LOAD && i->dlpi_phdr[k].p_flags & PF_X) {
            first = i->dlpi_addr + i->dlpi_phdr[k].p_vaddr;
            size = i->dlpi_phdr[k].p_memsz;
        }
    return 1;
}
int main(void)
{
    t_tmp();
    dl_iterate_phdr(find, NULL);
    CHECK(size);
    struct sigaction sa = { .sa_sigaction = on_sys, .sa_flags = SA_SIGINFO };
    CHECK(sigaction(SIGSYS, &sa, NULL) == 0);
    if (prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, first, size, &selector)) pass(); /* an older kernel */
    struct stat st;
    for (int i = 0; i < 20; i++) {
        selector = 1;
        int fd = open("f", O_RDWR | O_CREAT, 0600);
        int ok = fd == 3 && write(fd, "abc", 3) == 3 && close(fd) == 0 && stat("f", &st) == 0 && access("nope", R_OK) == -1;
        selector = 0;
        CHECK(ok);
        if (hits) fail("%d system calls (number %d) came from outside libc", hits, last);
    }
    pass();
}
