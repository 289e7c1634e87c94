# SPDX-License-Identifier: MIT
"""Test suites that run under Python's unittest: its own, and those of packages. One case a test method."""
import json
import pathlib
import re

from suite import Part

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"
QUICK = """test_os test_posix test_subprocess test_tarfile test_fileio test_tempfile test_shutil test_select test_epoll
    test_popen test_dbm test_dbm_dumb test_mailbox test_glob test_pathlib test_stat test_posixpath test_genericpath test_fcntl test_mmap
    test_pty test_file test_gzip test_zipimport test_import test_runpy test_cmd_line test_filecmp test_linecache test_netrc test_shelve
    test_httplib test_urllib2_localnet test_smtplib test_resource test_pwd test_grp test_openpty test_exceptions test_atexit test_thread
    test_sched""".split()
SLOW = """test_multiprocessing_spawn test_multiprocessing_forkserver test_multiprocessing_fork test_asyncio test_concurrent_futures
    test_io test_selectors test_signal test_socket test_ssl test_venv test_eintr test_logging test_threading test_faulthandler test_poll test_compileall
    test_httpservers test_ftplib test_poplib test_imaplib test_xmlrpc test_urllib test_lzma test_bz2 test_zipfile test_largefile test_bufio
    test_queue test_fork1 test_wait3 test_wait4 test_locale test_time test_getpass test_syslog test_fnmatch""".split()
PSUTIL = [f"psutil.tests.test_{name}" for name in ("connections", "linux", "misc", "posix", "process", "system", "unicode")]
# Tests that ask for what a machine may not have: a network beyond its own, gigabytes, a display.
RESOURCES = "all,-network,-urlfetch,-largefile,-gui,-audio"
# Sockets between virtual machines wait for ever where there is no host to answer.
IGNORED = "*VSOCK*"


def read_cases(path):
    """How each case ended; one that ran several times has all its verdicts."""
    found = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        case, verdict = json.loads(line)
        found.setdefault(case, []).append(verdict)
    return {case: ", ".join(verdicts) for case, verdicts in found.items()}


def plain(place, verdict):
    """A verdict without the process's id, which some tests name their files after."""
    return re.sub(r"@test_\d+_tmp", "@test_tmp", place.plain(verdict))


def run_recorded(place, module, *arguments):
    record = place.folder / "cases"
    record.unlink(missing_ok=True)
    with open(place.folder / "log", "ab") as log:
        status, _, _ = place.run(PYTHON, "-B", HERE / "record.py", record, module, *arguments, cwd=place.folder / "tmp", stdout=log, stderr=log)
    cases = {case: plain(place, verdict) for case, verdict in read_cases(record).items()}
    return {**cases, "(exit)": str(status)}


def run_own(module):
    def run(place, only):
        chosen = [word for case in only if case != "(exit)" for word in ("-m", case)]
        return run_recorded(place, "test", "-v", "-u", RESOURCES, "--timeout", "300", "-i", IGNORED, *chosen, module)

    return run


def run_package(module, *arguments):
    return lambda place, only: run_recorded(place, module, *arguments)


def is_there(module):
    return lambda: None if list(pathlib.Path("/usr/lib").glob(f"python3*/{module}")) else f"{module} of {PYTHON}"


def parts():
    yield Part("tornado", False, is_there("dist-packages/tornado/test"), run_package("tornado.test", "--verbose"))
    yield Part("psutil", False, is_there("dist-packages/psutil/tests"), run_package("unittest", "-v", *PSUTIL))
    for module in SLOW + QUICK:
        file = f"test/{module}*"
        yield Part(f"python.{module}", module in QUICK, is_there(file), run_own(module))
