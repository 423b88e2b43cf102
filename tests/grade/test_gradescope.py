"""The autograder's zip does in a bare folder what it does on Gradescope; and
so do the steps of the classroom's workflow."""

import json
import os
import re
import subprocess
import zipfile

import pytest

from grade import tree
from grade.classes import gradescope
from tests.grade import classes
from tests.labs import solutions
from tests.labs.test_clone import run
from tests.newcomer import ENV

TOP = classes.TOP
SECONDS = 3600      # a backstop
HIDDEN = ("from grade.verdict import check\n"
          "def test_hidden_end(whole):\n"
          "    check(whole.depth == 4, 'RULE', 'ASKED', 'FOUND')\n")


@pytest.fixture(scope="module", name="root")
def autograder(tmp_path_factory):
    """A folder as Gradescope's /autograder, with the zip of lab 1 in it."""
    top = tmp_path_factory.mktemp("scope")
    (top / "hidden/lab1").mkdir(parents=True)
    (top / "hidden/lab1/test_hidden.py").write_text(HIDDEN)
    (top / "hidden/lab1.toml").write_text(
        '[[test]]\nname = "test_hidden_end"\nexercise = "1.5"\n'
        'boot = "plain"\npoints = 5\n')
    (top / "term.toml").write_text(
        "secret = 7\n[hidden]\nfolder = 'hidden'\nvisibility = 'hidden'\n")
    said = run(["make", "-s", "gradescope", "LAB=1", f"OUT={top}/x.zip",
                f"COURSE={top}/term.toml"], TOP)
    assert "no solution among them" in said
    with zipfile.ZipFile(top / "x.zip") as packed:
        for info in packed.infolist():
            file = packed.extract(info, top / "autograder/source")
            os.chmod(file, info.external_attr >> 16)
    root = top / "autograder"
    (root / "run_autograder").write_bytes(
        (root / "source/run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    (root / "results").mkdir()
    return root


def call(root, *words):
    done = subprocess.run(words, env={**ENV, "XO5_AUTOGRADER": str(root)},
                          cwd="/", text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS,
                          check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def results(root, submission):
    """What Gradescope reads after it has put a hand-in there."""
    place = root / "submission"
    place.unlink(missing_ok=True)
    place.symlink_to(submission)
    call(root, str(root / "run_autograder"))
    return json.loads((root / "results/results.json").read_text())


def test_no_solution_is_in_it(root):
    """Nor anything else that students do not have, but for what grades a
    class."""
    names = {p.relative_to(root / "source/xo5").as_posix()
             for p in (root / "source/xo5").rglob("*") if p.is_file()}
    assert not names & set(tree.owned_paths(TOP, 5))
    assert not [n for n in names if n.startswith(("solutions", "tests"))]
    assert {n for n in names if not n.startswith("grade/classes/")} == set(
        tree.kit_paths(TOP, 1))


def test_set_up(root):
    call(root, "/bin/bash", str(root / "source/setup.sh"))


def test_it_grades(root, tmp_path):
    found = results(root, solutions.patched(1, classes.PATCH, tmp_path / "w"))
    tests = {t["name"].split()[-1]: t for t in found["tests"]}
    assert found["score"] == 96 and found["extra_data"]["graded"]
    assert [n for n, t in tests.items() if t["status"] == "failed"] == [
        classes.FAILS, "test_hidden_end"]
    assert tests[classes.FAILS]["visibility"] == "visible"
    assert "rule:" in tests[classes.FAILS]["output"]
    assert tests["test_hidden_end"]["visibility"] == "hidden"
    assert sum(t["score"] for t in tests.values()) == found["score"]


def test_what_is_not_graded_is_told(root, tmp_path):
    """An empty hand-in after a graded one: nothing old is left."""
    (tmp_path / "empty").mkdir()
    found = results(root, tmp_path / "empty")
    assert found["extra_data"] == {"graded": False}
    assert "holds none of the lab's files" in found["output"]
    assert "tests" not in found and "score" not in found


def test_a_grader_that_fails_is_told(root, tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("no memory")
    monkeypatch.setattr(gradescope, "_graded", fail)
    gradescope.run(root)
    found = json.loads((root / "results/results.json").read_text())
    assert "the grader failed: RuntimeError: no memory" in found["output"]


def test_the_same_bytes_each_time(tmp_path):
    (tmp_path / "term.toml").write_text("secret = 'word'\n")
    for name in ("a.zip", "b.zip"):
        run(["make", "-s", "gradescope", "LAB=1", f"OUT={tmp_path}/{name}",
             f"COURSE={tmp_path}/term.toml"], TOP)
    assert (tmp_path / "a.zip").read_bytes() == \
        (tmp_path / "b.zip").read_bytes()


def steps(name):
    """The shell lines of one step of the workflow."""
    text = (TOP / "grade/classes/templates/classroom.yml").read_text()
    found = re.search(rf"- name: {name}\n +run: \|\n((?: {{10}}.*\n)+)", text)
    return re.sub(r"^ {10}", "", found[1], flags=re.M)


def test_the_classroom_workflow(tmp_path):
    """Its own lines, over a course's repository and a student's clone whose
    grader says 100 to everything."""
    course = tmp_path / "course"
    run([os.environ.get("PYTHON", "/usr/bin/python3"), "labs/release.py",
         "branches", "--out", str(course), "--upto", "1"], TOP)
    subprocess.run(["git", "clone", "-q", "-b", "lab1", str(course),
                    str(tmp_path / "work")], check=True, env=ENV)
    solutions.patched(1, classes.PATCH, tmp_path / "fixed")
    for path in tree.owned_paths(TOP, 1):
        (tmp_path / "work" / path).write_bytes(
            (tmp_path / "fixed" / path).read_bytes())
    (tmp_path / "work/grade/__main__.py").write_text("print('100')\n")
    (tmp_path / "work/Makefile").write_text("grade:\n\techo 100\n")
    env = {**ENV, "XO5_COURSE": str(course), "XO5_LAB": "1", "YES": "1",
           "SEED": "7",
           "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    for name, status in (("kit", 0), ("grade", 2)):
        done = subprocess.run(["bash", "-e", "-c", steps(name)], env=env,
                              cwd=tmp_path, text=True, check=False,
                              stdout=subprocess.PIPE, timeout=SECONDS,
                              stderr=subprocess.STDOUT)
        assert done.returncode == status, done.stdout
    assert json.loads((tmp_path / "results.json").read_text())["score"] == 96
    assert "Score: 96/100" in (tmp_path / "summary").read_text()
    assert classes.FAILS in (tmp_path / "results.xml").read_text()
