"""A student's clone of the real course works by itself."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from grade import tree
from tests.newcomer import ENV

INSTRUCTORS = ("solutions/", "labs/instructor", "labs/release.",
               "labs/releases.", "tests/", "bench/",
               *(f"labs/lab{n}/{room}" for n in range(1, 5)
                 for room in ("kernel", "user")))
OWNED = ("kernel/boot/bootinfo.c", "kernel/core/entry.c",
         "kernel/boot/walk.c", "kernel/boot/map.c", "kernel/boot/kmap.c")
LABS = (1, 2, 3, 4)
HOUR = 3600         # the backstop


def run(words, cwd, status=0):
    done = subprocess.run(words, cwd=cwd, env=ENV, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=HOUR,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert status is None or done.returncode == status, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def course(top, tmp_path_factory):
    """The students' repository, made of the last commit."""
    out = tmp_path_factory.mktemp("course") / "xo5"
    run([sys.executable, "labs/release.py", "branches", "--out", str(out)],
        top)
    return out


@pytest.fixture(scope="module")
def clone(course, tmp_path_factory):
    where = tmp_path_factory.mktemp("student") / "xo5"
    run(["git", "clone", "-q", "-b", "lab1", str(course), str(where)], "/")
    return where


def test_same_bytes_every_time(top, course, tmp_path):
    again = tmp_path / "again"
    run([sys.executable, "labs/release.py", "branches", "--out",
         str(again)], top)
    ask = ["git", "for-each-ref", "--format=%(refname) %(objectname)"]
    assert run(ask, course) == run(ask, again)


@pytest.mark.parametrize("lab", LABS)
def test_history_gives_nothing_away(top, course, lab):
    """No instructor's file, nothing of a later lab, and no three lines of a
    reference solution that the starters do not have."""
    labs = tree.labs_in(top)
    listing = run(["git", "log", f"lab{lab}", "--name-only", "--format="],
                  course)
    paths = set(listing.split())
    owned = {path: n for n, one in labs.items() for path in one.owned}
    for path in paths:
        assert not path.startswith(INSTRUCTORS), path
        assert owned.get(path, 1) <= lab, path
        assert not re.match(r"(grade|handouts)/lab[5-9]", path)
        assert f"lab{lab + 1}" not in path, path
    assert {path for path, n in owned.items() if n <= lab} <= paths
    everything = _threes(run(["git", "grep", "-h", "", f"lab{lab}"], course))
    for path, n in owned.items():
        starter = (top / f"labs/lab{n}" / path).read_text()
        found = (_threes((top / path).read_text()) - _threes(starter))
        assert not found & everything, f"{path}: {found & everything}"


def _threes(text):
    """Every three lines in a row, blank ones and lone braces left out, of
    some substance."""
    lines = [line.strip() for line in text.splitlines()
             if len(line.strip()) > 2]
    return {three for three in zip(lines, lines[1:], lines[2:])
            if sum(map(len, three)) > 50}


def test_fresh_clone_runs_and_grades(clone):
    output = run(["make", "run", "ONCE=1"], clone, status=2)
    assert "exercise 1.1 (kernel/boot/bootinfo.c: bootinfo_parse) is not " \
        "written yet." in output
    assert "warning:" not in output
    output = run(["make", "grade"], clone, status=2)
    assert "Score: 0/100\n" in output


@pytest.fixture(scope="module")
def solved(top, tmp_path_factory):
    """The published solutions, as branches labN-solved."""
    out = tmp_path_factory.mktemp("solved") / "xo5"
    run([sys.executable, "labs/release.py", "branches", "--out", str(out),
         "--carry", "reference"], top)
    return out


@pytest.mark.parametrize("lab", LABS[1:])
def test_later_labs_grade_in_a_clone(solved, tmp_path, lab):
    where = tmp_path / "xo5"
    run(["git", "clone", "-q", "-b", f"lab{lab}-solved", str(solved),
         str(where)], "/")
    output = run(["make", "grade"], where)
    assert output.splitlines()[-1] == "Score: 100/100", output[-3000:]
    output = run(["make", "run", "ONCE=1"], where)
    assert "init: nothing left to do" in output
    assert "warning:" not in output


def test_solved_clone_gets_full_marks(top, clone, tmp_path):
    """Also with a kit file changed: it is named, and not used."""
    mine = tmp_path / "mine"
    shutil.copytree(clone, mine, symlinks=True)
    for path in OWNED:
        shutil.copy(top / path, mine / path)
    with open(mine / "kernel/lib/print.c", "a", encoding="utf-8") as file:
        file.write("this does not compile\n")
    output = run(["make", "grade"], mine)
    assert output.splitlines()[-1] == "Score: 100/100"
    assert "note: kernel/lib/print.c (changed): a kit file; the grader " \
        "will not see this" in output
    run(["git", "checkout", "-q", "kernel/lib/print.c"], mine)
    output = run(["make", "run", "ONCE=1"], mine)
    assert "no ring 3 yet: it arrives in lab 2" in output
    assert "make handin" in run(["make", "help"], mine)
    output = run(["make", "handin"], mine)
    assert os.path.exists(mine / "handin-lab1.tar.gz"), output
    output = run(["make", "next"], mine, status=None)
    assert "lab 2" in output.lower() or "lab2" in output.lower()
    assert run(["git", "status", "--porcelain"], mine).strip() in \
        ("", "?? handin-lab1.tar.gz")
