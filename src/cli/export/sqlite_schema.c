/* SPDX-License-Identifier: MIT */
#include "cli/export/sqlite.h"

const char sqlite_tables[] =
    "CREATE TABLE processes(" /* a row for each program image: one process may have several, one after the other */
    "  id INTEGER PRIMARY KEY, pid INTEGER NOT NULL, parent INTEGER REFERENCES processes,"
    "  exe TEXT, argv TEXT, command TEXT, cwd TEXT, uid INTEGER,"
    "  begin_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, status INTEGER);"
    "CREATE TABLE files(id INTEGER PRIMARY KEY, path TEXT NOT NULL);"
    "CREATE TABLE connections("
    "  id INTEGER PRIMARY KEY, process INTEGER NOT NULL REFERENCES processes, op TEXT NOT NULL, fd INTEGER NOT NULL,"
    "  address TEXT NOT NULL, family TEXT, host TEXT, port INTEGER, time_ns INTEGER NOT NULL, errno TEXT,"
    "  sent INTEGER NOT NULL, received INTEGER NOT NULL);"
    "CREATE TABLE events("
    "  id INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, process INTEGER NOT NULL REFERENCES processes, tid INTEGER NOT NULL,"
    "  symbol TEXT NOT NULL, op TEXT NOT NULL, syscall TEXT NOT NULL,"
    "  file INTEGER REFERENCES files, file2 INTEGER REFERENCES files, connection INTEGER REFERENCES connections,"
    "  fd INTEGER, ret INTEGER, failed INTEGER NOT NULL, errno TEXT, bytes INTEGER, dur_ns INTEGER NOT NULL,"
    "  action TEXT NOT NULL, rule TEXT, redirected_to TEXT, args TEXT NOT NULL);";

#define TIME "strftime('%Y-%m-%d %H:%M:%f', events.time_ns / 1e9, 'unixepoch') AS time"

const char sqlite_views[] =
    "CREATE INDEX events_by_process ON events(process);"
    "CREATE INDEX events_by_file ON events(file);"
    "CREATE INDEX files_by_path ON files(path);"

    "CREATE VIEW calls AS"
    "  SELECT symbol, op, count(*) AS calls, sum(failed) AS errors, sum(dur_ns) AS ns, max(dur_ns) AS longest_ns"
    "  FROM events GROUP BY symbol, op ORDER BY ns DESC;"

    "CREATE VIEW opened_files AS"
    "  SELECT pid, command, path, count(*) AS opened, sum(failed) AS failed"
    "  FROM events JOIN files ON files.id = events.file JOIN processes ON processes.id = events.process"
    "  WHERE op = 'open' GROUP BY events.process, events.file ORDER BY events.process, min(events.id);"

    "CREATE VIEW failed_opens AS"
    "  SELECT " TIME ", pid, command, symbol, path, events.errno"
    "  FROM events JOIN files ON files.id = events.file JOIN processes ON processes.id = events.process"
    "  WHERE op = 'open' AND failed ORDER BY events.id;"

    "CREATE VIEW errors AS"
    "  SELECT symbol, errno, count(*) AS calls FROM events WHERE failed GROUP BY symbol, errno ORDER BY calls DESC;"

    "CREATE VIEW slowest_calls AS"
    "  SELECT dur_ns, " TIME ", pid, command, symbol, path, args, ret, events.errno"
    "  FROM (SELECT * FROM events ORDER BY dur_ns DESC LIMIT 100) AS events"
    "  LEFT JOIN files ON files.id = events.file JOIN processes ON processes.id = events.process ORDER BY dur_ns DESC;"

    "CREATE VIEW file_bytes AS"
    "  SELECT path, sum(got) AS bytes_read, sum(put) AS bytes_written FROM ("
    "    SELECT file, iif(op IN ('read', 'copy_file_range', 'splice'), bytes, 0) AS got,"
    "           iif(op IN ('write', 'sendfile'), bytes, 0) AS put FROM events WHERE bytes AND file"
    "    UNION ALL"
    "    SELECT file2, iif(op = 'sendfile', bytes, 0), iif(op = 'sendfile', 0, bytes) FROM events WHERE bytes AND file2)"
    "  JOIN files ON files.id = file GROUP BY file ORDER BY bytes_written DESC, bytes_read DESC;"

    "CREATE VIEW hosts AS"
    "  SELECT host, port, family, count(*) AS connections, sum(errno IS NOT NULL AND errno <> 'EINPROGRESS') AS failed,"
    "         sum(sent) AS sent, sum(received) AS received, group_concat(DISTINCT exe) AS programs"
    "  FROM connections JOIN processes ON processes.id = process"
    "  WHERE op <> 'accept' GROUP BY family, host, port ORDER BY connections DESC;"

    "CREATE VIEW commands AS"
    "  SELECT process.pid, process.command, (process.end_ns - process.begin_ns) / 1e9 AS seconds, process.status,"
    "         parent.pid AS parent_pid, parent.command AS parent_command,"
    "         (SELECT count(*) FROM events WHERE events.process = process.id) AS calls"
    "  FROM processes AS process LEFT JOIN processes AS parent ON parent.id = process.parent ORDER BY process.id;"

    "CREATE VIEW decisions AS"
    "  SELECT " TIME ", pid, command, symbol, path, action, rule, redirected_to, events.errno"
    "  FROM events LEFT JOIN files ON files.id = events.file JOIN processes ON processes.id = events.process"
    "  WHERE rule IS NOT NULL ORDER BY events.id;";
