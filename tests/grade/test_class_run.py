"""A class is graded: what each gets, what is kept when it ends early, and
how many machines share it."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from grade.classes import (gradescope, handin, progress, runner,
                           term as terms)
from tests.grade import classes
from tests.labs import solutions
from tests.newcomer import ENV
from tests.test_readme import run_typing

TOP = classes.TOP
COMMAND = [sys.executable, "-P", "-m", "grade.classes"]
HERE = {**ENV, "PYTHONPATH": str(TOP), "PYTHONDONTWRITEBYTECODE": "1",
        "UNSAFE": "1"}
SECONDS = 3600      # a backstop


def run(*words, **more):
    done = subprocess.run([*COMMAND, *map(str, words)], cwd=TOP, text=True,
                          env=HERE, stdout=subprocess.PIPE, check=False,
                          stderr=subprocess.STDOUT, timeout=SECONDS, **more)
    return done.returncode, done.stdout


def records(out):
    return {one["name"]: one for one in json.loads(
        (out / "class.json").read_text())["students"]}


@pytest.fixture(scope="module", name="graded")
def a_graded_class(tmp_path_factory):
    """(folder of hand-ins, OUT, status, output) of a mixed class of lab 1."""
    top = tmp_path_factory.mktemp("class")
    folder, raw = top / "hand ins", top / "raw"
    folder.mkdir()
    solutions.patched(1, classes.PATCH, folder / "M\xfcller, J\xf6rg")
    classes.zipped(classes.starters(raw / "starter"), folder / "Ann.zip",
                   "Ann's files/")
    classes.tarball(classes.unbuildable(raw / "not"), folder / "ben.tar.gz")
    classes.repository(classes.unbuildable(raw / "git", "y"),
                       folder / "cy.git")
    (folder / "broken.tgz").write_bytes(b"\x1f\x8b no")
    (folder / "few").mkdir()
    classes.tarball(classes.starters(raw / "few") / "kernel/core",
                    folder / "few/handin-lab1.tar", "kernel/core/")
    out = top / "out"
    return folder, out, *run("grade", "--submissions", folder, "--out", out,
                             "--carry", "own", "--seed", "7")


def test_what_each_gets(graded):
    folder, out, status, said = graded
    found = records(out)
    assert status == 1 and len(found) == 6, said
    assert {name: one["score"] for name, one in found.items()
            if one["graded"] and name != "few"} == {
                "M\xfcller, J\xf6rg": 96, "Ann": 0, "ben": 0, "cy": 0}
    failed = [t["test"] for t in found["M\xfcller, J\xf6rg"]["tests"]
              if not t["passed"]]
    assert failed == [classes.FAILS]
    assert "damaged archive" in found["broken"]["reason"]
    assert "missing" in found["few"]["reason"] + found["few"]["said"]
    assert "does not build" in found["ben"]["compiler"]
    assert "expected expression" in (out / "students/ben.html").read_text()
    lines = [line for line in said.splitlines() if re.match(r"\d/6 ", line)]
    assert len(lines) == 6 and "\x1b" not in said


def test_hand_ins_were_compared(graded):
    found = json.loads((graded[1] / "class.json").read_text())["similar"]
    assert [100, "M\xfcller, J\xf6rg", "the reference"] in found or any(
        row[0] > 90 and "the reference" in row for row in found)


def test_the_cache_was_only_read(graded):
    """The kit's objects were found in it; a hand-in's own are not in it: no
    folder of it has a file more since the first was graded. (What is found
    has the time when it was.)"""
    out = graded[1]
    texts = list((out / "kit-cache").glob("?/?/*"))
    assert len(texts) > 50      # about two for each file of the kit
    newest = max(p.stat().st_mtime
                 for p in (out / "kit-cache").glob("?/?"))
    first = min(p.stat().st_mtime for p in (out / "handins").rglob("*.c"))
    assert newest <= first


def test_only_what_changed_is_graded_anew(graded, tmp_path):
    folder, out = tmp_path / "folder", tmp_path / "out"
    shutil.copytree(graded[0], folder)
    shutil.copytree(graded[1], out)
    before = records(out)
    classes.tarball(classes.unbuildable(tmp_path / "raw", "z"),
                    folder / "ben.tar.gz")
    (folder / "Ann.zip").unlink()
    status, said = run("grade", "--submissions", folder, "--out", out,
                       "--carry", "own", "--lab", 1, "--seed", "7")
    after = records(out)
    assert status == 1 and "Ann" not in after, said
    assert after["ben"]["key"] != before["ben"]["key"]
    for name in ("cy", "M\xfcller, J\xf6rg"):
        assert after[name]["seconds"] == before[name]["seconds"]
    status, _ = run("questions", "--out", out)
    text = (out / "questions.html").read_text()
    assert status == 0 and "What if this line were missing?" in text
    assert "kernel/boot/bootinfo.c" in text


def test_the_term(graded, tmp_path):
    """Marks of one lab: who was not graded has none, and no total."""
    (tmp_path / "term.toml").write_text(
        "students = ['Ann', 'ben', 'cy', 'few', 'broken', 'Dee', "
        "'M\xfcller, J\xf6rg']\n[lab.1]\nweight = 100\ndesign = 4\n"
        "[[papers]]\nstudent = 'Ann'\nlab = 1\ndesign = 2\n")
    status, said = run("marks", "--out", tmp_path, "--course",
                       tmp_path / "term.toml", graded[1])
    assert status == 0, said
    rows = {row["student"]: row for row in csv.DictReader(
        (tmp_path / "marks.csv").read_text().splitlines())}
    assert rows["broken"]["lab1"] == "not graded"
    assert rows["broken"]["total"] == "open"
    assert rows["Dee"]["lab1"] == rows["Dee"]["total"] == "0"
    assert rows["Ann"]["lab1"] == "2"
    assert float(rows["M\xfcller, J\xf6rg"]["total"]) == 92.31
    assert "not graded" in (tmp_path / "marks.html").read_text()
    status, said = run("marks", "--out", tmp_path, "--course",
                       tmp_path / "term.toml", graded[1], graded[1])
    assert status == 2 and "another folder is lab 1's too" in said


# ---- the runner, with a grader that a test makes ----------------------------

@pytest.fixture(name="stub")
def a_stub(tmp_path, monkeypatch):
    """run(script, students, jobs) -> [record]: grades with a shell script
    in the grader's place; $json is where its results go."""
    def command(self, files, folder):
        return ["sh", "-c", f"json={folder}/results.json\n" + self.script]
    monkeypatch.setattr(runner.Runner, "_command", command)
    monkeypatch.setattr(runner.Runner, "_compile_kit", lambda self: None)

    def start(script, students=("ann",), jobs=1):
        for name in students:
            if not (tmp_path / "in" / name).exists():
                classes.unbuildable(tmp_path / "in" / name, name)
        work = runner.Runner(TOP, 1, tmp_path / "out", terms.Term(), jobs)
        work.script, found = script, []
        work.grade(handin.listed(tmp_path / "in"), found.append)
        return found
    return start


