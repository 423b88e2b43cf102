"""What user/tests/turns.c reports, and what it should: the same children,
scheduled here."""

import struct
from dataclasses import dataclass, field

from grade.ops import words as w
from grade.verdict import check

CIRCLE_MAX, TURNS, MIXES, CHILDREN, LOG_MAX = 5, 12, 4, 3, 63
READY, DONE, CRASHED = range(3)
STATES = ("ready", "done", "crashed")
LEASES = (0, 1, 2, 3, 5, 8)
VECTORS = {1: 0, 2: 6, 3: 14}       # of enum how
PHASE_NEXT, PHASE_TURN, PHASE_RUN = 1, 2, 3
_TURN = struct.Struct("<6Q")
_MIX = struct.Struct(f"<Q{6 * CHILDREN}QQ{LOG_MAX}Q")


@dataclass
class Task:
    """A task as it is after a turn."""
    answer: int
    state: int
    turns: int
    status: int
    vector: int
    logged: int = 0     # how often children called or yielded by then

    def __str__(self):
        name = STATES[self.state] if self.state < 3 else self.state
        answer = w.Error(self.answer).name \
            if self.answer in w.Error._value2member_map_ else self.answer
        return (f"answer {answer}, {name}, turns {self.turns}, status "
                f"{self.status}, vector {self.vector}")


@dataclass
class Mix:
    """What became of a mix of children."""
    turns: int
    tasks: list
    log: list


class Report:
    """A report, taken apart; end: how the program ended, if not well."""

    SIZE = 16 + TURNS * _TURN.size + MIXES * _MIX.size + 2048

    def __init__(self, data, end, seed):
        self.end, self.seed = end, seed
        self.phase, self.none = struct.unpack_from("<QQ", data)
        at = 16
        self.turns = [Task(*_TURN.unpack_from(data, at + i * _TURN.size))
                      for i in range(TURNS)]
        at += TURNS * _TURN.size
        self.mixes = []
        for _ in range(MIXES):
            words = _MIX.unpack_from(data, at)
            at += _MIX.size
            tasks = [Task(*words[1 + 6 * i:7 + 6 * i])
                     for i in range(CHILDREN)]
            count = words[1 + 6 * CHILDREN]
            log = words[2 + 6 * CHILDREN:][:min(count, LOG_MAX)]
            self.mixes.append(Mix(words[0], tasks, list(log)))
        self.next = data[at:at + 2048]

    def reached(self, phase, rule, asked):
        """Wrong unless the program came so far."""
        check(self.phase >= phase, rule, asked,
              self.end or f"the program came to phase {self.phase} alone")


def circles():
    """(states, last, the task that is next) in the report's order."""
    for count in range(1, CIRCLE_MAX + 1):
        for number in range(3 ** count):
            states = [number // 3 ** i % 3 for i in range(count)]
            for last in range(count):
                order = [(last + step) % count
                         for step in range(1, count + 1)]
                ready = [n for n in order if states[n] == READY]
                yield states, last, ready[0] if ready else count


# ---- children, as turns.c makes them ----------------------------------------

@dataclass
class Child:
    """A child's plan, and how far it came."""
    lease: int
    work: int
    yields: int
    how: int
    status: int
    steps: list = field(default_factory=list)

    def __post_init__(self):
        part = ["operation"] * self.work
        self.steps = (part + ["yield"]) * self.yields + part + ["end"]

    def turn(self, log, number):
        """One turn; the state that it ends in."""
        left = self.lease
        while True:
            step = self.steps.pop(0)
            log.append(number)
            if step == "yield":
                return READY
            if step == "end":
                return CRASHED if self.how else DONE
            left -= 1
            if left == 0:
                return READY


class Dice:
    """The program's random numbers."""

    def __init__(self, seed):
        self.seed = seed

    def below(self, limit):
        """The next, in [0, limit)."""
        self.seed = (self.seed * 6364136223846793005
                     + 1442695040888963407) & w.WORD
        return (self.seed >> 33) % limit


def _child(dice):
    lease = LEASES[dice.below(6)]
    work, yields = dice.below(4), dice.below(4)
    how, status = dice.below(6), dice.below(90)
    return Child(lease, work, yields, how if how < 4 else 0, status)


def mixes(seed):
    """[(children in words, Mix)] of a seed."""
    dice, found = Dice(seed), []
    for _ in range(MIXES):
        children = [_child(dice) for _ in range(CHILDREN)]
        told = "; ".join(
            f"{n}: lease {c.lease}, {c.work} operations a round, "
            f"{c.yields} yields, " + (f"vector {VECTORS[c.how]}" if c.how
                                      else f"status {c.status}")
            for n, c in enumerate(children))
        tasks = [Task(0, READY, 0, 0, 0) for _ in children]
        log, turns, at = [], 0, 0
        while any(task.state == READY for task in tasks):
            if tasks[at].state == READY:
                task, child = tasks[at], children[at]
                task.state = child.turn(log, at)
                task.turns, turns = task.turns + 1, turns + 1
                task.status = child.status if task.state == DONE else 0
                task.vector = VECTORS[child.how] \
                    if task.state == CRASHED else 0
            at = (at + 1) % CHILDREN
        found.append((told, Mix(turns, tasks, log)))
    return found
