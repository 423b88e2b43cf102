"""Grades hand-ins side by side, each in a process of its own.

Every hand-in is graded by the same command as a single one, `python3 -m
grade`, and believed by its exit status: 0 or 1 with results, or not graded.
What has been graded stays: a record counts as long as nothing that goes into
the score has changed, and that is its key.

The kit's own files compile to the same for everyone. They are compiled once,
by ccache, which knows a file again by its contents and the compiler's words;
while hand-ins are graded its folder is only read.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from grade import build, tree
from grade.classes import handin, state, term as terms

SECONDS = 7200          # a backstop for one hand-in; ended so: not graded
GRACE = 20              # seconds to end tidily, when asked to
SAID = 6000             # characters of what the grader said that are kept
NOT_OURS = ("PYTEST_", "MAKE", "MFLAGS", "GRADE_EXTRA", "CCACHE_")
CCACHE = "/usr/lib/ccache"


class Stopped(Exception):
    """Grading was asked to end."""


class Runner:
    """What grades one lab's hand-ins into a folder.

    term: a terms.Term; jobs: how many graders run at once; make_options:
    words for make, as CC=clang; unsafe: grades where there is no sandbox.
    """

    def __init__(self, top, lab, out, term, jobs=1, make_options=(),
                 unsafe=False):
        self.top, self.lab, self.term = Path(top), lab, term
        self.out, self.jobs = Path(out).resolve(), jobs
        self.make_options, self.unsafe = list(make_options), unsafe
        self.state = state.State(self.out)
        self.wanted = handin.Wanted(top, lab)
        self.hidden = terms.hidden_tests(lab, term.hidden)
        self.kit = self._kit_digest()
        self.cache = self.out / "kit-cache"
        self._stop = threading.Event()

    def _kit_digest(self):
        """Of all beside the hand-in that can change a score."""
        total = hashlib.sha256(repr((
            self.lab, self.term.secret, self.term.carry,
            self.make_options)).encode())
        paths = tree.kit_paths(self.top, self.lab)
        if self.term.carry != "own":
            paths = paths + tree.owned_paths(self.top, self.lab)
        files = [self.top / path for path in paths]
        if self.term.hidden:
            files += sorted(self.term.hidden.glob(f"lab{self.lab}.toml"))
            files += sorted(self.term.hidden.glob(f"lab{self.lab}/*.py"))
        for file in filter(Path.is_file, files):
            data = file.read_bytes()
            total.update(f"{file.name}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()

    # ---- all of them --------------------------------------------------------

    def stop(self):
        """Ends what runs; grade() then raises Stopped."""
        self._stop.set()

    def grade(self, handins, told):
        """Grades those hand-ins whose record is not there or old.

        told(record): called in this thread for each, in the order in which
        they end. Stopped: somebody called stop(); what was graded is kept.
        """
        todo = []
        for one in handins:
            self._if_stopped()
            content, record = self._looked_at(one)
            if content is None:
                told(record)
            else:
                todo.append((one, content, record))
        if todo:
            self._compile_kit()
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            running = [pool.submit(self._graded, *words) for words in todo]
            try:
                for done in concurrent.futures.as_completed(running):
                    if done.result():
                        told(done.result())
            except BaseException:
                self.stop()
                for one in running:
                    one.cancel()
                raise
        self._if_stopped()

    def _if_stopped(self):
        if self._stop.is_set():
            raise Stopped

    def _looked_at(self, one):
        """(content, record) of a hand-in that is to be graded, its files laid
        out; (None, record) if there is nothing to do."""
        record = {"id": one.id, "name": one.name, "lab": self.lab,
                  "path": handin.shown(one.path.name), "key": "",
                  "graded": False, "reason": "", "said": "", "compiler": "",
                  "tests": [], "notes": [], "when": 0, "by": "", "score": 0,
                  "possible": self._possible()}
        try:
            content = handin.read(one.path, self.wanted)
        except handin.HandinError as error:
            record["reason"] = str(error)
            self.state.write(record)
            return None, record
        record |= {"key": hashlib.sha256((self.kit + content.digest())
                                         .encode()).hexdigest(),
                   "notes": content.notes, "when": content.when,
                   "by": content.by}
        before = self.state.read(one.id)
        if before and before["graded"] and before["key"] == record["key"] \
                and self.files(one.id).is_dir():
            before |= {name: record[name] for name in
                       ("name", "path", "when", "by", "notes")}
            self.state.write(before)
            return None, before
        return content, record

    def _possible(self):
        return sum(terms.tests_of(self.top, self.lab,
                                  self.term.hidden).values())

    def files(self, key):
        """Where a hand-in's files are, as they were graded."""
        return self.out / "handins" / key

    # ---- the kit, once ------------------------------------------------------

    def _compile_kit(self):
        """Compiles the kit into the cache; without ccache, does nothing."""
        if not Path(CCACHE).is_dir():
            return
        self.cache.mkdir(parents=True, exist_ok=True)
        before = dict(os.environ)
        lab = terms.lab_table(self.top, self.lab)
        with tempfile.TemporaryDirectory(prefix="xo5-kit-") as work:
            try:
                os.environ |= self._cached()
                staged = Path(work) / "tree"
                build.stage(self.top, self.lab, self.top, staged)
                build.build(staged, lab["build"]["harness"],
                            [*self.make_options, "parts"])
            except (build.BuildError, tree.TreeError):
                pass            # no reference here: each compiles for itself
            finally:
                os.environ.clear()
                os.environ.update(before)

    def _cached(self):
        return {"PATH": f"{CCACHE}:" + os.environ.get("PATH", ""),
                "CCACHE_DIR": str(self.cache), "CCACHE_NOSTATS": "1"}

    # ---- one of them --------------------------------------------------------

    def _graded(self, one, content, record):
        """Grades a hand-in and writes its record down; None if stop() came
        first."""
        if self._stop.is_set():
            return None
        files = self.files(one.id)
        shutil.rmtree(files, ignore_errors=True)
        handin.lay(content, files)
        folder = self.out / "graded" / one.id
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        begin = time.monotonic()
        status = self._run(files, folder)
        record["seconds"] = round(time.monotonic() - begin, 1)
        if status is None:
            return None
        self._judge(record, status, folder)
        self.state.write(record)
        return record

    def _command(self, files, folder):
        more = ["--seed", self.term.secret] if self.term.secret else []
        if self.unsafe:
            more.append("--unsafe")
        return ["setpriv", "--pdeathsig", "TERM", sys.executable, "-P", "-m",
                "grade", "--lab", str(self.lab), "--submission", str(files),
                "--json", str(folder / "results.json"),
                "--junit", str(folder / "results.xml"), "--jobs", "0",
                "--carry", self.term.carry, *more, "--", *self.make_options]

    def _environment(self, scratch):
        env = {name: value for name, value in os.environ.items()
               if not name.startswith(NOT_OURS)}
        env |= {"PYTHONPATH": str(self.top), "PYTHONDONTWRITEBYTECODE": "1",
                "TMPDIR": scratch}
        if Path(CCACHE).is_dir():
            env |= self._cached() | {"CCACHE_READONLY": "1"}
        if self.term.hidden:
            env["GRADE_EXTRA"] = str(self.term.hidden)
        return env

    def _run(self, files, folder):
        """The grader's exit status: "late" if it took too long, None if
        stop() ended it."""
        scratch = tempfile.mkdtemp(prefix="xo5-class-")
        os.chmod(scratch, 0o711)    # a sandbox's user finds what is in it
        end = time.monotonic() + SECONDS
        with open(folder / "said.txt", "wb") as said:
            process = subprocess.Popen(
                self._command(files, folder), cwd=self.top, stdout=said,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                env=self._environment(scratch), start_new_session=True)
        try:
            while process.poll() is None:
                if self._stop.wait(0.1):
                    return None
                if time.monotonic() > end:
                    return "late"
            return process.returncode
        finally:
            _end(process)
            shutil.rmtree(scratch, ignore_errors=True)

    def _judge(self, record, status, folder):
        """Writes into a record what a grader that has ended has said."""
        said = (folder / "said.txt").read_bytes()[:1 << 20].decode(
            "utf-8", "replace")
        record["said"] = said[:SAID]
        record["compiler"] = _of_the_compiler(said)
        tests = _results(folder / "results.json", self.hidden)
        if status in (0, 1) and tests:
            record |= {"graded": True, "tests": tests,
                       "score": sum(t["score"] for t in tests),
                       "possible": sum(t["most"] for t in tests)}
            return
        record["reason"] = f"the grader took more than {SECONDS} s" \
            if status == "late" else _reason(status, said)


