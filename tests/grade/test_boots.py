"""What tests share is booted once: those of one boot run in one worker."""

import json
import subprocess
import sys

from tests.labs.solutions import TOP
from tests.labs.test_clone import ENV

BOOTS, TESTS = ("one", "two", "three"), 4
GRADER = '''
import os

import pytest


@pytest.fixture(scope="session")
def booted(settings):
    return set()


def boot(name, booted):
    if name not in booted:
        booted.add(name)
        with open("booted", "a", encoding="utf-8") as file:
            file.write(name + "\\n")
'''


def graded(folder):
    """The boots that were made, of some tests that need each of BOOTS."""
    tests = [{"name": f"test_{boot}_{n}", "boot": boot, "points": 1,
              "exercise": "1.1"} for n in range(TESTS) for boot in BOOTS]
    code = [f"\n\ndef {t['name']}(booted):\n    boot({t['boot']!r}, booted)\n"
            for t in tests]
    (folder / "test_grader.py").write_text(GRADER + "".join(code))
    (folder / "grade.json").write_text(json.dumps({
        "build": str(folder), "results": str(folder / "verdicts.json"),
        "seeds": {}, "lab": {"test": tests, "exercise": [{"id": "1.1"}],
                             "boot": [{"name": name} for name in BOOTS]}}))
    subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "-p", "grade.plugin",
         "-p", "no:cacheprovider", "-n", "2", "--dist", "loadgroup",
         "test_grader.py"], cwd=folder, check=True, timeout=600,
        env={**ENV, "PYTHONPATH": str(TOP), "XO5_GRADE": "grade.json"})
    assert len(json.loads((folder / "verdicts.json").read_text())) == \
        len(BOOTS) * TESTS
    return (folder / "booted").read_text().split()


def test_each_boot_is_made_in_one_worker(tmp_path):
    assert sorted(graded(tmp_path)) == sorted(BOOTS)
