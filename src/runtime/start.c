/* SPDX-License-Identifier: MIT */
/* The only place that wires: reads the settings, opens the output, compiles the rules, and then lets
 * the wrappers through the gate. Runs once, from the first hooked call or our constructor,
 * whichever comes first. */
#include <limits.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "inbound/preload/environ.h"
#include "inbound/preload/next.h"
#include "inbound/preload/preload.h"
#include "outbound/sinks.h"
#include "outbound/target.h"
#include "runtime/concerns.h"
#include "runtime/config.h"
#include "runtime/image.h"
#include "runtime/lifecycle.h"
#include "runtime/mark.h"
#include "runtime/message.h"
#include "runtime/reload.h"
#include "runtime/rules.h"
#include "runtime/world.h"
#include "sys/clock.h"
#include "sys/cwd.h"
#include "sys/descriptor.h"
#include "sys/memory.h"
#include "sys/raw.h"
#include "sys/readable.h"
#include "sys/thread.h"

enum { STATUS_FAILED = 125 };

static enum { ASLEEP, STARTING, AWAKE } volatile state;
static atomic_flag claimed = ATOMIC_FLAG_INIT;
static bool constructed, is_child;
static struct {
    int argc;
    char **argv;
} given; /* to the constructor, by the C library */
static struct config config;
static struct policy_state policy_state;

/* Broken settings end the program before main, unless HOOK_ON_ERROR says otherwise. */
static void give_up(void)
{
    if (config.exit_on_error)
        raw(SYS_exit_group, STATUS_FAILED);
}

/* False when there is no memory for them. */
static bool remember_names(void)
{
    bool needed = policy_needs_names(preload_gate.policy) || config.reload;
    if (needed)
        preload_gate.names = world_names = memory_map(sizeof *world_names);
    return preload_gate.names || !needed;
}

static void load_rules(void)
{
    if (!config.rules)
        return;
    rules_noted = config.reload;
    preload_gate.policy = config.image ? image_map(config.image, config.rules) : NULL;
    if (!preload_gate.policy)
        preload_gate.policy = rules_load(config.rules, true);
    if (preload_gate.policy && rules_state(preload_gate.policy, config.reload, config.seed, &policy_state) == 0 &&
        remember_names())
        preload_gate.state = &policy_state;
    else
        preload_gate.policy = NULL;
    if (preload_gate.policy)
        world_watch_threads();
    else
        give_up();
}

static bool logs_anything(void)
{
    return config.sink && !config.trace_none && !(preload_gate.policy && policy_log(preload_gate.policy) == POLICY_LOG_NONE);
}

static const char *output_error(int err)
{
    switch (err) {
    case -EMEDIUMTYPE: return "the binary format needs a regular file";
    case -EEXIST: return "is no binary trace of this version";
    default: return error_text(-err);
    }
}

static void open_output(void)
{
    if (!logs_anything()) {
        config.sink = NULL;
        return;
    }
    descriptor_stderr_init(false);
    int err = config.sink->open(config.output);
    if (err == 0)
        return;
    config.sink = NULL;
    /* a child may have fewer rights than who started it, or another root: that must not end it */
    bool numbered = is_child && config.output[0] != '/';
    char written[MARK_ROOM];
    message("HOOK_OUTPUT: ", numbered ? "the descriptor of the first process" : mark_written(config.output, written), ": ",
            output_error(err), is_child ? ": this process is not recorded" : NULL, NULL);
    if (!is_child)
        give_up();
}

static bool logs_everything(void)
{
    bool some = config.only || config.show.outcome != SHOW_ALL;
    return config.trace_all && !some && !(preload_gate.policy && policy_log(preload_gate.policy) != POLICY_LOG_ALL);
}

/* In text the two lines are shown when everything is: who asks for some calls wants just those. */
static bool shows_lifecycle(void)
{
    return config.sink && (config.paths || logs_everything());
}

/* Where nobody is told any time, the cheapest clock says well enough how long a call took. */
static bool shows_times(void)
{
    return config.sink != &sink_text || config.show.clock != SHOW_NO_CLOCK || config.show.relative || config.show.duration;
}

static const char *known_folder(size_t *ret_len)
{
    const struct cwd_folder *folder = cwd_current();
    *ret_len = folder->len;
    return folder->len ? folder->path : NULL;
}

