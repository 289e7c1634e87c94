/* SPDX-License-Identifier: MIT */
/* A path is compared by ever dearer means: as it is spelled; as the file is really called, and by the
 * names met on the way; by its inode. Links in the folder that a rule names have been resolved when it was
 * compiled, but for those that are another thing to each process. */
#include "core/policy/decision.h"

#include <string.h>

#include "core/policy/glob.h"
#include "core/policy/index.h"
#include "core/policy/known.h"

enum pass { BY_SPELLING, BY_NAME, BY_FOLDER, BY_FILE, BY_CONTENT, PASS_COUNT };

/* One path to be compared: the call's i-th, or its descriptor's. */
struct subject {
    unsigned i;
    bool fd;
};

struct matcher {
    struct decision *d;
    const struct target *targets;
    uint32_t count;
    uint8_t form;
    bool blocks;
    bool renames; /* a block, of a call that renames */
    uint32_t rule;
};

static const char *spelling(struct facts *facts, struct subject s)
{
    return s.fd ? facts_fd_path(facts) : facts_path(facts, s.i);
}

static const char *real_path(struct facts *facts, struct subject s)
{
    return s.fd ? facts_fd_path(facts) : facts_real_path(facts, s.i);
}

static bool is_unknown(const struct facts *facts, struct subject s)
{
    uint32_t of_path = ((uint32_t)FACT_ABS | FACT_REAL | FACT_ID) << s.i;
    return facts->unknown & (s.fd ? (uint32_t)FACT_FD_PATH : of_path);
}

/* Is the name below that folder, and the rest what the target's glob says? */
static bool below(struct decision *d, const struct target *target, const char *folder, size_t len, const char *name)
{
    const uint8_t *glob = image_data(d->policy, target->glob);
    if (strncmp(name, folder, len) != 0 || name[len] != '/')
        return false;
    const char *rest = name + len + 1;
    if (!*rest && *glob == GLOB_STAR) /* the root has no name */
        return false;
    if (!glob_match(glob, rest, NULL))
        return false;
    d->target = target;
    d->rest = rest;
    return true;
}

static bool as_written(struct matcher *m, const struct target *target, const char *name)
{
    return below(m->d, target, image_data(m->d->policy, target->prefix), target->prefix_len, name);
}

/* Could the name end with what the glob says, whatever the folder? */
static bool may_end(const struct decision *d, const struct target *target, const char *name)
{
    const uint8_t *glob = image_data(d->policy, target->glob);
    for (const char *slash = name; (slash = strchr(slash, '/')); slash++)
        if (glob_match(glob, slash + 1, NULL))
            return true;
    return false;
}

static bool in_real_folder(struct matcher *m, const struct target *target, const char *name)
{
    struct decision *d = m->d;
    struct arena *arena = d->facts->arena, before = *arena;
    if (!target->late || !may_end(d, target, name))
        return false;
    const char *folder = facts_folder(d->facts, image_data(d->policy, target->prefix), target->prefix_len);
    bool found = folder && below(d, target, folder, folder[1] ? strlen(folder) : 0, name);
    if (arena->base == before.base)
        arena->used = before.used;
    return found;
}

typedef bool name_test(struct matcher *m, const struct target *target, const char *name);

static bool any_target(struct matcher *m, const char *name, name_test *test)
{
    for (uint32_t i = 0; name && i < m->count; i++)
        if (m->targets[i].form == m->form && test(m, &m->targets[i], name))
            return true;
    return false;
}

static bool any_name(struct matcher *m, struct subject s, name_test *test)
{
    if (any_target(m, real_path(m->d->facts, s), test))
        return true;
    if (s.fd)
        return false;
    for (const struct fact_name *name = m->d->facts->path[s.i].names; name; name = name->next)
        if ((!name->started || m->blocks) && any_target(m, name->path, test))
            return true;
    return false;
}

static const struct file_id *file_id(struct facts *facts, struct subject s)
{
    return s.fd ? facts_fd_id(facts) : facts_file_id(facts, s.i);
}

static bool is_same_file(struct matcher *m, const struct target *target, const struct file_id *id)
{
    const struct facts_source *source = m->d->facts->source;
    struct file_id other;
    return target->form == m->form && !target->wild &&
           source->file_id(image_data(m->d->policy, target->whole), false, &other) == 0 && other.dev == id->dev &&
           other.ino == id->ino;
}

