"""Scripts for the harness (grade/ops/harness.c): steps in, answers out.

    with Session(build, symbols) as session:
        answers = session.run([operation(1, OP_ALLOC, frame, 1, MEMORY, 1)])
        machine = session.read()        # the books and tables, a Model

A step is made by one of the functions below. An argument may be a list of
words: it goes into the script's second part, comes back in the answer's
`words`, and the harness gets its place.
"""

import struct
from dataclasses import dataclass, field

from grade import abi
from grade.guest import TOP, Guest
from grade.ops import state

FILES = {"xo5.cfg": b'set xo5_arguments="harness"\n'}
STEPS_MAX, STEP_WORDS, MORE_WORDS = 4096, 8, 32760
MORE_AT = 8 + STEPS_MAX * STEP_WORDS
MISSING = 1 << 63           # an answer: the exercise is not written
ABSENT = MISSING | 1        # an answer: this lab does not have it
NAME_BYTES = 80             # of an exercise's name
WORD = (1 << 64) - 1

(OPERATION, BOOT, IS_FREE, TAKE, DROP, CLEAN, FLUSH, UPCALL, LOAD, SAVE,
 BACK, EXPIRE, STORE, ENTER, STALE) = range(1, 16)
FORGOTTEN = 1 << 32         # in the answer of stale()

# struct trap_frame of arch/frame.h.
FRAME = ("rax rbx rcx rdx rsi rdi rbp r8 r9 r10 r11 r12 r13 r14 r15 vector "
         "error rip cs rflags rsp ss").split()
OPERATIONS = abi.constants(TOP / "kernel/abi/operations.h")
OP_CREATE, OP_ALLOC = OPERATIONS["OP_CREATE"], OPERATIONS["OP_ALLOC"]
OP_ATTACH, OP_UPDATE = OPERATIONS["OP_ATTACH"], OPERATIONS["OP_UPDATE"]
OP_SWAP = OPERATIONS["OP_SWAP"]


@dataclass
class Step:
    """One call of the harness."""
    what: int
    me: int = 0
    number: int = 0
    args: tuple = ()


@dataclass
class Answer:
    """What a step answered: a word; or `missing`, the name of an exercise
    that is not written or that this lab does not have."""
    value: int
    missing: str = ""
    words: list = field(default_factory=list)


def operation(me, number, *args):
    """operation_dispatch."""
    return Step(OPERATION, me, number, args)


def stale(me, number, *args):
    """operation_dispatch, while the processor knows a translation that the
    tables no longer hold: the answer, with FORGOTTEN if it has forgotten."""
    return Step(STALE, me, number, args)


def frame_boot(limit, regions, kept):
    """frame_boot with (start, end, kind) and (start, end) of physical
    memory, after the records of frames below `limit` became zeros."""
    return Step(BOOT, args=(
        limit, [word for region in regions for word in region], len(regions),
        [word for span in kept for word in span], len(kept)))


def frame_is_free(frame, level):
    """frame_is_free: 0 or 1."""
    return Step(IS_FREE, args=(frame, level))


def frame_take(frame, kind, level, owner):
    """frame_take."""
    return Step(TAKE, args=(frame, kind, level, owner))


def frame_drop(frame):
    """frame_drop."""
    return Step(DROP, args=(frame,))


def frame_clean(frame):
    """frame_clean: an error."""
    return Step(CLEAN, args=(frame,))


def flush_change(before, after):
    """flush_change: 1 if the processor has forgotten its translations, 0 if
    it still knows one that the tables no longer hold."""
    return Step(FLUSH, args=(before, after))


def upcall_deliver(process, registers, entry, address):
    """upcall_deliver: 0 or 1, and the frame's words as they are then.
    registers: {name of FRAME: value}."""
    return Step(UPCALL, process, args=(_frame(registers), entry, address))


def enter_load(process, registers):
    """enter_load: 0 or 1, and the frame's words."""
    return Step(LOAD, process, args=(_frame(registers),))


def enter_save(process, registers, address):
    """enter_save."""
    return Step(SAVE, process, args=(_frame(registers), address))


def cpu_back(reason):
    """cpu_back."""
    return Step(BACK, args=(reason,))


def cpu_expire(now):
    """cpu_expire: 0 or 1."""
    return Step(EXPIRE, args=(now,))


