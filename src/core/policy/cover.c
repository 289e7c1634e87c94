/* SPDX-License-Identifier: MIT */
#include "core/policy/cover.h"

#include <errno.h>
#include <string.h>

#include "core/policy/glob.h"

enum { PATHS = TARGET_PATH | TARGET_UNIX };

static bool same_text(const struct policy *policy, uint32_t a, uint32_t b)
{
    return strcmp(image_data(policy, a), image_data(policy, b)) == 0;
}

static bool same_glob(const struct policy *policy, uint32_t a, uint32_t b)
{
    const uint8_t *first = image_data(policy, a), *second = image_data(policy, b);
    size_t size = glob_size(first);
    return size == glob_size(second) && memcmp(first, second, size) == 0;
}

static bool same_path(const struct policy *policy, const struct target *a, const struct target *b)
{
    return a->wild == b->wild && same_text(policy, a->prefix, b->prefix) && same_glob(policy, a->glob, b->glob);
}

/* Does it stand for everything below its folder? */
static bool is_tree(const struct policy *policy, const struct target *target)
{
    const uint8_t *glob = image_data(policy, target->glob);
    return glob[0] == GLOB_ACROSS && glob[2] == GLOB_END;
}

/* What follows the target's folder in a path; NULL when it is not in it. */
static const char *behind_folder(const struct policy *policy, const struct target *target, const char *path)
{
    bool in = strncmp(path, image_data(policy, target->prefix), target->prefix_len) == 0;
    return in && (path[target->prefix_len] == '/' || path[target->prefix_len] == '\0') ? path + target->prefix_len : NULL;
}

static bool has_name(const struct policy *policy, const struct target *target, const char *path)
{
    const char *name = behind_folder(policy, target, path);
    return name && *name && glob_match(image_data(policy, target->glob), name + 1, NULL);
}

/* Is each name that b gives one that a gives? Where links of /proc lead is another thing to each process. */
static bool has_names(const struct policy *policy, const struct target *a, const struct target *b)
{
    if (same_path(policy, a, b))
        return true;
    if (!a->wild || a->late || b->late)
        return false;
    if (is_tree(policy, a))
        return behind_folder(policy, a, image_data(policy, b->prefix));
    return !b->wild && has_name(policy, a, image_data(policy, b->whole));
}

static bool is_link(const struct facts_source *source, const char *path)
{
    char buf[1];
    long err = source->readlink(path, buf, sizeof buf);
    return err != -EINVAL && err != -ENOENT && err != -ENOTDIR;
}

/* A target without wildcards is about the file, whatever it is called; and other rules than an allow are about each name on
 * the way to it, an allow about where that ends. */
static enum cover path_covers(const struct policy *policy, const struct rule *earlier, const struct target *a,
                              const struct rule *later, const struct target *b, const struct facts_source *source)
{
    bool allows = earlier->action == RULE_ALLOW, blocks = earlier->action == RULE_BLOCK;
    if (!has_names(policy, a, b))
        return COVER_NONE;
    if (later->action == RULE_ALLOW)
        return allows && a->wild && !b->wild ? COVER_NONE : COVER_ALL;
    if (!b->wild && (a->wild || allows || (!blocks && later->action == RULE_BLOCK)))
        return allows && is_link(source, image_data(policy, b->whole)) ? COVER_NONE : COVER_NAME;
    return b->wild && (allows || (!blocks && later->action == RULE_BLOCK)) ? COVER_NONE : COVER_ALL;
}

static bool address_covers(const struct address *a, const struct address *b)
{
    struct address one = *b;
    if (b->first < a->first || b->last > a->last)
        return false;
    if (a->family == 0)
        return true;
    one.first = a->first;
    return b->family == a->family && b->bits >= a->bits && address_matches(a, &one);
}