static bool is_file_of(struct matcher *m, const struct file_id *id)
{
    if (m->rule != INDEX_NONE && known_find(m->d->policy, id, m->rule) == m->rule)
        return true;
    for (uint32_t i = 0; id->links > 1 && i < m->count; i++) {
        if (is_same_file(m, &m->targets[i], id)) {
            m->d->target = &m->targets[i];
            m->d->rest = "";
            return true;
        }
    }
    return false;
}

/* What an exec starts beside the file that it names has no place among the facts. */
static bool started_id(const struct facts *facts, const struct fact_name *name, struct file_id *ret)
{
    return name->started && facts->source->file_id && facts->source->file_id(name->path, false, ret) == 0;
}

/* Another name of the same file: a hard link, or the one that it has been given since the rules were read. */
static bool any_file(struct matcher *m, struct subject s)
{
    struct facts *facts = m->d->facts;
    const struct file_id *id = facts->source->file_id ? file_id(facts, s) : NULL;
    if (id && is_file_of(m, id))
        return true;
    struct file_id other;
    for (const struct fact_name *name = m->blocks && !s.fd ? facts->path[s.i].names : NULL; name; name = name->next)
        if (started_id(facts, name, &other) && is_file_of(m, &other))
            return true;
    return false;
}

/* Does all that the target stands for lie in the folder of that name? */
static bool lies_in(struct matcher *m, const struct target *target, const char *name)
{
    const char *path = image_data(m->d->policy, target->wild ? target->prefix : target->whole);
    size_t len = strlen(name);
    return strncmp(path, name, len) == 0 && (path[len] == '/' || (target->wild && !path[len]));
}

/* Who renames a folder renames what is in it. */
static bool any_content(struct matcher *m, struct subject s)
{
    return m->renames && (any_target(m, spelling(m->d->facts, s), lies_in) || any_name(m, s, lies_in));
}

static bool in_pass(struct matcher *m, struct subject s, enum pass pass)
{
    switch (pass) {
    case BY_SPELLING: return any_target(m, spelling(m->d->facts, s), as_written);
    case BY_NAME: return any_name(m, s, as_written);
    case BY_FOLDER: return any_target(m, spelling(m->d->facts, s), in_real_folder) || any_name(m, s, in_real_folder);
    case BY_FILE: return any_file(m, s);
    default: return any_content(m, s);
    }
}

static enum match match_any(struct matcher *m, const struct subject *subjects, unsigned count)
{
    enum match match = MATCH_NO;
    for (enum pass pass = BY_SPELLING; pass < PASS_COUNT; pass++)
        for (unsigned i = 0; i < count; i++) {
            if (in_pass(m, subjects[i], pass)) {
                m->d->path = subjects[i].i;
                return MATCH_YES;
            }
            if (is_unknown(m->d->facts, subjects[i]))
                match = MATCH_UNKNOWN;
        }
    return match;
}

static bool as_one_file(struct matcher *m, const struct target *target, const char *name)
{
    return !target->wild && as_written(m, target, name);
}

/* An allow is about files as well: a link in an allowed folder does not allow what it leads to. */
static bool is_allowed(struct matcher *m, struct subject s)
{
    const char *real = real_path(m->d->facts, s);
    return any_target(m, real, as_written) || any_target(m, spelling(m->d->facts, s), as_one_file) ||
           any_target(m, real, in_real_folder);
}

static enum match match_all(struct matcher *m, const struct subject *subjects, unsigned count)
{
    enum match match = MATCH_NO;
    for (unsigned i = 0; i < count; i++) {
        bool there = spelling(m->d->facts, subjects[i]) || is_unknown(m->d->facts, subjects[i]);
        if (there && !is_allowed(m, subjects[i]))
            return MATCH_NO;
        if (there)
            match = MATCH_YES;
    }
    return match;
}

static enum match match_subjects(struct matcher *m, const struct rule *rule, const struct subject *subjects, unsigned count)
{
    return rule->action == RULE_ALLOW ? match_all(m, subjects, count) : match_any(m, subjects, count);
}

static struct matcher matcher_of(struct decision *d, struct list list, uint8_t form)
{
    return (struct matcher){ d, image_data(d->policy, list.at), list.count, form, false, false, INDEX_NONE };
}

