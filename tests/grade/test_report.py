"""There is always a report, it says whether there is a verdict, and nothing
in it is more than text."""

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from types import SimpleNamespace

import pytest

from grade import plugin, report
from grade.plain import LONGEST, plain
from grade.verdict import CannotGrade, Wrong
from tests.grade.test_grade import HOUR, start
from tests.labs.solutions import TOP, copy_owned

EVIL = "\x1b[2J\x1b]0;owned\x07 \0 \x9b31m \ud800 \ufffe \u202e evil\r\n\tend"
LAB = {"number": 1, "title": "T", "exercise": [
    {"id": "1.1", "title": "x", "file": "x.c"}], "test": [
        {"name": "test_x", "exercise": "1.1", "points": 3, "boot": "b"}]}


def unfit(text):
    """The characters of a text that are more than text."""
    return [c for c in text if c not in "\n\t" and not c.isprintable()
            and not c.isspace() or c in "\x1b\x9b\0\r"]


def test_plain_text():
    assert plain(EVIL) == (r"\x1b[2J\x1b]0;owned\x07 \x00 \x9b31m \ud800 "
                           r"\ufffe \u202e evil" "\n\tend")
    assert plain("größer ≤ 中") == "größer ≤ 中"
    assert len(plain("x" * 10 * LONGEST)) < LONGEST + 100


def test_reports_are_text(tmp_path):
    """Whatever a guest said, JSON and XML can be read again."""
    verdicts = {"test_x": {"passed": False, "words": EVIL}}
    report.write([(LAB, verdicts)], tmp_path / "r.json", tmp_path / "r.xml")
    said = json.loads((tmp_path / "r.json").read_text())
    assert not unfit(said["tests"][0]["output"])
    found = xml.parse(tmp_path / "r.xml").getroot().find(".//failure")
    assert not unfit(found.text) and found.text.startswith("\\x1b")


def test_words_are_cleaned_where_they_arise():
    assert plugin._said_of(Wrong(EVIL, EVIL, EVIL))[0] == "xo5_words"
    for error in (Wrong(EVIL, EVIL, EVIL), ValueError(EVIL),
                  CannotGrade(EVIL)):
        assert not unfit(plugin._said_of(error)[1])


@pytest.mark.parametrize("error, graded", [
    (Wrong("a", "b", "c"), True), (ValueError("no RAM at 0x1"), True),
    (OSError("QEMU has gone"), True), (KeyError("RSP"), True),
    (CannotGrade("QEMU did not start"), False), (MemoryError(), False),
    (TimeoutError("timed out"), False),
    (OSError(28, "No space left on device"), False)])
def test_whose_fault_it_is(error, graded):
    """What this computer lacks is no score; what a guest broke is one."""
    assert (plugin._said_of(error)[0] == "xo5_words") == graded


def test_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "r.json"
    path.write_text("earlier")
    monkeypatch.setattr(report.os, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report._fill(path, "later")
    assert path.read_text() == "earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["r.json"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CannotGrade, match="cannot be written"):
        report.remove(str(tmp_path / "none/r.json"))


# ---- the grader's ends ------------------------------------------------------

@pytest.fixture
def files(tmp_path):
    """The reports of somebody else's grading, and the words for new ones."""
    made = SimpleNamespace(json=tmp_path / "r.json", xml=tmp_path / "r.xml")
    made.json.write_text('{"score": 100}')
    made.xml.write_text("<earlier/>")
    made.words = ("--json", str(made.json), "--junit", str(made.xml))
    return made


def not_graded(process, files, why):
    """Exit status 2, and all four ways of telling it say why."""
    output = process.communicate(timeout=HOUR)[0]
    lines = output.splitlines()
    assert (process.returncode, lines[-1]) == (2, "Score: not graded"), output
    assert lines[-2].startswith("xo5: ") and why in lines[-2]
    said = json.loads(files.json.read_text())
    assert "score" not in said and said["tests"] == []
    assert said["extra_data"]["graded"] is False
    assert why in said["extra_data"]["reason"] and why in said["output"]
    error = xml.parse(files.xml).getroot().find(".//error")
    assert why in error.get("message")


def test_nothing_to_grade(top, files):
    not_graded(start(top, "--submission", "no/such/folder", *files.words),
               files, "there is no folder no/such/folder")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT,
                                    signal.SIGHUP])
