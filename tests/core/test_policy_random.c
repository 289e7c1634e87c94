/* SPDX-License-Identifier: MIT */
/* Random rules and calls, decided by the engine and by a plain, slow reading of the rules. HOOK_TEST_DECISIONS says
 * how many, HOOK_TEST_SEED where to begin. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <ctype.h>

#include "core/policy/review.h"
#include "policy_world.h"

enum { RULES = 300, CALLS = 1000, LINE = 160 };

static uint64_t state;

static unsigned below(unsigned n)
{
    state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t x = (state ^ state >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((x ^ x >> 31) >> 33) % n;
}

static const char *pick(const char *const *words, unsigned n)
{
    return words[below(n)];
}

#define PICK(words) pick(words, sizeof(words) / sizeof *(words))

/* One rule as it is written, and what it means. */
static struct plain {
    char action[10], calls[16], target[64];
    unsigned first, last, bits; /* of an address: its ports, and how many bits count */
    uint32_t ip;
    int uid; /* -1: not asked */
    bool address, any;
} plain[RULES];

static const char *const names[] = { "a", "b", "ab", "x.c", "y.c", ".h", "abc", "etc" };

static void random_path(char *out)
{
    *out = '\0';
    for (unsigned i = 0, depth = 1 + below(4); i < depth; i++)
        sprintf(out + strlen(out), "/%s", PICK(names));
}

static void random_pattern(char *out)
{
    static const char *const wild[] = {
        "*",     "**",    "a*",    "*.c",    "?",           "[ax]*",           "?b",           "*b*", "*/x.c", "**/b", "**/*.h",
        "{a,b}", "a{b,}", "[!a]*", "?[^c]b", "[[:alpha:]]", "[^[:punct:]xy]*", "?[[:punct:]]?"
    };
    random_path(out);
    if (below(10) < 4)
        return;
    if (below(6) == 0)
        sprintf(out, "**/%s", PICK(names));
    else
        sprintf(out + strlen(out), "/%s", PICK(wild));
}

static void random_rule(struct plain *rule)
{
    static const char *const actions[] = { "allow", "block", "block", "redirect", "log", "nolog" };
    static const char *const calls[] = { "open", "open", "open", "stat", "open,stat", "rename", "%file", "write" };
    *rule = (struct plain){ .uid = below(8) ? -1 : below(2) ? 1000 : 0, .any = below(40) == 0, .address = below(5) == 0 };
    strcpy(rule->action, PICK(actions));
    strcpy(rule->calls, rule->address ? "connect" : PICK(calls));
    if (strcmp(rule->action, "redirect") == 0 && !rule->address)
        strcpy(rule->calls, "open");
    random_pattern(rule->target);
    rule->bits = below(3) == 0 ? 0 : 8 * below(4) + below(9);
    rule->ip = (10u << 24 | below(4) << 16 | below(4) << 8 | below(4)) & (rule->bits ? ~0u << (32 - rule->bits) : 0);
    rule->first = below(4) ? 80 + below(4) : 0;
    rule->last = rule->first == 0 ? 65535 : rule->first + below(2) * below(4);
}

/* The target as rules have it. */
static const char *target_text(const struct plain *rule)
{
    static char text[64];
    char port[32];
    if (!rule->address)
        return rule->target;
    if (rule->first == 0)
        strcpy(port, "*");
    else
        sprintf(port, "%u-%u", rule->first, rule->last);
    if (rule->bits)
        sprintf(text, "%u.%u.%u.%u/%u:%s", rule->ip >> 24, rule->ip >> 16 & 255, rule->ip >> 8 & 255, rule->ip & 255, rule->bits,
                port);
    else
        sprintf(text, "*:%s", port);
    return text;
}

static void write_rule(const struct plain *rule, char *out)
{
    bool redirects = strcmp(rule->action, "redirect") == 0;
    out += sprintf(out, "%s %s %s", rule->action, rule->calls, rule->any ? "*" : target_text(rule));
    if (redirects)
        out += sprintf(out, " to %s", rule->address ? "127.0.0.1:1" : "/to");
    if (rule->uid >= 0)
        out += sprintf(out, " uid=%d", rule->uid);
    strcpy(out, "\n");
}

