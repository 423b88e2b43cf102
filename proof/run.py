"""Asks all the questions of some parts, in several processes at once, and
prints what came of it."""

import json
import multiprocessing
import sys
import time
from pathlib import Path

import z3

from proof import explain, lemmas, queries, record, theorems
from proof.ir import Module, Unsupported
from proof.operation import Proof
from proof.parts import PARTS

TASKS = 2       # for each process, at least: parts are cut in slices for that
# How much of what is given was enough the last time, by question: a matter of
# speed alone. A record's proof writes it, and `--learn`, which looks longer.
HINTS = Path(__file__).parent / "hints.json"
MISSING = "@exercise_missing"   # what a starter calls
LONG = 15       # seconds; a question that takes longer is named
GIVE_UP = 3     # a slice ends after so many questions that Z3 cannot tell
# How often is told how far it is, in seconds: on a terminal, and elsewhere.
OFTEN, SELDOM = 1, 60
ALL_PROVED, SOME_REFUTED, NOT_TRIED, SOME_UNKNOWN = range(4)   # exit status


shared = None     # in each process: counters that all of them have


class Shared:
    """What the processes tell each other: which parts have a counterexample,
    and how many questions were asked."""

    def __init__(self, count):
        self.refuted = multiprocessing.Array("b", count, lock=False)
        self.asked = multiprocessing.Value("l", 0)


def begin(counters):
    """In each process of the pool."""
    global shared         # pylint: disable=global-statement
    shared = counters


class Result:
    """What one slice of a part came to; it goes from process to process."""

    def __init__(self, name):
        self.name, self.asked, self.seconds = name, 0, 0.0
        self.slowest, self.slow = 0.0, ""
        self.failures, self.unknown = [], []
        self.error, self.stages = "", {}


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
            if shared and shared.refuted[place]:
                break
            note(result, name, answer)
            if answer.proved:
                continue
            refuted = answer.verdict == queries.REFUTED
            told = result.failures if refuted else result.unknown
            told.append((answer.query.group, explain.lines(proof, answer)))
            if shared and refuted:
                shared.refuted[place] = 1
            if refuted or len(result.unknown) == GIVE_UP:
                break
    except Unsupported as error:
        result.error = str(error)
    result.seconds = time.process_time() - start
    return result


def note(result, name, answer):
    result.asked += 1
    if shared:
        with shared.asked.get_lock():
            shared.asked.value += 1
    if answer.stage and name:
        result.stages[name] = answer.stage
    if answer.seconds > result.slowest:
        result.slowest, result.slow = answer.seconds, answer.query.what


def there(module, parts):
    """Those whose function the IR has; the others' names."""
    have = [p for p in parts if p.function is None or
            "@" + p.function in module.functions]
    return have, [p.name for p in parts if p not in have]


def solver():
    return f"z3 {z3.get_version_string()}"


def functions(parts):
    return [(part.name, part.function) for part in parts]


def prove(path, parts, jobs, first=False, learn=False, cached=False,
          recorded=False):
    """The exit status: ALL_PROVED, ..."""
    start = time.monotonic()
    parts, missing = there(Module(path), parts)
    for name in missing:
        print(f"  {name:18} is not there yet")
    before = set()
    if cached:
        before = record.proved_before(path, functions(parts), solver())
    for name in sorted(before):
        print(f"  {name:18} was proved before, and is as it was")
    asked_of = [part for part in parts if part.name not in before]
    totals = ask_all(path, asked_of, jobs, first, learn)
    verdicts = [verdict(totals[part.name]) for part in asked_of]
    if NOT_TRIED in verdicts:
        return NOT_TRIED
    if learn or recorded:
        write_hints(totals)
    asked = sum(t.asked for t in totals.values())
    refuted, unknown = (verdicts.count(v) for v in (SOME_REFUTED,
                                                    SOME_UNKNOWN))
    print(f"prove: {len(parts) - refuted - unknown} parts proved, {refuted} "
          f"refuted, {unknown} unknown; {asked} questions, "
          f"{time.monotonic() - start:.0f} s")
    if refuted or not parts:
        return SOME_REFUTED
    return SOME_UNKNOWN if unknown else ALL_PROVED


