"""Every command that README.md shows is run, in a clean clone."""

import os
import pty
import re
import select
import subprocess
import time

import pytest

from tests.labs.test_clone import ENV

SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.S | re.M)
INSIDE = re.compile(r"`(make [^`]+)`", re.S)
# Told in the text for somebody else's place: tested where it is true.
ELSEWHERE = {
    "make test": "this is it", "make test-fast": "a part of it",
    "make lint": "make test begins with it",
    "make grade": "test_reference_gets_everything, lab by lab",
    "make grade LAB=1": "test_reference_and_reports",
    "make prove": "test_prove.py", "make prove LAB=1": "test_prove.py",
    "make test-systems": "test_systems.py says what it needs",
    "make jobs": "test_jobs.py, job by job",
    "make hostile": "test_hostile.py, a part of it",
    "make grade-class SUBMISSIONS=dir OUT=dir": "test_class_run.py",
    "make next": "test_clone.py, in a student's clone",
    "make adopt LAB=1": "test_release.py, in a student's clone",
    "make status": "in a student's clone",
    "make handin": "in a student's clone",
    "make branches": "with its OUT=, as shown above it",
    "make image": "with its ROOT=, as shown above it",
    "make run-gdb": "test_session.py", "make gdb-attach": "test_session.py",
}
# Hours, but for a smaller count; a test that it runs and ends.
SHORTER = {"FUZZ_COUNT": "2000", "FUZZ_SECONDS": "10"}
# Some of what a command does: all of it is test_solutions.py's.
PART = {"make grade LAB=4 CARRY=reference": " EXERCISE=4.1"}
QUIT = [("(gdb) ", "quit\r"), ("(y or n)", "y\r")]
SHELL = [("# ", "echo $((6 * 7))\r"), ("42", "exit\r")]
TYPED = {"make run": SHELL, "make run LIBOS=min": SHELL,
         "make run ROOT=build/root.img": SHELL,
         "make run LIBOS=none": [("init> ", "help\r"), ("init> ", "exit\r")],
         "make gdb": QUIT, "make gdb LAB=1 TEST=test_info_plain": QUIT}
SECONDS = 3600      # for a command; the backstop


def commands(top):
    text = (top / "README.md").read_text()
    shown = [line for block in SHELL_BLOCK.findall(text)
             for line in block.splitlines()]
    shown += [" ".join(c.split()) for c in INSIDE.findall(text)]
    return list(dict.fromkeys(shown))


@pytest.fixture(scope="module")
def clone(top, tmp_path_factory):
    where = tmp_path_factory.mktemp("readme") / "xo5"
    subprocess.run(["git", "clone", "-q", str(top), str(where)], check=True,
                   env=ENV)
    return where


def run_typing(words, cwd, typed):
    """Runs a command on a terminal, answering each prompt; (status, text)."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        os.execvpe("sh", ["sh", "-c", words],
                   {**ENV, **SHORTER, "TERM": "dumb"})
    text, typed, end = "", list(typed), time.monotonic() + SECONDS
    seen = 0
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:
                break
            text += chunk.decode("utf-8", "replace")
        if typed and typed[0][0] in text[seen:]:
            seen = len(text)
            os.write(terminal, typed.pop(0)[1].encode())
    else:
        os.kill(child, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return status, text


def test_every_command(top, clone):
    found = commands(top)
    assert found[:2] == ["make run", "make test"] and len(found) > 15
    failed = []
    for words in found:
        if words in ELSEWHERE:
            continue
        status, text = run_typing(words + PART.get(words, ""), clone,
                                  TYPED.get(words, ()))
        if status != 0 and not (words, status) in EXPECTED:
            failed.append(f"{words}: {status}\n{text[-1500:]}")
    assert not failed, "\n".join(failed)


# The starters have no points, and make says so by its status.
EXPECTED = {("make grade LAB=1 SUBMISSION=labs/lab1 JSON=results.json "
             "JUNIT=results.xml", 2)}


def test_file_map(top):
    """Every path in the file map is there."""
    text = (top / "README.md").read_text()
    rows = re.findall(r"^\| (`[^|]+) \|", text.split("## File map")[1], re.M)
    for row in rows:
        names = re.findall(r"`([^`]+)`", row)
        for name in names:
            path = top / name
            if not path.exists():
                path = (top / names[0]).parent / name
            assert path.exists(), name