/* One character in [ ], which *p stands behind; moves it behind the end. */
static bool in_class(const char **p, char c)
{
    bool inverted = **p == '!' || **p == '^', found = false;
    for (*p += inverted; **p != ']'; ++*p) {
        if (strncmp(*p, "[:alpha:]", 9) == 0 || strncmp(*p, "[:punct:]", 9) == 0) {
            found = found || ((*p)[2] == 'a' ? isalpha(c) : ispunct(c));
            *p += 8;
        } else {
            found = found || **p == c;
        }
    }
    ++*p;
    return c != '/' && found != inverted;
}

/* Does all of the text match? As the documentation says it, by trying. */
static bool matches(const char *p, const char *text, bool begins)
{
    if (*p == '{') {
        char with[128];
        const char *end = strchr(p, '}');
        for (const char *from = p + 1; from <= end; from += strcspn(from, ",}") + 1) {
            size_t len = strcspn(from, ",}");
            memcpy(with, from, len);
            strcpy(with + len, end + 1);
            if (matches(with, text, begins))
                return true;
        }
        return false;
    }
    if (strncmp(p, "**/", 3) == 0 && begins) {
        const char *slash = strchr(text, '/');
        return matches(p + 3, text, true) || (slash && matches(p, slash + 1, true));
    }
    if (*p == '*') {
        bool across = p[1] == '*';
        for (size_t n = 0;; n++) {
            if (matches(p + 1 + across, text + n, n == 0 && begins))
                return true;
            if (!text[n] || (text[n] == '/' && !across))
                return false;
        }
    }
    if (!*p || !*text)
        return !*p && !*text;
    if (*p == '[') {
        p++;
        return in_class(&p, *text) && matches(p, text + 1, false);
    }
    return (*p == '?' ? *text != '/' : *p == *text) && matches(p + 1, text + 1, *p == '/');
}

/* A pattern begins at the root; nothing below a folder is not the folder itself. */
static bool path_matches(const struct plain *rule, const char *path)
{
    const char *pattern = rule->target;
    if (strncmp(pattern, "**/", 3) == 0)
        return matches(pattern, path + 1, true);
    return matches(pattern, path, false);
}

static struct {
    char call[10], path[2][64];
    unsigned port;
    uint32_t ip;
} asked;

static bool is_about(const struct plain *rule)
{
    if (strcmp(rule->calls, "%file") == 0)
        return strcmp(asked.call, "connect") != 0;
    /* a redirect of open is one of who asks for the file, too */
    if (strcmp(rule->action, "redirect") == 0 && strcmp(rule->calls, "open") == 0 && !rule->any &&
        strcmp(asked.call, "stat") == 0)
        return true;
    const char *found = strstr(rule->calls, asked.call);
    return found && (found[strlen(asked.call)] == '\0' || found[strlen(asked.call)] == ',');
}

/* Who renames a folder renames all in it. */
static bool lies_in(const struct plain *rule, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(rule->target, folder, len) == 0 && rule->target[len] == '/' && len < strcspn(rule->target, "*?[{");
}

static bool rule_matches(const struct plain *rule)
{
    bool two = strcmp(asked.call, "rename") == 0, allow = strcmp(rule->action, "allow") == 0;
    if (!is_about(rule) || (rule->uid >= 0 && rule->uid != 1000))
        return false;
    if (rule->any)
        return true;
    if (rule->address)
        return (!rule->bits || ((asked.ip ^ rule->ip) & (~0u << (32 - rule->bits))) == 0) && asked.port >= rule->first &&
               asked.port <= rule->last;
    bool first = path_matches(rule, asked.path[0]), second = two && path_matches(rule, asked.path[1]);
    if (two && strcmp(rule->action, "block") == 0 && (lies_in(rule, asked.path[0]) || lies_in(rule, asked.path[1])))
        return true;
    return allow && two ? first && second : first || second;
}

struct answer {
    int action;
    bool log;
    int line; /* 0: none */
};

