"""The secret of a run: what it moves, and that it can be repeated."""

import struct

import pytest

from grade import __main__ as grader, asked
from grade import elf, paging, plugin
from grade.lab1 import cases_info, info, probes
from grade.secret import Secret, of_file
from grade.verdict import Wrong

SEEDS = "a", "b", "c", "d", "e"


def cases(boot, seed):
    lab = asked.read_lab(grader.TOP, 1)
    return probes.cases_of(boot, asked.seeds_of(lab, seed),
                           {t["name"] for t in lab["test"]}, Secret(seed))


@pytest.mark.parametrize("boot", ["info", "entry", "walk", "map"])
def test_cases_are_moved(boot):
    """The same secret, the same cases; another one, others, in another order;
    and as many of each test."""
    def shape(seed):
        return sorted(case.test for case in cases(boot, seed))

    def content(seed):
        return [case.content for case in cases(boot, seed)]
    assert content("a") == content("a") and content(None) == content(None)
    for seed in SEEDS:
        assert shape(seed) == shape(None)
        same = set(content(seed)) & set(content(None))
        assert len(same) < len(content(None)) // 2
    assert [c.test for c in cases(boot, "a")] != \
        [c.test for c in cases(boot, "b")]


def test_moved_information_means_the_same():
    """What was refused for a reason is refused for that reason."""
    fixed = cases_info.cases([], Secret())
    for seed in SEEDS:
        for case, other in zip(fixed, cases_info.cases([], Secret(seed))):
            right = [e if isinstance(e, str) else "BOOTINFO_OK"
                     for e in (case.expected, other.expected)]
            assert right[0] == right[1], case.about
            assert info.read(other.content) == other.expected


def test_secret_of_a_file(tmp_path):
    """The same hand-in has the same cases, and no other one."""
    secret, one, two = (tmp_path / name for name in ("secret", "one", "two"))
    secret.write_text("of this term")
    one.write_text("int x;")
    two.write_text("int y;")
    assert of_file(secret, [one]) == of_file(secret, [one])
    assert of_file(secret, [one]) != of_file(secret, [two])
    before = of_file(secret, [one])
    secret.write_text("of the next")
    assert of_file(secret, [one]) != before


def test_memory_of_a_boot():
    boot = {"name": "plain", "mem": "128M", "mem_between": [96, 160]}
    assert Secret().memory(boot) == "128M"
    found = {Secret(seed).memory(boot) for seed in SEEDS}
    assert len(found) > 1
    assert all(96 <= int(mem[:-1]) < 160 for mem in found)
    assert Secret("a").memory({"name": "x", "mem": "2G"}) == "2G"


def test_walk_without_end():
    """Tables that lead to themselves: the walk says so."""
    loop = struct.pack("<512Q", *(
        0x1000 | 3 | (n & 7) << 9 | n >> 3 << 52 for n in range(512)))
    tables = paging.Tables(lambda at, count: loop, 1, 4)
    with pytest.raises(Wrong, match="leads back to itself"):
        list(tables.pages())


def test_name_that_is_there_twice():
    symbols = elf.Symbols.__new__(elf.Symbols)
    symbols.address = {"xo5_quiet": 4, "own": 8}
    symbols._sizes = {"xo5_quiet": [1, 1], "own": [3]}
    assert symbols.of_kit("own") == (8, 3)
    with pytest.raises(Wrong, match="there are 2"):
        symbols.of_kit("xo5_quiet")
    with pytest.raises(Wrong, match="there is none"):
        symbols.of_kit("none")


def test_what_failed_first_is_said():
    lab = {"exercise": [{"id": "4.2"}, {"id": "4.3", "needs": ["4.2"]}],
           "test": [{"name": "a", "exercise": "4.2"},
                    {"name": "b", "exercise": "4.3"}]}
    verdicts = {name: {"passed": False, "words": name} for name in "ab"}
    plugin.tell_needs(lab, verdicts)
    assert verdicts["b"]["words"] == "4.2 fails a; 4.3 needs it\nb"
    assert verdicts["a"]["words"] == "a"


def test_one_exercise():
    lab = asked.read_lab(grader.TOP, 2)
    found = asked.selected(lab, None, "2.1")["test"]
    assert found and {t["exercise"] for t in found} == {"2.1"}
    assert asked.labs_to_grade(grader.TOP, None, None, "2.1") == [2]
    with pytest.raises(grader.CannotGrade, match="no exercise 2.9"):
        asked.selected(lab, None, "2.9")
    with pytest.raises(grader.CannotGrade, match="it is as 2.1"):
        asked.labs_to_grade(grader.TOP, None, None, "two")