def ask_all(path, parts, jobs, first, learn):
    """What came of each part, by name; tells of each once it is known."""
    hints = json.loads(HINTS.read_text()) if HINTS.exists() else {}
    # A slice costs what the part's execution costs: not more than needed. The
    # longest first, as far as can be known.
    slices = -(-TASKS * jobs // max(len(parts), 1)) if jobs > 1 else 1
    order = sorted(enumerate(parts), reverse=True,
                   key=lambda p: len(hints.get(p[1].name, {})))
    tasks = [(path, place, part.name, n, slices,
              None if learn else hints.get(part.name, {}))
             for place, part in order for n in range(slices)]
    totals = {part.name: Result(part.name) for part in parts}
    left = {part.name: slices for part in parts}
    by_name = {part.name: part for part in parts}
    counters, start = Shared(len(parts)), time.monotonic()
    with multiprocessing.Pool(jobs, begin, (counters,)) as pool:
        results = pool.imap_unordered(work, tasks)
        for _ in tasks:
            result = wait(results, lambda: progress(
                counters.asked.value, sum(not n for n in left.values()),
                len(parts), time.monotonic() - start))
            add(totals[result.name], result)
            left[result.name] -= 1
            ends = first and (result.failures or result.error)
            if not left[result.name] or ends:
                tell(totals[result.name], by_name[result.name])
            if ends:
                pool.terminate()
                break
    return totals


def wait(results, meanwhile):
    """The next result; from time to time it is told how far it is."""
    terminal = sys.stderr.isatty()
    while True:
        try:
            result = results.next(OFTEN if terminal else SELDOM)
        except multiprocessing.TimeoutError:
            meanwhile()
            continue
        if terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        return result


def progress(asked, done, parts, seconds):
    terminal = sys.stderr.isatty()
    print(f"{chr(13) if terminal else ''}  ... {asked} questions, {done} of "
          f"{parts} parts, {seconds:.0f} s", end="" if terminal else "\n",
          file=sys.stderr, flush=True)


def write_hints(totals):
    hints = json.loads(HINTS.read_text()) if HINTS.exists() else {}
    hints.update({t.name: t.stages for t in totals.values()})
    HINTS.write_text(json.dumps(hints, indent=0, sort_keys=True) + "\n")


def add(total, result):
    total.asked += result.asked
    total.seconds += result.seconds
    total.failures += result.failures
    total.unknown += result.unknown
    total.stages.update(result.stages)
    total.error = total.error or result.error
    if result.slowest > total.slowest:
        total.slowest, total.slow = result.slowest, result.slow


def verdict(total):
    """What the exit status is if it is up to this part."""
    if total.error:
        return NOT_TRIED
    if total.failures:
        return SOME_REFUTED
    return SOME_UNKNOWN if total.unknown else ALL_PROVED


SAID = {ALL_PROVED: "proved", SOME_REFUTED: "REFUTED", SOME_UNKNOWN: "UNKNOWN"}


def tell(total, part):
    """Prints a part's verdict, and of each kind of question the first that
    failed."""
    exercise = f"  exercise {part.exercise}" if part.exercise else ""
    if MISSING in total.error:
        print(f"  {total.name:18} is not written yet{exercise}", flush=True)
        return
    if total.error:
        print(f"  {total.name:18} CANNOT BE READ{exercise}: {total.error}",
              flush=True)
        return
    print(f"  {total.name:18} {SAID[verdict(total)]:8}{total.asked:5} "
          f"questions {total.seconds:6.1f} s of processor, at most "
          f"{total.slowest:.1f} s for one{exercise}", flush=True)
    if total.slowest > LONG:
        print(f"    the longest: {total.slow}")
    shown = set()
    for group, lines in total.failures or total.unknown:
        if group not in shown:
            print("\n".join(lines), flush=True)
        shown.add(group)
