/* SPDX-License-Identifier: MIT */
/* What the parts of the compiler share. It runs once, when a process begins; memory comes from the
 * caller, and running out of it is noted in no_memory and told at the end. */
#ifndef CORE_POLICY_COMPILE_H
#define CORE_POLICY_COMPILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/policy/glob.h"
#include "core/policy/image.h"
#include "core/policy/policy.h"

/* What is refused with a message when it is exceeded. */
enum {
    LIMIT_TEXT = 16 * 1024 * 1024, /* bytes of a rules file */
    LIMIT_LINE = 64 * 1024,        /* bytes of a line, with those that continue it */
    LIMIT_WORD = 4096,             /* bytes of a word */
    LIMIT_RULES = 10000,           /* rules of a file */
    LIMIT_LIST = 4096,             /* words that a $name stands for; targets of a rule */
    LIMIT_BRACES = 256,            /* patterns that a word with braces stands for */
    LIMIT_STARS = GLOB_SPANS,      /* wildcards that a redirect takes up */
    LIMIT_CLASS = 100,             /* characters and ranges between [ and ] */
    LIMIT_TERMS = 64,              /* conditions of a `where` */
    LIMIT_DEPTH = 32,              /* parentheses and `not` in each other */
    LIMIT_HOURS = 24,              /* of a delay */
    LIMIT_INCLUDES = 16,           /* files that include each other */
};

/* Memory that grows. What is kept in it as an array has a size that is a multiple of 8. */
struct block {
    char *at;
    size_t used, size;
};

/* A piece of the text. */
struct place {
    uint32_t at, len;
};

/* A word as read: escapes undone, but that a special character meant literally keeps a `\`. */
struct word {
    _Alignas(8) struct place place;
    uint32_t at, len; /* its bytes in chars; a NUL follows */
    bool plain;       /* byte for byte what the text has */
};

/* The files that are being read, but for the first. */
struct including {
    const struct including *outer;
    const char *path;
    unsigned depth;
};

struct name {
    struct word word;
    uint32_t label;        /* where it was defined: "rules:4", in data */
    uint32_t first, count; /* what it stands for, in listed */
};

/* What most rules ask for again: the calls that a name stands for, and those that pass a test. */
struct call_memo {
    struct {
        char name[24];
        struct call_set set;
    } named[8];
    struct {
        bool (*test)(unsigned id);
        struct call_set set;
    } tested[16];
    unsigned names, tests; /* that were ever put in: the oldest make room */
};

struct compile {
    const struct policy_text *text; /* of the file that is being read */
    const struct including *including;
    const struct policy_memory *memory;
    policy_error_fn *error;
    void *ctx;
    int errors;
    bool no_memory;
    size_t pos;        /* where the next line begins */
    struct place told; /* up to where lines have been counted: at, line number */
    struct block message;
    struct block words;   /* of this line */
    struct block chars;   /* of words */
    size_t chars_kept;    /* those of names stay */
    struct block names;   /* struct name */
    struct block listed;  /* struct word: what names stand for */
    struct block targets; /* of this rule */
    struct block globs;   /* of an argv= */
    struct block nodes;   /* of its where: struct node */
    struct block terms;   /* of it: struct term */
    struct block index_hits;
    uint32_t index; /* where in data; 0: none */
    uint32_t known, known_size;
    struct block scratch; /* see scratch_take */
    struct block rules;
    struct block data;
    uint32_t origin;                   /* in data */
    uint32_t counts;                   /* that rules need */
    uint32_t default_label, log_label; /* where they were set: "rules:4"; 0: not yet */
    bool default_block, hosts, data_asked;
    uint8_t log;
    struct call_memo memo;
    struct block looks;  /* struct look, hashed: paths that were looked at */
    struct block looked; /* and their texts */
    uint32_t look_count;
};

/* Makes a block at least that big; false when there is no memory. */
bool block_reserve(struct compile *c, struct block *block, size_t size);
/* Room for n more bytes, aligned to 8, or NULL. */
void *block_more(struct compile *c, struct block *block, size_t n);
/* Appends bytes and a NUL; returns where they begin, 0 when there is no memory. */
uint32_t block_text(struct compile *c, struct block *block, const char *bytes, size_t len);
void block_free(struct compile *c, struct block *block);

/* Reports an error at that place. fmt: %s a string, %w a word (const char *, size_t) in quotes,
 * %u an unsigned, %m a suggestion (const char *, NULL: nothing). */
void complain(struct compile *c, struct place place, const char *fmt, ...);
unsigned line_of(struct compile *c, size_t at);

/* The nearest of the names that next gives for i = 0, 1, ... (NULL: the end), or NULL. */
typedef const char *name_fn(const void *ctx, unsigned i);
const char *nearest(const char *word, size_t len, name_fn *next, const void *ctx);
/* As name_fn over an array of strings that ends with NULL. */
const char *name_in(const void *ctx, unsigned i);

/* Reads the words of the next line that has any; false at the end of the text. */
bool lex_line(struct compile *c);
size_t line_words(const struct compile *c);
struct word *line_word(const struct compile *c, size_t i);
/* Behind the last word of the line. */
struct place line_end(const struct compile *c);

const char *word_text(const struct compile *c, const struct word *word);
bool word_is(const struct compile *c, const struct word *word, const char *text);
/* The place of len bytes from the word's byte `from` on. */
struct place word_part(const struct word *word, size_t from, size_t len);
/* Undoes the `\` that are left, in place; the new length. */
size_t unescape(char *bytes, size_t len);

