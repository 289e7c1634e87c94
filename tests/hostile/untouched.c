/* SPDX-License-Identifier: MIT */
/* Pointers that the kernel has never looked at, in calls that succeed, or fail for another reason. */
#define T_NAME "untouched"
#include "t.h"
#include <netinet/in.h>
int main(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), ours = socket(AF_INET, SOCK_STREAM, 0), theirs;
    char text[64] = { 0 };
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &len) == 0 && connect(ours, (struct sockaddr *)&address, len) == 0);
    CHECK((theirs = accept(listener, NULL, NULL)) >= 0 && send(theirs, text, sizeof text, 0) == sizeof text);
    CHECK(recv(ours, text, 4, MSG_WAITALL) == 4);
    CHECK(recv(ours, (void *)0x10, 20, MSG_TRUNC) == 20);
    CHECK(recvfrom(ours, (void *)0x10, 20, MSG_TRUNC, NULL, NULL) == 20);
    CHECK(setsockopt(ours, 9999, 1, (void *)0x10, 4) == -1 && errno == ENOPROTOOPT);
    CHECK(setsockopt(ours, IPPROTO_UDP, 1, (void *)0x10, 4) == -1);
    pass();
}