RESULTS = json.dumps({"score": 4, "tests": [
    {"name": "1.1 test_info_plain", "score": 4, "max_score": 4,
     "status": "passed", "output": "", "visibility": "visible"}]})


@pytest.mark.parametrize("script, reason", [
    ("echo 'xo5: no space'; exit 2", "no space"),
    (f"echo '{RESULTS}' > $json; echo 'xo5: late'; exit 2", "late"),
    ("exit 0", "the grader ended with status 0, and no results"),
    ("exit 1", "the grader ended with status 1, and no results"),
    ("echo '{\"tests\": [' > $json; exit 1", "status 1, and no results"),
    ("echo '{\"tests\": [3]}' > $json; exit 1", "status 1, and no results"),
    (f"echo '{RESULTS}' > $json; kill -9 $$", "status -9, and no results"),
])
def test_what_counts_as_not_graded(stub, script, reason):
    one, = stub(script)
    assert not one["graded"] and reason in one["reason"]


def test_results_of_an_earlier_run_do_not_count(stub, tmp_path):
    one, = stub(f"echo '{RESULTS}' > $json; exit 1")
    assert one["graded"] and one["score"] == 4
    (tmp_path / "in/ann/answers.md").write_text("new\n")
    one, = stub("exit 1")
    assert not one["graded"]


