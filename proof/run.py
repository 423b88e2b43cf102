"""Asks all the questions of some parts, in several processes at once, and
prints what came of it."""

import json
import multiprocessing
import time
from pathlib import Path

from proof import explain, lemmas, queries, theorems
from proof.ir import Module, Unsupported
from proof.operation import Proof
from proof.parts import PARTS

SLICES = 4      # of one part, for the processes to share
# How much of what is given was enough the last time, by question: a matter of
# speed alone. `--learn` writes it.
HINTS = Path(__file__).parent / "hints.json"
MISSING = "@exercise_missing"   # what a starter calls
LONG = 15       # seconds; a question that takes longer is named


failed_parts = None     # in each process: which parts have a counterexample


def begin(flags):
    """In each process of the pool."""
    global failed_parts         # pylint: disable=global-statement
    failed_parts = flags


class Result:
    """What one slice of a part came to; it goes from process to process."""

    def __init__(self, name):
        self.name, self.asked, self.seconds = name, 0, 0.0
        self.slowest, self.slow = 0.0, ""
        self.failures, self.error, self.stages = [], "", {}


def questions(proof):
    """All of a part, in one order."""
    yield from proof.refinement()
    yield from proof.preservation()
    yield from theorems.of(proof)
    if proof.part.name == "sums":
        yield from lemmas.questions()


def named(queries_of):
    """(the name that a hint goes by, query) for each."""
    names = {}
    for query in queries_of:
        name = f"{query.group}: {query.what}".split("\n")[0]
        names[name] = names.get(name, 0) + 1
        yield f"{name} {names[name]}", query


def hints_of(part):
    """What was learnt of a part's questions."""
    hints = json.loads(HINTS.read_text()) if HINTS.exists() else {}
    return hints.get(part.name, {})


def answers(proof, number, count, hints):
    """Those of one slice, each with the name that a hint goes by; hints that
    are None are to be learnt."""
    for n, (name, query) in enumerate(named(questions(proof))):
        if n % count == number:
            yield name, queries.learn(query) if hints is None else \
                queries.ask(query, hints.get(name))
    for answer in proof.possible(number, count):
        yield "", answer


def work(task):
    """One slice of a part, up to the part's first counterexample, whichever
    slice finds it."""
    path, place, name, number, count, hints = task
    result, start = Result(name), time.process_time()
    part = next(p for p in PARTS if p.name == name)
    try:
        proof = Proof(Module(path), part)
        for name, answer in answers(proof, number, count, hints):
            if failed_parts and failed_parts[place]:
                break
            result.asked += 1
            if answer.stage and name:
                result.stages[name] = answer.stage
            if answer.seconds > result.slowest:
                result.slowest = answer.seconds
                result.slow = answer.query.what
            if not answer.proved:
                result.failures.append((answer.query.group,
                                        explain.lines(proof, answer)))
                if failed_parts:
                    failed_parts[place] = 1
                break
    except Unsupported as error:
        result.error = str(error)
    result.seconds = time.process_time() - start
    return result


def there(module, parts):
    """Those whose function the IR has; the others' names."""
    have = [p for p in parts if p.function is None or
            "@" + p.function in module.functions]
    return have, [p.name for p in parts if p not in have]


def prove(path, parts, jobs, first=False, learn=False):
    """0 if all is proved."""
    start = time.monotonic()
    parts, missing = there(Module(path), parts)
    hints = json.loads(HINTS.read_text()) if HINTS.exists() else {}
    tasks = [(path, place, part.name, n, SLICES,
              None if learn else hints.get(part.name, {}))
             for place, part in enumerate(parts) for n in range(SLICES)]
    totals = {part.name: Result(part.name) for part in parts}
    left = {part.name: SLICES for part in parts}
    failed = 0
    for name in missing:
        print(f"  {name:18} is not there yet")
    flags = multiprocessing.Array("b", len(parts), lock=False)
    with multiprocessing.Pool(jobs, begin, (flags,)) as pool:
        for result in pool.imap_unordered(work, tasks):
            add(totals[result.name], result)
            left[result.name] -= 1
            if not left[result.name]:
                part = next(p for p in parts if p.name == result.name)
                failed += tell(totals[result.name], part)
            if first and (result.failures or result.error):
                tell(totals[result.name], next(
                    p for p in parts if p.name == result.name))
                pool.terminate()
                return 1
    asked = sum(t.asked for t in totals.values())
    seconds = time.monotonic() - start
    if any(t.error for t in totals.values()):
        return 2
    if learn:
        hints.update({t.name: t.stages for t in totals.values()})
        HINTS.write_text(json.dumps(hints, indent=0, sort_keys=True) + "\n")
    print(f"prove: {len(parts) - failed} parts proved, {failed} not proved; "
          f"{asked} questions, {seconds:.0f} s")
    return int(failed > 0 or not parts)


def add(total, result):
    total.asked += result.asked
    total.seconds += result.seconds
    total.failures += result.failures
    total.stages.update(result.stages)
    total.error = total.error or result.error
    if result.slowest > total.slowest:
        total.slowest, total.slow = result.slowest, result.slow


def tell(total, part):
    """Prints a part's verdict; 1 if it is not proved."""
    exercise = f"  exercise {part.exercise}" if part.exercise else ""
    if MISSING in total.error:
        print(f"  {total.name:18} is not written yet{exercise}", flush=True)
        return 1
    if total.error:
        print(f"  {total.name:18} CANNOT BE READ{exercise}: {total.error}",
              flush=True)
        return 1
    verdict = "NOT PROVED" if total.failures else "proved"
    print(f"  {total.name:18} {verdict:11}{total.asked:5} questions "
          f"{total.seconds:6.1f} s of processor, at most "
          f"{total.slowest:.1f} s for one{exercise}", flush=True)
    if total.slowest > LONG:
        print(f"    the longest: {total.slow}")
    shown = set()
    for group, lines in total.failures:
        if group not in shown:
            print("\n".join(lines), flush=True)
        shown.add(group)
    return int(bool(total.failures))
