/* SPDX-License-Identifier: MIT */
#include "core/gate.h"

#include <glob.h>
#include <linux/openat2.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "core/concern.h"
#include "core/gate_part.h"
#include "core/message.h"
#include "core/show.h"

void gate_stamp(const struct gate *gate, struct hook_event *event)
{
    gate->ids(&event->pid, &event->tid);
    if (!event->time_ns)
        event->time_ns = gate->real_ns();
}

void gate_open(const struct gate *gate, struct passage *passage, unsigned call, uint8_t flags)
{
    struct hook_event *event = &passage->event;
    event->type = HOOK_EVENT_CALL;
    event->action = HOOK_ACTION_LOG;
    event->failed = event->quiet = event->to_path = event->numbered = 0;
    event->no_ret = call_table[call].kind == KIND_VOID;
    event->call = (uint16_t)call;
    event->ret = 0;
    event->err = 0;
    event->time_ns = event->dur_ns = 0;
    event->path = event->path2 = event->rule = event->to = event->tip = NULL;
    passage->verdict = (struct verdict){ .action = HOOK_ACTION_LOG };
    passage->flags = flags;
    passage->log = passage->divert = false;
    passage->injected = -1;
    passage->arena = (struct arena){ passage->scratch, 0, sizeof passage->scratch, gate->more, NULL };
}

/* What the caller of a refused function gets. */
static long refusal(unsigned call, int err)
{
    switch (call_table[call].fail) {
    case FAIL_NEG1:
    case FAIL_NEGEND: return -1;
    case FAIL_ERR: return err;
    case FAIL_CODE:
        return call_table[call].kind == KIND_EAI ? EAI_SYSTEM : call_table[call].kind == KIND_GLOBCODE ? GLOB_ABORTED : 1;
    default: return 0;
    }
}

void gate_refuse(struct passage *passage, int err)
{
    passage->event.ret = refusal(passage->event.call, err);
    passage->event.err = err;
}

/* The call writes to its template: it gets a copy. */
static void copy_template(struct passage *passage)
{
    size_t size = strlen(passage->verdict.to) + 1;
    char *copy = arena_take(&passage->arena, size);
    if (copy)
        passage->event.to = passage->verdict.to = memcpy(copy, passage->verdict.to, size);
}

/* The argument becomes a copy of what it points to. Of memory that can't be read the kernel will say so. */
static void *own_argument(const struct gate *gate, struct passage *passage, int arg, size_t size)
{
    char *copy = arena_take(&passage->arena, size);
    if (copy && !plain_peek(gate->capture, copy, (const char *)passage->word[arg], size))
        copy = NULL;
    passage->word[arg] = (long)copy;
    return copy;
}

/* A message is passed as a copy that has the other name. */
static void redirect_message(const struct gate *gate, struct passage *passage, int arg)
{
    if (own_argument(gate, passage, arg, sizeof(struct msghdr)))
        gate_set_address(passage, passage->verdict.to_addr, passage->verdict.to_len);
}

struct open_how *gate_own_how(const struct gate *gate, struct passage *passage)
{
    const size_t longest = 4096; /* more is E2BIG */
    int arg = call_arg_of_kind(passage->event.call, KIND_OPENHOW, 0);
    size_t size = arg < 0 ? 0 : (size_t)passage->word[arg + 1];
    return size < sizeof(struct open_how) || size > longest ? NULL : own_argument(gate, passage, arg, size);
}

/* Where an absolute path may lead: elsewhere than the program's own, that is all. */
static void unbind_path(const struct gate *gate, struct passage *passage)
{
    struct open_how *how = gate_own_how(gate, passage);
    if (how)
        how->resolve &= ~(uint64_t)(RESOLVE_IN_ROOT | RESOLVE_BENEATH | RESOLVE_NO_XDEV);
}

void gate_set_address(struct passage *passage, const void *address, uint32_t len)
{
    int arg = call_arg_of_kind(passage->event.call, KIND_SOCKADDR, 0), message = call_message_arg(passage->event.call);
    struct msghdr *copy = message >= 0 ? (struct msghdr *)passage->word[message] : NULL;
    if (copy) {
        copy->msg_name = (void *)address;
        copy->msg_namelen = len;
    } else if (arg >= 0) {
        passage->word[arg] = (long)address;
        passage->word[arg + 1] = len;
    }
}