@pytest.mark.parametrize("when", ["build", "tests"])
def test_ended_from_outside(number, when, top, files, tmp_path):
    """Wherever it is: it says so, and leaves neither folder nor process."""
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "grade", "--lab", "1", *files.words],
        cwd=top, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": str(top), "TMPDIR": str(scratch)})
    sign = "*/lab1/build/tmp" if when == "tests" else "*/lab1/build"
    while not list(scratch.glob(sign)) and process.poll() is None:
        time.sleep(0.02)
    assert process.poll() is None
    process.send_signal(number)
    not_graded(process, files, signal.Signals(number).name)
    assert not list(scratch.iterdir())
    assert subprocess.run(["pgrep", "-f", str(scratch)], check=False,
                          stdout=subprocess.DEVNULL).returncode == 1


def hidden(folder, body, boots):
    """Hidden tests of that body, one on each boot."""
    (folder / "lab1").mkdir(parents=True)
    (folder / "lab1/test_hidden.py").write_text("import os, signal\n" + "".join(
        f"def test_hidden_{boot}(whole):\n    {body}\n" for boot in boots))
    (folder / "lab1.toml").write_text("".join(
        f'[[test]]\nname = "test_hidden_{boot}"\nexercise = "1.5"\n'
        f'boot = "{boot}"\npoints = 5\n' for boot in boots))
    return folder


def test_worker_that_is_killed(top, files, tmp_path):
    """As by a system without memory: no score for what it was at."""
    extra = hidden(tmp_path / "extra", "os.kill(os.getpid(), signal.SIGKILL)",
                   ["plain"])
    not_graded(start(top, "--lab", "1", *files.words, extra=extra), files,
               "test_hidden_plain: a worker of the grader's ended under it")


def test_test_that_is_none(top, files, tmp_path):
    extra = hidden(tmp_path / "extra", "import nothing_of_that_name",
                   ["plain"])
    (extra / "lab1/test_hidden.py").write_text("import nothing_of_that_name\n")
    not_graded(start(top, "--lab", "1", "--test", "test_hidden_plain",
                     *files.words, extra=extra), files, "nothing_of_that_name")


def test_submission_that_talks_in_escapes(top, files, tmp_path):
    """On the terminal, in JSON and in XML: through a panic, and through the
    compiler."""
    for name, code, word in (
            ("panic", 'panic("\\033[2J\\033]0;owned\\007\\xff\\x9b\\001");',
             "panic: "),
            ("error", '\n#error "\033[2J\033]0;owned\007 \x01"\n', "#error")):
        folder = copy_owned(1, TOP, tmp_path / name)
        path = folder / "kernel/boot/bootinfo.c"
        text = path.read_text()
        path.write_text('#include "lib/panic.h"\n' + text.replace(
            "struct module module = {", code + "\nstruct module module = {"))
        process = start(top, "--lab", "1", "--test", "test_info_plain",
                        "--submission", str(folder), *files.words)
        output = process.communicate(timeout=HOUR)[0]
        assert process.returncode == 1, output
        assert word in output and "[2J" in output and not unfit(output)
        said = json.loads(files.json.read_text())
        assert said["score"] == 0 and said["extra_data"]["graded"]
        assert not unfit(json.dumps(said, ensure_ascii=False))
        assert word in json.dumps(said)
        assert xml.parse(files.xml).getroot().find(".//failure") is not None


# ---- without a sandbox ------------------------------------------------------

@pytest.fixture
def refused(tmp_path):
    """A PATH on which bwrap says what it says where there are no user
    namespaces."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to "
                                  "create new namespace' >&2\nexit 1\n")
    (folder / "bwrap").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def graded_there(top, path, *words):
    """(exit status, output) of a grading with that PATH."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "grade", "--lab", "1", "--test",
         "test_info_plain", *words], cwd=top, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=HOUR,
        env={**os.environ, "PYTHONPATH": str(top), "PATH": path})
    return done.returncode, done.stdout


def test_ones_own_tree_is_graded_without(top, refused):
    status, output = graded_there(top, refused)
    assert status == 0, output
    assert output.startswith("note: graded without a sandbox: bubblewrap "
                             "cannot make one: ")


def test_others_work_is_not(top, refused, tmp_path):
    folder = copy_owned(1, TOP, tmp_path / "s")
    status, output = graded_there(top, refused, "--submission", str(folder))
    assert (status, len(output.splitlines())) == (2, 2)
    assert "UNSAFE=1" in output
    status, output = graded_there(top, refused, "--submission", str(folder),
                                  "--unsafe")
    assert (status, output.splitlines()[-1]) == (0, "Score: 4/4")
