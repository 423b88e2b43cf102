"""`make jobs`, job by job: Debian's programs on xo5, compared with this Linux;
and that what is not the same is noticed."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.jobs import __main__ as jobs
from tests.jobs import machine, table, tree
from tests.newcomer import ENV

SECONDS = 3600      # the backstop
MADE = "lua"        # by `make jobs`
SHORT = """
title = "some applets"
packages = ["busybox-static"]
programs = ["/bin/busybox"]
shell = "/job/busybox sh"

[cases]
sort = "printf '3\\\\n1\\\\n2\\\\n' | busybox sort"
sed = "echo one | busybox sed s/o/O/"
find = "mkdir -p a/b; busybox find . | sort"
tar = "echo x > f; busybox tar cf t f; rm f; busybox tar xf t; cat f"
"""
DIFFERENT = """
title = "what cannot be the same"
[cases]
same = "echo same; exit 3"
kernel = "uname -n; exit $(test $(uname -n) = xo5; echo $?)"
"""


def run(top, built, *words):
    """(exit status, what `python3 -m tests.jobs` printed)."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs", "--iso", str(built / "xo5.iso"),
         *words], cwd=top, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=SECONDS, check=False)
    return done.returncode, done.stdout


needs_root = pytest.mark.skipif(os.getuid() != 0 or
                                not shutil.which("unshare"),
                                reason="Linux's side needs root and unshare")


def all_passed(status, text):
    return status == 0 and re.search(r"^ok  ", text, re.M) and \
        re.search(r"^\d+ passed, 0 failed, \d+ skipped$", text, re.M)


@needs_root
@pytest.mark.parametrize("name", sorted(
    {path.stem for path in table.FOLDER.glob("*.toml")} - {MADE}))
def test_job(top, built, name):
    status, text = run(top, built, "--only", name)
    assert all_passed(status, text), text


@needs_root
def test_make_jobs(top, built):
    """As one types it; the other jobs are run without make, one by one."""
    done = subprocess.run(
        ["make", "jobs", f"ONLY={MADE}"], cwd=top, env=ENV, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS,
        check=False)
    assert all_passed(done.returncode, done.stdout), done.stdout


@needs_root
def test_applets(top, built, tmp_path):
    (tmp_path / "short.toml").write_text(SHORT)
    status, text = run(top, built, "--table", str(tmp_path))
    assert status == 0 and "4 of 4 cases" in text, text


@needs_root
def test_difference_is_noticed(top, built, tmp_path):
    """Only the case whose output and status differ fails."""
    (tmp_path / "short.toml").write_text(DIFFERENT)
    status, text = run(top, built, "--table", str(tmp_path))
    assert status == 1 and "1 of 2 cases" in text, text
    assert "kernel: status 0, on Linux 1" in text, text
    assert "kernel: line 1, on xo5:   xo5" in text, text
    assert "same:" not in text and "1 passed, 1 failed" in text, text


def job(**more):
    return table.Job(name="x", title="x", cases={"a": "", "b": ""}, **more)


def outcome(text):
    return machine.outcome_of(text)


LINUX = "@begin a\nb25l\n@end a 0\n@begin b\n@end b 4\n@done\n"


@pytest.mark.parametrize("ours, wrong", [
    (LINUX.replace("\n", "\r\n"), set()),
    (LINUX.replace("b25l", "b25m"), {"a"}),
    (LINUX.replace("b25l", "noise b25l"), {"a"}),
    (LINUX.replace("b 4", "b 5"), {"b"}),
    (LINUX.replace("b25l", ""), {"a"}),
    ("@begin a\nb25l\n@end a 0\n@begin b\npanic", {"b"}),
    ("", {"a", "b"})])
def test_compare(ours, wrong):
    assert set(jobs.compare(job(), outcome(ours), outcome(LINUX))) == wrong


def test_wrong_sum():
    good = f"{table.sha256(table.BUSYBOX)}  /job/busybox\n"
    sums = machine.Outcome(cases={
        tree.SUMS: (0, f"{good}00  /bin/busybox\n".encode())})
    one = job(programs=["/bin/busybox"])
    assert jobs.wrong_sums(one, sums) == ["/bin/busybox"]
    assert jobs.wrong_sums(job(), sums) == []


def test_table():
    """Each job can be read, and speaks of each program that it covers."""
    for one in table.read_all():
        assert not table.missing(one), one.name


@pytest.mark.parametrize("text, said", [
    ("title = 1\n", "it has no cases"), ("title = ", "Invalid value"),
    ("title = 1\nzork = 2\n[cases]\na = ''\n", "zork"),
    ("title = 1\n[cases]\n'a b' = ''\n", "cannot be a file's name"),
    ("title = 1\n[cases]\na = ''\n[skips]\nno = ['a']\n", "a case and a skip")])
def test_bad_table(top, built, tmp_path, text, said):
    (tmp_path / "bad.toml").write_text(text)
    status, line = run(top, built, "--list", "--table", str(tmp_path))
    assert status == 2 and said in line and line.count("\n") == 1, line


def test_no_such_job(top, built):
    status, line = run(top, built, "--only", "zork")
    assert status == 2 and line.startswith("xo5: there is no job zork"), line
