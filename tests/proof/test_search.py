"""The exhaustive search of small machines: short runs, and kernels that it
must not let pass."""

import re

import pytest

from tests.command import python

DEPTH = 2       # from each scene; the whole search goes one deeper
SECONDS = 60    # which that takes nowhere
SUMMARY = re.compile(r"^search: depth 2 of giant, 2 of family, "
                     r"([\d,]+) states, ([\d,]+) calls, \d+ s: "
                     r"nothing broke$", re.M)
STATES, CALLS = 50_000, 5_000_000

# (the kernel's file, what stands there, what stands there instead, and what
# the search is to say)
FAULTS = {
    "order of stores": (
        "kernel/ops/swap.c",
        "    entry_store(entry, (pte){0});\n"
        "    entry_store(with, (pte){0});\n"
        "    flush_change(given, (pte){0});\n",
        "    flush_change(given, (pte){0});\n"
        "    entry_store(entry, (pte){0});\n"
        "    entry_store(with, (pte){0});\n",
        "broke: invariant 10: "),
    "a check": (
        "kernel/ops/attach.c",
        "    if (via && !link_holds(entry_load(via), table)) {\n"
        "        return E_MATCH;\n    }\n", "",
        "broke: it answers OK and not E_MATCH"),
    "a counter": (
        "kernel/ops/swap.c", "        frames[to].live++;\n", "",
        "broke: invariant 2: "),
}


def search(top, *words):
    return python(top, "proof/search/search.py", *words)


def number(text):
    return int(text.replace(",", ""))


@pytest.fixture(scope="module")
def done(top):
    return search(top, "--depth", str(DEPTH), "--seconds", str(SECONDS),
                  "--answers")


def test_nothing_breaks(done):
    print(done.stdout)
    assert done.returncode == 0
    found = SUMMARY.search(done.stdout)
    assert found and number(found.group(1)) > STATES
    assert number(found.group(2)) > CALLS


def test_every_answer_is_met(top, done):
    """What operations.h lists for an operation, the search has seen."""
    seen = set(re.findall(r"^answer: (\w+) +(\w+) ", done.stdout, re.M))
    for operation, answers in listed(top).items():
        for answer in answers:
            assert (operation, answer) in seen, (operation, answer)


def listed(top):
    """{operation: its answers}, as its contract names them."""
    text = (top / "kernel/ops/operations.h").read_text()
    found = re.findall(r"/\*\n(.*?)\*/\nenum error op_(\w+)\(", text, re.S)
    assert len(found) == 5
    return {name: {"OK", *re.findall(r"\bE_[A-Z]+\b",
                                     contract.rsplit("/*", 1)[-1])}
            for contract, name in found}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_found(top, tmp_path, fault):
    """One that only reorders stores, one check less, one counter."""
    path, right, wrong, broke = FAULTS[fault]
    source = (top / path).read_text()
    assert source.count(right) == 1
    bad = tmp_path / path.rsplit("/", 1)[-1]
    bad.write_text(source.replace(right, wrong))
    found = search(top, "--depth", str(DEPTH), "--source", str(bad))
    print(found.stdout)
    assert found.returncode == 1 and broke in found.stdout
    assert re.search(r"^ +1\. process 1: \w+\(", found.stdout, re.M)


@pytest.mark.parametrize("words, line", [
    (["--depth", "deep"], "search: argument --depth: invalid"),
    (["--seconds", "0"], "search: --seconds is 1 or more"),
    (["--source", "no.c"], "search: no file no.c"),
])
def test_usage(top, words, line):
    wrong = search(top, *words)
    assert wrong.returncode == 2
    assert wrong.stdout.startswith(line) and wrong.stdout.count("\n") == 1