static struct answer plain_answer(unsigned count)
{
    struct answer answer = { HOOK_ACTION_LOG, false, 0 };
    bool quiet = false;
    for (unsigned i = 0; i < count && answer.action == HOOK_ACTION_LOG; i++) {
        const char *action = plain[i].action;
        if (!rule_matches(&plain[i]))
            continue;
        answer.action = *action == 'a'   ? HOOK_ACTION_ALLOW
                        : *action == 'b' ? HOOK_ACTION_BLOCK
                        : *action == 'r' ? HOOK_ACTION_REDIRECT
                                         : HOOK_ACTION_LOG;
        if (answer.action != HOOK_ACTION_LOG || answer.line == 0)
            answer.line = (int)i + 1;
        if (answer.action == HOOK_ACTION_LOG)
            quiet = *action == 'n';
    }
    answer.log = answer.line && !quiet;
    return answer;
}

static const struct hook_event *random_call(void)
{
    static const char *const calls[] = { "open", "open", "stat", "rename", "connect" };
    char ip[32];
    strcpy(asked.call, PICK(calls));
    random_path(asked.path[0]);
    random_path(asked.path[1]);
    asked.ip = 10u << 24 | below(4) << 16 | below(4) << 8 | below(4);
    asked.port = 79 + below(6);
    sprintf(ip, "10.%u.%u.%u", asked.ip >> 16 & 255, asked.ip >> 8 & 255, asked.ip & 255);
    if (strcmp(asked.call, "connect") == 0)
        return test_connect(ip, asked.port);
    test_path_call(asked.call, asked.path[0]);
    if (strcmp(asked.call, "rename") == 0)
        test_text(1, asked.path[1]);
    return &test_event;
}

static struct policy *random_rules(const struct facts_source *source, unsigned count, char *text)
{
    struct policy *policy = NULL;
    size_t len = 0;
    for (unsigned i = 0; i < count; i++, len += strlen(text + len)) {
        random_rule(&plain[i]);
        write_rule(&plain[i], text + len);
    }
    const struct policy_text rules = { .name = "r", .dir = "/", .text = text, .len = len, .source = source };
    test_messages[0] = '\0';
    cr_assert(eq(int, policy_compile(&rules, &test_memory, test_error, NULL, &policy), 0), "%s", test_messages);
    return policy;
}

static void ignore(void *ctx, const struct policy_step *step)
{
    (void)ctx, (void)step;
}

/* By the index, or rule by rule. */
static struct verdict engine_verdict(const struct policy *policy, const struct facts_source *source,
                                     const struct hook_event *event, bool one_by_one)
{
    struct verdict verdict = { .action = HOOK_ACTION_LOG };
    struct facts facts;
    world_arena = (struct arena){ .base = world_memory, .size = sizeof world_memory };
    facts_init(&facts, event, source, &world_arena);
    if (!policy_concerns(policy, event->call))
        return verdict;
    if (one_by_one)
        policy_explain(policy, &world_state, &facts, POLICY_LUCK_ALL, ignore, NULL, &verdict);
    else
        policy_decide(policy, &world_state, &facts, &verdict);
    return verdict;
}

static unsigned long wanted(const char *variable, unsigned long otherwise)
{
    const char *value = getenv(variable);
    return value ? strtoul(value, NULL, 10) : otherwise;
}

Test(random, decisions_agree_with_a_plain_reading)
{
    static char text[RULES * LINE];
    unsigned long decisions = wanted("HOOK_TEST_DECISIONS", 200000);
    state = wanted("HOOK_TEST_SEED", 1);
    for (unsigned long done = 0; done < decisions; done += CALLS) {
        unsigned count = 1 + below(below(2) ? RULES : 30);
        uint64_t seed = state;
        struct policy *policy = random_rules(&world_lexical, count, text);
        for (unsigned i = 0; i < CALLS; i++) {
            const struct hook_event *event = random_call();
            struct answer answer = plain_answer(count);
            struct verdict verdict = engine_verdict(policy, &world_lexical, event, false);
            int line = verdict.rule ? atoi(strchr(verdict.rule, ':') + 1) : 0;
            cr_assert(verdict.action == answer.action && line == answer.line && verdict.log == answer.log,
                      "seed %lu: %s %s %s %x:%u: engine %d by %d, plain %d by %d\n%s", (unsigned long)seed, asked.call,
                      asked.path[0], asked.path[1], asked.ip, asked.port, verdict.action, line, answer.action, answer.line, text);
        }
        free(policy);
    }
}

