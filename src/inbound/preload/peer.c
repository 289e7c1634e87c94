/* SPDX-License-Identifier: MIT */
/* Whom a program talks to, as it knows it: when an address has been redirected, the one that it asked for. Programs compare
 * the peer of a connection, and resolvers whom an answer comes from, with whom they have asked. */
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/policy/address.h"
#include "core/value.h"
#include "inbound/preload/preload.h"
#include "sys/memory.h"
#include "sys/raw.h"

enum { PEERS = 1024, LONGEST = 110 };

struct peer {
    _Atomic uint32_t turn; /* odd: being written */
    uint32_t len;
    uint64_t socket;   /* its number, which all its descriptors share; 0: nothing yet */
    struct address to; /* family 0: none of IP */
    char from[LONGEST];
};

static struct peer *_Atomic table; /* the oldest gives way */
static atomic_uint used;

static struct peer *make_table(void)
{
    struct peer *old = NULL, *new = memory_map(PEERS * sizeof *new);
    if (!new || atomic_compare_exchange_strong(&table, &old, new))
        return new;
    memory_unmap(new, PEERS * sizeof *new);
    return old;
}

static uint64_t number_of(long fd)
{
    struct stat st;
    return raw(SYS_fstat, (int)fd, &st) == 0 && S_ISSOCK(st.st_mode) ? st.st_ino : 0;
}

static struct address address_of(const void *sockaddr, size_t len)
{
    struct address address = { 0 };
    if (!address_of_sockaddr(sockaddr, len, &address))
        return (struct address){ 0 };
    return address;
}

static bool is_of(const struct peer *peer, uint64_t socket, const struct address *to)
{
    return peer->socket == socket && memcmp(&peer->to, to, sizeof *to) == 0;
}

/* What the kernel has told begins with the family and, if it is one of IP, the port, whatever it was cut to. */
static bool begins_as(const struct peer *peer, uint64_t socket, const struct sockaddr_in *told)
{
    const unsigned family = told->sin_family == AF_INET ? 4 : told->sin_family == AF_INET6 ? 6 : 0;
    return peer->socket == socket && peer->to.family == family && (!family || peer->to.first == ntohs(told->sin_port));
}

/* The place for it: the one that it has, or the next. */
static struct peer *place_of(struct peer *peers, uint64_t socket, const struct address *to)
{
    for (unsigned i = 0; i < PEERS && peers[i].socket; i++)
        if (is_of(&peers[i], socket, to))
            return &peers[i];
    return &peers[atomic_fetch_add(&used, 1) % PEERS];
}

void peer_note(const struct passage *passage)
{
    size_t len;
    const void *from = value_address(&passage->event, &len);
    uint64_t socket = number_of(passage->word[0]);
    struct peer *peers = atomic_load(&table);
    if (!from || len > LONGEST || !socket || (!peers && !(peers = make_table())))
        return;
    const struct address to = address_of(passage->verdict.to_addr, passage->verdict.to_len);
    struct peer *peer = place_of(peers, socket, &to);
    if (atomic_fetch_or(&peer->turn, 1) & 1)
        return; /* another thread is at it, or the handler of a signal that came while it was */
    peer->socket = socket;
    peer->to = to;
    peer->len = (uint32_t)len;
    memcpy(peer->from, from, len);
    atomic_fetch_add(&peer->turn, 1);
}

/* The address that the program asked for, and its length; 0: there is none. */
static uint32_t find(uint64_t socket, const struct address *to, const struct sockaddr_in *cut, char from[LONGEST])
{
    struct peer *peers = atomic_load(&table);
    for (unsigned i = 0; peers && i < PEERS && peers[i].socket; i++) {
        uint32_t turn = atomic_load(&peers[i].turn), len = peers[i].len;
        if (turn & 1 || !(cut ? begins_as(&peers[i], socket, cut) : is_of(&peers[i], socket, to)))
            continue;
        memcpy(from, peers[i].from, LONGEST);
        if (atomic_fetch_add(&peers[i].turn, 0) == turn) /* read behind the copying */
            return len;
    }
    return 0;
}

/* What the kernel has told: the address at `told`, of *len bytes, of which `room` had a place. */
static void put_right(uint64_t socket, void *told, socklen_t room, socklen_t *len)
{
    char from[LONGEST];
    struct sockaddr_in cut = { 0 };
    if (!told || *len == 0)
        return;
    const struct address to = address_of(told, *len < room ? *len : room);
    bool is_cut = *len > room && room >= offsetof(struct sockaddr_in, sin_addr);
    if (is_cut)
        memcpy(&cut, told, offsetof(struct sockaddr_in, sin_addr));
    uint32_t size = find(socket, &to, is_cut ? &cut : NULL, from);
    if (size == 0)
        return;
    memcpy(told, from, size < room ? size : room);
    *len = size;
}

void peer_before(struct passage *passage)
{
    socklen_t room = 0;
    int arg = call_arg_of_kind(passage->event.call, KIND_SOCKLENP, 0),
        one = call_arg_of_kind(passage->event.call, KIND_MSGHDR_OUT, 0);
    const char *at = arg >= 0 ? (const char *)passage->word[arg] : NULL;
    if (one >= 0 && passage->word[one])
        at = (const char *)passage->word[one] + offsetof(struct msghdr, msg_namelen);
    bool known = at && preload_gate.capture->peek(&room, at, sizeof room) == (long)sizeof room;
    passage->kept = known && room < INT32_MAX ? (int)room : 0;
}

/* The kernel has just written to all of it. */
void peer_after(const struct passage *passage, long ret)
{
    unsigned call = passage->event.call;
    int arg = call_arg_of_kind(call, KIND_SOCKADDR_OUT, 0), one = call_arg_of_kind(call, KIND_MSGHDR_OUT, 0);
    int many = call_arg_of_kind(call, KIND_MMSGHDR_OUT, 0);
    socklen_t room = (socklen_t)passage->kept;
    uint64_t socket = atomic_load(&table) ? number_of(passage->word[0]) : 0;
    if (!socket)
        return;
    if (arg >= 0 && passage->word[arg] && passage->word[arg + 1])
        put_right(socket, (void *)passage->word[arg], room, (socklen_t *)passage->word[arg + 1]);
    if (one >= 0) {
        struct msghdr *message = (struct msghdr *)passage->word[one];
        put_right(socket, message->msg_name, room, &message->msg_namelen);
    }
    struct mmsghdr *messages = many >= 0 ? (struct mmsghdr *)passage->word[many] : NULL;
    for (long i = 0; messages && i < ret; i++)
        put_right(socket, messages[i].msg_hdr.msg_name, messages[i].msg_hdr.msg_namelen, &messages[i].msg_hdr.msg_namelen);
}

/* A socket of TCP that has become a unix one: what is set of TCP and IP says nothing there, and who sets it need not know. */
long peer_option(const struct passage *passage, long ret)
{
    static const struct address none;
    const long *word = passage->word;
    char from[LONGEST];
    sa_family_t family = AF_UNSPEC;
    bool is_set = call_table[passage->event.call].row == CALL_setsockopt && ret < 0 && errno == EOPNOTSUPP;
    if (!is_set || (word[1] != IPPROTO_TCP && word[1] != IPPROTO_IP && word[1] != IPPROTO_IPV6) || !atomic_load(&table))
        return ret;
    uint64_t socket = number_of(word[0]);
    if (socket && find(socket, &none, NULL, from) >= sizeof family)
        memcpy(&family, from, sizeof family);
    return family == AF_INET || family == AF_INET6 ? 0 : ret;
}
