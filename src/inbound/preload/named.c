/* SPDX-License-Identifier: MIT */
/* Descriptors that a call names in memory: of poll, select, aio, and those that a message takes along. Where one is ours,
 * that moves away: the call finds the number closed by itself, whatever it says then. */
#include "inbound/preload/preload.h"

#include <aio.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "core/plain.h"
#include "sys/descriptor.h"

enum { AT_ONCE = 64 };

static bool peek(void *to, const void *from, size_t n)
{
    return plain_peek(preload_gate.capture, to, from, n);
}

static bool polls_own(const struct pollfd *fds, size_t count)
{
    struct pollfd some[AT_ONCE];
    for (size_t at = 0; at < count; at += AT_ONCE) {
        size_t n = count - at < AT_ONCE ? count - at : AT_ONCE;
        if (!peek(some, fds + at, n * sizeof *some))
            return false;
        for (size_t i = 0; i < n; i++)
            if (some[i].fd == descriptor_own)
                return true;
    }
    return false;
}

static bool has_own(const fd_set *set)
{
    unsigned char byte;
    return set && peek(&byte, (const char *)set + descriptor_own / 8, 1) && byte >> descriptor_own % 8 & 1;
}

static bool selects_own(const long *word)
{
    return (int)word[0] > descriptor_own &&
           (has_own((const fd_set *)word[1]) || has_own((const fd_set *)word[2]) || has_own((const fd_set *)word[3]));
}

static bool lists_own(const char *list, size_t len)
{
    int some[AT_ONCE];
    for (size_t at = 0; at < len; at += sizeof some) {
        size_t n = len - at < sizeof some ? len - at : sizeof some;
        if (!peek(some, list + at, n))
            return false;
        for (size_t i = 0; i < n / sizeof *some; i++)
            if (some[i] == descriptor_own)
                return true;
    }
    return false;
}

static bool passes_own(const struct msghdr *message)
{
    struct msghdr head;
    struct cmsghdr part;
    if (!peek(&head, message, sizeof head))
        return false;
    for (size_t at = 0; at + sizeof part <= head.msg_controllen; at += CMSG_ALIGN(part.cmsg_len)) {
        const char *begin = (const char *)head.msg_control + at;
        if (!peek(&part, begin, sizeof part) || part.cmsg_len < sizeof part || part.cmsg_len > head.msg_controllen - at)
            return false;
        if (part.cmsg_level == SOL_SOCKET && part.cmsg_type == SCM_RIGHTS &&
            lists_own(begin + CMSG_LEN(0), part.cmsg_len - CMSG_LEN(0)))
            return true;
    }
    return false;
}

static bool one_passes_own(const struct mmsghdr *messages, unsigned count)
{
    for (unsigned i = 0; i < count && i < UIO_MAXIOV; i++)
        if (passes_own(&messages[i].msg_hdr))
            return true;
    return false;
}

/* Those of LFS64 are the same. */
static bool is_of_own(const struct aiocb *control)
{
    int fd;
    return control && peek(&fd, &control->aio_fildes, sizeof fd) && fd == descriptor_own;
}

static bool one_is_of_own(const struct aiocb *const *list, int count)
{
    const struct aiocb *control;
    for (int i = 0; i < count && peek(&control, list + i, sizeof control); i++)
        if (is_of_own(control))
            return true;
    return false;
}

bool named_concerns(unsigned call)
{
    switch (call_table[call].row) {
    case CALL_aio_fsync:
    case CALL_aio_fsync64:
    case CALL_aio_read:
    case CALL_aio_read64:
    case CALL_aio_write:
    case CALL_aio_write64:
    case CALL_lio_listio:
    case CALL_lio_listio64:
    case CALL_sendmsg:
    case CALL_sendmmsg: return true;
    default: return call_arg_of_kind(call, KIND_POLLFDS, 0) >= 0 || call_arg_of_kind(call, KIND_FDSET, 0) >= 0;
    }
}

static bool names_own(unsigned call, const long *word)
{
    switch (call_table[call].row) {
    case CALL_aio_fsync:
    case CALL_aio_fsync64: return is_of_own((const struct aiocb *)word[1]);
    case CALL_aio_read:
    case CALL_aio_read64:
    case CALL_aio_write:
    case CALL_aio_write64: return is_of_own((const struct aiocb *)word[0]);
    case CALL_lio_listio:
    case CALL_lio_listio64: return one_is_of_own((const struct aiocb *const *)word[1], (int)word[2]);
    case CALL_sendmsg: return passes_own((const struct msghdr *)word[1]);
    case CALL_sendmmsg: return one_passes_own((const struct mmsghdr *)word[1], (unsigned)word[2]);
    default:
        return call_arg_of_kind(call, KIND_POLLFDS, 0) >= 0 ? polls_own((const struct pollfd *)word[0], (size_t)word[1])
                                                            : selects_own(word);
    }
}

void named_before(const struct passage *passage)
{
    if (descriptor_own >= 0 && names_own(passage->event.call, passage->word))
        descriptor_move();
}
