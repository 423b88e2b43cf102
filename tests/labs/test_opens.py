"""`make gdb TEST=name` of labs 2 to 4: GDB has the machine of that very test,
before the very call that is wrong; with CASE=n before its n-th call.

    test_opens.py LAB SUBMISSION TEST [CASE [SEED]]

opens one, with GDB= as GDB; the tests start it so."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from grade import asked, build, debug, resume
from tests.labs import solutions
from tests.labs.solutions import TOP

SECONDS = 900       # the backstop
BATCH = """#!/bin/sh
exec gdb -batch "$@" -ex "echo opened\\n" -ex "backtrace 1" \\
    -ex "info source"
"""


def opened(number, submission, test, case, seed=None):
    """What `make gdb` does, in this process, of what a workshop has built."""
    lab = asked.selected(asked.read_lab(TOP, number), test)
    staged = solutions.new_workshop(number, Path(submission) / "tree")
    solutions.made(number, submission, staged)
    folder = build.build(staged, lab["build"]["harness"], [])
    resume.use(resume.ALWAYS)
    return debug.open_lab(number, lab, SimpleNamespace(
        seed=seed, case=case, test=test), folder, staged)


def laid(tmp_path, number, wrong):
    """A wrong solution as a submission, or the reference."""
    submission = tmp_path / "submission"
    if wrong:
        return solutions.patched(number, TOP / f"solutions/lab{number}/wrong"
                                 f"/{wrong}.patch", submission)
    return solutions.copy_owned(number, TOP, submission)


def told(tmp_path, number, wrong, test, case=None, seed=None):
    """What was printed before GDB stopped, and what GDB says there."""
    submission = laid(tmp_path, number, wrong)
    gdb = tmp_path / "gdb"
    gdb.write_text(BATCH)
    gdb.chmod(0o755)
    words = [sys.executable, "-P", __file__, str(number), str(submission),
             test, *([str(case)] if case else []), *([seed] if seed else [])]
    done = subprocess.run(
        words, cwd=TOP, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS,
        env={**os.environ, "PYTHONPATH": str(TOP), "GDB": str(gdb)},
        check=False)
    before, mark, after = done.stdout.partition("opened\n")
    assert mark and done.returncode == 0, done.stdout
    return before, re.sub(r"\b(\w+)=\1@entry=", r"\1=", after)


@pytest.mark.parametrize("number, wrong, test, says, stands", [
    # A call among many, found by the state of the books.
    (2, "alloc_take_clears_context", "test_alloc_take_over",
     "a page that is the context of my child's child",
     r"op_alloc \(me=2, frame=\d+, level=1, kind=4, owner=2\)"),
    (2, "clean_beyond", "test_frame_seeded", r"frame_clean\(",
     r"frame_clean \("),
    (2, "load_believes_rip", "test_enter_load_place", "where user space ends",
     r"enter_load \(process=2"),
    # A call that ends the machine.
    (3, "attach_source_32_bits", "test_attach_far", "it panicked",
     r"op_attach \(me=2, .*source=2199\d+, via=[1-9]"),
    # One that is stepped through.
    (3, "update_notice_first", "test_update_written_once", "was told of it",
     r"op_update \(me=2"),
    (3, "flush_only_gone", "test_flush_write", "the old translation",
     r"flush_change \(before=\.\.\., after=\.\.\.\)"),
    # The CPU's: op_swap does nothing but call it.
    (4, "cpu_to_anybody", "test_cpu_owner", "E_OWNER",
     r"cpu_hand \(me=\d"),
    # Boots of programs.
    (2, None, "test_init_greets", "the test passes", r"enter_load \("),
    (3, None, "test_program_faults", "the test passes",
     r"upcall_deliver \("),
    # The warm-up of lab 4.
    (4, None, "test_program_swapmem", "the test passes",
     r"op_swap \(me=1, .*lease=0\)"),
    (4, "sched_no_lease", "test_sched_turn_ready", "sched_turn of a child",
     r"sched_turn \(task=0x"),
], ids=lambda value: value if isinstance(value, str)
    and value.startswith("test_") else None)
def test_opens_the_call_that_fails(number, wrong, test, says, stands,
                                   tmp_path):
    before, after = told(tmp_path, number, wrong, test)
    assert re.search(says, before), before
    assert re.search(r"#0  (0x\w+ in )?" + stands, after), after
    assert "Current source file is" in after


def test_opens_a_case(tmp_path):
    """CASE=n is the test's n-th call, wrong or not."""
    _, after = told(tmp_path, 3, None, "test_attach_range", 3)
    assert re.search(r"op_attach \(me=2, .*resource=17179869184, ", after)


@pytest.mark.parametrize("number, wrong, test, says, stands", [
    (2, "alloc_take_clears_context", "test_alloc_take_over",
     "a page that is the context of my child's child",
     r"op_alloc \(me={0}, frame=\d+, level=1, kind=4, owner={0}\)"),
    (3, "flush_only_gone", "test_flush_write", "the old translation",
     r"flush_change \(before=\.\.\., after=\.\.\.\)"),
    (4, "cpu_to_anybody", "test_cpu_owner", "E_OWNER",
     r"cpu_hand \(me={0}, .*with={1}, "),
], ids=["lab2", "lab3", "lab4"])
def test_opens_what_a_failure_prints(number, wrong, test, says, stands,
                                     tmp_path):
    """The line `gdb:` of a failure names its case and its secret, and GDB
    then stands at that very call: by its arguments, as the failure says
    them."""
    submission = laid(tmp_path / "graded", number, wrong)
    got = solutions.graded(number, submission, tmp_path / "work", "--test",
                           test)
    line = re.search(rf"gdb:   make gdb LAB={number} TEST={test} "
                     rf"SEED={solutions.SEED} SUBMISSION=\S+ CASE=(\d+)$",
                     got.said, re.M)
    assert says in got.said and line, got.said
    me = re.search(r"process (\d+): ", got.said)
    slot = re.search(r"with (\d+)\)", got.said)
    _, after = told(tmp_path, number, wrong, test, int(line[1]),
                    solutions.SEED)
    stands = stands.format(me and me[1], slot and slot[1])
    assert re.search(r"#0  (0x\w+ in )?" + stands, after), after


def test_case_that_there_is_not(tmp_path):
    with pytest.raises(AssertionError, match=r"makes \d+ calls"):
        told(tmp_path, 3, None, "test_attach_range", 1000)


if __name__ == "__main__":
    sys.exit(opened(int(sys.argv[1]), sys.argv[2], sys.argv[3],
                    int(sys.argv[4]) if sys.argv[4:] else None,
                    *sys.argv[5:]))
