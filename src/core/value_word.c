/* SPDX-License-Identifier: MIT */
#include "core/value.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "core/call.h"
#include "core/flags.h"
#include "core/form.h"

/* The kernel takes 16 bits of a mode. */
enum { MODE_BITS = 0xffff };

/* Kinds that are one set of names and nothing else: its number + 1. */
static const uint8_t flags[KIND_COUNT] = {
    [KIND_PIPEFLAGS] = FLAG_SET_OPEN + 1,       [KIND_STATXMASK] = FLAG_SET_STATX + 1,
    [KIND_MSGFLAGS] = FLAG_SET_MSG + 1,         [KIND_ACCEPTFLAGS] = FLAG_SET_SOCK_TYPE + 1,
    [KIND_RWFLAGS] = FLAG_SET_RWF + 1,          [KIND_SPLICEFLAGS] = FLAG_SET_SPLICE + 1,
    [KIND_RENAMEFLAGS] = FLAG_SET_RENAME + 1,   [KIND_CLOSERANGEFLAGS] = FLAG_SET_CLOSE_RANGE + 1,
    [KIND_XATTRFLAGS] = FLAG_SET_XATTR + 1,     [KIND_CLONEFLAGS] = FLAG_SET_CLONE + 1,
    [KIND_EPOLLFLAGS] = FLAG_SET_EPOLL + 1,     [KIND_EVENTFDFLAGS] = FLAG_SET_EVENTFD + 1,
    [KIND_INOTIFYFLAGS] = FLAG_SET_INOTIFY + 1, [KIND_INOTIFYMASK] = FLAG_SET_IN_MASK + 1,
    [KIND_MEMFDFLAGS] = FLAG_SET_MEMFD + 1,     [KIND_MMAPFLAGS] = FLAG_SET_MMAP + 1,
    [KIND_MOUNTFLAGS] = FLAG_SET_MOUNT + 1,     [KIND_MREMAPFLAGS] = FLAG_SET_MREMAP + 1,
    [KIND_MSYNCFLAGS] = FLAG_SET_MSYNC + 1,     [KIND_NIFLAGS] = FLAG_SET_NI + 1,
    [KIND_RANDFLAGS] = FLAG_SET_GRND + 1,       [KIND_SFDFLAGS] = FLAG_SET_SFD + 1,
    [KIND_SYNCRANGE] = FLAG_SET_SYNC_RANGE + 1, [KIND_TFDFLAGS] = FLAG_SET_TFD + 1,
    [KIND_FDFLAGS] = FLAG_SET_FD + 1,           [KIND_FALLOCMODE] = FLAG_SET_FALLOC + 1,
    [KIND_NOTIFYFLAGS] = FLAG_SET_NOTIFY + 1,   [KIND_SEALS] = FLAG_SET_SEAL + 1,
    [KIND_UMOUNTFLAGS] = FLAG_SET_UMOUNT + 1,   [KIND_WAITOPTS] = FLAG_SET_WAIT + 1,
    [KIND_FLOCKOP] = FLAG_SET_LOCK + 1,         [KIND_MCLFLAGS] = FLAG_SET_MCL + 1,
    [KIND_TFDSETFLAGS] = FLAG_SET_TFD_SET + 1,  [KIND_TIMERFLAGS] = FLAG_SET_TIMER + 1,
    [KIND_MLOCKFLAGS] = FLAG_SET_MLOCK + 1,     [KIND_PKEYRIGHTS] = FLAG_SET_PKEY + 1,
};

