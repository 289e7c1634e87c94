/* SPDX-License-Identifier: MIT */
#include "core/form.h"

#include <fcntl.h>
#include <asm/ioctls.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#include "core/call.h"

/* Those that the headers make of the size of a structure that they do not all have. */
enum { TIOCGPTN_ = (int)0x80045430, TIOCSPTLCK_ = 0x40045431, FICLONE_ = 0x40049409 };

static const struct form {
    uint32_t command;
    uint8_t of, is;
} forms[] = {
#define FORM(kind, command, is) { (uint32_t)(command), KIND_##kind, KIND_##is },
#include "core/forms.def"
#undef FORM
};

static unsigned otherwise(unsigned kind)
{
    return kind == KIND_IOCTLARG ? KIND_PTR : KIND_HEX;
}

/* A mount that is bound, moved or shared has no options, as long as it is not mounted anew. */
static unsigned mount_form(uint32_t flags)
{
    const uint32_t without = MS_BIND | MS_MOVE | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;
    if ((flags & MS_MGC_MSK) == MS_MGC_VAL) /* an old mark, that means nothing */
        flags &= ~(uint32_t)MS_MGC_MSK;
    return flags & MS_REMOUNT || !(flags & without) ? KIND_MOUNTOPTIONS : KIND_PTR;
}

unsigned form_of(unsigned kind, uint32_t command)
{
    if (kind == KIND_MOUNTDATA)
        return mount_form(command);
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].of == kind && forms[i].command == command)
            return forms[i].is;
    return otherwise(kind);
}

unsigned form_decided(const struct hook_event *event, unsigned arg)
{
    const struct call *call = &call_table[event->call];
    bool is_first = call->arg_kind[0] == KIND_PRCTLOP;
    return form_of(call->arg_kind[arg], (uint32_t)event->arg[is_first ? 0 : arg - 1].n);
}
