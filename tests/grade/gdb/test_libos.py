"""`make gdb LAB=5 TEST=name`: the machine that the test asks for, and GDB in
min: its symbols, its callers, the student's functions."""

import re

import pytest

from grade import __main__ as grader, asked
from grade import debug
from grade.lab5 import probes
from tests.grade.gdb.test_session import Told, output, program, spawn, words_of

LAB = asked.read_lab(grader.TOP, 5)
FILES = {e["id"]: e["file"] for e in LAB["exercise"]}


@pytest.mark.parametrize("test", LAB["test"], ids=lambda t: t["name"])
def test_plan_of_each_test(test, built):
    """Every test asks for a machine, and GDB stops in its exercise."""
    files, commands = probes.plan_of(test, built)
    assert files["root"] and b"run=" in files["xo5.cfg"]
    source = (grader.TOP / FILES[test["exercise"]]).read_text()
    stops = [c.split()[1] for c in commands if c.startswith("tbreak ")]
    assert stops and commands[-1] == "continue"
    for name in stops:
        assert re.search(rf"^[a-z].*\b{name}\(", source, re.M), name


def test_gdb_in_min(built, tmp_path):
    """A page fault's way to the student's function, and out of it again."""
    test = next(t for t in LAB["test"] if t["name"] == "test_pager_touch")
    files, commands = probes.plan_of(test, built)
    words = debug.session_words(built / "xo5.iso", {}, files, tmp_path,
                                grader.TOP, commands[:-1])
    asked = ["continue", "backtrace", "print needs", "frame 1",
             "list *trap->rip", "frame 0", "xo5 pt va", "finish",
             "xo5 pt 0x80000010", "xo5 symbols", "xo5 regs"]
    told = Told(output(spawn(program(*words,
                                     *words_of(tmp_path, asked)))))
    assert "pager_fault (va=2147483664, needs=1)" in told["continue"]
    for number, name in enumerate(("pager_fault", "start_fault",
                                   "enter_fault")):
        assert re.search(rf"^#{number} .*\b{name} \(", told["backtrace"],
                         re.M), told["backtrace"]
    assert "grade/lab5/inside_pager.c" in told["list *trap->rip"]
    assert "any access faults" in told["xo5 pt va"]
    assert "Value returned is $2 = 0" in told["finish"]
    assert "rw- user" in told["xo5 pt 0x80000010"]
    assert "symbols of kernel.elf" in told["xo5 symbols"]
