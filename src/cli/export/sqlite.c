/* SPDX-License-Identifier: MIT */
#include "cli/export/sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/export/export.h"
#include "core/call.h"
#include "core/flags.h"
#include "core/print.h"

static sqlite3 *db;
static const char *path;
static sqlite3_stmt *insert_event, *insert_file, *insert_process, *insert_connection;
static struct story story;
static uint32_t files_written;

static void check(int status)
{
    if (status != SQLITE_OK && status != SQLITE_DONE)
        die(STATUS_ERROR, "%s: %s", path, sqlite3_errmsg(db));
}

void row_text(struct row *row, const char *text, size_t len)
{
    char none[1];
    struct out out = { .buf = none };
    if (text)
        put_json_escaped(&out, text, len);
    if (!text)
        row_null(row);
    else if (out.raw)
        check(sqlite3_bind_blob(row->statement, ++row->column, text, (int)len, SQLITE_STATIC));
    else
        check(sqlite3_bind_text(row->statement, ++row->column, text, (int)len, SQLITE_STATIC));
}

void row_string(struct row *row, const char *text)
{
    row_text(row, text, text ? strlen(text) : 0);
}

/* One that has no byte beyond ASCII. */
static void row_word(struct row *row, const char *text)
{
    check(sqlite3_bind_text(row->statement, ++row->column, text, -1, SQLITE_STATIC));
}

void row_number(struct row *row, int64_t number)
{
    check(sqlite3_bind_int64(row->statement, ++row->column, number));
}

void row_null(struct row *row)
{
    check(sqlite3_bind_null(row->statement, ++row->column));
}

void row_insert(struct row *row)
{
    check(sqlite3_step(row->statement));
    check(sqlite3_reset(row->statement));
}

static sqlite3_stmt *prepare(const char *text)
{
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    return statement;
}

static void run(const char *statements)
{
    check(sqlite3_exec(db, statements, NULL, NULL, NULL));
}

/* A file that is there gives way, as it does for the other formats. */
static void begin(const struct export_output *output)
{
    struct stat st;
    path = output->path;
    if (stat(path, &st) == 0 && (!S_ISREG(st.st_mode) || unlink(path) != 0))
        die(STATUS_ERROR, "%s: %s", path, S_ISREG(st.st_mode) ? strerror(errno) : "is no file");
    check(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL));
    run("PRAGMA page_size = 16384; PRAGMA cache_size = -16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA "
        "locking_mode = EXCLUSIVE; BEGIN");
    run(sqlite_tables);
    insert_event = prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert_file = prepare("INSERT INTO files VALUES (?, ?)");
    insert_process = prepare("INSERT INTO processes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert_connection = prepare("INSERT INTO connections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
}

static void look(const struct hook_event *event)
{
    tracker_look(&story.tracker, event);
}

static void write_new_files(void)
{
    const struct texts *files = &story.tracker.files;
    for (; files_written < files->count; files_written++) {
        struct row row = { insert_file, 0 };
        row_number(&row, files_written + 1);
        row_string(&row, files->text[files_written]);
        row_insert(&row);
    }
}

static void number_or_null(struct row *row, int64_t number, bool there)
{
    if (there)
        row_number(row, number);
    else
        row_null(row);
}

static void file_or_null(struct row *row, thing file)
{
    number_or_null(row, file ? thing_number(file) + 1 : 0, file != 0);
}

static void put_call(const struct hook_event *event, const struct context *context)
{
    struct row row = { insert_event, 0 };
    row_null(&row); /* the next id */
    row_number(&row, (int64_t)event->time_ns);
    row_number(&row, context->process);
    row_number(&row, event->tid);
    row_word(&row, event->numbered ? "syscall" : call_symbol(event->call));
    row_word(&row, call_op(event->call));
    row_word(&row, syscall_name(call_made(event)));
    file_or_null(&row, context->file);
    file_or_null(&row, context->file2);
    number_or_null(&row, context->connection, context->connection != 0);
    number_or_null(&row, context->fd, context->fd >= 0);
    number_or_null(&row, event->ret, !event->no_ret);
    row_number(&row, event->failed);
    row_word(&row, event->failed ? errno_name(event->err) : NULL);
    number_or_null(&row, context->bytes, context->bytes >= 0);
    row_number(&row, (int64_t)event->dur_ns);
    row_word(&row, export_actions[event->action]);
    row_string(&row, event->rule);
    row_string(&row, event->to);
    row_word(&row, export_args(event));
    row_insert(&row);
}

static void put_event(FILE *to, const struct hook_event *event)
{
    struct context context;
    (void)to;
    story_add(&story, event, &context);
    write_new_files();
    if (event->type == HOOK_EVENT_CALL)
        put_call(event, &context);
}

static void end(FILE *to)
{
    (void)to;
    story_write(&story, insert_process, insert_connection);
    sqlite3_finalize(insert_event);
    sqlite3_finalize(insert_file);
    sqlite3_finalize(insert_process);
    sqlite3_finalize(insert_connection);
    run(sqlite_views);
    run("COMMIT");
    check(sqlite3_close(db));
    story_free(&story);
}

const struct exporter export_sqlite = { .makes = "a file", .begin = begin, .look = look, .event = put_event, .end = end };
