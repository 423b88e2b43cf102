"""The lists of tests, and how the order and the costs are told."""

import subprocess
import sys

import pytest

from tests import timing

LISTS = timing.lists()
ENV = {"PYTHONPATH": str(timing.LISTS.parents[1]), "PATH": "/usr/bin:/bin",
       "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def every(top):
    """The names of all tests in the files that a list names."""
    files = {name.partition("::")[0] for names in LISTS.values()
             for name in names}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "--collect-only", "-p",
         "no:cacheprovider", *sorted(files)], cwd=top, text=True,
        env=ENV, check=True, capture_output=True)
    return [line for line in done.stdout.splitlines() if "::" in line]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_each_name_is_a_test(every, name):
    missing = [one for one in LISTS[name]
               if not any(timing.belongs(test, one) for test in every)]
    assert not missing


@pytest.mark.parametrize("name", sorted(LISTS))
def test_no_name_stands_twice(name):
    """Nor under a name that means it already, and more."""
    names = LISTS[name]
    assert len(set(names)) == len(names)
    if name == "fast":
        assert not [(a, b) for a in names for b in names
                    if a != b and timing.belongs(a, b)]


def test_name_means_what_it_says():
    assert timing.belongs("a/test_b.py::test_c[d-e]", "a/test_b.py")
    assert timing.belongs("a/test_b.py::test_c[d-e]", "a/test_b.py::test_c")
    assert not timing.belongs("a/test_b.py::test_cd", "a/test_b.py::test_c")
    assert not timing.belongs("a/test_b.py::test_c[d-e]",
                              "a/test_b.py::test_c[d]")


def test_longest_first():
    first = ["b.py::t[long]", "b.py", "a.py::u"]
    tests = ["a.py::t", "a.py::u", "b.py::s", "b.py::t[long]"]
    assert sorted(tests, key=lambda test: timing.rank(test, first)) == [
        "b.py::t[long]", "b.py::s", "a.py::u", "a.py::t"]


def test_fast_leaves_the_others_out(every, top):
    """As pytest itself chooses: --fast is what `make test-fast` says."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "--collect-only", "-p",
         "no:cacheprovider", "-p", "tests.timing", "--fast",
         "tests"], cwd=top, text=True, env=ENV, check=True,
        capture_output=True)
    found = {line for line in done.stdout.splitlines() if "::" in line}
    assert found == set(timing.chosen(every, LISTS["fast"]))
    assert 20 < len(found) < len(every) / 2
    assert "--fast tests" in (
        top / "labs/instructor.mk").read_text()


def test_slowest_are_told():
    spent = {"a": [1, 9], "b": [30, 2], "c": [2, 1]}
    assert timing.slowest(spent, 2) == ["   30.0     2.0  b",
                                        "    2.0     1.0  c"]


def test_group_is_no_part_of_a_name():
    assert timing.plain("a.py::t[x@y]@unix") == "a.py::t[x@y]"
    assert timing.plain("a.py::t[x@y]") == "a.py::t[x@y]"