/* Links from anywhere to anywhere, and files with many names: the same for the same path. */
static unsigned hash(const char *text)
{
    unsigned h = 2166136261u;
    for (; *text; text++)
        h = (h ^ (uint8_t)*text) * 16777619u;
    return h >> 8;
}

static long random_link(const char *path, char *buf, size_t size)
{
    static const char *const links[] = { "/a", "../b", "/etc/a", "b/x.c", "/ab/../b" };
    unsigned h = hash(path);
    if (h % 7 == 0)
        return world_answer(links[h / 7 % 5], buf, size);
    return h % 31 == 1 ? -EPERM : h % 5 == 1 ? -ENOENT : -EINVAL;
}

static int random_id(const char *path, bool follow, struct file_id *ret)
{
    unsigned h = hash(path);
    *ret = (struct file_id){ 1, h % 9 ? h % 11 ? h : 5 : 7, h % 9 ? 1 : 3, h % 5, false };
    (void)follow;
    return 0;
}

static const struct facts_source linked = { .cwd = world_cwd, .readlink = random_link, .file_id = random_id, .uid = world_uid };

Test(random, the_index_finds_what_trying_one_by_one_finds)
{
    static char text[RULES * LINE];
    unsigned long decisions = wanted("HOOK_TEST_DECISIONS", 200000) / 4;
    state = wanted("HOOK_TEST_SEED", 1);
    for (unsigned long done = 0; done < decisions; done += CALLS) {
        uint64_t seed = state;
        struct policy *policy = random_rules(&linked, 12 + below(RULES - 12), text);
        for (unsigned i = 0; i < CALLS; i++) {
            const struct hook_event *event = random_call();
            struct verdict fast = engine_verdict(policy, &linked, event, false),
                           slow = engine_verdict(policy, &linked, event, true);
            bool same_rule = fast.rule == slow.rule,
                 same_to = fast.to && slow.to ? strcmp(fast.to, slow.to) == 0 : fast.to == slow.to;
            cr_assert(fast.action == slow.action && same_rule && same_to && fast.log == slow.log && fast.path == slow.path,
                      "seed %lu: %s %s %s: index %d by %s, one by one %d by %s\n%s", (unsigned long)seed, asked.call,
                      asked.path[0], asked.path[1], fast.action, fast.rule, slow.action, slow.rule, text);
        }
        free(policy);
    }
}

/* Which rules the review says are never applied, by their lines. */
static bool shadowed[RULES + 1];
static unsigned long shadowed_count;

static void note_shadowed(void *ctx, enum policy_doubt doubt, const char *rule, const char *other)
{
    (void)ctx, (void)other;
    if (doubt != POLICY_SHADOWED)
        return;
    shadowed[atoi(strchr(rule, ':') + 1)] = true;
    shadowed_count++;
}

Test(random, a_rule_that_is_said_to_be_never_applied_is_not)
{
    static char text[RULES * LINE];
    unsigned long decisions = wanted("HOOK_TEST_DECISIONS", 200000);
    state = wanted("HOOK_TEST_SEED", 1);
    for (unsigned long done = 0; done < decisions; done += 100) {
        uint64_t seed = state;
        const struct facts_source *source = below(4) ? &linked : &world_lexical;
        struct policy *policy = random_rules(source, 2 + below(20), text);
        memset(shadowed, 0, sizeof shadowed);
        policy_review(policy, &linked, note_shadowed, NULL);
        for (unsigned i = 0; i < 100; i++) {
            struct verdict verdict = engine_verdict(policy, source, random_call(), true);
            int line = verdict.rule ? atoi(strchr(verdict.rule, ':') + 1) : 0;
            cr_assert(not(shadowed[line]), "seed %lu: %s %s %s: by %s\n%s", (unsigned long)seed, asked.call, asked.path[0],
                      asked.path[1], verdict.rule, text);
        }
        free(policy);
    }
    cr_assert(gt(ulong, shadowed_count, decisions / 1000));
}
