"""Exercise 4.3: a scheduler in user space. user/tests/turns.c asks it; what
its children do is seen from outside, step by step."""

import pytest

from grade.lab4 import turns
from grade.lab4.turns import CRASHED, DONE, READY, Task
from grade.ops.words import E_MATCH, OK
from grade.verdict import check

NEXT = "sched_next is the first that is ready, once around the circle"
TURN = "after a turn the task is what its record and its context say"
RUN = "turn by turn, one after the other, until no task is ready"


@pytest.fixture
def report(programs, settings):
    """The report of the first seed."""
    return programs.report("sched", settings.seeds["sched"][0])


def test_sched_next(report):
    report.reached(turns.PHASE_NEXT, NEXT, "sched_next of circles of up to "
                   f"{turns.CIRCLE_MAX} tasks")
    for found, (states, last, wanted) in zip(
            report.next, turns.plan(report.seed).circles):
        names = ", ".join(turns.STATES[state] for state in states)
        check(found == wanted, NEXT,
              f"tasks {names}; count {len(states)}, last {last}",
              f"it answered {found}\n       where {wanted} is right")


def judge(report, cases):
    """Turns of the report against what they should be."""
    report.reached(turns.PHASE_TURN, TURN, "sched_turn of a child")
    for number, about, wanted in cases:
        found = report.turns[number]
        asked = f"sched_turn of {about}"
        check(found.answer == wanted.answer and found.state == wanted.state
              and found.turns == wanted.turns
              and found.status == wanted.status
              and found.vector == wanted.vector, TURN, asked,
              f"{found}\n       where {wanted} is right")
        check(found.steps == wanted.steps, TURN, asked,
              f"the child came to step {found.steps} of what it does\n"
              f"       where {wanted.steps} is right: mind the lease")


def test_sched_turn_ready(report):
    judge(report, (
        (0, "a child that yields", Task(OK, READY, 1, 0, 0, 1)),
        (2, "a child that computes until its lease ends",
         Task(OK, READY, 1, 0, 0, 1))))


def test_sched_turn_done(report):
    plan = turns.plan(report.seed)
    judge(report, (
        (1, f"a child that then ends with {plan.status}",
         Task(OK, DONE, 2, plan.status, 0, 2)),
        (3, f"a child that ends with {plan.later} after its lease ended",
         Task(OK, DONE, 2, plan.later, 0, 2))))


def test_sched_turn_crashed(report):
    judge(report, (
        (4, "a child that divides by 0", Task(OK, CRASHED, 1, 0, 0, 1)),
        (5, "a child that stores where nothing is",
         Task(OK, CRASHED, 1, 0, 14, 1)),
        (9, "a child that wrote `status` and something like `ended`, and "
         "then ran what is no instruction", Task(OK, CRASHED, 2, 0, 6, 0))))


def test_sched_turn_pretended(report):
    judge(report, (
        (6, "a child that wrote `ended` and `status`, and yields",
         Task(OK, READY, 1, 0, 0, 0)),
        (7, "that child, which now faults",
         Task(OK, DONE, 2, turns.plan(report.seed).pretended, 0, 0)),
        (8, "a child that wrote `status` and something like `ended`, and "
         "yields", Task(OK, READY, 1, 0, 0, 0))))


def test_sched_turn_refused(report):
    judge(report, ((10, "a process that is not there",
                    Task(E_MATCH, CRASHED, 0, 0, 0, 0)),))


def _mixes(report):
    report.reached(turns.PHASE_RUN, RUN, "sched_run of no task, and of "
                   "mixes of 3 children")
    for (told, wanted), found in zip(turns.plan(report.seed).mixes,
                                     report.mixes):
        yield f"seed {report.seed}: {told}", wanted, found


def test_sched_run_order(report):
    for asked, wanted, found in _mixes(report):
        check(found.log == wanted.log, RUN, asked,
              f"the children's steps were {found.log}\n       where "
              f"{wanted.log} is right")


def test_sched_run_ends(report):
    for asked, wanted, found in _mixes(report):
        for n, (here, there) in enumerate(zip(found.tasks, wanted.tasks)):
            check(str(here) == str(there), RUN, f"{asked}: task {n}",
                  f"{here}\n       where {there} is right")


def test_sched_run_count(report):
    for asked, wanted, found in _mixes(report):
        check(found.turns == wanted.turns, "sched_run answers how many turns "
              "there were", asked, f"it answered {found.turns}\n       where "
              f"{wanted.turns} is right")
    check(report.none == 0, "sched_run answers how many turns there were",
          "sched_run(NULL, 0)", f"it answered {report.none}")


def test_sched_seeded(programs, settings):
    for seed in settings.seeds["sched"][1:]:
        for asked, wanted, found in _mixes(programs.report("more", seed)):
            check(found.log == wanted.log and found.turns == wanted.turns
                  and [str(t) for t in found.tasks]
                  == [str(t) for t in wanted.tasks], RUN, asked,
                  f"the steps were {found.log}, in {found.turns} turns\n"
                  f"       where {wanted.log}, in {wanted.turns} turns, is "
                  "right")