static const uint8_t constants[KIND_COUNT] = {
    [KIND_SOCKDOMAIN] = FLAG_SET_AF + 1,     [KIND_SHUTHOW] = FLAG_SET_SHUT + 1,      [KIND_FCNTLCMD] = FLAG_SET_FCNTL + 1,
    [KIND_PRCTLOP] = FLAG_SET_PRCTL + 1,     [KIND_RESOURCE] = FLAG_SET_RLIMIT + 1,   [KIND_ARCHOP] = FLAG_SET_ARCH + 1,
    [KIND_CLOCKID] = FLAG_SET_CLOCK + 1,     [KIND_IDTYPE] = FLAG_SET_IDTYPE + 1,     [KIND_PTRACEOP] = FLAG_SET_PTRACE + 1,
    [KIND_SIGHOW] = FLAG_SET_SIGHOW + 1,     [KIND_SOCKLEVEL] = FLAG_SET_SOL + 1,     [KIND_WHENCE] = FLAG_SET_SEEK + 1,
    [KIND_EPOLLOP] = FLAG_SET_EPOLL_CTL + 1, [KIND_DUMPABLE] = FLAG_SET_DUMPABLE + 1, [KIND_FADVICE] = FLAG_SET_FADVICE + 1,
    [KIND_LOCKFOP] = FLAG_SET_LOCKF + 1,     [KIND_TCSETWHEN] = FLAG_SET_TCSET + 1,   [KIND_LEASE] = FLAG_SET_LEASE + 1,
    [KIND_TCFLOW] = FLAG_SET_TCFLOW + 1,     [KIND_TCQUEUE] = FLAG_SET_TCQUEUE + 1,   [KIND_GAIMODE] = FLAG_SET_GAI + 1,
    [KIND_MADVICE] = FLAG_SET_MADV + 1,      [KIND_ITIMER] = FLAG_SET_ITIMER + 1,
};

static bool put_named(struct out *out, unsigned kind, unsigned bits)
{
    if (flags[kind])
        put_flags(out, flags[kind] - 1u, bits, false);
    else if (constants[kind])
        put_constant(out, constants[kind] - 1u, bits);
    return flags[kind] || constants[kind];
}

/* The third argument of socket, by the first. */
static bool put_protocol(struct out *out, const struct hook_event *event, unsigned number)
{
    switch ((int)event->arg[0].n) {
    case AF_INET:
    case AF_INET6: put_constant(out, FLAG_SET_IPPROTO, number); break;
    case AF_NETLINK: put_constant(out, FLAG_SET_NETLINK, number); break;
    case AF_BLUETOOTH: put_constant(out, FLAG_SET_BTPROTO, number); break;
    case AF_CAN: put_constant(out, FLAG_SET_CAN, number); break;
    case AF_SMC: put_constant(out, FLAG_SET_SMCPROTO, number); break;
    case AF_PACKET:
        put_text(out, "htons(");
        put_constant(out, FLAG_SET_ETH_P, ntohs((uint16_t)number));
        put_char(out, ')');
        break;
    default: return false;
    }
    return true;
}

/* A request without a name is shown by its parts. */
static void put_request(struct out *out, uint32_t request)
{
    const unsigned read = 2, write = 1, direction = request >> 30;
    if (has_constant(FLAG_SET_IOCTL, request)) {
        put_constant(out, FLAG_SET_IOCTL, request);
        return;
    }
    put_text(out, direction == 0 ? "_IOC(_IOC_NONE" : direction & read ? "_IOC(_IOC_READ" : "_IOC(_IOC_WRITE");
    put_text(out, direction == (read | write) ? "|_IOC_WRITE, " : ", ");
    put_hex(out, request >> 8 & 0xff);
    put_text(out, ", ");
    put_hex(out, request & 0xff);
    put_text(out, ", ");
    put_hex(out, request >> 16 & 0x3fff);
    put_char(out, ')');
}

static void put_at_flags(struct out *out, const struct hook_event *event, unsigned bits)
{
    bool access = call_arg_of_kind(event->call, KIND_AMODE, 0) >= 0;
    bool as_stat = call_arg_of_kind(event->call, KIND_STATXMASK, 0) >= 0 && !(bits & AT_STATX_SYNC_TYPE);
    if (as_stat)
        put_text(out, "AT_STATX_SYNC_AS_STAT");
    put_flags(out, access ? FLAG_SET_AT_ACCESS : FLAG_SET_AT, bits, as_stat);
}

static void put_socket_type(struct out *out, unsigned type)
{
    const unsigned mask = 0xf;
    if (!has_constant(FLAG_SET_SOCK, type & mask)) {
        put_flags(out, FLAG_SET_SOCK_TYPE, type, false);
        return;
    }
    put_constant(out, FLAG_SET_SOCK, type & mask);
    if (type & ~mask) {
        put_char(out, '|');
        put_flags(out, FLAG_SET_SOCK_TYPE, type & ~mask, false);
    }
}

