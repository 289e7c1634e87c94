/* SPDX-License-Identifier: MIT */
/* Pointers that the kernel has never looked at, in calls that succeed, or fail for another reason. */
#define T_NAME "untouched"
#include "t.h"
#include <netinet/in.h>
#include <fcntl.h>
#include <sys/syscall.h>

/* A device counts bytes that it has not read, also at a number that has been a file just before. */
static void no_reader(void)
{
    int null = open("/dev/null", O_WRONLY), file = open("untouched", O_RDWR | O_CREAT | O_TRUNC, 0600), ends[2], copy;
    CHECK(null >= 0 && file >= 0 && write(null, (void *)0x10, 20) == 20);
    for (int way = 0; way < 6; way++) {
        CHECK((copy = dup(file)) >= 0 && write(copy, "text", 4) == 4 && pwrite(copy, "text", 4, 0) == 4);
        CHECK(write(copy, (void *)0x10, 20) == -1 && errno == EFAULT);
        switch (way) {
        case 0: CHECK(dup2(null, copy) == copy); break;
        case 1: CHECK(dup3(null, copy, O_CLOEXEC) == copy); break;
        case 2: CHECK(close(copy) == 0 && dup(null) == copy); break;
        case 3: CHECK(syscall(SYS_dup3, null, copy, 0) == copy); break;
        case 4: CHECK(close_range((unsigned)copy, (unsigned)copy, 0) == 0 && fcntl(null, F_DUPFD, copy) == copy); break;
        default: CHECK(close(copy) == 0 && open("/dev/null", O_WRONLY) == copy);
        }
        CHECK(write(copy, (void *)0x10, 20) == 20 && pwrite(copy, (void *)0x10, 20, 0) == 20 && close(copy) == 0);
    }
    CHECK(pipe(ends) == 0 && write(ends[1], "text", 4) == 4 && dup2(null, ends[1]) == ends[1]);
    CHECK(write(ends[1], (void *)0x10, 20) == 20 && close(file) == 0);
    unlink("untouched");
}

int main(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), ours = socket(AF_INET, SOCK_STREAM, 0), theirs, udp;
    char text[64] = { 0 };
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &len) == 0 && connect(ours, (struct sockaddr *)&address, len) == 0);
    CHECK((theirs = accept(listener, NULL, NULL)) >= 0 && send(theirs, text, sizeof text, 0) == sizeof text);
    CHECK(recv(ours, text, 4, MSG_WAITALL) == 4);
    CHECK(recv(ours, (void *)0x10, 20, MSG_TRUNC) == 20);
    CHECK(recvfrom(ours, (void *)0x10, 20, MSG_TRUNC, NULL, NULL) == 20);
    CHECK((udp = socket(AF_INET, SOCK_DGRAM, 0)) >= 0 && connect(udp, (struct sockaddr *)&address, len) == 0);
    CHECK(send(udp, (void *)0x10, 10, 0x10 /* MSG_PROBE */) == 10);
    CHECK(setsockopt(ours, 9999, 1, (void *)0x10, 4) == -1 && errno == ENOPROTOOPT);
    CHECK(setsockopt(ours, IPPROTO_UDP, 1, (void *)0x10, 4) == -1);
    no_reader();
    pass();
}
