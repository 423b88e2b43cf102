"""Replays what the fuzzing process (user/tests/fuzz.c) did, on the model.

    python3 -m grade.ops.replay BUILD [SEED [COUNT]]

boots BUILD/xo5.iso, lets it fuzz, and compares every answer that it wrote
down, and the state at its end, with what the contracts promise.
"""

import argparse
import struct
from pathlib import Path

from grade import qemu
from grade.elf import Symbols
from grade.guest import Guest
from grade.ops import rules, state
from grade.ops import words as w

INIT = 1
PAGE_FAULT = 14
CALL = struct.Struct("<7Q")
SHOWN = 10


class ReplayError(Exception):
    """The run cannot be replayed; one line."""


def run(build, seed, count, mem="64M"):
    """(model of the machine before, calls, model of it after) of one run.
    A call is (number, [a to e], answer)."""
    symbols = Symbols(str(Path(build) / "kernel.elf"))
    program = Symbols(str(Path(build) / "tests/fuzz"))
    words = qemu.settings(f"count={count} seed={seed}", "fuzz")
    with Guest(build, symbols, {"mem": mem, "files": {"xo5.cfg": words}}) \
            as guest:
        if not guest.run_to("STAGE_BUILT"):
            raise ReplayError(f"before the run: {guest.why()}")
        before = state.read(guest)
        if not guest.run_to("STAGE_BOOTED"):
            raise ReplayError(f"in the run: {guest.why()}")
        after = state.read(guest)
        at = program.address
        done, = struct.unpack("<Q", guest.virtual(at["fuzz_count"], 8))
        log = guest.virtual(at["fuzz_log"], CALL.size * done)
    calls = [(number, list(args), answer)
             for number, *args, answer in CALL.iter_unpack(log)]
    return before, calls, after


def replay(model, calls):
    """Makes the calls on the model; [line] for each other answer."""
    wrong = []
    for n, (number, args, answer) in enumerate(calls):
        promised = model.call(INIT, number, args)
        if promised != answer:
            words = ", ".join(f"{arg:#x}" for arg in args)
            wrong.append(f"call {n}: {number}({words}) answered {answer}, "
                         f"and should answer {promised}")
        running = model.running
        if running != INIT:     # its first instruction faults, unhandled
            model.back(w.C["REASON_FAULT"])
            model.processes[running].vector = PAGE_FAULT
    return wrong


def judge(build, seed, count, mem="64M"):
    """(number of calls, [line]) of a run and its replay."""
    model, calls, after = run(build, seed, count, mem)
    wrong = replay(model, calls)
    if len(calls) >= count:
        wrong += state.differences(model, after)
    wrong += rules.invariants(after)
    return len(calls), wrong


def main():
    parser = argparse.ArgumentParser(prog="grade.ops.replay")
    parser.add_argument("build")
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("count", type=int, nargs="?", default=10000)
    options = parser.parse_args()
    number, wrong = judge(options.build, options.seed, options.count)
    for line in wrong[:SHOWN]:
        print(line)
    print(f"{number} calls replayed, {len(wrong)} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
