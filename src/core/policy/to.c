/* SPDX-License-Identifier: MIT */
/* Where a redirect goes. */
#include "core/policy/compile.h"

#include <string.h>
#include <sys/un.h>

enum { UNIX_MAX = sizeof((struct sockaddr_un *)NULL)->sun_path - 1 };

static void store(struct compile *c, struct draft *draft, const struct destination *to)
{
    struct destination *at = block_more(c, &c->data, sizeof *at);
    if (!at)
        return;
    *at = *to;
    draft->rule.to = (uint32_t)((char *)at - c->data.at);
}

/* How many wildcards every target has. */
static unsigned fewest_stars(const struct compile *c, const struct rule *rule)
{
    const struct target *targets = (const struct target *)(void *)(c->data.at + rule->targets.at);
    unsigned fewest = rule->targets.count ? LIMIT_STARS : 0;
    for (uint32_t i = 0; i < rule->targets.count; i++) {
        bool has_glob = targets[i].form & (TARGET_PATH | TARGET_UNIX | TARGET_ABSTRACT | TARGET_HOST);
        unsigned stars = has_glob ? glob_stars((const uint8_t *)c->data.at + targets[i].glob) : 0;
        fewest = stars < fewest ? stars : fewest;
    }
    return fewest;
}

/* The strings between wildcards, one after another. */
static void store_pieces(struct compile *c, const char *path, struct destination *to)
{
    char *piece = scratch_take(c, strlen(path) + 1);
    const char *start = path;
    for (bool first = true; piece; first = false) {
        const char *end = start;
        while (*end && *end != '*')
            end += *end == '\\' && end[1] ? 2 : 1;
        memcpy(piece, start, (size_t)(end - start));
        size_t len = unescape(piece, (size_t)(end - start));
        uint32_t at = block_text(c, &c->data, piece, len);
        to->text_len += (uint32_t)len;
        if (first)
            to->text = at;
        if (!*end)
            break;
        to->captures++;
        for (start = end; *start == '*';)
            start++;
    }
}

static unsigned count_stars(const char *path)
{
    unsigned n = 0;
    for (; *path; path += *path == '\\' && path[1] ? 2 : 1)
        n += *path == '*' && path[1] != '*';
    return n;
}

/* A name with the wildcards that the target's stand for. */
static void parse_name(struct compile *c, struct draft *draft, uint8_t form, const char *name)
{
    struct place place = draft->to->place;
    struct destination to = { .form = form };
    if (count_stars(name) > fewest_stars(c, &draft->rule)) {
        const char *what =
            draft->rule.targets.count ? "the target has fewer wildcards" : "there is no target whose wildcards could stand here";
        complain(c, place, "%s", what);
        return;
    }
    store_pieces(c, name, &to);
    if (form != TARGET_PATH && to.text_len > UNIX_MAX)
        complain(c, place, "longer than the %u bytes of a socket's name", (unsigned)UNIX_MAX);
    store(c, draft, &to);
}

static void parse_path(struct compile *c, struct draft *draft, uint8_t form, const char *text, size_t len)
{
    size_t mark = c->scratch.used;
    const char *path = absolute_pattern(c, draft->to->place, text, len);
    if (path)
        parse_name(c, draft, form, path);
    c->scratch.used = mark;
}

static void parse_unix(struct compile *c, struct draft *draft, const char *name, size_t len)
{
    if (len == 0 || (len == 1 && name[0] == '@'))
        complain(c, draft->to->place, "expected a path or @NAME after 'unix:'");
    else if (name[0] == '@')
        parse_name(c, draft, TARGET_ABSTRACT, name + 1);
    else
        parse_path(c, draft, TARGET_UNIX, name, len);
}

static void parse_ip(struct compile *c, struct draft *draft, const char *text, size_t len)
{
    const struct word *word = draft->to;
    struct destination to = { .form = TARGET_IP };
    const char *error = address_parse(text, len, &to.ip);
    bool one = !error && to.ip.family != 0 && to.ip.bits == (to.ip.family == 4 ? 32 : 128) &&
               (!to.ip.has_port || to.ip.first == to.ip.last);
    if (error && is_host_name(text, len))
        complain(c, word->place, "a redirect goes to an address, not to the name of a host");
    else if (!one)
        complain(c, word->place, "expected one address like 127.0.0.1:80, [::1]:80 or unix:PATH");
    else
        store(c, draft, &to);
}

static bool takes_path(unsigned id)
{
    return call_can_redirect(id, TARGET_PATH);
}

static bool takes_address(unsigned id)
{
    return call_can_redirect(id, TARGET_IP);
}

void parse_to(struct compile *c, struct draft *draft)
{
    const char *text = word_text(c, draft->to);
    size_t len = draft->to->len;
    struct call_set *calls = &draft->rule.calls;
    bool is_unix = strncmp(text, "unix:", 5) == 0, shaped = is_unix || address_shaped(text, len);
    bool path = draft->rule.forms ? draft->rule.forms & TARGET_PATH
                                  : calls_any(c, calls, takes_path) && !(shaped && calls_any(c, calls, takes_address));
    if (draft->rule.forms & TARGET_PATH && draft->rule.forms != TARGET_PATH) {
        complain(c, draft->target->place, "a redirect is of paths or of addresses, not of both");
        return;
    }
    if (path && draft->rule.targets.count > 0)
        calls_add_questions(c, draft, takes_path);
    calls_keep(c, calls, path ? takes_path : takes_address);
    if (len == 0 || text[0] == '$')
        complain(c, draft->to->place, "expected a path or an address");
    else if (path && is_unix)
        complain(c, draft->to->place, "expected a path");
    else if (path)
        parse_path(c, draft, TARGET_PATH, text, len);
    else if (is_unix)
        parse_unix(c, draft, text + 5, len - 5);
    else
        parse_ip(c, draft, text, len);
    if (!calls_any(c, calls, call_exists))
        complain(c, draft->calls->place, "none of these calls can be redirected there");
}
