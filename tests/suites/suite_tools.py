# SPDX-License-Identifier: MIT
"""Tools at real work: git on a history, a compiler on this project, shells and languages on scripts of many calls, a browser on
pages. Each script is a case: its status and all that it prints."""
import functools
import pathlib
import re

from place import have
from suite import Part

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = pathlib.Path(__file__).resolve().parent / "scripts"
# Cases of a file: each begins with a line "#: name", in the comment of its language.
CASE = re.compile(r"^(?:#|//): (.*)\n", re.MULTILINE)
# The id of a process that bash tells the end of.
CHANCE = re.compile(r"(?<=^bash: line 1:) +\d+", re.MULTILINE)
GIT = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
       for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", "2026-01-02T03:04:05Z"))}  # fmt: skip
GIT["GIT_CONFIG_NOSYSTEM"] = "1"


def read_scripts(name):
    words = CASE.split((SCRIPTS / name).read_text())[1:]
    return dict(zip(words[::2], words[1::2]))


def run_scripts(place, only, command, scripts):
    """Each in a folder of its own."""
    cases = {}
    for number, (case, script) in enumerate(scripts.items()):
        folder = place.folder / str(number)
        folder.mkdir()
        status, out, err = place.run(*command, script, cwd=folder)
        cases[case] = f"{status}: {out}{CHANCE.sub(' PID', err)}"
    return cases


def run_git(place, only):
    """The scripts go on from each other."""
    cases = {}
    for case, script in read_scripts("git.sh").items():
        status, out, err = place.run("bash", "-c", script, environment=GIT)
        cases[case] = f"{status}: {out}{err}"
    cases["content"] = place.run("bash", "-c", "cd repository && git rev-list --all --objects | sort | md5sum", environment=GIT)[1]
    return cases


def run_build(place, only):
    """Builds the library itself by make -j2: the same bytes have to come out."""
    build = place.folder / "build"
    status, _, err = place.run("cmake", "-G", "Unix Makefiles", "-S", ROOT, "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_TESTING=OFF")
    if status != 0:
        raise RuntimeError(f"cmake: {err}")
    cases = {"cmake": err}
    status, _, err = place.run("make", "-C", build, "-j2")
    if status != 0:
        raise RuntimeError(f"make: {err}")
    cases["make -j2"] = f"{status}: {err}"
    cases["again"] = str(place.run("make", "-C", build, "-j2", "-q")[0])
    for path in sorted(build.rglob("*")):
        if path.suffix in (".o", ".a", ".so", ".inc") or path.name == "hook":
            cases[str(path.relative_to(build))] = place.run("md5sum", path)[1]
    return cases


PAGES = {
    "text": "<p>one<p>two",
    "script": "<script>document.write([1,2,3].map(x=>x*x).join())</script>",
    "await": "<script>(async()=>{await null;document.body.append(await new Response('later').text())})()</script><body>",
    "worker": "<body><script>let w=new Worker(URL.createObjectURL(new Blob(['postMessage(6*7)'])));w.onmessage=e=>document.body.append(e.data)</script>",
    "wasm": "<body><script>document.body.append(WebAssembly.validate(new Uint8Array([0,97,115,109,1,0,0,0])))</script>",
    "canvas": "<canvas id=c></canvas><script>c.getContext('2d').fillRect(0,0,9,9);document.body.append(c.toDataURL().length>99)</script>",
    "storage": "<body><script>localStorage.a='kept';document.body.append(localStorage.a)</script>",
    "frame": "<iframe srcdoc='<p>inner'></iframe>",
}


def run_chromium(place, only):
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=3000", f"--user-data-dir={place.folder}/profile")
    cases = {}
    for case, page in PAGES.items():
        path = place.folder / f"{case}.html"
        path.write_text(page)
        status, out, _ = place.run("chromium", *options, "--dump-dom", f"file://{path}", seconds=120)
        cases[case] = f"{status}: {out}"
    picture = place.folder / "picture.png"
    cases["picture"] = str(place.run("chromium", *options, f"--screenshot={picture}", "--window-size=200,100", f"file://{place.folder}/text.html")[0])
    cases["picture's bytes"] = place.run("md5sum", picture)[1]
    return cases


def run_java(place, only):
    (place.folder / "Work.java").write_text((SCRIPTS / "Work.java").read_text())
    cases = {}
    for case, command in {"compile": ("javac", "Work.java"), "run": ("java", "Work"), "interpreted": ("java", "-Xint", "Work"),
                          "one collector": ("java", "-XX:+UseSerialGC", "Work"), "small": ("java", "-Xmx32m", "Work")}.items():  # fmt: skip
        status, out, err = place.run(*command)
        cases[case] = f"{status}: {err}"
        for line in out.splitlines():
            cases[f"{case}: {line.partition(':')[0]}"] = line
    return cases


def parts():
    for name, program, *command in (("bash", "bash", "-c"), ("dash", "dash", "-c"), ("perl", "perl", "-e"), ("node", "node", "-e")):
        file = {"bash": "shell.sh", "dash": "shell.sh", "perl": "perl.pl", "node": "node.js"}[name]
        scripts = read_scripts(file)
        run = functools.partial(run_scripts, command=(program, *command), scripts=scripts)
        yield Part(name, name != "node", functools.partial(have, program), run)
    yield Part("git", True, functools.partial(have, "git"), run_git)
    yield Part("build", False, functools.partial(have, "cmake", "make", "gcc"), run_build)
    yield Part("chromium", False, functools.partial(have, "chromium"), run_chromium)
    yield Part("java", False, functools.partial(have, "javac"), run_java)