/* The option of a socket, by the level before it. */
static bool put_socket_option(struct out *out, const struct hook_event *event, unsigned arg)
{
    unsigned option = (unsigned)event->arg[arg].n;
    switch ((int)event->arg[arg - 1].n) {
    case SOL_SOCKET: put_constant(out, FLAG_SET_SO, option); break;
    case IPPROTO_TCP: put_constant(out, FLAG_SET_TCP, option); break;
    case IPPROTO_IP: put_constant(out, FLAG_SET_IP, option); break;
    case IPPROTO_IPV6: put_constant(out, FLAG_SET_IPV6, option); break;
    default: return false;
    }
    return true;
}

/* The low byte is the signal that tells of the child's end. */
static void put_clone_flags(struct out *out, unsigned bits)
{
    const unsigned mask = 0xff;
    if (bits & ~mask)
        put_flags(out, FLAG_SET_CLONE_ALL, bits & ~mask, false);
    if (bits & ~mask && bits & mask)
        put_char(out, '|');
    if (!(bits & ~mask) || bits & mask)
        if (!put_signal(out, (int)(bits & mask)))
            put_unsigned(out, bits & mask);
}

static void put_priority(struct out *out, unsigned bits)
{
    const unsigned mask = 7;
    if (bits & ~mask) {
        put_constant(out, FLAG_SET_LOG_FACILITY, bits & ~mask);
        put_char(out, '|');
    }
    put_constant(out, FLAG_SET_LOG_LEVEL, bits & mask);
}

static void put_protection(struct out *out, unsigned bits)
{
    bits ? put_flags(out, FLAG_SET_PROT, bits, false) : put_text(out, "PROT_NONE");
}

void put_device(struct out *out, uint64_t device)
{
    put_text(out, "makedev(");
    put_hex(out, major(device));
    put_text(out, ", ");
    put_hex(out, minor(device));
    put_char(out, ')');
}

bool put_word(struct out *out, const struct hook_event *event, unsigned arg)
{
    uint64_t n = (uint64_t)event->arg[arg].n;
    unsigned bits = (unsigned)n, kind = form_kind(event, arg);
    switch (kind) {
    case KIND_OFLAGS: put_open_flags(out, bits); break;
    case KIND_MODE: put_mode(out, bits & MODE_BITS); break;
    case KIND_FMODE: put_file_mode(out, bits & MODE_BITS); break;
    case KIND_AMODE: bits ? put_flags(out, FLAG_SET_ACCESS, bits, false) : put_text(out, "F_OK"); break;
    case KIND_ATFLAGS: put_at_flags(out, event, bits); break;
    case KIND_SOCKTYPE: put_socket_type(out, bits); break;
    case KIND_SOCKPROTO: return put_protocol(out, event, bits);
    case KIND_IOCTLCMD: put_request(out, bits); break;
    case KIND_SOCKOPT: return put_socket_option(out, event, arg);
    case KIND_SIG: return put_signal(out, (int)bits);
    case KIND_SIGHANDLER: put_signal_handler(out, n); break;
    case KIND_CLONEALL: put_clone_flags(out, bits); break;
    case KIND_SYSLOGPRI: put_priority(out, bits); break;
    case KIND_PROT: put_protection(out, bits); break;
    case KIND_HEX: put_hex(out, n); break;
    case KIND_DEV: put_device(out, n); break;
    default: return put_named(out, kind, bits);
    }
    return true;
}

/* Results that strace explains. */
void put_explained(struct out *out, const struct hook_event *event)
{
    const bool answers = !event->failed && call_table[event->call].arg_kind[1] == KIND_FCNTLCMD;
    const int command = answers ? (int)event->arg[1].n : -1;
    if (command == F_GETFL) {
        put_hex(out, (uint64_t)event->ret);
        put_text(out, " (flags ");
        put_open_flags(out, (uint64_t)event->ret);
        put_char(out, ')');
    } else if (command == F_GETFD && event->ret) {
        put_hex(out, (uint64_t)event->ret);
        put_text(out, " (flags ");
        put_flags(out, FLAG_SET_FD, (uint64_t)event->ret, false);
        put_char(out, ')');
    } else {
        put_signed(out, event->ret);
    }
    if (call_table[event->call].arg_kind[0] == KIND_PRCTLOP && !event->failed && (int)event->arg[0].n == PR_GET_DUMPABLE) {
        put_text(out, " (");
        put_constant(out, FLAG_SET_DUMPABLE, (uint64_t)event->ret);
        put_char(out, ')');
    }
}