static bool name_covers(const struct policy *policy, const struct target *a, const struct target *b)
{
    switch (a->form) {
    case TARGET_IP: return address_covers(&a->ip, &b->ip);
    case TARGET_HOST: return same_glob(policy, a->glob, b->glob) && address_covers(&a->ip, &b->ip);
    case TARGET_ABSTRACT: return same_glob(policy, a->glob, b->glob);
    default: return true;
    }
}

static enum cover targets_cover(const struct policy *policy, const struct rule *a, const struct rule *b,
                                const struct facts_source *source)
{
    const struct target *ours = image_data(policy, a->targets.at), *theirs = image_data(policy, b->targets.at);
    enum cover all = COVER_ALL;
    if (a->targets.count == 0 || b->targets.count == 0)
        return a->targets.count == 0 ? COVER_ALL : COVER_NONE;
    for (uint32_t i = 0; i < b->targets.count; i++) {
        enum cover best = COVER_NONE;
        for (uint32_t k = 0; k < a->targets.count && best != COVER_ALL; k++) {
            enum cover one = COVER_NONE;
            if (ours[k].form == theirs[i].form && ours[k].form & PATHS)
                one = path_covers(policy, a, &ours[k], b, &theirs[i], source);
            else if (ours[k].form == theirs[i].form && name_covers(policy, &ours[k], &theirs[i]))
                one = COVER_ALL;
            best = one > best ? one : best;
        }
        all = best < all ? best : all;
    }
    return all;
}

/* Nobody can block the call, and no target is about it: it names what getpwnam and others read whatever they are asked, or
 * has no name yet. */
static bool is_out_of_reach(const struct policy *policy, const struct rule *rule, unsigned call,
                            const struct facts_source *source)
{
    const struct target *targets = image_data(policy, rule->targets.at);
    const char *path = facts_implied_path(call);
    struct file_id id, other;
    bool template = call_arg_of_kind(call, KIND_TEMPLATE, 0) >= 0;
    if ((call_table[call].fail != FAIL_NONE && call_table[call].fail != FAIL_VOID) || rule->targets.count == 0)
        return false;
    bool known = path && source->file_id(path, true, &id) == 0;
    for (uint32_t i = 0; i < rule->targets.count; i++) {
        bool literal = targets[i].form == TARGET_PATH && !targets[i].wild;
        const char *whole = literal ? image_data(policy, targets[i].whole) : NULL;
        if (template ? !literal : !known || targets[i].form != TARGET_PATH || has_name(policy, &targets[i], path))
            return false;
        if (path && literal && source->file_id(whole, true, &other) == 0 && other.dev == id.dev && other.ino == id.ino)
            return false;
    }
    return true;
}

static bool is_op(unsigned call, const char *op)
{
    return strcmp(call_op(call), op) == 0;
}

/* COVER_OPEN, when what is missing are questions that a redirect of open has brought with it. */
static enum cover calls_cover(const struct policy *policy, const struct rule *a, const struct rule *b,
                              const struct facts_source *source)
{
    bool asks = b->action == RULE_REDIRECT || b->action == RULE_INJECT, opens = false;
    enum cover cover = COVER_ALL;
    for (unsigned call = 0; call < CALL_COUNT; call++) {
        if (!call_set_has(&b->calls, call))
            continue;
        bool has = call_set_has(&a->calls, call);
        bool question = asks && (is_op(call, "stat") || is_op(call, "access") || is_op(call, "truncate"));
        opens = opens || (has && is_op(call, "open"));
        if (has || is_out_of_reach(policy, b, call, source))
            continue;
        if (!question)
            return COVER_NONE;
        cover = COVER_OPEN;
    }
    return cover == COVER_ALL || opens ? cover : COVER_NONE;
}

/* Does it decide about each call that it matches? A redirect of a path may find none. */
static bool decides(const struct policy *policy, const struct rule *rule, const struct rule *later)
{
    const struct destination *to = image_data(policy, rule->to);
    bool replaces = rule->action == RULE_REDIRECT || rule->action == RULE_INJECT,
         plain = rule->action == RULE_ALLOW || rule->action == RULE_BLOCK;
    if (rule->pace || rule->terms.count != (rule->targets.count > 0))
        return false;
    if (!replaces || (rule->action == RULE_REDIRECT && to->form != TARGET_PATH && later->targets.count > 0))
        return replaces || plain;
    return later->action == RULE_REDIRECT || later->action == RULE_INJECT;
}