def store(address, word):
    """One word into physical memory."""
    return Step(STORE, args=(address, word))


def enter_operation(number, *args):
    """enter_operation of the process that runs: what rax is to hold."""
    return Step(ENTER, 0, number, args)


def _frame(registers):
    return [registers.get(name, 0) for name in FRAME]


def registers_of(answer):
    """{name: value} of an answer's frame."""
    return dict(zip(FRAME, answer.words))


class Failed(Exception):
    """The machine did not come back from a script; str() says why."""


class Session:
    """A machine that stands before ring 3 and runs scripts.

    options: Machine's keyword arguments. at: after a Failed, the number of
    the step (from 0, of the steps given to run) that did not come back.
    asked: how many steps a test has asked for; what came before those in
    hand is `before`.
    """

    def __init__(self, build, symbols, options=None):
        self.options = dict(options or {}, files=FILES)
        self.guest = Guest(build, symbols, self.options)
        self.at = self.asked = self.before = 0

    def case(self):
        """The number of the step in hand, of all that the test asked for,
        from 1; None before the first."""
        in_hand = self.asked - self.before
        return self.before + min(self.at + 1, in_hand) or None

    def begin(self, asked=0):
        """A test begins, or begins again after so many steps."""
        self.asked = self.before = asked
        self.at = 0

    def __enter__(self):
        self.guest.__enter__()
        try:
            self._go_on()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *error):
        self.guest.__exit__(*error)

    def read(self):
        """The machine's books and tables, as a Model."""
        return state.read(self.guest)

    def run(self, steps):
        """Runs the steps; an Answer for each. Failed if one of them ended
        the machine."""
        answers, self.at, self.before = [], 0, self.asked
        while len(answers) < len(steps):
            part = self._fill(steps[len(answers):])
            try:
                self._go_on()
            except Failed:
                self.at = len(answers) + self._case() - 1
                raise
            answers += self._answers(part)
        self.at = len(answers)
        return answers

    def end(self):
        """Lets the kernel go on to ring 3."""
        self._poke(0, [0])
        self.guest.machine.go()

    # ---- one stop to the next ---------------------------------------------

    def _go_on(self):
        machine = self.guest.machine
        machine.begin_anew()
        if not self.guest.run_to("STAGE_PROBED"):
            raise Failed(self.guest.why())
        self.place = self.guest.observe("OBSERVED_PROBE_OUT")

    def _case(self):
        """The step that the harness works on, from 1."""
        try:
            return self.guest.observe("OBSERVED_PROBE_CASE")
        except (ValueError, OSError):
            return 1

    def _poke(self, word, words):
        self.guest.machine.poke(self.place + 8 * word,
                                struct.pack(f"<{len(words)}Q", *words))

    def _fill(self, steps):
        """Writes as many steps as there is room for; returns
        [(step, [(first word, how many)])] of them."""
        words, more, part, self.at = [], [], [], 0
        for step in steps[:STEPS_MAX]:
            size = sum(len(arg) for arg in step.args
                       if isinstance(arg, list))
            if len(more) + size > MORE_WORDS:
                break
            args, places = [], []
            for arg in step.args:
                if isinstance(arg, list):
                    places.append((len(more), len(arg)))
                    args.append(len(more))
                    more += arg
                else:
                    args.append(arg)
            args += [0] * (5 - len(args))
            words += [step.what, step.me, step.number, *args]
            part.append((step, places))
        if not part:
            raise ValueError("a step's arrays are too large")
        self.asked += len(part)
        self._poke(0, [len(part)])
        self._poke(8, [word & WORD for word in words])
        self._poke(MORE_AT, [word & WORD for word in more])
        return part

    def _answers(self, part):
        words = self.guest.words(self.place + 64, len(part) * STEP_WORDS)
        found = []
        for n, (step, places) in enumerate(part):
            value, name = words[n * STEP_WORDS:n * STEP_WORDS + 2]
            answer = Answer(value)
            if value == ABSENT:
                answer.missing = f"step {step.what} (not in this lab)"
            elif value == MISSING:
                answer.missing = self._name(name)
            for at, count in places:
                answer.words += self.guest.words(
                    self.place + 8 * (MORE_AT + at), count)
            found.append(answer)
        return found

    def _name(self, address):
        data = self.guest.machine.physical(address, NAME_BYTES)
        return data.split(b"\0")[0].decode("ascii", "replace")
