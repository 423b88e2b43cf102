"""The prover's reading of the IR against the compiled code, on random states;
and wrong readings, which that must not let pass."""

import re
import subprocess

import pytest

from proof.compare import predict, wrong
from tests.command import python

IR = "build/proof/ops.ll"
STATES, FEWER = 100_000, 5_000
SUMMARY = re.compile(r"^compare: (\d+) states, none differs$", re.M)
LINE = re.compile(r"^(\w+) +(\d+) compared, +(\d+) skipped, +(\d+) changed; "
                  r"(\d+) of (\d+) stores\n((?:   .*\n)*)", re.M)
SEEN = 20               # times that each answer must be given


def compare(top, *words):
    return python(top, "-m", "proof.compare", "--ir", IR, *words)


@pytest.fixture(scope="module")
def ir(top):
    """The kernel's IR, made anew if it is old."""
    subprocess.run(["make", "-s", IR], cwd=top, check=True)


@pytest.fixture(scope="module")
def done(top, ir):
    return compare(top, "--states", str(STATES))


@pytest.fixture(scope="module")
def lines(done):
    """{function: (compared, skipped, changed, made, stores, answers)}"""
    found = {}
    for name, *numbers, answers in LINE.findall(done.stdout):
        counts = dict(re.findall(r"(\S+|not 0) +(\d+)", answers))
        found[name] = (*map(int, numbers),
                       {k: int(v) for k, v in counts.items()})
    return found


def test_nothing_differs(done):
    print(done.stdout)
    assert done.returncode == 0
    found = SUMMARY.search(done.stdout)
    assert found and int(found[1]) >= STATES


def test_states_are_worth_it(lines):
    """Few are skipped; most stores are made; operations succeed."""
    assert set(lines) == set(predict.SHARES)
    for name, (compared, skipped, changed, made, stores, _) in lines.items():
        assert skipped < compared / 4, name
        if stores:
            assert made > stores / 2, name  # not those of groups beyond 16
            assert compared / 4 < changed, name


def test_every_answer_is_met(top, lines):
    """What operations.h lists for an operation, the compiled code gave."""
    text = (top / "kernel/ops/operations.h").read_text()
    found = re.findall(r"/\*\n(.*?)\*/\nenum error (op_\w+)\(", text, re.S)
    assert len(found) == 5
    for contract, name in found:
        listed = {"OK", *re.findall(r"\bE_[A-Z]+\b",
                                    contract.rsplit("/*", 1)[-1])}
        for answer in listed:
            assert lines[name][-1].get(answer, 0) >= SEEN, (name, answer)


@pytest.mark.parametrize("reading", wrong.NAMES)
def test_wrong_reading_is_noticed(top, ir, reading):
    """The first state that shows it is printed."""
    found = compare(top, "--states", str(FEWER), "--break", reading)
    print(found.stdout)
    assert found.returncode == 1
    function = wrong.NAMES[reading][1]
    assert re.search(rf"^compare: {function}\(.*\): the prover and the "
                     r"compiled code disagree on ", found.stdout, re.M)


@pytest.mark.parametrize("words, line", [
    (["--states", "0"], "compare: --states is 1 or more"),
    (["--break", "sqrt"], "compare: no wrong reading sqrt: there are lshr"),
    (["op_open"], "compare: no function op_open: there are op_create"),
    (["--ir", "no.ll"], "compare: [Errno 2] No such file"),
])
def test_usage(top, words, line):
    found = compare(top, *words)
    assert found.returncode == 2
    assert found.stdout.startswith(line) and found.stdout.count("\n") == 1