static void redirect_words(const struct gate *gate, struct passage *passage)
{
    const struct verdict *verdict = &passage->verdict;
    unsigned call = passage->event.call;
    int path = call_path_arg(call);
    if (path >= 0 && verdict->path == 1)
        path = call_arg_of_kind(call, KIND_PATH, (unsigned)path + 1);
    if (path >= 0 && call_table[call].arg_kind[path] == KIND_TEMPLATE)
        copy_template(passage);
    if (verdict->to_addr && call_message_arg(call) >= 0) {
        redirect_message(gate, passage, call_message_arg(call));
    } else if (verdict->to_addr) {
        gate_set_address(passage, verdict->to_addr, verdict->to_len);
    } else if (path >= 0) {
        passage->word[path] = (long)verdict->to;
        unbind_path(gate, passage);
        if (verdict->to2)
            passage->word[call_arg_of_kind(call, KIND_PATH, (unsigned)path + 1)] = (long)verdict->to2;
    } else {
        passage->divert = true;
    }
}

/* Returns whether the call goes on. */
static bool apply_verdict(const struct gate *gate, struct passage *passage)
{
    struct hook_event *event = &passage->event;
    const struct verdict *verdict = &passage->verdict;
    event->action = verdict->action;
    event->rule = verdict->rule;
    if (verdict->action == HOOK_ACTION_REDIRECT) {
        event->to = verdict->to;
        event->to_path = verdict->path;
        redirect_words(gate, passage);
    }
    if (verdict->action != HOOK_ACTION_BLOCK)
        return true;
    gate_refuse(passage, verdict->err);
    if (verdict->has_ret) {
        bool failed = gate_failed(event->call, verdict->ret, verdict->err);
        event->ret = verdict->ret;
        event->err = !failed ? 0 : call_table[event->call].fail == FAIL_ERR ? (int)verdict->ret : verdict->err;
    }
    return false;
}

/* Are the arguments captured before the call? */
static bool is_early(const struct passage *passage)
{
    return passage->flags & (GATE_DECIDE | GATE_EARLY);
}

/* The working folder may not be after an early call what it was before. */
static void set_paths(const struct gate *gate, struct passage *passage, struct facts *facts)
{
    bool all = gate_paths(gate) == PATHS_ALL || is_early(passage);
    if (!gate_paths(gate) || !passage->log)
        return;
    if (!passage->event.path && (all || facts_path_by_descriptor(facts, 0)))
        passage->event.path = facts_path(facts, 0);
    if (all || facts_path_by_descriptor(facts, 1))
        passage->event.path2 = facts_path(facts, 1);
}

/* May the call have a path to be set? */
static bool wants_paths(const struct gate *gate, const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    if (gate_paths(gate) != PATHS_DESCRIPTOR)
        return gate_paths(gate) == PATHS_ALL;
    for (unsigned arg = 0; arg < call->args; arg++)
        if (call->arg_kind[arg] == KIND_DIRFD || call->arg_kind[arg] == KIND_STREAM)
            return true;
    return false;
}

/* What is decided on is where the first message goes: others go with it when they go there too. For the rest the adapter, or
 * the program, asks again, as when the kernel has taken some. */
static void limit_messages(struct passage *passage)
{
    int arg = call_arg_of_kind(passage->event.call, KIND_MMSGHDR_IN, 0);
    struct hook_value left = passage->event.arg[arg < 0 ? 0 : arg];
    size_t alike = arg < 0 ? 0 : message_leave_alike(&left);
    if (!alike || alike >= (unsigned)passage->word[arg + 1])
        return;
    passage->event.arg[arg] = left;
    passage->event.arg[arg + 1].n = passage->word[arg + 1] = (long)alike;
}

