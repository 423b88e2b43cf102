"""`make grade` as instructors and scripts use it."""

import json
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as xml

import pytest

from tests.newcomer import CACHE, PATH

HOUR = 3600         # the backstop
AT_ONCE = 4


def start(top, *words, extra=""):
    return subprocess.Popen([sys.executable, "-P", "-m", "grade", *words],
                            cwd=top, stdout=subprocess.PIPE, text=True,
                            stderr=subprocess.STDOUT,
                            env={"PYTHONPATH": str(top), "PATH": PATH,
                                 **CACHE, "GRADE_EXTRA": str(extra)})


def grade(top, *words):
    """(exit status, output) of one grading."""
    process = start(top, *words)
    output = process.communicate(timeout=HOUR)[0]
    return process.returncode, output


def test_reference_and_reports(top, tmp_path):
    """Full marks, exit 0; Gradescope's and JUnit's reports agree."""
    status, output = grade(top, "--lab", "1",
                           "--json", str(tmp_path / "results.json"),
                           "--junit", str(tmp_path / "results.xml"))
    assert (status, output.splitlines()[-1]) == (0, "Score: 100/100")
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["score"] == 100
    assert sum(t["max_score"] for t in results["tests"]) == 100
    assert {t["status"] for t in results["tests"]} == {"passed"}
    suites = xml.parse(tmp_path / "results.xml").getroot()
    assert len(suites.findall(".//testcase")) == len(results["tests"]) >= 20
    assert not suites.findall(".//failure")


def test_starters_get_nothing(top, tmp_path):
    status, output = grade(top, "--lab", "1", "--submission", "labs/lab1",
                           "--json", str(tmp_path / "results.json"))
    assert (status, output.splitlines()[-1]) == (1, "Score: 0/100")
    assert output.count("it is not written yet: the file is as it came") == 5
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["score"] == 0
    assert {t["status"] for t in results["tests"]} == {"failed"}


def test_many_at_once(top):
    """Graders side by side do not meet: sockets and folders are private."""
    running = [start(top, "--lab", "1") for _ in range(AT_ONCE)]
    last = [p.communicate(timeout=HOUR)[0].splitlines()[-1] for p in running]
    assert last == ["Score: 100/100"] * AT_ONCE


def test_one_test_and_other_seeds(top):
    status, output = grade(top, "--lab", "1", "--test", "test_info_seeded",
                           "--seed", "77")
    assert (status, output.splitlines()[-1]) == (0, "Score: 2/2")


@pytest.mark.parametrize("words, line", [
    (("--lab", "7"), "xo5: there is no lab 7 here; there is 1, 2, 3, 4"),
    (("--lab", "1", "--test", "test_nothing"),
     "xo5: lab 1 has no test test_nothing"),
    (("--submission", "no/such/folder"),
     "xo5: there is no folder no/such/folder"),
])
def test_what_cannot_be_graded(top, words, line):
    status, output = grade(top, *words)
    lines = output.splitlines()
    assert status == 2 and lines[0].startswith(line)
    assert lines[-1] == "Score: not graded" and len(lines) == 2


def test_folder_without_the_files(top, tmp_path):
    """A verdict: it is the submission that is not whole."""
    status, output = grade(top, "--lab", "1", "--submission", "handouts",
                           "--json", str(tmp_path / "results.json"))
    lines = output.splitlines()
    assert (status, lines[-1]) == (1, "Score: 0/100")
    assert lines[0] == "xo5: lab 1: kernel/boot/bootinfo.c: missing"
    results = json.loads((tmp_path / "results.json").read_text())
    assert (results["score"], results["output"]) == (0, lines[0])
    assert results["extra_data"] == {"graded": True}


def test_hidden_tests(top, tmp_path):
    """GRADE_EXTRA's tests are graded with the lab's own, and count."""
    (tmp_path / "lab1").mkdir()
    (tmp_path / "lab1/test_hidden.py").write_text(
        "from grade.verdict import check\n"
        "def test_hidden_end(whole):\n"
        "    check(whole.depth == 5, 'five levels', 'CPU=max', 'not')\n"
        "def test_hidden_fail(whole):\n"
        "    check(False, 'never', 'anything', 'nothing')\n")
    (tmp_path / "lab1.toml").write_text("".join(
        f'[[test]]\nname = "test_hidden_{n}"\nexercise = "1.5"\n'
        'boot = "plain"\npoints = 5\n' for n in ("end", "fail")))
    for name, status, score in (("end", 0, "5/5"), ("fail", 1, "0/5")):
        process = start(top, "--lab", "1", "--test", f"test_hidden_{name}",
                        extra=tmp_path)
        output = process.communicate(timeout=HOUR)[0]
        assert (process.returncode, output.splitlines()[-1]) == \
            (status, f"Score: {score}")


def test_every_test_has_points(top):
    """lab.toml and the test files name the same tests; 100 points."""
    for path in top.glob("labs/lab*/lab.toml"):
        lab = tomllib.loads(path.read_text())
        files = top.glob(f"grade/lab{lab['number']}/test_*.py")
        defined = re.findall(r"^def (test_\w+)\(", "\n".join(
            f.read_text() for f in files), re.M)
        listed = [t["name"] for t in lab["test"]]
        assert sorted(defined) == sorted(listed)
        assert sum(t["points"] for t in lab["test"]) == 100
        assert len(listed) >= 20
        exercises = {e["id"]: e["file"] for e in lab["exercise"]}
        assert set(exercises.values()) == set(lab["files"]["owned"])
        boots = {b["name"] for b in lab["boot"]}
        for test in lab["test"]:
            assert test["exercise"] in exercises and test["boot"] in boots
        gate = lab.get("gate", {"tests": []})
        assert set(gate["tests"]) <= set(listed)