def test_not_graded_is_tried_again_and_graded_is_kept(stub):
    assert not stub("exit 2")[0]["graded"]
    assert stub(f"echo '{RESULTS}' > $json; exit 0")[0]["graded"]
    assert stub("exit 2")[0]["graded"]


def test_the_secret_is_not_told(stub, tmp_path):
    """Of what the grader says students see the compiler's words alone."""
    one, = stub("echo 'note: SEED=4711'; echo 'xo5: lab 1 of the submission "
                "does not build:'; echo words; echo 'Lab 1: SEED=4711'; "
                f"echo '{RESULTS}' > $json; exit 1")
    assert one["compiler"].endswith("does not build:\nwords")
    assert "4711" in one["said"] and "4711" not in str(
        gradescope.results(one, "hidden"))


def test_a_class_has_one_secret(tmp_path):
    """Chosen by chance where the term has none, and kept: everyone's cases
    are the same, and stay so."""
    first = terms.chosen(terms.Term(), tmp_path).secret
    assert first and terms.chosen(terms.Term(), tmp_path).secret == first
    assert terms.chosen(terms.Term(), tmp_path / "other").secret != first
    assert terms.chosen(terms.Term(secret="7"), tmp_path).secret == "7"
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_what_takes_too_long(stub, monkeypatch, tmp_path):
    monkeypatch.setattr(runner, "SECONDS", 1)
    monkeypatch.setattr(runner, "GRACE", 1)
    one, = stub(f"trap '' TERM; echo $$ > {tmp_path}/pid; "
                "sleep 1000 & while :; do sleep 0.1; done")
    assert one["reason"] == "the grader took more than 1 s"
    time.sleep(0.2)
    assert not os.path.exists(f"/proc/{(tmp_path / 'pid').read_text()[:-1]}")


def test_budget_of_processors(stub, tmp_path):
    """No more than JOBS at once."""
    (tmp_path / "now").mkdir()
    found = stub(f"cd {tmp_path}/now; touch $$; ls | wc -l >> ../seen; "
                 "sleep 0.3; rm $$; exit 2",
                 [f"s{n}" for n in range(6)], jobs=2)
    counts = (tmp_path / "seen").read_text().split()
    assert len(found) == 6 and max(map(int, counts)) == 2


def test_bar_on_a_terminal(tmp_path):
    """A bar there, and no line for each."""
    words = " ".join(COMMAND) + f" grade --lab 1 --submissions {tmp_path}/i" \
        f" --out {tmp_path}/o"
    (tmp_path / "i").mkdir()
    for name in ("ann.zip", "ben.zip"):
        (tmp_path / "i" / name).write_text("no")
    status, text = run_typing(
        f"cd {TOP}; PYTHONPATH={TOP} PYTHONDONTWRITEBYTECODE=1 {words}",
        TOP, ())
    assert status == 1 and "2/2, 0 with full marks, 2 not graded" in text
    assert "#" * progress.WIDTH in text and "2/2 ben" not in text


@pytest.mark.parametrize("words, line", [
    (["--submissions", "no/such"], "xo5: there is no folder no/such"),
    (["--submissions", "mine"], "xo5: mine: holds no hand-in"),
    (["--submissions", "labs", "--lab", "9"], "xo5: there is no lab 9 here"),
    (["--submissions", "labs", "--shard", "3/2"], "'3/2' is no part"),
    (["--submissions", "labs", "--jobs", "0"], "'0' is no number of"),
    (["--submissions", "labs", "--course", "no.toml"],
     "xo5: no.toml: No such file or directory"),
])
def test_bad_words_are_one_line(tmp_path, words, line):
    status, said = run("grade", "--out", tmp_path / "o", *words)
    assert status == 2 and line in said and len(said.splitlines()) == 1


# ---- ended early, and shared ------------------------------------------------

