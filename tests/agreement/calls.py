# SPDX-License-Identifier: MIT
"""A call as both sides tell it: what it does, on what, and how it ended."""
import collections
import re

# classes: of %file, %network, %process. on: the paths or the address, "fd" for a descriptor alone. result: the number that came
# back, an error's name, or "done" where numbers differ from run to run. where: how strace saw it reached, or the function.
Call = collections.namedtuple("Call", "op on result classes where")
CLASSES = ("%file", "%network", "%process")
# Results that are identities of processes, depend on when a peer wrote, or tell nothing.
UNNUMBERED = {"fork", "exec", "wait", "exit", "kill", "getcwd", "recv"}
# Names that are made up anew in each run.
MADE_UP = (
    (r"/tmp/cc\w{6}", "/tmp/ccXXXXXX"), (r"^/tmp/[a-z0-9_]{8}$", "/tmp/XXXXXXXX"), (r"/sed\w{6}$", "/sedXXXXXX"), (r"/tmp_obj_\w{6}$", "/tmp_obj_XXXXXX"), (r"/\.git/t\w{6}$", "/.git/tXXXXXX"), (r"/(tmp|sort|bash)[\w.-]{6,}$", r"/\1XXXXXX"),
    (r"/(tmp_pack|tmp_idx)_\w{6}$", r"/\1_XXXXXX"), (r"/sh-thd\.\w+$", "/sh-thd.XXXXXX"), (r"/GM\w{6}$", "/GMXXXXXX"), (r"/\.tmp-\d+-", "/.tmp-PID-"),
    (r"/proc/\d+\b", "/proc/PID"), (r"\.pid\d+|/gc\.pid", "/gc.pid"), (r"__pycache__/(.*)\.pyc\.\d+$", r"__pycache__/\1.pyc.N"), (r"127\.0\.0\.1:[3-6]\d{4}$", "127.0.0.1:PORT"),
)  # fmt: skip


def settle(text):
    """The same name for what is called differently in each run."""
    for pattern, name in MADE_UP:
        text = re.sub(pattern, name, text)
    return text


def key(call):
    return call.op, call.on, call.result