static void wire_gate(void)
{
    struct gate *gate = &preload_gate;
    const char *no_color = config_variable("NO_COLOR");
    world_show(&config.show);
    gate->capture = &world_capture;
    gate->facts = &world_facts;
    gate->more = world_more;
    gate->release = world_release;
    bool even = config.ticks || !shows_times();
    if (!config.ticks)
        clock_ticks_init();
    gate->real_ns = even ? clock_ticks : clock_real_ns;
    gate->mono_ns = even ? clock_ticks : clock_mono_ns;
    gate->from_ticks = even ? NULL : clock_from_ticks;
    gate->folder = known_folder;
    gate->sleep = clock_sleep;
    gate->ids = thread_ids;
    gate->paths = config.paths;
    gate->tips = config.show.tips;
    gate->outcome = config.show.outcome;
    gate->only = config.only;
    target_show = config.show;
    target_show.colour = config.sink && !(no_color && *no_color) && target_is_terminal();
    gate->sink = lifecycle_init(config.sink, shows_lifecycle(), !logs_everything(), config.follow);
}

/* Takes up new rules; calls on their way go on by the old ones. */
static void refresh(void)
{
    const struct policy *policy = reload_poll(config.image, config.rules);
    if (!policy)
        return;
    rules_start_again(&policy_state);
    __atomic_store_n(&preload_gate.policy, policy, __ATOMIC_RELEASE);
    concerns_set(&config);
}

static void watch_rules(void)
{
    if (!preload_gate.policy || !config.reload)
        return;
    if (!config.sink)
        descriptor_stderr_init(false);
    if (!config.image || !reload_by_number(config.reload))
        reload_by_files();
    preload_gate.refresh = refresh;
}

/* Makes a path absolute, `mark` between the folder and the path as given. */
static bool make_absolute(char *out, size_t size, const char *path, const char *mark)
{
    long base = path[0] == '/' ? 0 : cwd_get(out, size);
    if (!base)
        mark = "";
    if (base < 0 || (size_t)base + strlen(mark) + strlen(path) + 1 > size)
        return false;
    strcpy(out + base, mark);
    strcat(out + base, path);
    return true;
}

static const char *value_of(const char *name)
{
    if (strcmp(name, "HOOK_HOME") != 0)
        return config_variable(name);
    return config_variable("HOOK_RULES") ? config_home() : NULL;
}

/* "NAME=value" as children are to have it; a relative path is of this process's folder. Copied: programs write over the memory of
 * their environment. */
static char *child_variable(const char *name, const char *mark)
{
    const char *value = value_of(name);
    if (!value)
        return NULL;
    bool is_path = mark && *value && strcmp(value, "stderr") != 0 && strncmp(value, "fd:", 3) != 0;
    size_t len = strlen(name) + 1, whole = len + strlen(value) + 1;
    size_t size = whole + MARK_ROOM + (is_path && *value != '/' ? PATH_MAX : 0);
    char *out = memory_keep(size);
    if (!out)
        return NULL;
    memcpy(out, name, len - 1);
    out[len - 1] = '=';
    if (!is_path || !make_absolute(out + len, size - len - MARK_ROOM, value, mark))
        memcpy(out + len, value, whole - len);
    return out;
}

/* The program's own environment is what most children get: a relative path in it would be of their
 * folder, not of this one. */
static void put_in_environ(const char *variable)
{
    size_t name = variable ? strcspn(variable, "=") + 1 : 0;
    for (char **at = environ; variable && at && *at; at++)
        if (strncmp(*at, variable, name) == 0)
            *at = (char *)variable;
}

