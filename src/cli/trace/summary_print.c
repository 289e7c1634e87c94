/* SPDX-License-Identifier: MIT */
#include "cli/trace/summary.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/print.h"

const char *const summary_sort_names[] = { "time", "calls", "errors", "name" };

int summary_choose(const char *option, const char *word, const char *const *names, int count)
{
    char known[128] = "";
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], word) == 0)
            return i;
        strcat(strcat(known, i ? ", " : ""), names[i]);
    }
    die(argp_err_exit_status, "%s: '%s' is none of %s", option, word, known);
}

static int by_name(const struct group *a, const struct group *b)
{
    return strcmp(a->name, b->name);
}

/* The greater first; the same by name. */
#define BY(field)                                                                                                                \
    static int by_##field(const void *left, const void *right)                                                                   \
    {                                                                                                                            \
        const struct group *a = *(const struct group *const *)left, *b = *(const struct group *const *)right;                    \
        return a->field != b->field ? (a->field < b->field ? 1 : -1) : by_name(a, b);                                            \
    }
BY(ns)
BY(calls)
BY(errors)

static int by_name_alone(const void *left, const void *right)
{
    return by_name(*(const struct group *const *)left, *(const struct group *const *)right);
}

/* The groups in that order, and all of them as one. */
static struct group **in_order(const struct summary *summary, enum summary_sort sort, struct group *ret_total)
{
    static int (*const orders[])(const void *, const void *) = { by_ns, by_calls, by_errors, by_name_alone };
    size_t count = summary->names.count;
    struct group **order = calloc(count + 1, sizeof(struct group *));
    if (!order)
        die(STATUS_ERROR, "out of memory");
    *ret_total = (struct group){ .name = "total" };
    for (size_t i = 0; i < count; i++) {
        order[i] = &summary->groups[i];
        ret_total->calls += order[i]->calls;
        ret_total->errors += order[i]->errors;
        ret_total->ns += order[i]->ns;
    }
    qsort(order, count, sizeof *order, orders[sort]);
    return order;
}

static double share(const struct group *group, const struct group *total)
{
    return total->ns ? 100.0 * (double)group->ns / (double)total->ns : 0;
}

enum { NAME_SIZE = 4096 * 6 };

/* Returns the length. */
static int escape(const struct summary *summary, const char *name, char *buf)
{
    struct out out = { .buf = buf, .size = NAME_SIZE };
    if (summary->by == BY_HOST)
        put_text(&out, name);
    else
        (summary->json ? put_json_escaped : put_c_escaped)(&out, name, strlen(name));
    return (int)(out.len < NAME_SIZE ? out.len : NAME_SIZE);
}

static void print_line(const struct summary *summary, const struct group *group, const struct group *total, FILE *to)
{
    char errors[24] = "", name[NAME_SIZE];
    const int len = escape(summary, group->name, name);
    if (group->errors)
        snprintf(errors, sizeof errors, "%llu", (unsigned long long)group->errors);
    fprintf(to, "%6.2f %11.6f %11llu %9llu %9s %.*s\n", share(group, total), (double)group->ns / 1e9,
            (unsigned long long)(group->ns / 1000 / group->calls), (unsigned long long)group->calls, errors, len, name);
}

void summary_print(const struct summary *summary, enum summary_sort sort, FILE *to)
{
    static const char rule[] = "------ ----------- ----------- --------- --------- ----------------\n";
    struct group total, **order = in_order(summary, sort, &total);
    fprintf(to, "%% time     seconds  usecs/call     calls    errors %s\n%s", summary_by_names[summary->by], rule);
    for (size_t i = 0; i < summary->names.count; i++)
        print_line(summary, order[i], &total, to);
    fputs(rule, to);
    if (total.calls)
        print_line(summary, &total, &total, to);
    free(order);
}

void summary_print_json(const struct summary *summary, enum summary_sort sort, FILE *to)
{
    struct group total, **order = in_order(summary, sort, &total);
    fputc('[', to);
    for (size_t i = 0; i < summary->names.count; i++) {
        char name[NAME_SIZE];
        const int len = escape(summary, order[i]->name, name);
        fprintf(to, "%s\n {\"%s\":\"%.*s\",\"calls\":%llu,\"errors\":%llu,\"ns\":%llu,\"longest_ns\":%llu,\"share\":%.2f}",
                i ? "," : "", summary_by_names[summary->by], len, name, (unsigned long long)order[i]->calls,
                (unsigned long long)order[i]->errors, (unsigned long long)order[i]->ns, (unsigned long long)order[i]->longest_ns,
                share(order[i], &total));
    }
    fputs("\n]\n", to);
    free(order);
}
