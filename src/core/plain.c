/* SPDX-License-Identifier: MIT */
#include "core/plain.h"

#include "core/trace_part.h"

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
    unsigned folders = 0;
    for (unsigned arg = 0; arg < call->args; arg++) {
        if (!argument_fits(call, arg))
            return false;
        folders += call->arg_kind[arg] == KIND_DIRFD;
    }
    bool known = kind_copied(call->kind) != COPIED_OUT || call->kind == KIND_DIRENT;
    bool frees = call->row == CALL_pclose;
    return folders < 2 && known && !frees && call->kind != KIND_VOID;
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

void plain_put(struct plain_call *plain, int tid, uint64_t *at)
{
    struct hook_trace_record *record = (struct hook_trace_record *)plain->record;
    record->tid = tid;
    trace_begin(at, plain->size);
    memcpy(at + 1, plain->record + 1, plain->size - sizeof *at);
    trace_put_head(at, plain->size, record->call, record->type, record->flags);
}