static bool has_two_paths(const struct rule *rule)
{
    for (unsigned call = 0; call < CALL_COUNT; call++) {
        int first = call_set_has(&rule->calls, call) ? call_arg_of_kind(call, KIND_PATH, 0) : -1;
        if (first >= 0 && call_arg_of_kind(call, KIND_PATH, (unsigned)first + 1) >= 0)
            return true;
    }
    return false;
}

enum cover cover_of(const struct policy *policy, const struct rule *earlier, const struct rule *later,
                    const struct facts_source *source)
{
    enum cover targets = decides(policy, earlier, later) ? targets_cover(policy, earlier, later, source) : COVER_NONE;
    enum cover calls = targets ? calls_cover(policy, earlier, later, source) : COVER_NONE;
    /* an allow needs both of a call's paths, others one */
    if (targets == COVER_NAME && earlier->action == RULE_ALLOW && has_two_paths(later))
        return COVER_NONE;
    if (targets == COVER_NAME && calls == COVER_OPEN)
        return COVER_OPEN_NAME;
    return targets < calls ? targets : calls;
}

static bool same_targets(const struct policy *policy, struct list a, struct list b)
{
    const struct target *first = image_data(policy, a.at), *second = image_data(policy, b.at);
    for (uint32_t i = 0; i < a.count && i < b.count; i++) {
        bool path = first[i].form & PATHS;
        if (first[i].form != second[i].form)
            return false;
        if (path ? !same_path(policy, &first[i], &second[i])
                 : !name_covers(policy, &first[i], &second[i]) || !name_covers(policy, &second[i], &first[i]))
            return false;
    }
    return a.count == b.count;
}

static bool same_terms(const struct policy *policy, const struct rule *a, const struct rule *b)
{
    const struct term *first = image_data(policy, a->terms.at), *second = image_data(policy, b->terms.at);
    if (a->terms.count != b->terms.count || a->first != b->first)
        return false;
    for (uint32_t i = 0; i < a->terms.count; i++)
        if (first[i].kind != second[i].kind || first[i].inverted != second[i].inverted || first[i].yes != second[i].yes ||
            first[i].no != second[i].no || !same_text(policy, first[i].text, second[i].text) ||
            (first[i].kind == TERM_EXE && !same_targets(policy, first[i].values, second[i].values)))
            return false;
    return true;
}

static bool same_destination(const struct policy *policy, const struct rule *a, const struct rule *b)
{
    const struct destination *first = image_data(policy, a->to), *second = image_data(policy, b->to);
    if (!a->to || !b->to)
        return a->to == b->to;
    if (first->form != second->form || first->captures != second->captures || first->text_len != second->text_len)
        return false;
    if (first->form == TARGET_IP)
        return first->ip.has_port == second->ip.has_port && address_covers(&first->ip, &second->ip);
    const char *one = image_data(policy, first->text), *other = image_data(policy, second->text);
    if (first->text_len > 0)
        return memcmp(one, other, first->text_len) == 0;
    for (unsigned i = 0; i <= first->captures; i++, one += strlen(one) + 1, other += strlen(other) + 1)
        if (strcmp(one, other) != 0)
            return false;
    return true;
}

bool cover_is_same(const struct policy *policy, const struct rule *a, const struct rule *b)
{
    return a->action == b->action && a->pace == 0 && b->pace == 0 && a->err == b->err && a->signal == b->signal &&
           a->has_ret == b->has_ret && a->amount == b->amount && memcmp(&a->calls, &b->calls, sizeof a->calls) == 0 &&
           same_destination(policy, a, b) && same_terms(policy, a, b) && same_targets(policy, a->targets, b->targets);
}
