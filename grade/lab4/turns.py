"""What user/tests/turns.c reports, and what it should: the same children,
scheduled here."""

import struct
from dataclasses import dataclass, field

from grade.ops import words as w
from grade.verdict import check

CIRCLES, CIRCLE_MAX, TURNS, MIXES, CHILDREN = 256, 8, 12, 4, 3
READY, DONE, CRASHED = range(3)
STATES = ("ready", "done", "crashed")
VECTORS = {1: 0, 2: 6, 3: 14}       # of enum how
PHASE_NEXT, PHASE_TURN, PHASE_RUN = 1, 2, 3
BEGIN, STEP, START, TURN, MIX, PHASE = range(6)      # turns.c's enum look
WORDS = 5                           # of a turn
_TURN = struct.Struct(f"<{WORDS}Q")
_MIX = struct.Struct(f"<Q{WORDS * CHILDREN}Q")
_NEXT = struct.Struct(f"<{CIRCLES}Q")


@dataclass
class Task:
    """A task as it is after a turn."""
    answer: int
    state: int
    turns: int
    status: int
    vector: int
    steps: int = 0      # that the child had made by then

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
    """What the program answered, and who was seen at work.

    phase: what is complete; end: how the program ended, if not well.
    """

    SIZE = 8 + TURNS * _TURN.size + MIXES * _MIX.size + _NEXT.size

    def __init__(self, seed):
        self.seed, self.phase, self.end = seed, 0, ""
        self.owner = None       # whose tables turns.c itself runs in
        self.steps, self.spaces = [], {}
        self.at_turn, self.at_mix = {}, {}
        self.read(bytes(self.SIZE))

    def look(self, look, which, space):
        """turns.c has called turns_look, in those tables."""
        if look == BEGIN:
            self.owner = space
        elif look == STEP and self._is_childs(which, space):
            self.steps.append(which)
        elif look == START:
            self.steps, self.spaces = [], {}
        elif look == TURN:
            self.at_turn[which] = len(self.steps)
        elif look == MIX:
            self.at_mix[which] = self.steps
        elif look == PHASE:
            self.phase = which

    def _is_childs(self, child, space):
        """Whether these are the tables of that child, and of nobody else: of
        what a scheduler does in a child's place nothing counts."""
        known = self.spaces.setdefault(child, space)
        return known == space != self.owner and \
            list(self.spaces.values()).count(space) == 1

    def read(self, data):
        """Takes the words of turns_report."""
        self.none, = struct.unpack_from("<Q", data)
        at = 8
        self.turns = [Task(*_TURN.unpack_from(data, at + i * _TURN.size),
                           self.at_turn.get(i, 0)) for i in range(TURNS)]
        at += TURNS * _TURN.size
        self.mixes = []
        for i in range(MIXES):
            turns, *words = _MIX.unpack_from(data, at)
            at += _MIX.size
            tasks = [Task(*words[WORDS * k:WORDS * (k + 1)])
                     for k in range(CHILDREN)]
            self.mixes.append(Mix(turns, tasks, self.at_mix.get(i, [])))
        self.next = _NEXT.unpack_from(data, at)

    def reached(self, phase, rule, asked):
        """Wrong unless the program came so far."""
        check(self.phase >= phase, rule, asked,
              self.end or f"the program came to phase {self.phase} alone")


def circles(dice):
    """[(states, last, the task that is next)] as turns.c asks for them."""
    found = []
    for _ in range(CIRCLES):
        count = 1 + dice.below(CIRCLE_MAX)
        states = [dice.below(3) for _ in range(count)]
        last = dice.below(count)
        order = [(last + step) % count for step in range(1, count + 1)]
        ready = [n for n in order if states[n] == READY]
        found.append((states, last, ready[0] if ready else count))
    return found


@dataclass
class Plan:
    """All that a seed says."""
    circles: list
    status: int         # of the child that yields
    later: int          # of the one whose lease ends first
    pretended: int      # what a third one writes
    mixes: list


def plan(seed):
    """The Plan of a seed, drawn in turns.c's order."""
    dice = Dice(seed)
    found = circles(dice)
    status, later = 1 + dice.below(90), 1 + dice.below(90)
    return Plan(found, status, later, 1 + dice.below(90), mixes(dice))


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
        part = ["compute"] * self.work
        self.steps = (part + ["yield"]) * self.yields + part + ["end"]

    def turn(self, log, number):
        """One turn; the state that it ends in."""
        step = self.steps.pop(0)
        log.append(number)
        if step == "end":
            return CRASHED if self.how else DONE
        return READY    # it has yielded, or its lease has ended


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
    lease, work, yields = dice.below(2), dice.below(4), dice.below(4)
    how, status = dice.below(6), dice.below(90)
    return Child(lease, work if lease else 0, yields, how if how < 4 else 0,
                 status)


def mixes(dice):
    """[(children in words, Mix)] as turns.c makes them."""
    found = []
    for _ in range(MIXES):
        children = [_child(dice) for _ in range(CHILDREN)]
        told = "; ".join(
            f"{n}: {'a' if c.lease else 'no'} lease, which ends {c.work} "
            f"times a round, "
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
