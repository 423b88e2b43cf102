"""Compares the prover's reading of the IR with the compiled code.

    python3 -m proof.compare [--ir FILE] [--states N] [--seed N]
                             [--break READING] [--keep FOLDER] [FUNCTION...]

The executor (proof/execute.py) reads each function once, from any state. Its
formulas for the answer and for every store become C (predict.py, translate.py)
which is compiled into one program with the very code that the IR is compiled
to (build.py). The program makes random states and arguments (states.c,
scenes*.c), runs both on each, and compares the answer, all memory, and what
the primitives are told, flushes with the entries as they are then
(compare.c, differ.c). A state in which the prover's conditions do not hold,
as an index beyond an array, is skipped: there it claims nothing.

For each function it prints how many states were compared, skipped, and
changed anything, how many of the formulas' stores were made at all, and the
answers. A store that was never made is one that can only be made in states
that are skipped, or the states are too few.

What it does not show: A and D, which no processor sets here while a function
runs; group_interrupt, batch_run and what runs at boot, which are not run; and
whether the conditions that states are skipped for ever hold, which is what
the prover asks.

--break: with a wrong reading of that name (wrong.py), of one function unless
others are named; it must be noticed.
--keep: leaves all that is built in that folder.

Exit status 0: nothing differs; 1: something does, and the first is printed;
2: it could not be tried."""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from proof import ir
from proof.compare import build, predict, translate, wrong

STATES, SECONDS = 100_000, 600


class Parser(argparse.ArgumentParser):
    """One line about what is wrong, without the usage."""

    def error(self, message):
        self.exit(2, f"compare: {message}\n")


def options(arguments):
    parser = Parser(prog="compare", description=__doc__, allow_abbrev=False,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("functions", nargs="*", metavar="FUNCTION")
    parser.add_argument("--ir", default="build/proof/ops.ll")
    parser.add_argument("--states", type=int, default=STATES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--break", dest="wrong", metavar="READING")
    parser.add_argument("--keep", metavar="FOLDER")
    given = parser.parse_args(arguments)
    for name in given.functions:
        if name not in predict.SHARES:
            parser.error(f"no function {name}: there are "
                         + ", ".join(predict.SHARES))
    if given.wrong is not None and given.wrong not in wrong.NAMES:
        parser.error(f"no wrong reading {given.wrong}: there are "
                     + ", ".join(wrong.NAMES))
    if given.states < 1 or not 0 <= given.seed < 1 << 64:
        parser.error("--states is 1 or more, --seed is of 64 bits")
    return given


def folder(keep):
    """Where to build: that folder, or one that goes again."""
    if keep is None:
        return tempfile.TemporaryDirectory(prefix="xo5-compare-")
    Path(keep).mkdir(parents=True, exist_ok=True)
    return contextlib.nullcontext(keep)


def compare(given):
    began = time.monotonic()
    formulas = predict.source(ir.Module(given.ir),
                              given.functions or list(predict.SHARES))
    with folder(given.keep) as scratch:
        program = build.build(scratch, given.ir, formulas)
        ready = time.monotonic()
        done = subprocess.run([program, str(given.states), str(given.seed)],
                              timeout=SECONDS, check=False)
    now = time.monotonic()
    print(f"compare: {ready - began:.0f} s to read and compile, "
          f"{now - ready:.0f} s to run, seed {given.seed}")
    return done.returncode if done.returncode in (0, 1) else 2


def main(arguments):
    given = options(arguments)
    if given.wrong:
        patch, function = wrong.NAMES[given.wrong]
        patch()
        given.functions = given.functions or [function]
    try:
        return compare(given)
    except subprocess.TimeoutExpired:
        print(f"compare: not done in {SECONDS} s", file=sys.stderr)
    except (OSError, ir.Unsupported, translate.Untranslated,
            build.CannotBuild) as why:
        print(f"compare: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
