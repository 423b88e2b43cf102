"""Searches small machines exhaustively: the operations' own C, compiled for
the host, in every state that they reach from boot and from some scenes.

/usr/bin/python3 proof/search/search.py [--depth N] [--seconds N]
    [--machine NAME] [--answers] [--source FILE]

--depth: how many calls from each scene (for a machine each, unless stated).
--seconds: when to stop, whole or not; 60 for all machines. --answers: how
often each operation gave each answer. --source: another file in place of the
kernel's of the same name.

The last line says what was covered. Exit status 0: nothing broke; 1: an
operation did something that its contract (kernel/ops/operations.h) does not
say, or broke an invariant, and the calls that lead there are printed; 2: it
could not run.

What it does not show: states that are farther from the scenes, larger
machines, other processors, and interrupts between two stores. Any live
process may call in any state, as if it had the CPU; only for a hand-over it
must have it.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from proof.search import build                          # noqa: E402

MACHINES = ("giant", "family")
SECONDS = 60
LINE = re.compile(r"^search: \w+: depth (\d+)( \(.*?\))?, ([\d,]+) states, "
                  r"([\d,]+) calls, .*: nothing broke$", re.M)


class Parser(argparse.ArgumentParser):
    """One line about what is wrong, without the usage."""

    def error(self, message):
        self.exit(2, f"search: {message}\n")


def arguments():
    parser = Parser(prog="search", description=__doc__, allow_abbrev=False,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--depth", type=int)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--machine", choices=MACHINES)
    parser.add_argument("--answers", action="store_true")
    parser.add_argument("--source")
    options = parser.parse_args()
    if options.depth is not None and options.depth < 0:
        parser.error("--depth is 0 or more")
    if options.seconds < 1:
        parser.error("--seconds is 1 or more")
    if options.source and not Path(options.source).is_file():
        parser.error(f"no file {options.source}")
    return options


def search(machine, options, seconds):
    """Searches one machine; (depth, partly, states, calls), or None if
    something broke, which is printed."""
    with tempfile.TemporaryDirectory(prefix="xo5-search-") as scratch:
        program = f"{scratch}/search"
        files = [build.TOP / build.HERE / f"{name}.c"
                 for name in build.SEARCH]
        build.build(machine, program, files, ["-O2"], options.source)
        command = [program, "--seconds", str(seconds)]
        command += ["--answers"] if options.answers else []
        if options.depth is not None:
            command += ["--depth", str(options.depth)]
        done = subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True,
                              check=False)
    print(done.stdout, end="", flush=True)
    if done.returncode == 1:
        return None
    found = LINE.search(done.stdout)
    if done.returncode or not found:
        raise build.CannotBuild(f"{machine} ended with status "
                                f"{done.returncode}")
    depth, partly, states, calls = found.groups()
    return (int(depth), partly or "", int(states.replace(",", "")),
            int(calls.replace(",", "")))


def main():
    options = arguments()
    began, results = time.monotonic(), {}
    machines = [options.machine] if options.machine else MACHINES
    for machine in machines:
        left = options.seconds - int(time.monotonic() - began)
        try:
            found = search(machine, options, max(left, 1))
        except build.CannotBuild as why:
            print(f"search: {why}", file=sys.stderr)
            return 2
        if found is None:
            return 1
        results[machine] = found
    depths = ", ".join(f"{depth}{partly} of {machine}" for
                       machine, (depth, partly, _, _) in results.items())
    states = sum(found[2] for found in results.values())
    calls = sum(found[3] for found in results.values())
    print(f"search: depth {depths}, {states:,} states, {calls:,} calls, "
          f"{time.monotonic() - began:.0f} s: nothing broke")
    return 0


if __name__ == "__main__":
    sys.exit(main())
