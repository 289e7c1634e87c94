/* SPDX-License-Identifier: MIT */
/* sendmsg and its relatives: what is captured of a message, how it is shown, and what rules see of it. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "core/capture.h"
#include "core/facts.h"
#include "core/message.h"
#include "format_event.h"

static char memory[64 * 1024] __attribute__((aligned(8)));
static struct arena arena = { memory, 0, sizeof memory, NULL, NULL };
static const char forbidden[4096];

/* All but one page can be read. */
static long peek(void *dst, const void *src, size_t n)
{
    if ((const char *)src >= forbidden && (const char *)src < forbidden + sizeof forbidden)
        return -EFAULT;
    memcpy(dst, src, n);
    return (long)n;
}

static const struct capture_source source = { peek, NULL, 0, NULL, false, 32, NULL };
static struct sockaddr_in web = { .sin_family = AF_INET, .sin_port = 0x5000, .sin_addr = { 0x0100007f } };
static struct sockaddr_in dns = { .sin_family = AF_INET, .sin_port = 0x3500, .sin_addr = { 0x0100007f } };
static struct iovec pieces[] = { { (void *)"hel", 3 }, { (void *)"lo", 2 } };

static struct hook_event sent(unsigned id, const void *at, long count)
{
    struct hook_event event = call(id);
    arena.used = 0;
    capture_before(&event, (long[]){ 3, (long)at, count, 0, 0 }, true, &source, &arena);
    event.ret = 5;
    return event;
}

static struct hook_event received(unsigned id, struct msghdr *at, socklen_t becomes)
{
    struct hook_event event = call(id);
    const long words[] = { 3, (long)at, 0 };
    arena.used = 0;
    capture_before(&event, words, false, &source, &arena);
    at->msg_namelen = becomes;
    event.ret = 4;
    capture_after(&event, words, false, &source, &arena);
    return event;
}

#define VECTOR "msg_iov=[{iov_base=\"hel\", iov_len=3}, {iov_base=\"lo\", iov_len=2}], msg_iovlen=2, "

Test(message, is_shown_as_strace_shows_it)
{
    struct msghdr plain = { .msg_iov = pieces, .msg_iovlen = 2 };
    struct hook_event event = sent(CALL_sendmsg, &plain, MSG_NOSIGNAL);
    TEXT(event, "sendmsg(3, {msg_name=NULL, msg_namelen=0, " VECTOR "msg_controllen=0, msg_flags=0}, MSG_NOSIGNAL) = 5");
    struct msghdr named = { .msg_name = &web, .msg_namelen = sizeof web, .msg_flags = MSG_TRUNC };
    event = sent(CALL_sendmsg, &named, 0);
    TEXT(event, "sendmsg(3, {msg_name=127.0.0.1:80, msg_namelen=16, msg_iov=[], msg_iovlen=0, msg_controllen=0, "
                "msg_flags=MSG_TRUNC}, 0) = 5");
    cr_expect(strstr(json(&event), "\"msg\":{\"msg_name\":\"127.0.0.1:80\",\"msg_namelen\":16,\"msg_iov\":[],\"msg_iovlen\":0,"
                                   "\"msg_controllen\":0,\"msg_flags\":\"MSG_TRUNC\"}") != NULL);
    cr_expect(strstr(json(&event), "\"addr\":\"127.0.0.1:80\",") != NULL);
}

Test(message, what_cannot_be_read_is_an_address)
{
    char expected[128];
    struct msghdr bad = { .msg_name = (void *)forbidden,
                          .msg_namelen = 16,
                          .msg_iov = (void *)forbidden,
                          .msg_iovlen = 1,
                          .msg_control = (void *)forbidden,
                          .msg_controllen = 16 };
    struct hook_event event = sent(CALL_sendmsg, &bad, 0);
    snprintf(expected, sizeof expected, "{msg_name=%p, msg_namelen=16, msg_iov=%p, msg_iovlen=1, msg_control=%p",
             (void *)forbidden, (void *)forbidden, (void *)forbidden);
    cr_expect(strstr(text(&event), expected) != NULL, "%s\nhas no\n%s", line, expected);
    event = sent(CALL_sendmsg, forbidden, 0);
    cr_expect(eq(int, event.arg[1].state, HOOK_VALUE_ADDRESS));
    TEXT(event, (snprintf(expected, sizeof expected, "sendmsg(3, %p, 0) = 5", (void *)forbidden), expected));
    event = sent(CALL_sendmsg, NULL, 0);
    TEXT(event, "sendmsg(3, NULL, 0) = 5");
}

