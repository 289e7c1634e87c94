# SPDX-License-Identifier: MIT
"""Servers with their own clients and load generators, both sides in the same place."""
import getpass
import os
import pathlib
import re
import signal

from place import NOBODY, answers, free_port, have, wait_for
from suite import Part

# Ports, process ids and the time, in what programs say.
CHANCE = re.compile(r"(?<=127\.0\.0\.1:)\d+|(?<=localhost:)\d+|(?<=port )\d+|(?<=PID )\d+|\d+#\d+|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")


def without_chance(text):
    return CHANCE.sub("N", text)


class Session:
    """Collects the cases of a workload: what each step gave."""

    def __init__(self, place, port, user=None):
        self.place, self.port, self.user = place, port, user
        self.cases = {}
        self.log = open(place.folder / "server.log", "ab")

    def step(self, case, *command, stdin=b"", only=None, environment=None):
        """Runs a client; of its output all counts, or what the pattern `only` finds."""
        status, out, err = self.place.run(*command, stdin=stdin, environment=environment, user=self.user)
        said = " ".join(re.findall(only, out)) if only else out + err
        self.cases[case] = without_chance(f"{status}: {said}")

    def server(self, *command, **how):
        process = self.place.popen(*command, stdout=self.log, stderr=self.log, user=self.user, **how)
        self.cases.setdefault("up", "")
        self.cases["up"] += str(wait_for(lambda: process.poll() is not None or answers(self.port)) and process.poll()) + " "
        return process

    def down(self, process, by=signal.SIGTERM):
        self.cases.setdefault("down", "")
        self.cases["down"] += f"{self.place.stop(process, by)} "


REDIS = """set a 1|get a|incr a|append a xyz|strlen a|getrange a 1 2|setex b 100 v|ttl none|del a|mset x 1 y 2 z 3|mget x y z none|exists x q
    |lpush l 1 2 3 4|lrange l 0 -1|rpop l|linsert l before 3 9|sadd s c b a|scard s|sismember s b|srem s b|zadd q 1 one 2 two 3 three
    |zrange q 0 -1 withscores|zrank q two|hset h f 1 g 2|hgetall h|hincrby h f 41|type h|object encoding h|setbit bits 7 1|bitcount bits
    |pfadd hll 1 2 3|pfcount hll|xadd st 1-1 k v|xrange st - +|geoadd g 13.36 38.11 p|geohash g p|expire x 1000|persist x|rename y yy
    |eval return{1,2,redis.call('get','x')} 0|lpop|get l|config get maxmemory|select 3|dbsize|swapdb 0 1|flushdb|nosuchcommand|save|bgrewriteaof
    |keys *|debug sleep 0|client getname|memory usage none|wait 0 10|lastsave extra|publish ch m|script flush|acl whoami""".replace("\n", "")
BENCHMARKS = "ping set get incr lpush rpush lpop rpop sadd hset spop zadd zpopmin lrange mset".split()


def run_redis(place, only):
    session = Session(place, free_port())
    serve = ("redis-server", "--port", session.port, "--dir", place.folder, "--appendonly", "yes", "--logfile", place.folder / "redis.log",
             "--enable-debug-command", "yes")  # fmt: skip
    client = ("redis-cli", "-p", session.port)
    server = session.server(*serve)
    for command in REDIS.split("|"):
        session.step(command.strip(), *client, *command.split())
    for name in BENCHMARKS:
        session.step(f"benchmark {name}", "redis-benchmark", "-p", session.port, "-n", "3000", "-c", "20", "-P", "4", "--csv", "-t", name,
                     only=r'(?m)^"[^"]+"')  # fmt: skip
    session.step("many keys", *client, "eval", "for i=1,5000 do redis.call('set','k'..i,i) end return redis.call('dbsize')", "0")
    session.step("pipe", *client, "--pipe", stdin=b"".join(b"SET p%d %d\r\n" % (i, i) for i in range(2000)), only="errors: .*")
    session.down(server)
    server = session.server(*serve)
    wait_for(lambda: b"LOADING" not in place.run(*client, "ping")[1].encode())
    session.step("kept", *client, "mget", "k1", "k5000", "p1999")
    session.down(server, signal.SIGINT)
    for name in ("redis-check-aof", "redis-check-rdb"):
        files = sorted(place.folder.rglob("*.rdb" if "rdb" in name else "*.manifest"))
        session.step(name, name, files[0] if files else "none", only="valid|OK|looks")
    return session.cases


