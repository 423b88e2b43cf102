"""A student's clone of the real course works by itself."""

import os
import shutil
import subprocess
import sys

import pytest

INSTRUCTORS = ("solutions/", "labs/instructor", "labs/release.",
               "labs/releases.", "grade/kit/",
               "labs/lab1/kernel")
LATER = ("user/", "kernel/ops/", "kernel/arch/ring3", "kernel/core/process",
         "kernel/core/enter")
OWNED = ("bootinfo", "entry", "walk", "map", "kmap")
ENV = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
       "HOME": "/nonexistent", "LANG": "C.UTF-8",
       "GIT_AUTHOR_NAME": "S", "GIT_AUTHOR_EMAIL": "s@example.org",
       "GIT_COMMITTER_NAME": "S", "GIT_COMMITTER_EMAIL": "s@example.org"}


def run(words, cwd, status=0):
    done = subprocess.run(words, cwd=cwd, env=ENV, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=300,
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


def test_history_gives_nothing_away(top, clone):
    """No instructor's file, nothing of a later lab, and no three lines of a
    reference solution that the starters do not have."""
    listing = run(["git", "log", "--all", "--name-only", "--format="], clone)
    paths = set(listing.split())
    assert "kernel/core/walk.c" in paths
    for path in paths:
        assert not path.startswith(INSTRUCTORS + LATER), path
    everything = _threes(run(["git", "grep", "-h", "", "HEAD"], clone))
    for name in OWNED:
        reference = (top / f"kernel/core/{name}.c").read_text()
        starter = (top / f"labs/lab1/kernel/core/{name}.c").read_text()
        found = (_threes(reference) - _threes(starter)) & everything
        assert not found, f"{name}.c: {found}"


def _threes(text):
    """Every three lines in a row, blank ones left out, of some substance."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return {three for three in zip(lines, lines[1:], lines[2:])
            if sum(map(len, three)) > 50}


def test_fresh_clone_runs_and_grades(clone):
    output = run(["make", "run", "ONCE=1"], clone, status=2)
    assert "exercise 1.1 (kernel/core/bootinfo.c: bootinfo_parse) is not " \
        "written yet." in output
    assert "warning:" not in output
    output = run(["make", "grade"], clone, status=2)
    assert "Score: 0/100\n" in output


def test_solved_clone_gets_full_marks(top, clone, tmp_path):
    """Also with a kit file changed: it is named, and not used."""
    mine = tmp_path / "mine"
    shutil.copytree(clone, mine, symlinks=True)
    for name in OWNED:
        shutil.copy(top / f"kernel/core/{name}.c",
                    mine / f"kernel/core/{name}.c")
    with open(mine / "kernel/core/print.c", "a", encoding="utf-8") as file:
        file.write("this does not compile\n")
    output = run(["make", "grade"], mine)
    assert output.splitlines()[-1] == "Score: 100/100"
    assert "note: kernel/core/print.c (changed): a kit file; the grader " \
        "will not see this" in output
    run(["git", "checkout", "-q", "kernel/core/print.c"], mine)
    output = run(["make", "run", "ONCE=1"], mine)
    assert "no ring 3 yet: it arrives in lab 2" in output
    assert "make handin" in run(["make", "help"], mine)
    output = run(["make", "handin"], mine)
    assert os.path.exists(mine / "handin-lab1.tar.gz"), output
    output = run(["make", "next"], mine, status=None)
    assert "lab 2" in output.lower() or "lab2" in output.lower()
    assert run(["git", "status", "--porcelain"], mine).strip() in \
        ("", "?? handin-lab1.tar.gz")
