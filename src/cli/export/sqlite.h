/* SPDX-License-Identifier: MIT */
/* The database of `hook export --to sqlite`. */
#ifndef CLI_EXPORT_SQLITE_H
#define CLI_EXPORT_SQLITE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/trace/tracker.h"
#include "hook/event.h"

/* Statements that make the tables; the indices and the views. */
extern const char sqlite_tables[], sqlite_views[];

/* What is said of one row of a table: to be bound one after the other. They end the process when there is an error. */
struct row {
    sqlite3_stmt *statement;
    int column;
};
void row_text(struct row *row, const char *text, size_t len); /* NULL: NULL. Bytes that are no UTF-8 become a BLOB */
void row_string(struct row *row, const char *text);
void row_number(struct row *row, int64_t number);
void row_null(struct row *row);
void row_insert(struct row *row);

/* Program images and connections: gathered while events go by, put into their tables at the end. Ids begin at 1, 0: none. */
struct story {
    struct tracker tracker;
    struct ids pids;
    uint32_t *current; /* the id of the image that runs, by the number of the pid */
    struct image {
        int pid;
        uint32_t parent;
        char *exe, *argv, *command, *cwd;
        int64_t uid; /* -1: not known */
        uint64_t begin_ns, end_ns;
        int64_t status; /* -1: not known */
        bool ended;
    } * images;
    uint32_t image_count;
    struct connection {
        uint32_t process;
        const char *op;
        char *address;
        int64_t fd;
        uint64_t time_ns;
        int err;
        bool failed;
        uint64_t sent, received;
    } * connections;
    uint32_t connection_count;
};

/* Who has made the event, which file it is of, over which connection it went. */
struct context {
    uint32_t process;
    int64_t fd;          /* the descriptor that was passed; -1: none */
    thing file, file2;   /* what it is about */
    uint32_t connection; /* id */
    int64_t bytes;       /* that have been read or written; -1: that is not the question */
};

void story_add(struct story *story, const struct hook_event *event, struct context *ret);
void story_write(struct story *story, sqlite3_stmt *process, sqlite3_stmt *connection);
void story_free(struct story *story);

#endif
