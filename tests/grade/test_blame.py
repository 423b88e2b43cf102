"""Which call of many is blamed (grade/ops/blame.py, grade/ops/world.py)."""

import mmap
import os
from types import SimpleNamespace

import pytest

from grade.ops import words as w
from grade.ops.blame import Memory, blamed
from grade.ops.script import (OP_ALLOC, Failed, Session, frame_clean,
                              operation)
from grade.ops.world import World, told
from grade.verdict import LetIn, Wrong

SIZE = 64 << 20
PAGE = 4096


@pytest.fixture
def machine(tmp_path):
    """The memory of a machine, most of it a hole."""
    path = tmp_path / "ram"
    with open(path, "w+b") as file:
        os.truncate(file.fileno(), SIZE)
        yield SimpleNamespace(ram=mmap.mmap(file.fileno(), SIZE),
                              ram_path=path)


@pytest.fixture
def world(machine):
    """As much of a World as blamed() needs."""
    model = SimpleNamespace()
    model.copy = lambda: model
    return SimpleNamespace(
        machine=machine, run=lambda: None, sync=lambda: None, base=None,
        model=model, pending=[],
        unwritten=False, session=SimpleNamespace(
            asked=0, begin=lambda asked: None,
            guest=SimpleNamespace(stop=SimpleNamespace(kind="quiet"))))


def test_memory_is_put_back(machine):
    machine.ram[PAGE:PAGE + 3] = b"old"
    memory = Memory(machine)
    assert sum(len(data) for _, data in memory.kept) < SIZE // 2
    machine.ram[PAGE:PAGE + 3] = b"new"
    machine.ram[50 * PAGE:50 * PAGE + 4] = b"more"
    memory.put_back()
    assert machine.ram[PAGE:PAGE + 3] == b"old"
    assert machine.ram[50 * PAGE:50 * PAGE + 4] == bytes(4)


@pytest.mark.parametrize("first", [1, 2, 5, 8])
def test_the_first_wrong_call_is_blamed(first, world):
    tries = []

    def attempt(count):
        # Each try finds the memory as it was.
        assert world.machine.ram[:1] == b"\0"
        world.machine.ram[:1] = b"x"
        tries.append(count)
        if count >= first:
            raise Wrong("a rule", f"{count} calls", "something else")
    with pytest.raises(Wrong) as error:
        blamed(world, 8, attempt)
    assert error.value.asked == f"{first} calls"
    assert tries[0] == 8 and len(tries) <= 4


def test_what_is_right_is_tried_once(world):
    tries = []
    blamed(world, 100, tries.append)
    assert tries == [100]


def test_a_machine_that_ended_is_not_asked_again(world):
    def attempt(count):
        world.session.guest.stop.kind = "exit"
        raise Wrong("a rule", f"{count} calls", "it panicked")
    with pytest.raises(Wrong, match="8 calls"):
        blamed(world, 8, attempt)


def test_a_panic_has_the_label_of_its_own_call():
    """It had the first one's of those that were queued."""
    def run(steps):
        raise Failed("it panicked")
    world = World.__new__(World)
    world.session = SimpleNamespace(run=run, at=2)
    steps = [operation(2, OP_ALLOC, n, 1, w.FREE, 0) for n in range(4)]
    with pytest.raises(LetIn) as error:
        world.steps(steps, "a rule", ["one", "two", "three", "four"])
    assert error.value.asked.startswith("three\n")
    assert "alloc(frame 2, " in error.value.asked


def test_cases_are_counted_from_the_first_of_a_test():
    """What is tried again is what it was, and no other case."""
    session = Session.__new__(Session)
    session.begin()
    assert session.case() is None
    session.asked = 5               # of five, it works on the third
    session.at = 2
    assert session.case() == 3
    session.at = 5                  # all are done: the last
    assert session.case() == 5
    session.begin(5)
    session.asked, session.at = 9, 0
    assert session.case() == 6
    session.begin(5)                # the same, tried again
    session.asked, session.at = 7, 2
    assert session.case() == 7


def test_frame_calls_are_told_by_name():
    """A raw Step(what=6, ...) was printed."""
    assert told(frame_clean(0x2003), "call 7") == \
        "call 7\n       frame_clean(0x2003)"