Test(message, a_received_one_has_what_came)
{
    struct iovec room = { (void *)"hello and more", 14 };
    struct sockaddr_in from = web;
    struct msghdr message = { .msg_name = &from, .msg_namelen = 28, .msg_iov = &room, .msg_iovlen = 1 };
    struct hook_event event = received(CALL_recvmsg, &message, 16);
    TEXT(event,
         "recvmsg(3, {msg_name=127.0.0.1:80, msg_namelen=28 => 16, msg_iov=[{iov_base=\"hell\", iov_len=14}], msg_iovlen=1, "
         "msg_controllen=0, msg_flags=0}, 0) = 4");
    cr_expect(strstr(json(&event), "\"msg_namelen\":16,\"msg_iov\":[\"hell\"]") != NULL);
}

static const struct control {
    int level, type;
    const void *data;
    size_t len;
    const char *text, *json;
} controls[] = {
    { SOL_SOCKET, SCM_RIGHTS, (int[]){ 3, 4 }, 8, "cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3, 4]",
      "\"cmsg_type\":\"SCM_RIGHTS\",\"cmsg_data\":[3,4]" },
    { SOL_SOCKET, SCM_CREDENTIALS, &(struct ucred){ 7, 8, 9 }, 12,
      "cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=7, uid=8, gid=9}",
      "\"cmsg_data\":{\"pid\":7,\"uid\":8,\"gid\":9}" },
    { SOL_SOCKET, 29, (long[]){ 1, 2 }, 16,
      "cmsg_len=32, cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMP_OLD, cmsg_data={tv_sec=1, tv_usec=2}",
      "{tv_sec=1, tv_usec=2}" },
    { SOL_SOCKET, 35, (long[]){ 1, 2 }, 16,
      "cmsg_len=32, cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMPNS_OLD, cmsg_data={tv_sec=1, tv_nsec=2}",
      "{tv_sec=1, tv_nsec=2}" },
    { SOL_IP, IP_TTL, (int[]){ 64 }, 4, "cmsg_len=20, cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=[64]",
      "\"cmsg_data\":[64]" },
    { 77, 5, "a\"", 2, "cmsg_len=18, cmsg_level=0x4d /* SOL_??? */, cmsg_type=0x5 /* SCM_??? */, cmsg_data=\"a\\\"\"",
      "\"cmsg_data\":\"a\\\"\"" },
};

Test(message, control_data_is_decoded_by_its_type)
{
    char buffer[128] __attribute__((aligned(8))), expected[256];
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        const struct control *row = &controls[i];
        memset(buffer, 0, sizeof buffer);
        struct msghdr message = { .msg_control = buffer, .msg_controllen = CMSG_SPACE(row->len) };
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        *head = (struct cmsghdr){ CMSG_LEN(row->len), row->level, row->type };
        memcpy(CMSG_DATA(head), row->data, row->len);
        struct hook_event event = sent(CALL_sendmsg, &message, 0);
        snprintf(expected, sizeof expected, "msg_control=[{%s}], msg_controllen=%zu,", row->text, (size_t)message.msg_controllen);
        cr_expect(strstr(text(&event), expected) != NULL, "%s\nhas no\n%s", line, expected);
        cr_expect(strstr(json(&event), row->json) != NULL, "%s\nhas no\n%s", line, row->json);
    }
}

