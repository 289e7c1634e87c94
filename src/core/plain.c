/* SPDX-License-Identifier: MIT */
#include "core/plain.h"

#include <string.h>

#include "core/bytes.h"

/* What the argument needs to be taken so: its length beside it. */
static bool argument_fits(const struct call *call, unsigned arg)
{
    const unsigned next = arg + 1 < call->args ? call->arg_kind[arg + 1] : KIND_COUNT;
    switch (plain_way(call->arg_kind[arg])) {
    case WAY_NONE: return false;
    case WAY_ADDRESS: return next == KIND_SOCKLEN;
    case WAY_DATA:
    case WAY_RESULT: return next == KIND_SIZE && (arg + 2 == call->args || call->arg_kind[arg + 2] != KIND_SIZE);
    default: return true;
    }
}

bool plain_fits(unsigned id)
{
    const struct call *call = &call_table[id];
    unsigned folders = 0, handles = 0;
    for (unsigned arg = 0; arg < call->args; arg++) {
        if (!argument_fits(call, arg))
            return false;
        folders += call->arg_kind[arg] == KIND_DIRFD;
        handles += plain_way(call->arg_kind[arg]) == WAY_HANDLE;
    }
    bool known = kind_copied(call->kind) != COPIED_OUT || call->kind == KIND_DIRENT;
    return folders < 2 && handles < 2 && known && call->kind != KIND_VOID;
}

bool plain_peek(const struct capture_source *source, char *data, const char *from, size_t n)
{
    for (size_t done = 0; done < n;) {
        long got = source->peek(data + done, from + done, n - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

#ifdef HOOK_SANITIZED

size_t plain_copy_string(char *to, const char *from, size_t most)
{
    size_t len = strnlen(from, most + 1);
    if (len > most)
        return SIZE_MAX;
    memcpy(to, from, len);
    memset(to + len, 0, PLAIN_BEHIND);
    return len;
}

#else

/* From a block on that goes over the end of a page: the string may end before it. */
static __attribute__((noinline)) size_t copy_over_pages(char *to, const char *from, size_t len, size_t most)
{
    for (unsigned i = 0; i < sizeof(block); i++, len++) {
        to[len] = from[len];
        if (!from[len]) {
            memset(to + len, 0, PLAIN_BEHIND);
            return len;
        }
    }
    size_t rest = len > most ? SIZE_MAX : plain_copy_string(to + len, from + len, most - len);
    return rest == SIZE_MAX ? SIZE_MAX : len + rest;
}

/* By blocks, which may be read to the end when they lie in one page. What they bring from behind the string is overwritten. */
size_t plain_copy_string(char *to, const char *from, size_t most)
{
    _Static_assert(sizeof(block) <= PLAIN_BEHIND, "a block can be overwritten");
    for (size_t len = 0; len <= most; len += sizeof(block)) {
        if (__builtin_expect(!block_is_readable(from + len), 0))
            return copy_over_pages(to, from, len, most);
        const block bytes = *(const block *)(from + len);
        const uint64_t zeros = block_equal(bytes, '\0');
        *(block *)(to + len) = bytes;
        if (zeros) {
            len += block_first(zeros);
            memset(to + len, 0, PLAIN_BEHIND);
            return len;
        }
    }
    return SIZE_MAX;
}

#endif
