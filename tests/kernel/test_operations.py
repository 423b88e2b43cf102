"""The five operations on whole machines: programs of one behaviour each in
ring 3, what they cost, and a fuzzing process against the model."""

import re
import subprocess
import sys

import pytest

from grade import qemu
from grade.ops import replay
from grade.resume import Resumed

REPORTERS = ("turns",)      # ends well too, but tells a grader and not us
PROGRAMS = sorted(
    path.stem for path in
    (replay.Path(__file__).resolve().parents[2] / "user/tests").glob("*.c")
    if path.stem not in REPORTERS)
MACHINES = {
    "plain": {},
    "small": {"machine": "pc", "cpu": "qemu64", "mem": "32M"},
    "four levels": {"cpu": "max,-la57", "mem": "6G"},
}
# Nothing that forbids the kernel ring 3's pages: what then must hold.
MACHINES["bare"] = {"cpu": "max,-smap,-smep,-xsave,-fsgsbase"}
GOALS = {"null": 60, "attach": 250, "update: fewer rights": 250,
         "update: more rights": 250, "update: detach": 250,
         "swap: move": 250, "fault to handler": 150,
         "foreign call there and back": 60}
SPREAD = 4      # instructions: a superpage's entry costs what a page's does
CHECKED = ("pages", "child", "claim", "slot", "swapmem", "double")
FUZZ_CALLS = 1500


def boot(iso, program, arguments="once", **options):
    """(text, stop) of a program that runs in init's place; what is before
    the loader is the same for all, and other tests'."""
    settings = {"xo5.cfg": qemu.settings(arguments, program)}
    with Resumed(str(iso), files=settings, **options) as machine:
        stop = machine.go(4_000_000_000)
        return machine.text(), stop


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_program(built, program, machine):
    text, stop = boot(built / "xo5.iso", program, **MACHINES[machine])
    assert stop.kind == "exit", text[-600:]
    assert qemu.explain(stop.status) == (0, None), text[-600:]
    assert "test: 2: " in text


def test_machine_of_64_gib(built):
    """Holes cost nothing, and 1 GiB is one entry."""
    text, stop = boot(built / "xo5.iso", "superpage", mem="64G")
    assert qemu.explain(stop.status) == (0, None), text[-600:]
    assert "test: 5: 1 GiB is taken" in text


def test_costs(top, built):
    """The goals in instructions, and that one entry costs what it costs
    however much it holds."""
    words = [sys.executable, "-m", "grade.qemu", "--once", "--count",
             "--program", "costs", "--mem", "6G", str(built / "xo5.iso")]
    done = subprocess.run(words, cwd=top, text=True, capture_output=True,
                          timeout=3600, check=False)
    costs = {name.strip(): int(count) for name, count in re.findall(
        r"^cost: +(.*?) +(\d+)  goal", done.stdout, re.M)}
    print(done.stdout[-2000:])
    for name, goal in GOALS.items():
        assert costs[name] <= goal, name
    two, one = (costs[f"attach: {size} by one entry"]
                for size in ("2 MiB", "1 GiB"))
    assert abs(two - one) <= SPREAD


def run_checked(top, checked, program, arguments=""):
    """Runs a program on a hostile build, as fast as QEMU can."""
    words = [sys.executable, "-m", "grade.qemu", "--once", "--seconds", "3000",
             "--mem", "32M", "--program", program, "--arguments", arguments,
             str(checked / "xo5.iso")]
    done = subprocess.run(words, cwd=top, text=True, capture_output=True,
                          timeout=3600, check=False)
    assert done.returncode == 0, done.stdout[-600:] + done.stderr


@pytest.mark.xdist_group("checked")
@pytest.mark.parametrize("program", CHECKED)
def test_invariants_hold(top, checked, program):
    run_checked(top, checked, program)


@pytest.mark.xdist_group("checked")
def test_invariants_hold_under_fire(top, checked):
    run_checked(top, checked, "fuzz", f"count={FUZZ_CALLS} seed=9")


@pytest.mark.parametrize("seed", range(1, 5))
def test_model_agrees_with_fuzzing(built, seed):
    calls, wrong = replay.judge(str(built), seed, 8000)
    assert calls > 8000 and not wrong, "\n".join(wrong[:10])


def test_replay_notices(built):
    """A model that was told another answer says so."""
    model, calls, _ = replay.run(str(built), 5, 300)
    number, args, answer = calls[20]
    calls[20] = (number, args, answer + 1)
    assert len(replay.replay(model, calls)) == 1