static void settle_children(void)
{
    static const struct {
        char name[16], mark[4];
        bool is_path, is_output;
    } variables[ENVIRON_VARIABLES] = {
        { "HOOK_RULES", "/./", true, false }, { "HOOK_OUTPUT", "/", true, true },  { "HOOK_FORMAT", "", false, false },
        { "HOOK_TRACE", "", false, false },   { "HOOK_FOLLOW", "", false, false }, { "HOOK_ON_ERROR", "", false, false },
        { "HOOK_SEED", "", false, false },    { "HOOK_IMAGE", "", false, false },  { "HOOK_SHOW", "", false, false },
        { "HOOK_RELOAD", "", false, false },  { "HOOK_RING", "", false, false },   { "HOOK_PATHS", "", false, false },
        { "HOOK_HOME", "", false, false },
    };
    const char *self = next_own_path();
    const size_t size = self ? strlen(self) + 1 + (*self == '/' ? 0 : PATH_MAX) : 0;
    char *library = self ? memory_keep(size) : NULL;
    if (!library || !make_absolute(library, size, self, "/"))
        return;
    environ_settings.library = library;
    for (int i = 0; i < ENVIRON_VARIABLES; i++) {
        const char *mark = variables[i].is_path ? variables[i].mark : NULL;
        char *variable = child_variable(variables[i].name, mark);
        environ_settings.variable[i] = variable;
        if (variable && variables[i].is_output) {
            char *value = variable + sizeof "HOOK_OUTPUT=" - 1;
            is_child = mark_is_child(value);
            mark_put(value);
        }
        if (mark)
            put_in_environ(environ_settings.variable[i]);
    }
}

static void start(void)
{
    real_init();
    clock_init();
    thread_init();
    if (next_is_known())
        readable_init();
    cwd_changed();
    settle_children(); /* makes paths in the settings absolute: before they are read */
    if (config_read(&config) != 0) {
        give_up();
        config.sink = NULL;
    }
    environ_settings.follow = config.follow;
    load_rules();
    open_output();
    wire_gate();
    thread_tid();
    if (shows_lifecycle() && (!preload_gate.policy || policy_log(preload_gate.policy) == POLICY_LOG_ALL))
        lifecycle_start(given.argc, given.argv);
    watch_rules();
    concerns_set(&config);
    __atomic_store_n(&state, AWAKE, __ATOMIC_RELEASE);
}

/* A sanitizer's runtime makes hooked calls while it sets itself up, when code that it has instrumented
 * cannot run yet: such a build waits for the constructor. */
#ifdef HOOK_SANITIZED
#define WAITS_FOR_CONSTRUCTOR true
#else
#define WAITS_FOR_CONSTRUCTOR false
#endif

__attribute__((no_sanitize("address", "thread", "undefined"))) bool preload_start(void)
{
    if (WAITS_FOR_CONSTRUCTOR && !constructed)
        return false;
    /* before libc itself has been set up there is no environment to read */
    if ((environ || constructed) && !atomic_flag_test_and_set(&claimed)) {
        state = STARTING;
        start();
    }
    return __atomic_load_n(&state, __ATOMIC_ACQUIRE) == AWAKE;
}

__attribute__((constructor)) static void construct(int argc, char **argv)
{
    constructed = true;
    given.argc = argc;
    given.argv = argv;
    preload_start();
}

void preload_forked(void)
{
    sys_thread.vforked = 0;
    cwd_forked();
    sys_thread.birth = 0;
    if (state != AWAKE)
        return;
    thread_tid();
    if (config.follow) {
        if (config.sink)
            config.sink->forked();
        rules_forked(&policy_state);
        reload_forked();
        return;
    }
    concerns_set(NULL);
    lifecycle_stop();
    if (config.sink)
        config.sink->close();
}

void preload_stderr_closing(void)
{
    if (state == AWAKE)
        lifecycle_say_losses();
}

void preload_stderr_cut(void)
{
    if (state == AWAKE)
        lifecycle_say_cut();
}

bool preload_leaving(void)
{
    bool leaving = state == AWAKE && target_pass_on();
    if (leaving)
        lifecycle_say_losses();
    return leaving;
}

void preload_staying(void)
{
    target_take_back();
}

void preload_vfork_ended(void)
{
    target_emit_kept();
    lifecycle_vfork_ended();
}

void preload_exiting(unsigned call, int status)
{
    if (state != AWAKE)
        return;
    if (call == CALL_quick_exit)
        lifecycle_quick_status(status);
    else if (call != CALL_exit)
        lifecycle_end(status);
}

void preload_unshared(void)
{
    if (state != AWAKE || !config.sink)
        return;
    __atomic_store_n(&preload_gate.folder, NULL, __ATOMIC_RELAXED);
    if (config.ticks)
        __atomic_store_n(&preload_gate.paths, PATHS_ALL, __ATOMIC_RELAXED);
    concerns_set(&config);
}
