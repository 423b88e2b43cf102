"""Sequences of operations, sensible and hostile, from a seed; each with the
answer that the contracts promise."""

import random

from grade.ops import lives, moves
from grade.ops import words as w
from grade.ops.script import OP_ALLOC, cpu_expire, operation

HOSTILE = 0.33          # of all steps
ENDS = 0.04             # of all steps are one of cpu_expire
TRIES = 40
FREE_WANTED = 32
LARGE_FROM = 1200       # steps in all: then 2 MiB are cleared once
MOVES = (
    (10, moves.clean), (14, moves.make), (2, moves.make_large),
    (6, moves.give_back), (3, moves.take_over), (4, moves.claim),
    (16, moves.attach), (12, moves.attach_shared),
    (8, moves.attach_accepted), (14, moves.change), (5, moves.mark_vital),
    (10, moves.post), (12, moves.move), (6, moves.exchange),
    (5, lives.create), (2, lives.adopt), (4, lives.end),
    (9, lives.clear_dead), (3, lives.group), (2, lives.accept_cpu),
    (5, lives.hand))


class Place:
    """What moves are made from: the model and what is known of it.

    known: frames that are or were resources; free: clean ones; posted:
    entries where acceptances were posted; kept: frames that are not given
    back, or nothing could go on.
    """

    def __init__(self, model, seed):
        self.model, self.random = model, random.Random(seed)
        self.free, self.posted, self.queue = [], [], []
        frames = model.frames.items()
        devices = [n for n, f in frames if f.kind == w.DEVICE]
        self.kernel = [n for n, f in frames if f.kind == w.KERNEL][:64]
        self.known = [n for n, f in frames
                      if f.kind in (w.MEMORY, w.TABLE)]
        self.known += self.random.sample(devices, min(3, len(devices)))
        # Frames that are no RAM, or not there at all.
        self.odd = [0xa0, 0xffff, max((end for _, end in model.ram),
                                      default=0), w.FRAMES_MAX - 1]
        self.odd += devices[:2] + devices[-1:]
        self.kept = {model.processes[w.INIT].table,
                     model.processes[w.INIT].context}
        start, end = max(model.ram, key=lambda span: span[1] - span[0],
                         default=(0, 0))
        self.next_dirty, self.last = (start + end) // 2, end

    # ---- picking ----------------------------------------------------------

    def chance(self, probability):
        """True that often."""
        return self.random.random() < probability

    def pick(self, choices):
        """One of them, or None."""
        return self.random.choice(choices) if choices else None

    def shuffled(self, items):
        """The same in another order."""
        return self.random.sample(items, len(items))

    def find(self, fits):
        """A known frame n for which fits(n, record), or None."""
        return self.pick([n for n in self.known
                          if fits(n, self.model.frame(n))])

    def find_entry(self, fits):
        """A live entry for which fits(name, word), or None; none of the
        directory's."""
        names = list(self.model.entries)
        start = self.random.randrange(len(names)) if names else 0
        for name in names[start:] + names[:start]:
            word = self.model.entries[name]
            if word & w.P and not self.model.is_directory(name) and \
                    fits(name, word):
                return name
        return None

    def live(self):
        """All live processes."""
        return [n for n, p in enumerate(self.model.processes)
                if p.state == w.LIVE]

    def family(self, me):
        """Me and my live children."""
        return [n for n in self.live() if self.model.is_mine(me, n)]

    def dirty_frame(self):
        """The next dirty unit to be cleared."""
        dropped = [n for n in self.known
                   if self.model.frame(n).kind == w.DIRTY]
        if dropped and self.chance(0.5):
            return self.pick(dropped)
        while self.next_dirty < self.last and \
                self.model.frame(self.next_dirty).kind != w.DIRTY:
            self.next_dirty += 1
        return self.next_dirty

    # ---- following --------------------------------------------------------

    def learn(self, me, number, args, answer):
        """Keeps what is known up to date after a call."""
        if answer == w.OK and number == OP_ALLOC:
            n, level, kind = args[:3]
            if kind == w.FREE and self.model.frame(n).kind == w.FREE:
                if level == 1:
                    self.free.append(n)
                if n in self.known:
                    self.known.remove(n)
            elif n in self.free:
                self.free.remove(n)
            if kind != w.FREE and n not in self.known:
                self.known.append(n)
        if answer == w.OK and len(args) > 1 and args[1] & w.ACCEPT_MARK:
            self.posted = self.posted[-40:] + [args[0]]

    def clear_large(self):
        """Plans to clear 2 MiB, frame by frame, to take them, and to give
        them back once."""
        start = (self.next_dirty + 1024) & -512
        if start + 512 > self.last:
            return
        self.queue = [(w.INIT, OP_ALLOC, (n, 1, w.FREE, 0))
                      for n in range(start, start + 512)]
        use = [(start, 2, w.MEMORY, w.INIT), (start, 2, w.FREE, 0)]
        use += [(start, 2, w.FREE, 0)] * 32 + use[:1]
        self.queue += [(w.INIT, OP_ALLOC, args) for args in use]

    # ---- the next call ----------------------------------------------------

    def call(self):
        """(me, number, arguments) of the next call."""
        if self.queue:
            return self.queue.pop(0)
        me, number, args = self._sensible()
        if not self.queue and self.chance(HOSTILE):
            me, number, args = self._hostile(me, number, args)
        return me, number, args

    def _sensible(self):
        for _ in range(TRIES):
            live = self.live()
            me = self.pick(live)
            if self.chance(0.4):
                me = self.random.choice((w.INIT, self.model.running or me))
            elif self.chance(0.15):
                me = self._awaited(me)
            if len(self.free) < FREE_WANTED and self.chance(0.3):
                return me, *moves.clean(self, me)
            weights, functions = zip(*MOVES)
            found = self.random.choices(functions, weights)[0](self, me)
            if found:
                return me, *found
        return w.INIT, *moves.clean(self, w.INIT)

    def _awaited(self, me):
        """A process from which an entry accepts something; else me."""
        words = [self.model.entry(name) for name in self.posted]
        givers = [word >> 8 & 255 for word in words if word and not word & 1]
        return self.pick([n for n in givers if n in self.live()]) or me

    def _hostile(self, me, number, args):
        """The call with something wrong in it, most of the time."""
        args = list(args)
        if self.chance(0.12):
            return self.pick(self.live()), number, tuple(args)
        if self.chance(0.03):
            return me, self.random.choice((5, 6, 256, 1 << 31, w.WORD)), args
        at = self.random.randrange(len(args))
        args[at] = self._bad(args[at]) & w.WORD
        if self.chance(0.15):
            at = self.random.randrange(len(args))
            args[at] = self._bad(args[at]) & w.WORD
        return me, number, tuple(args)

    def _bad(self, value):
        """Another value for an argument."""
        model, choice = self.model, self.random.choice
        frame = self.pick(self.known)
        what = self.random.randrange(13)
        if what == 0:
            return choice((0, 1, 2, 3, 6, 255, 256, 257, 512))
        if what == 1:
            return choice((w.FRAMES_MAX - 1, w.FRAMES_MAX, w.ENTRIES_MAX - 1,
                           w.ENTRIES_MAX, 1 << 40, 1 << 52, 1 << 63, w.WORD,
                           value | 1 << 52, value | 1 << 63))
        if what == 2:
            return value + choice((-1, 1, 512, -512, 1 << 16))
        if what == 3:
            return value ^ 1 << self.random.randrange(12)
        if what == 4:
            return self.pick(self.kernel) or 0
        if what == 5:
            return choice((model.directory, model.slot_name(0),
                           model.slot_name(model.running or 1),
                           model.slot_name(300)))
        if what in (6, 7):
            return frame
        if what == 12:
            odd = choice(self.odd)
            return choice((odd, odd * 512 + choice(moves.INDEXES)))
        if what in (8, 9):
            return frame * 512 + choice(moves.INDEXES)
        if what == 10 and model.entries:
            return choice(list(model.entries))
        return choice(list(model.entries.values()) or [0])