bool gate_before(const struct gate *gate, struct passage *passage)
{
    struct hook_event *event = &passage->event;
    bool early = is_early(passage), go = true;
    passage->log = passage->flags & GATE_LOG;
    capture_before(event, passage->word, early, gate->capture, &passage->arena);
    if (early) {
        struct facts facts;
        facts_init(&facts, event, gate->facts, &passage->arena);
        if (passage->flags & GATE_DECIDE) {
            limit_messages(passage);
            if (gate->refresh)
                gate->refresh();
            policy_decide(gate_policy(gate), passage->flags & GATE_ASK ? NULL : gate->state, &facts, &passage->verdict);
            passage->log = passage->log && passage->verdict.log;
            go = apply_verdict(gate, passage);
        }
        if (gate->tips && passage->log && passage->verdict.action == HOOK_ACTION_BLOCK)
            event->tip = policy_tip(&facts);
        if (gate->only && passage->log)
            passage->log = concern_has(gate->only, &facts);
        if (call_arg_of_kind(event->call, KIND_TEMPLATE, 0) < 0) /* its name is made by the call */
            set_paths(gate, passage, &facts);
    }
    if (passage->log)
        gate_stamp(gate, event);
    if (passage->verdict.delay_ns)
        gate->sleep(passage->verdict.delay_ns);
    if (passage->log)
        passage->began = gate->mono_ns == gate->real_ns && !passage->verdict.delay_ns ? event->time_ns : gate->mono_ns();
    return go;
}

bool gate_failed(unsigned call, long ret, int err)
{
    return call_failed(call_table[call].fail, ret, err);
}

static struct hook_value entry_name(const char *name)
{
    return (struct hook_value){ .state = HOOK_VALUE_BYTES, .len = (uint32_t)strlen(name), .p = name };
}

/* A result that points to something: shown as what it names. */
static void take_result(const struct gate *gate, struct passage *passage, long ret)
{
    struct hook_event *event = &passage->event;
    const struct call *call = &call_table[event->call];
    event->ret = ret;
    if (call->kind == KIND_STREAM || call->kind == KIND_DIRP)
        event->ret = ret ? gate->capture->handle(call->kind, (const void *)ret) : -1;
    else if (call->kind == KIND_DIRENT)
        event->ret = ret != 0;
    if (call->kind == KIND_DIRENT && ret)
        event->arg[call->args] = entry_name((const char *)ret + gate->capture->entry_name);
    if (call->kind == KIND_NAME || call->kind == KIND_ENTRY)
        capture_result(event, ret, gate->capture, &passage->arena);
}

static int error_of(const struct hook_event *event, long ret, int err)
{
    unsigned fail = call_table[event->call].fail;
    bool has_none = !event->failed || (fail == FAIL_CODE && event->action != HOOK_ACTION_BLOCK);
    return has_none ? 0 : fail == FAIL_ERR ? (int)ret : err;
}

void gate_finish(const struct gate *gate, struct passage *passage, long ret, int err)
{
    struct hook_event *event = &passage->event;
    event->failed = gate_failed(event->call, ret, err);
    event->err = error_of(event, ret, err);
    take_result(gate, passage, ret);
    capture_after(event, passage->word, is_early(passage), gate->capture, &passage->arena);
    if (!event->path && wants_paths(gate, event)) {
        struct facts facts;
        facts_init(&facts, event, gate->facts, &passage->arena);
        set_paths(gate, passage, &facts);
    }
    if (show_outcome_takes(gate->outcome, event))
        gate->sink->emit(event);
}

/* A child that a signal handler has forked meanwhile makes the call as well. */
static void stamp_again(const struct gate *gate, struct hook_event *event)
{
    int pid, tid;
    gate->ids(&pid, &tid);
    if (pid == event->pid || pid <= 0 || call_is_childs(event->call))
        return;
    event->pid = pid;
    event->tid = tid;
}

void gate_after(const struct gate *gate, struct passage *passage, long ret, int err)
{
    if (passage->log) {
        stamp_again(gate, &passage->event);
        passage->event.dur_ns = passage->event.action != HOOK_ACTION_BLOCK ? gate->mono_ns() - passage->began : 0;
        gate_finish(gate, passage, ret, err);
    }
    gate->release(&passage->arena);
}

void gate_tell(const struct gate *gate, struct passage *passage)
{
    if (passage->log && show_outcome_takes(gate->outcome, &passage->event))
        gate->sink->emit(&passage->event);
}

void gate_lifecycle(const struct gate *gate, struct hook_event *event)
{
    gate_stamp(gate, event);
    gate->sink->emit(event);
}
