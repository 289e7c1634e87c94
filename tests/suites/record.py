# SPDX-License-Identifier: MIT
"""record.py FILE MODULE [ARG...]: runs a module that runs unittest, as python3 -m does, and writes how each case ended
into the file, a JSON list [case, verdict] a line."""
import json
import os
import runpy
import sys
import unittest


class Recorder:
    """Stands in front of the methods that every kind of result inherits."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        self.pid = os.getpid()
        os.set_inheritable(self.fd, False)

    def note(self, test, verdict):
        # tests fork, and some of the children run tests of their own
        if os.getpid() == self.pid:
            os.write(self.fd, (json.dumps([test.id(), verdict]) + "\n").encode())

    def stand_before(self, name, verdict):
        real = getattr(unittest.TestResult, name)

        def method(result, test, *details):
            self.note(test, verdict(*details))
            return real(result, test, *details)

        setattr(unittest.TestResult, name, method)

    def stand_before_subtests(self):
        real = unittest.TestResult.addSubTest

        def method(result, test, subtest, err):
            if err is not None:
                self.note(test, f"failed: {subtest._subDescription()}")
            return real(result, test, subtest, err)

        unittest.TestResult.addSubTest = method


def main():
    path, module = sys.argv[1:3]
    recorder = Recorder(path)
    recorder.stand_before("addSuccess", lambda: "passed")
    recorder.stand_before("addError", lambda err: f"error: {err[0].__name__}")
    recorder.stand_before("addFailure", lambda err: "failed")
    recorder.stand_before("addSkip", lambda reason: f"skipped: {reason}")
    recorder.stand_before("addExpectedFailure", lambda err: "failed as expected")
    recorder.stand_before("addUnexpectedSuccess", lambda: "passed unexpectedly")
    recorder.stand_before_subtests()
    sys.argv[:3] = [module]
    # the folder of this file is no place to import from
    sys.path[0] = os.getcwd()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
