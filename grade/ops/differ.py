"""Holds a running kernel against the model.

    python3 -m grade.ops.differ BUILD [SEED [STEPS]]

boots BUILD/xo5.iso, which was built with HARNESS=grade/ops/harness.c, runs
generated operations on it, and tells each disagreement: the step, what the
contract promises, what came. The model is set right after each, and goes on.
"""

import argparse
import re
from dataclasses import dataclass, field
from pathlib import Path

from grade.elf import Symbols
from grade.ops import generate, rules, script, state
from grade.ops.words import Error

CHUNK = 100         # steps from one look at the whole state to the next
SHOWN = 12          # lines of one disagreement
BEFORE = 4          # steps shown before the one that went wrong


@dataclass
class Disagreement:
    """Where kernel and model part."""
    number: int                 # of the step, from 0
    step: script.Step
    wanted: int
    got: object                 # an answer, or what came instead, in words
    before: list = field(default_factory=list)      # [(step, answer)]
    wrong: list = field(default_factory=list)       # lines of the state

    def __str__(self):
        lines = [f"  after {generate.text(*pair)}" for pair in self.before]
        lines.append(f"step {self.number}: "
                     + generate.text(self.step, self.wanted))
        if self.got != self.wanted:
            lines.append(f"  answered {error_name(self.got)}, and should "
                         f"answer {error_name(self.wanted)}")
        lines += ["  " + line for line in self.wrong[:SHOWN]]
        if len(self.wrong) > SHOWN:
            lines.append(f"  and {len(self.wrong) - SHOWN} more")
        return "\n".join(lines)

    def sort(self):
        """What is the same for disagreements of one cause, most of the
        time."""
        return (self.step.what, self.step.number, self.wanted, self.got,
                tuple(re.sub(r"0x\w+|\d+", "", line)
                      for line in self.wrong[:3]))


def error_name(value):
    """An answer in words."""
    if isinstance(value, str):
        return value
    known = [error.name for error in Error if error == value]
    return known[0] if known else f"{value:#x}"


def follow(model, step):
    """Does a step on the model; returns what it answers."""
    if step.what == script.EXPIRE:
        return model.expire(*step.args)
    return int(model.call(step.me, step.number, step.args))


def look(model, machine, guest, totals):
    """All that is wrong with a machine's state."""
    return (state.differences(model, machine, True)
            + rules.invariants(machine, totals)
            + state.unclean(machine, guest))


class Differ:
    """Runs steps on a machine, and on the model beside it."""

    def __init__(self, build, options=None):
        self.build, self.options = build, options or {}
        self.symbols = Symbols(Path(build) / "kernel.elf")

    def session(self):
        """A fresh machine."""
        return script.Session(self.build, self.symbols, self.options)

    def check(self, session, model, steps, chunk=CHUNK):
        """Runs (step, answer) pairs, with a look after each chunk; returns
        the first Disagreement or None. What is wrong before the first step
        is passed over."""
        totals, model.extents = rules.totals(model), None
        known = set(look(model, session.read(), session.guest, totals))
        for start in range(0, len(steps), chunk):
            part = steps[start:start + chunk]
            try:
                answers = session.run([step for step, _ in part])
            except script.Failed as error:
                at = start + session.at
                return Disagreement(
                    at, *steps[at], "the machine's end",
                    steps[max(0, at - BEFORE):at], str(error).splitlines())
            for n, ((step, wanted), answer) in enumerate(zip(part,
                                                             answers)):
                follow(model, step)
                got = answer.missing or answer.value
                if got != wanted:
                    break
            machine = session.read()
            wrong = [line for line in look(model, machine, session.guest,
                                           totals)
                     if line not in known] if n == len(part) - 1 else []
            if wrong or got != wanted:
                at = start + n
                return Disagreement(at, step, wanted, got,
                                    steps[max(0, at - BEFORE):at], wrong)
        return None

    def explain(self, steps, start, found):
        """The same Disagreement, with the very step that went wrong: runs
        the steps again on a fresh machine, and looks after each from
        `start` on."""
        with self.session() as session:
            session.run([step for step, _ in steps[:start]])
            again = self.check(session, session.read(),
                               steps[start:found.number + 1], 1)
        if again is None:
            return found
        again.number += start
        again.before = steps[max(0, again.number - BEFORE):again.number]
        return again

    def run(self, seed, count):
        """Disagreements in `count` steps, the model set right after each by
        a look at the machine. A step that ends the machine is left out, and
        a fresh machine goes on."""
        done, rounds = [], 0        # all steps so far that came back
        ended = True
        while ended and len(done) < count:
            with self.session() as session:
                session.run([step for step, _ in done])
                ended = False
                for found in self._run(session, done, seed, count, rounds):
                    ended, rounds = isinstance(found.got, str), rounds + 1
                    yield found

    def _run(self, session, done, seed, count, rounds):
        """The part of run() on one machine, to its end."""
        while len(done) < count:
            model, start = session.read(), len(done)
            steps = generate.steps(model.copy(), seed + 1000 * rounds,
                                   count - start, not rounds)
            found = self.check(session, model, steps)
            if found is None:
                return
            ended = isinstance(found.got, str)
            done += steps[:found.number if ended
                          else (found.number // CHUNK + 1) * CHUNK]
            found.number += start
            if ended:
                yield found
                return
            look_from = max(start, found.number + 1 - CHUNK)
            yield self.explain(done, look_from, found)
            rounds += 1


def main():
    """The program."""
    parser = argparse.ArgumentParser(prog="grade.ops.differ")
    parser.add_argument("build")
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("steps", type=int, nargs="?", default=2000)
    parser.add_argument("--mem", default="128M")
    parser.add_argument("--cpu", default="max")
    given = parser.parse_args()
    differ = Differ(given.build, {"mem": given.mem, "cpu": given.cpu})
    seen = {}
    for found in differ.run(given.seed, given.steps):
        sort = found.sort()
        seen[sort] = seen.get(sort, 0) + 1
        if seen[sort] == 1:
            print(found, flush=True)
    print(f"seed {given.seed}, {given.steps} steps: {sum(seen.values())} "
          f"disagreements of {len(seen)} sorts")
    return 1 if seen else 0


if __name__ == "__main__":
    raise SystemExit(main())