Test(message, control_data_that_lies_about_its_length_ends_there)
{
    struct cmsghdr heads[2] = { { 1000, SOL_SOCKET, SCM_RIGHTS }, { 3, SOL_SOCKET, SCM_RIGHTS } };
    struct msghdr message = { .msg_control = heads, .msg_controllen = sizeof heads };
    struct hook_event event = sent(CALL_sendmsg, &message, 0);
    cr_expect(strstr(text(&event), "cmsg_data=[3, 0, 1, 1]}], msg_controllen=32") != NULL, "%s", line);
    heads[0].cmsg_len = 0;
    event = sent(CALL_sendmsg, &message, 0);
    cr_expect(strstr(text(&event), "msg_control=[], msg_controllen=32") != NULL, "%s", line);
}

Test(message, many_are_shown_one_after_another)
{
    struct mmsghdr many[2] = { { { .msg_iov = pieces, .msg_iovlen = 2 }, 5 }, { { .msg_name = &dns, .msg_namelen = 16 }, 0 } };
    struct hook_event event = sent(CALL_sendmmsg, many, 2);
    TEXT(event, "sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, " VECTOR "msg_controllen=0, msg_flags=0}, msg_len=5}, "
                "{msg_hdr={msg_name=127.0.0.1:53, msg_namelen=16, msg_iov=[], msg_iovlen=0, msg_controllen=0, msg_flags=0}, "
                "msg_len=0}], 2, 0) = 5");
    struct mmsghdr most[40] = { 0 };
    event = sent(CALL_sendmmsg, most, 40);
    cr_expect(strstr(text(&event), "msg_len=0}, ...], 40, 0) = 5") != NULL, "%s", line);
}

Test(message, those_with_one_name_go_together)
{
    struct mmsghdr many[4] = {
        { { .msg_name = &web, .msg_namelen = 16 }, 0 },
        { { .msg_name = &(struct sockaddr_in){ AF_INET, 0x5000, { 0x0100007f }, { 0 } }, .msg_namelen = 16 }, 0 },
        { { .msg_name = &dns, .msg_namelen = 16 }, 0 },
        { { 0 }, 0 }
    };
    struct hook_event event = sent(CALL_sendmmsg, many, 4);
    cr_assert(eq(sz, message_leave_alike(&event.arg[1]), 2));
    cr_assert(eq(sz, message_leave_alike(&event.arg[1]), 2));
    size_t at = 0;
    struct message_view view;
    cr_assert(message_next(&event.arg[1], &at, &view) && message_next(&event.arg[1], &at, &view));
    cr_assert(not(message_next(&event.arg[1], &at, &view)));
    event = sent(CALL_sendmmsg, many + 2, 2);
    cr_assert(eq(sz, message_leave_alike(&event.arg[1]), 1));
    event = sent(CALL_sendmmsg, many + 3, 1);
    cr_assert(eq(sz, message_leave_alike(&event.arg[1]), 1));
    event = sent(CALL_sendmmsg, forbidden, 1);
    cr_assert(zero(sz, message_leave_alike(&event.arg[1])));
}

Test(message, its_name_is_the_address_that_rules_see)
{
    struct msghdr message = { .msg_name = &web, .msg_namelen = 16 };
    struct hook_event event = sent(CALL_sendmsg, &message, 0);
    struct facts facts = { .event = &event };
    size_t len = 0;
    const void *name = facts_sockaddr(&facts, &len);
    cr_assert(name && len == sizeof web && memcmp(name, &web, len) == 0);
    message.msg_name = NULL;
    event = sent(CALL_sendmsg, &message, 0);
    cr_assert(facts_sockaddr(&facts, &len) == NULL);
}

Test(message, bytes_that_are_no_message_end_it)
{
    struct message head = { .name_have = 0x80000000, .vector_have = 0x80000000, .size = sizeof head };
    struct hook_event event = call(CALL_sendmmsg);
    event.arg[1] = bytes(&head, sizeof head);
    TEXT(event, "sendmmsg([]) = 0");
    head = (struct message){ .size = sizeof head + 8 };
    TEXT(event, "sendmmsg([]) = 0");
    event = call(CALL_sendmsg);
    event.arg[1] = bytes(&head, sizeof head - 1);
    TEXT(event, "sendmsg(0x1) = 0");
}