NGINX = """worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{ worker_connections 256; }}
http {{ access_log {folder}/access.log; types {{ text/html html; text/plain txt; }} client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp;
    fastcgi_temp_path {folder}/tmp; uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp; sendfile on; gzip on; gzip_types text/plain; gzip_min_length 100;
    upstream self {{ server 127.0.0.1:{port}; keepalive 4; }}
    server {{ listen 127.0.0.1:{port}; listen unix:{folder}/socket; root {folder}/www; error_page 404 /missing.html;
        location /list/ {{ autoindex on; autoindex_localtime off; }} location /proxy/ {{ proxy_pass http://self/; }}
        location /cached/ {{ open_file_cache max=100; expires 1h; }} location /moved {{ return 301 /a.txt; }}
        location /secret {{ deny all; }} location /alias/ {{ alias {folder}/www/list/; }} location /said {{ return 200 "said\\n"; }}
        location /aio/ {{ alias {folder}/www/; sendfile off; output_buffers 1 4k; }} }} }}
"""
# Names of requests, and what curl is told to ask for.
REQUESTS = {
    "file": "/a.txt", "index": "/", "empty": "/empty.txt", "large": "/large.txt", "none": "/nope", "directory": "/list", "autoindex": "/list/",
    "denied": "/secret", "moved": "/moved", "followed": "-L /moved", "proxied": "/proxy/a.txt", "proxied large": "/proxy/large.txt",
    "proxied none": "/proxy/nope", "cached": "/cached/a.txt", "alias": "/alias/one.txt", "said": "/said", "without sendfile": "/aio/large.txt",
    "head": "-I /large.txt", "range": "-r 10-19 /large.txt", "ranges": "-r 0-3,8-11 /a.txt", "range beyond": "-r 99999999- /large.txt",
    "gzip": "--compressed /large.txt", "post": "-d x=1 /a.txt", "post proxied": "-d x=1 /proxy/said", "put": "-X PUT -d y /a.txt", "options": "-X OPTIONS /",
    "above the root": "--path-as-is /../../etc/passwd", "HTTP/1.0": "-0 /a.txt", "not modified": "-HIf-Modified-Since:Sun,\\ 09\\ Sep\\ 2001\\ 01:46:40\\ GMT /a.txt",
    "large header": "-HX-Large:" + "x" * 9000 + " /a.txt", "host": "-HHost:other /a.txt", "expect": "-HExpect:100-continue -d z /said",
}  # fmt: skip


def nginx_files(place, port):
    www = place.folder / "www"
    (www / "list").mkdir(parents=True)
    (www / "cached").mkdir()
    files = {"a.txt": "the file\n", "index.html": "<p>index</p>", "missing.html": "<p>none</p>", "empty.txt": "", "large.txt": "0123456789abcde\n" * 60000,
             "list/one.txt": "1", "list/two.txt": "22", "cached/a.txt": "cached"}  # fmt: skip
    for name, content in files.items():
        (www / name).write_text(content)
    for path in (*www.rglob("*"), www):
        os.utime(path, (1e9, 1e9))
    (place.folder / "nginx.conf").write_text(NGINX.format(folder=place.folder, port=port))


def run_nginx(place, only):
    session = Session(place, free_port())
    nginx_files(place, session.port)
    start = ("nginx", "-p", place.folder, "-c", place.folder / "nginx.conf")
    session.step("configuration", *start, "-t")
    server = session.server(*start)
    fetch = ("curl", "-sSi", "--max-time", "20")
    for case, request in REQUESTS.items():
        for via, where in (("", []), ("over a unix socket: ", ["--unix-socket", place.folder / "socket"])):
            words = [word.replace("\\ ", " ") for word in re.split(r"(?<!\\) ", request)]
            status, out, err = place.run(*fetch, *where, *words[:-1], f"http://127.0.0.1:{session.port}{words[-1]}")
            out = re.sub(r"(?m)^(Date|Expires):.*\n|(?<=boundary=)\d+|^--\d+(?:--)?", "", out)
            session.cases[via + case] = without_chance(f"{status}: {out}{err}")
    for case, options in {"load": [], "load kept alive": ["-k"], "large load": ["-k"]}.items():
        name = "large.txt" if "large" in case else "a.txt"
        session.step(case, "ab", "-q", "-n", "400" if "large" in case else "3000", "-c", "20", *options, f"http://127.0.0.1:{session.port}/{name}",
                     only=r"(?:Complete requests|Failed requests|Non-2xx responses|Document Length):\s+\d+")  # fmt: skip
    session.step("reload", *start, "-s", "reload")
    session.step("after reload", *fetch, f"http://127.0.0.1:{session.port}/said", only="said|200")
    session.step("reopen", *start, "-s", "reopen")
    session.step("quit", *start, "-s", "quit")
    session.down(server, signal.SIGQUIT)
    log = (place.folder / "access.log").read_text()
    session.cases["access log"] = str(sorted({" ".join(re.findall(r'"[A-Z]+ /\S* \S+" \d+', line)) for line in log.splitlines()}))
    return session.cases


