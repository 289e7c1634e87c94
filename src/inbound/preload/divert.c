/* SPDX-License-Identifier: MIT */
/* A redirected write: the bytes go to the end of another file instead. The file is opened for each
 * write, so that no descriptor is held and each process of a family may write. */
#include "inbound/preload/preload.h"

#include <fcntl.h>
#include <sys/uio.h>

#include "sys/raw.h"

void divert_call(struct passage *passage)
{
    const long *word = passage->word;
    bool vector = call_arg_of_kind(passage->event.call, KIND_IOV_IN, 0) >= 0;
    long fd = raw(SYS_openat, AT_FDCWD, passage->verdict.to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    long done = fd;
    if (fd >= 0) {
        done = vector ? raw(SYS_writev, fd, word[1], word[2]) : raw(SYS_write, fd, word[1], word[2]);
        raw(SYS_close, fd);
    }
    passage->event.ret = done < 0 ? -1 : done;
    passage->event.err = done < 0 ? (int)-done : 0;
}