/* What the call's paths are compared by; returns how many. */
static unsigned subjects_of(unsigned call, struct subject ret[2])
{
    bool own = call_arg_of_kind(call, KIND_PATH, 0) >= 0 || call_arg_of_kind(call, KIND_TEMPLATE, 0) >= 0;
    bool fd = call_arg_of_kind(call, KIND_FD, 0) >= 0 || call_arg_of_kind(call, KIND_STREAM, 0) >= 0 ||
              call_arg_of_kind(call, KIND_DIRP, 0) >= 0;
    ret[0] = (struct subject){ 0, !own && fd };
    ret[1] = (struct subject){ 1, false };
    return ret[0].fd ? 1 : 2;
}

enum match match_paths(struct decision *d, const struct rule *rule)
{
    struct matcher m = matcher_of(d, rule->targets, TARGET_PATH);
    struct subject subjects[2];
    m.rule = (uint32_t)(rule - image_rules(d->policy));
    m.blocks = rule->action == RULE_BLOCK;
    m.renames = m.blocks && match_renames(d);
    unsigned count = subjects_of(d->facts->event->call, subjects);
    return match_subjects(&m, rule, subjects, count);
}

bool match_path(struct decision *d, const struct rule *rule, unsigned i)
{
    struct matcher m = matcher_of(d, rule->targets, TARGET_PATH);
    return match_subjects(&m, rule, &(struct subject){ i, false }, 1) == MATCH_YES;
}

bool match_renames(const struct decision *d)
{
    return strcmp(call_op(d->facts->event->call), "rename") == 0;
}

uint32_t match_known(struct decision *d, uint32_t from)
{
    struct subject subjects[2];
    unsigned count = subjects_of(d->facts->event->call, subjects);
    uint32_t best = INDEX_NONE;
    for (unsigned i = 0; i < count; i++) {
        const struct file_id *id = file_id(d->facts, subjects[i]);
        uint32_t found = id ? known_find(d->policy, id, from) : INDEX_NONE;
        best = found < best ? found : best;
        struct file_id other;
        for (const struct fact_name *name = subjects[i].fd ? NULL : d->facts->path[subjects[i].i].names; name;
             name = name->next) {
            found = started_id(d->facts, name, &other) ? known_find(d->policy, &other, from) : INDEX_NONE;
            best = found < best ? found : best;
        }
    }
    return best;
}

static bool has_other_links(struct facts *facts, struct subject s)
{
    const struct file_id *id = file_id(facts, s);
    struct file_id other;
    bool has = id && id->links > 1;
    for (const struct fact_name *name = s.fd ? NULL : facts->path[s.i].names; name && !has; name = name->next)
        has = started_id(facts, name, &other) && other.links > 1;
    return has;
}

bool match_names(struct decision *d, bool real, match_name_fn *tell, void *ctx)
{
    struct facts *facts = d->facts;
    struct subject subjects[2];
    unsigned count = subjects_of(facts->event->call, subjects);
    bool known = true;
    for (unsigned i = 0; i < count; i++) {
        const struct subject s = subjects[i];
        const char *spelled = spelling(facts, s), *name = real ? real_path(facts, s) : spelled;
        if (name && !(real && spelled && strcmp(name, spelled) == 0))
            tell(ctx, name);
        for (const struct fact_name *other = real && !s.fd ? facts->path[s.i].names : NULL; other; other = other->next)
            tell(ctx, other->path);
        known = known && !(real && has_other_links(facts, s)) && !is_unknown(facts, s);
    }
    return known;
}

enum match match_exe(struct decision *d, struct list targets)
{
    const struct target *target = d->target;
    const char *rest = d->rest, *exe = facts_exe(d->facts);
    struct matcher m = matcher_of(d, targets, TARGET_PATH);
    bool found = any_target(&m, exe, as_written) || any_target(&m, exe, in_real_folder);
    d->target = target;
    d->rest = rest;
    return found ? MATCH_YES : exe ? MATCH_NO : MATCH_UNKNOWN;
}

enum match match_socket(struct decision *d, const struct rule *rule)
{
    struct matcher m = matcher_of(d, rule->targets, TARGET_UNIX);
    m.rule = (uint32_t)(rule - image_rules(d->policy));
    return match_subjects(&m, rule, &(struct subject){ FACT_SOCKET, false }, 1);
}