def unruly(model, me, number, args):
    """True for what the kernel itself never asks for: the CPU handed over
    by a process that has none."""
    return (number == 4 and me != model.running
            and all(model.is_directory(name) for name in args[:2]))


def steps(model, seed, count, large=True):
    """[(Step, expected answer)], made of the model's state, which goes on
    with each. large: also what needs 2 MiB to be cleared first."""
    place, found = Place(model, seed), []
    large = large and count >= LARGE_FROM
    while len(found) < count:
        if place.chance(ENDS) and model.processes[model.running].lease:
            lease = model.processes[model.running].lease
            now = max(0, lease + place.random.randrange(-1, 2))
            found.append((cpu_expire(now), model.expire(now)))
            continue
        if large and not place.queue and len(found) > count // 4:
            large = False
            place.clear_large()
        me, number, args = place.call()
        if unruly(model, me, number, args):
            continue
        answer = model.call(me, number, args)
        place.learn(me, number, args, answer)
        found.append((operation(me, number, *args), int(answer)))
    return found


def text(step, answer=None):
    """A step as reports show it."""
    if step.what == 12:
        return f"cpu_expire({step.args[0]})"
    if step.what != 1 or step.number >= len(w.OPERATIONS):
        words = ", ".join(f"{arg:#x}" for arg in step.args)
        return f"step {step.what} number {step.number:#x} ({words})"
    names = []
    for arg in step.args:
        big = arg >= 512 << 8 and arg < w.ENTRIES_MAX
        names.append(f"{arg // 512:#x}*512+{arg % 512}" if big
                     else f"{arg:#x}")
    told = "" if answer is None else f" = {w.Error(answer).name}"
    return (f"process {step.me}: {w.OPERATIONS[step.number]}"
            f"({', '.join(names)}){told}")
