"""make prove: proves the operations, or shows why they cannot be proved.

    python3 -m proof [--ir FILE] [--lab N] [--jobs N] [--first] [--learn]
                     [--record | --cached] [PART...]

Exit status 0: all of it is proved; 1: something is refuted, and a
counterexample was printed; 2: it could not be tried; 3: nothing is refuted,
but of something the solver can tell neither."""

import argparse
import sys
from pathlib import Path

from proof import ir, record, run, words
from proof.parts import PARTS


def options(arguments):
    parser = argparse.ArgumentParser(prog="prove", description="Proves the "
                                     "operations' C against proof/spec.")
    parser.add_argument("parts", nargs="*", metavar="PART", help="only these: "
                        + " ".join(p.name for p in PARTS))
    parser.add_argument("--ir", default="build/proof/ops.ll",
                        help="what clang made of the C")
    parser.add_argument("--lab", type=int, choices=(1, 2, 3, 4),
                        help="only what is written in that lab")
    parser.add_argument("--jobs", type=int, default=2,
                        help="how many processes ask at once")
    parser.add_argument("--first", action="store_true",
                        help="stop at the first that is not proved")
    parser.add_argument("--learn", action="store_true",
                        help="write proof/hints.json, which saves time")
    parser.add_argument("--record", action="store_true",
                        help="if all is proved, write so into proof/proved")
    parser.add_argument("--cached", action="store_true",
                        help="for tests: leave out the parts of which "
                        "proof/proved says that they were proved as they are")
    return parser.parse_args(arguments)


def chosen(given):
    known = {part.name for part in PARTS}
    for name in given.parts:
        if name not in known:
            raise SystemExit(f"prove: no part is called {name}: there are "
                             + " ".join(sorted(known)))
    return [part for part in PARTS
            if (not given.parts or part.name in given.parts)
            and given.lab in (None, part.lab)]


def main(arguments):
    given = options(arguments)
    if given.record and (given.parts or given.lab or given.cached):
        print("prove: a record is of all parts, proved now", file=sys.stderr)
        return 2
    wrong = words.check(Path("."))
    if wrong:
        print("prove: proof/words.py and kernel/abi disagree on "
              + ", ".join(wrong), file=sys.stderr)
        return 2
    try:
        status = run.prove(given.ir, chosen(given), given.jobs, given.first,
                           given.learn, given.cached, given.record)
        if given.record and status == run.ALL_PROVED:
            record.write(given.ir, run.functions(PARTS), run.solver())
        return status
    except (OSError, ir.Unsupported) as error:
        print(f"prove: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