def _reason(status, said):
    """Why a grader that ended so has graded nothing: in its own words, if it
    had any."""
    lines = [line for line in said.splitlines() if line.strip()]
    told = [line[5:] for line in lines if line.startswith("xo5: ")]
    if status != 2 or not lines:
        return f"the grader ended with status {status}, and no results"
    return (told or lines)[-1]


def _of_the_compiler(said):
    """What students may see of what the grader said beside the results: why
    nothing could be tried. (The rest may hold the secret.)"""
    found = re.search(r"^xo5: lab \d+\b.*?(?=^Lab |\Z)", said, re.M | re.S)
    return found[0][:SAID].strip() if found else ""


def _results(path, hidden):
    """The tests in a results.json; [] if it cannot be used."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        found = []
        for test in value["tests"]:
            exercise, _, name = test["name"].rpartition(" ")
            found.append({
                "test": name, "exercise": exercise,
                "score": float(test["score"]), "most": test["max_score"],
                "passed": test["status"] == "passed",
                "words": str(test["output"]), "hidden": name in hidden})
        return found
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _end(process):
    """Ends a grader, and its whole group with it."""
    for number, seconds in ((signal.SIGTERM, GRACE), (signal.SIGKILL, None)):
        if process.poll() is None:
            try:
                os.killpg(process.pid, number)
                process.wait(seconds)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
    try:
        os.killpg(process.pid, signal.SIGKILL)      # what it left behind
    except ProcessLookupError:
        pass


def part_of(handins, shard):
    """The hand-ins of a part (i, n), i from 1 to n; all without one."""
    return handins if not shard else handins[shard[0] - 1::shard[1]]