@pytest.fixture(name="cheap")
def cheap_class(tmp_path):
    """Four hand-ins that no compiler takes: each costs a second or two."""
    for name in ("a", "b b", "c", "d"):
        classes.unbuildable(tmp_path / "in" / name, name[0])
    return tmp_path / "in"


def first_done(out):
    """Waits until one hand-in is graded."""
    end = time.monotonic() + SECONDS
    while not list((out / "state").glob("*.json")):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT,
                                    signal.SIGKILL])
def test_ended_early(cheap, tmp_path, number):
    """What was graded is kept, nothing goes on running, and the same command
    ends it."""
    out = tmp_path / "out"
    words = ["grade", "--submissions", cheap, "--out", out, "--lab", "1",
             "--jobs", "1", "--carry", "own"]
    process = subprocess.Popen([*COMMAND, *map(str, words)], cwd=TOP,
                               env=HERE, stdout=subprocess.PIPE, text=True)
    first_done(out)
    process.send_signal(number)
    said = process.communicate(timeout=SECONDS)[0]
    if number != signal.SIGKILL:
        assert process.returncode == 128 + number
        assert re.search(r"stopped: [1-3] of 4 are graded and kept", said)
    assert not (out / "class.json").exists()
    kept = {p.name: p.read_text() for p in (out / "state").glob("*.json")}
    assert 1 <= len(kept) < 4
    end = time.monotonic() + 60
    while subprocess.run(["pgrep", "-f", f"grade .*{out}"], check=False,
                         stdout=subprocess.DEVNULL).returncode == 0:
        assert time.monotonic() < end, "a grader goes on"
        time.sleep(0.1)
    status, said = run(*words)
    assert status == 0 and len(records(out)) == 4, said
    for name, text in kept.items():
        again = json.loads((out / "state" / name).read_text())
        assert again["seconds"] == json.loads(text)["seconds"]


def test_two_at_once_are_refused(cheap, tmp_path):
    held = runner.state.lock(tmp_path / "out", "1-of-2")
    words = ("grade", "--submissions", cheap, "--out", tmp_path / "out",
             "--lab", 1)
    for more in ((), ("--shard", "1/2")):
        status, said = run(*words, *more)
        assert status == 2 and "another process is grading this" in said
    del held


def test_gnu_parallel_with_a_worker_killed(cheap, tmp_path):
    """Two parts in folders of their own, one killed half-way and given out
    again by GNU parallel; merged, they are the class."""
    log = tmp_path / "log"
    script = tmp_path / "worker"
    script.write_text(
        "#!/bin/sh\n# Grades part $1; the first to grade part 2 is killed.\n"
        f"cd {TOP}\n{' '.join(COMMAND)} grade --lab 1 --carry own --jobs 1 "
        f"--submissions {cheap} --out {tmp_path}/part$1 --shard $1/2 &\n"
        "child=$!\n"
        f"if [ $1 = 2 ] && mkdir {tmp_path}/killed 2>/dev/null; then\n"
        f"  until ls {tmp_path}/part2/state/*.json; do sleep 0.05; done\n"
        "  kill -9 $child\nfi\nwait $child\n")
    script.chmod(0o755)
    subprocess.run(
        ["parallel", "--will-cite", "--jobs", "2", "--retries", "3",
         "--joblog", str(log), str(script), ":::", "1", "2"],
        cwd=tmp_path, env={**HERE, "HOME": str(tmp_path)}, check=True,
        timeout=SECONDS, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    assert (tmp_path / "killed").is_dir()
    parts = [tmp_path / "part1", tmp_path / "part2"]
    assert [len(list(p.glob("state/*.json"))) for p in parts] == [2, 2]
    out = tmp_path / "all"
    status, said = run("merge", "--out", out, *parts)
    assert status == 0, said
    assert set(records(out)) == {"a", "b b", "c", "d"}
    assert all(one["graded"] for one in records(out).values())
    shutil.copytree(parts[0], tmp_path / "other")
    file = next((tmp_path / "other/state").glob("*.json"))
    file.write_text(file.read_text().replace('"key": "', '"key": "0'))
    status, said = run("merge", "--out", tmp_path / "x", *parts,
                       tmp_path / "other")
    assert status == 2 and "graded different files" in said