/* Statements, one a file. The line's words are read. */
void parse_set(struct compile *c);
void parse_let(struct compile *c);
void parse_include(struct compile *c);
/* All lines of c->text. */
void parse_text(struct compile *c);
void parse_rule(struct compile *c, const char *action);
/* "rules:4", in data. */
uint32_t label_of(struct compile *c, size_t at);
const struct name *find_name(const struct compile *c, const char *word, size_t len);
const char *nearest_name(const struct compile *c, const char *word, size_t len);

/* What a key says of a rule, in the order in which conditions are asked. */
enum key {
    KEY_ERRNO, /* what the rule does */
    KEY_RET,
    KEY_SIGNAL,
    KEY_BY,
    KEY_AFTER,
    KEY_EVERY,
    KEY_TIMES,
    KEY_CHANCE,
    KEY_SYMBOL, /* what it asks */
    KEY_ACCESS,
    KEY_PID,
    KEY_FD,
    KEY_UID,
    KEY_GID,
    KEY_CONTAINS, /* after the target */
    KEY_ARGV,
    KEY_EXE,
    KEY_COUNT
};

/* What a rule's line says, before it is put together. Words are NULL when missing. */
struct draft {
    struct rule rule;
    const struct word *action, *calls, *target, *to_word, *to, *content_word, *content, *key[KEY_COUNT];
    struct term term[KEY_COUNT];
    struct pace pace;
    struct call_set without; /* those that symbol= takes away */
    size_t where;            /* the index of that word; 0: none */
};

/* A key and its value, and where they are. */
struct pair {
    enum key key;
    const char *text, *value;
    size_t text_len, len;
    struct place place, value_place;
};

/* Kinds of calls. */
typedef bool call_test(unsigned id);
bool call_exists(unsigned id);
bool call_has_path(unsigned id); /* PATH, TEMPLATE, a list of them, or an exec */
bool call_has_address(unsigned id);
bool call_has_fd(unsigned id);
bool call_has_data(unsigned id);       /* that it writes */
bool call_returns_number(unsigned id); /* a descriptor is one */
bool call_matches_path(unsigned id);   /* one of its own, or its descriptor's */
bool call_can_block(unsigned id);
bool call_can_redirect(unsigned id, unsigned form);
bool calls_any(struct compile *c, const struct call_set *set, call_test *test);
/* Who opens a file finds another content, and who asks for its size, or compares the two, must find the same: stat and
 * access go with open; and so does truncate, which would reach the real one. */
void calls_add_questions(struct compile *c, struct draft *draft, call_test *test);
void calls_keep(struct compile *c, struct call_set *set, call_test *test);
/* Those of all calls that pass the test. */
struct call_set calls_that(struct compile *c, call_test *test);
unsigned calls_forms(struct compile *c, const struct call_set *set); /* of targets that they can be matched with */
const char *nearest_symbol(const char *word, size_t len);

bool parse_calls(struct compile *c, struct draft *draft);
bool is_key(const struct compile *c, const struct word *word);
void parse_key(struct compile *c, struct draft *draft, const struct word *word);
/* Takes `key=value` apart; false after an error, which was told. */
bool part_key(struct compile *c, struct place place, const char *text, size_t len, struct pair *ret);
/* Reads the value: into the rule, or for a condition into term. */
void parse_value(struct compile *c, struct draft *draft, const struct pair *pair, struct term *term);
/* Complains when the key does not fit the rule. */
void check_key(struct compile *c, const struct draft *draft, enum key key, struct place place);
/* Puts the rule's questions in their order. */
void build_terms(struct compile *c, struct draft *draft);
/* The expression after `where`: the question it begins with; LEAD_MATCH when there is none. */
uint16_t parse_where(struct compile *c, struct draft *draft);
/* Adds a question to the rule; returns its index. */
uint16_t add_term(struct compile *c, const struct term *term, bool inverted, uint16_t yes, uint16_t no);
void parse_target(struct compile *c, struct draft *draft);
void parse_to(struct compile *c, struct draft *draft);
void parse_content(struct compile *c, struct draft *draft);

/* Puts the rules into trees, in data. */
void index_build(struct compile *c);
/* Notes the files that blocks are about, in data. */
void known_build(struct compile *c);
/* What stands at an absolute path; each part of it is asked for once, however many rules are about it. */
enum look_state {
    LOOK_UNKNOWN, /* a link leads there, or it cannot be known */
    LOOK_PLAIN,   /* no part of it is a link */
    LOOK_ABSENT,  /* nor is any up to one that does not exist */
};
enum look_state look_at_path(struct compile *c, const char *path, size_t len);
/* The bytes of one operation of a glob. */
size_t glob_op_size(const uint8_t *op);

/* Memory that stays where it is; given back by resetting scratch.used. NULL: there is no more. */
void *scratch_take(struct compile *c, size_t n);

/* Calls fn with each pattern (a string) that one with braces stands for, until it returns false. */
typedef bool pattern_fn(struct compile *c, struct place place, const char *pattern, size_t len, void *ctx);
bool each_pattern(struct compile *c, struct place place, const char *pattern, size_t len, pattern_fn *fn, void *ctx);
/* Makes a pattern absolute and plain, in scratch; NULL after an error, which was told. */
const char *absolute_pattern(struct compile *c, struct place place, const char *pattern, size_t len);
/* Where the first wildcard stands, or the pattern's end. */
const char *glob_first(const char *pattern);

/* Compiles a pattern into data; false after an error, which was told. */
bool glob_compile(struct compile *c, struct place place, const char *pattern, enum glob_mode mode, uint32_t *ret);

/* Adds a path pattern to targets; false after an error, which was told. */
bool target_path(struct compile *c, struct place place, const char *pattern, size_t len, uint8_t form);
/* Moves targets to data. */
bool target_list(struct compile *c, struct list *ret);
bool is_host_name(const char *word, size_t len);

#endif