SQL = """create table t (id serial primary key, name text unique, n int)|insert into t (name, n) select concat('row ', i), i * i from generate_series(1, 5000) i
    |select count(*), sum(n) from t|insert into t (name) values ('row 1')|select 1/0|create index on t (n)|explain (costs off) select * from t where n = 9
    |begin; update t set n = 0; rollback; select sum(n) from t|delete from t where id % 7 = 0|vacuum full t|analyze t|copy (select * from t order by id limit 3) to stdout
    |copy t (name, n) from program 'printf "from a program\\t5\\n"'|select name from t where n = 5|\\copy (select 1) to program 'cat >&2'
    |create function f(int) returns int language plpgsql as 'begin return $1 * 2; end'|select f(21)|select pg_sleep(0.05)
    |create temp table big as select repeat(md5(i::text), 100) x from generate_series(1, 3000) i; select count(distinct x) from big
    |set work_mem = '64kB'; select md5(string_agg(x, '')) from (select md5(i::text) x from generate_series(1, 50000) i order by 1) s
    |set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0; set min_parallel_table_scan_size = 0; select sum(n) from t
    |create database other template template0|drop database other|create tablespace s location 'nowhere'|checkpoint|select pg_switch_wal() is not null
    |listen c; notify c, 'hello'|select lo_from_bytea(4242, 'large object')|select convert_from(lo_get(4242), 'UTF8')|\\dt
    |select pg_size_pretty(123456789::bigint)|select pg_read_file('PG_VERSION')|select count(*) > 0 from pg_ls_dir('.')|set statement_timeout = 50; select pg_sleep(5)
    |select pg_terminate_backend(pg_backend_pid())|create extension plpgsql|select datname from pg_database order by 1|alter system set work_mem = '8MB'
    |select pg_reload_conf()|show nothing|explain (analyze, costs off, timing off, summary off) select count(*) from generate_series(1, 10)""".replace("\n", " ")


def postgres_folder():
    return max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def run_postgres(place, only):
    session = Session(place, free_port(), NOBODY)
    if os.getuid() == 0:
        os.chown(place.folder, NOBODY, NOBODY)
    tools, data = postgres_folder(), place.folder / "data"
    session.step("initdb", tools / "initdb", "-D", data, "-U", "tester", "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8", "--no-instructions")
    serve = (tools / "postgres", "-D", data, "-p", session.port, "-k", place.folder, "-h", "127.0.0.1", "-c", "fsync=off")
    client = {"PGHOST": "127.0.0.1", "PGPORT": str(session.port), "PGUSER": "tester", "PGDATABASE": "postgres", "PGTZ": "UTC"}
    server = session.server(*serve)
    wait_for(lambda: place.run(tools / "pg_isready", environment=client, user=NOBODY)[0] == 0)

    def step(case, *command, **how):
        session.step(case, *command, environment=client, **how)

    for sql in SQL.split("|"):
        step(sql.strip(), tools / "psql", "-X", "-q", "-c", sql.strip())
    step("over a unix socket", tools / "psql", "-X", "-h", place.folder, "-Atc", "select 'here'")
    step("pgbench -i", tools / "pgbench", "-i", "-s", "1", "-q", only="(?m)^done")
    for name, options in {"tpcb": [], "simple": ["-N"], "select": ["-S"], "prepared": ["-S", "-M", "prepared"], "again": ["-C"]}.items():
        step(f"pgbench {name}", tools / "pgbench", "-n", "-c", "4", "-j", "2", "-t", "50", *options, only=r"actually processed: \S+|failed transactions: \d+")
    step("balance", tools / "psql", "-Atc", "select (select sum(tbalance) from pgbench_tellers) = (select sum(bbalance) from pgbench_branches)")
    step("pg_dump", tools / "pg_dump", "-t", "t", "--inserts", only=r"(?m)^(?:INSERT|CREATE).*")
    step("pg_dump in parts", tools / "pg_dump", "-Fd", "-j", "2", "-f", place.folder / "dump")
    step("createdb", tools / "createdb", "restored")
    step("pg_restore", tools / "pg_restore", "-j", "2", "-d", "restored", place.folder / "dump")
    step("restored", tools / "psql", "-d", "restored", "-Atc", "select count(*), sum(n) from t")
    step("pg_basebackup", tools / "pg_basebackup", "-D", place.folder / "backup", "-c", "fast")
    # a crash, and recovery from the log
    children = [int(pid) for pid in place.run("pgrep", "-P", server.pid)[1].split()]
    session.down(server, signal.SIGKILL)
    wait_for(lambda: not any(pathlib.Path(f"/proc/{pid}").exists() for pid in children))
    server = session.server(*serve)
    wait_for(lambda: place.run(tools / "pg_isready", environment=client, user=NOBODY)[0] == 0)
    step("after the crash", tools / "psql", "-Atc", "select count(*), sum(n) from t")
    session.down(server, signal.SIGINT)
    session.step("pg_checksums", tools / "pg_checksums", "--enable", "-D", data, only="Checksums enabled")
    session.step("pg_controldata", tools / "pg_controldata", data, only="cluster state: .*")
    return session.cases


SSHD = """Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile {folder}/sshd.pid
StrictModes no
UsePAM no
PermitRootLogin yes
Subsystem sftp internal-sftp
"""


def run_ssh(place, only):
    session = Session(place, free_port())
    if os.getuid() == 0:
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    for name in ("host", "user"):
        session.step(f"ssh-keygen {name}", "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place.folder / name)
    (place.folder / "sshd_config").write_text(SSHD.format(port=session.port, folder=place.folder))
    (place.folder / "sent").write_bytes(bytes(range(256)) * 4000)
    session.step("sshd -t", "/usr/sbin/sshd", "-t", "-f", place.folder / "sshd_config")
    server = session.server("/usr/sbin/sshd", "-D", "-e", "-f", place.folder / "sshd_config")
    options = ("-i", place.folder / "user", "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={place.folder}/known", "-o", "LogLevel=ERROR", "-F", "none")
    login = ("ssh", "-p", session.port, *options, f"{getpass.getuser()}@127.0.0.1")
    first, there = place.folder / "sent", place.folder / "received"
    session.step("true", *login, "true")
    session.step("status", *login, "exit 7")
    session.step("killed", *login, "kill -9 $$")
    session.step("none", *login, "/no/such/program")
    session.step("both outputs", *login, "echo out; echo err >&2")
    session.step("input", *login, "wc -c", stdin=b"x" * 300000)
    session.step("identity", *login, "id; pwd; umask; echo $SHELL")
    session.step("terminal", *login[:1], "-tt", *login[1:], "test -t 0 && test -t 1 && stty size && echo terminal")
    session.step("md5 over", *login, f"md5sum <{first}")
    session.step("scp to", "scp", "-P", session.port, *options, first, f"127.0.0.1:{there}")
    session.cases["received"] = str(there.exists() and there.read_bytes() == first.read_bytes())
    session.step("scp the old way", "scp", "-O", "-P", session.port, *options, f"127.0.0.1:{first}", there)
    session.step("sftp", "sftp", "-q", "-P", session.port, *options, "-b", "-", "127.0.0.1",
                 stdin=f"put {first} {there}.2\nls -1 {place.folder}/sent\nget {there}.2 {there}.3\nrm {there}.2\n".encode())  # fmt: skip
    for number in range(10):
        session.step(f"session {number}", *login, f"seq {number}000 | md5sum")
    port = free_port()
    session.step("forwarded", *login[:1], "-L", f"{port}:127.0.0.1:{session.port}", *login[1:],
                 f"bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}; head -c 8 <&3'")  # fmt: skip
    session.step("refused", "ssh", "-p", session.port, "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", place.folder / "host", *options[2:],
                 "127.0.0.1", "true")  # fmt: skip
    session.step("ssh-keyscan", "ssh-keyscan", "-p", session.port, "-t", "ed25519", "127.0.0.1", only="ssh-ed25519")
    session.down(server)
    return session.cases


def parts():
    yield Part("redis", False, lambda: have("redis-server", "redis-benchmark"), run_redis)
    yield Part("nginx", False, lambda: have("nginx", "ab", "curl"), run_nginx)
    yield Part("postgres", False, lambda: None if postgres_folder() else "postgresql", run_postgres)
    yield Part("ssh", False, lambda: have("/usr/sbin/sshd", "ssh"), run_ssh)
