"""The abstract state of a machine, and what each operation does to it:
kernel/ops/operations.h said once more in Python, independently of the
kernel's C. A check that stands in a header is one `if` here, in its order.

A Model has
    frames      {number: Frame}, for all that is not dirty RAM of level 1
    ram         spans of frames that are, unless `frames` says otherwise
    processes   a Process for each slot; groups, a Group for each
    entries     {table * 512 + i: word}, of what is not empty: an entry as
                words.COMPARED leaves it, or an acceptance; the directory's
                slots are among them
    running     the process that has the CPU
    told        {frame: (event word, ring `taken`)} of contexts, and of
                pages that may become one, as far as their content is known
    extents     None, or both tables of a machine, as they were read
"""

from collections import Counter

from grade.ops import words as w
from grade.ops.links import NOTHING_TOLD, Links
from grade.ops.people import People
from grade.ops.words import (DEVICE, DIRTY, E_ALIGN, E_ALLOWANCE, E_BUSY,
                             E_GIVEN, E_KIND, E_LATER, E_LEVEL, E_LIVE,
                             E_MATCH, E_OPERATION, E_OWNER, E_RANGE,
                             E_SHARED, E_VITAL, ENTRIES, ENTRIES_MAX,
                             FRAMES_MAX, FREE, GIVEN, MEMORY, MORE, OK,
                             PROCESS_MAX, RESOURCES, TABLE)

try:
    from grade.ops.hands import Hands
except ModuleNotFoundError:     # it arrives with lab 4
    Hands = object
KINDS = (FREE,) + RESOURCES     # what alloc takes
NO_FRAME = w.Frame()


class Model(Links, People, Hands):
    """The state; create(), alloc(), attach(), update() and swap() answer a
    words.Error and change it as the contract says."""

    def __init__(self, depth, page_levels, directory):
        self.depth, self.page_levels = depth, page_levels
        self.directory = directory
        self.ram, self.frames, self.entries = [], {}, {}
        self.processes = [w.Process() for _ in range(PROCESS_MAX)]
        self.groups = [w.Group() for _ in range(w.C["GROUP_MAX"])]
        self.running = w.INIT
        self.told, self.extents = {}, None
        self.later = frozenset()    # operations that arrive in a later lab

    def copy(self):
        """Another model in the same state."""
        other = Model(self.depth, self.page_levels, self.directory)
        other.ram = list(self.ram)
        other.frames = {n: f.copy() for n, f in self.frames.items()}
        other.entries = dict(self.entries)
        other.processes = [p.copy() for p in self.processes]
        other.groups = [g.copy() for g in self.groups]
        other.running, other.told = self.running, dict(self.told)
        other.later = self.later
        return other

    def call(self, me, number, args):
        """Operation `number` of process `me`, as operation_dispatch."""
        if number >= len(w.OPERATIONS):
            return E_OPERATION
        if number in self.later:
            return E_LATER
        args = [arg & w.WORD for arg in args] + [0] * 5
        operation = getattr(self, w.OPERATIONS[number])
        return operation(me, *args[:w.ARGUMENTS[number]])

    # ---- looking ----------------------------------------------------------

    def is_ram(self, n):
        """True for a frame that is dirty unless its record differs."""
        return any(start <= n < end for start, end in self.ram)

    def frame(self, n):
        """The record of frame n. One that does not exist is not to be
        changed."""
        found = self.frames.get(n)
        if found is None:
            if not self.is_ram(n):
                return NO_FRAME
            found = self.frames[n] = w.Frame(kind=DIRTY, level=1)
        return found

    def owns(self, me, n):
        """process_owns: its owner, or its owner's parent."""
        owner = self.frame(n).owner
        return owner == me or self.processes[owner].parent == me

    def edits(self, me, n):
        """True if n is a table, and mine."""
        return self.frame(n).kind == TABLE and self.owns(me, n)

    def is_mine(self, me, process):
        """process_is_mine: me, or a live child of mine."""
        return (process < PROCESS_MAX
                and self.processes[process].state == w.LIVE
                and (process == me or self.processes[process].parent == me))

    def is_directory(self, entry):
        """True for an entry of the directory."""
        return entry // ENTRIES == self.directory

    def vital_forbids(self, me, n):
        """vital_forbids of core/vital.h."""
        frame = self.frame(n)
        return (frame.flags & w.VITAL_FRAME and frame.owner != me
                and self.processes[frame.owner].state == w.LIVE)

    def cost_of(self, n):
        """quota_of: the cost of the resource at frame n."""
        frame = self.frame(n)
        return w.cost(frame.kind, frame.level)

    def is_free(self, n, level):
        """frame_is_free: all of the unit is free and clean."""
        if any(self.covers(n & -w.level_frames(up), up) for up in (2, 3)):
            return False
        if level == 1:
            return self.frame(n).kind == FREE
        end = n + w.level_frames(level)
        if len(self.frames) < end - n:
            free = sum(n <= at < end and frame.kind == FREE
                       for at, frame in self.frames.items())
            return free == end - n
        return all(at in self.frames and self.frames[at].kind == FREE
                   for at in range(n, end))

    def covers(self, head, level):
        """True if the record at `head` is of one unit of that level, or of
        a larger one."""
        frame = self.frames.get(head)
        return (frame is not None and frame.level >= level
                and frame.kind in (MEMORY, DEVICE, DIRTY))

    def recount(self):
        """Both tables of extents, as the records make them: {index: count}
        of what is not 0."""
        twos = Counter(n // 512 for n, frame in self.frames.items()
                       if frame.kind == FREE)
        threes = Counter(n // 512 for n, count in twos.items()
                         if count == 512)
        return dict(twos), dict(threes)

    # ---- changing records -------------------------------------------------

    def charge(self, process, amount):
        """The process comes to own so much more (less, if negative)."""
        self.processes[process].owned += amount
        self.processes[process].allowance -= amount

    def take(self, n, kind, level, owner):
        """frame_take: a free unit becomes a resource."""
        self.told[n] = NOTHING_TOLD
        self.frames[n] = w.Frame(kind=kind, level=level, owner=owner)

    def drop(self, n):
        """frame_drop: a resource becomes a dirty unit, of nobody."""
        frame = self.frame(n)
        if frame.kind == TABLE:
            for i in range(ENTRIES):
                self.entries.pop(n * ENTRIES + i, None)
        level = 1 if frame.kind == TABLE else frame.level
        self.frames[n] = w.Frame(kind=DIRTY, level=level)

    def leave(self, n):
        """Its owner loses a resource, or has given it back: its cost goes
        back, and a vital mark off."""
        self.forget_vital(n)
        self.charge(self.frame(n).owner, -self.cost_of(n))

    def forget_vital(self, n):
        """vital_forget."""
        frame = self.frame(n)
        if frame.flags & w.VITAL_FRAME:
            frame.flags &= ~w.VITAL_FRAME
            self.processes[frame.owner].vitals -= 1

    def change_owner(self, n, owner):
        """A resource goes to another owner, with its cost."""
        self.leave(n)
        self.frame(n).owner = owner
        self.charge(owner, self.cost_of(n))

    def unref(self, n):
        """process_unref: one ref less; what was given back goes with the
        last."""
        frame = self.frame(n)
        frame.refs -= 1
        if frame.refs == 0 and frame.flags & GIVEN:
            self.leave(n)
            self.drop(n)

    # ---- alloc ------------------------------------------------------------

    def alloc(self, me, n, level, kind, owner):
        """Five things, by `kind` and by what the frame is."""
        if n >= FRAMES_MAX or not 1 <= level <= 5 or kind not in KINDS or \
                owner >= ENTRIES_MAX:
            return E_RANGE
        now = self.frame(n).kind
        if kind == FREE:
            return (self._clean(n, level) if now == DIRTY
                    else self._give_back(me, n, level))
        if now == FREE and kind != DEVICE:
            return self._make(me, n, level, kind, owner)
        if owner < PROCESS_MAX:
            return self._take_over(me, n, level, kind, owner)
        return self._claim(me, n, level, kind, owner)

    def _clean(self, n, level):
        frame = self.frame(n)
        if level != frame.level:
            return E_LEVEL
        return self.clean(n)

    def clean(self, n):
        """frame_clean."""
        frame = self.frame(n)
        frame.cleared += w.CLEAN_STEP
        if frame.cleared < w.level_frames(frame.level):
            return MORE
        for at in range(n, n + w.level_frames(frame.level)):
            self.frames[at] = w.Frame(kind=FREE, level=1)
        return OK

    def _give_back(self, me, n, level):
        frame = self.frame(n)
        if frame.kind not in (MEMORY, TABLE):
            return E_KIND
        if level != frame.level:
            return E_LEVEL
        if not self.owns(me, n):
            return E_OWNER
        if frame.flags & GIVEN:
            return E_GIVEN
        if frame.kind == TABLE and frame.live:
            return E_LIVE
        if self.vital_forbids(me, n):
            return E_VITAL
        if frame.refs:
            frame.flags |= GIVEN
            self.forget_vital(n)
        else:
            self.leave(n)
            self.drop(n)
        return OK

    def _make(self, me, n, level, kind, owner):
        if kind == MEMORY and level > self.page_levels or \
                kind == TABLE and not 2 <= level <= self.depth:
            return E_LEVEL
        unit = level if kind == MEMORY else 1
        if n % w.level_frames(unit):
            return E_ALIGN
        if not self.is_mine(me, owner):
            return E_OWNER
        if not self.is_free(n, unit):
            return E_BUSY
        if w.cost(kind, level) > self.processes[owner].allowance:
            return E_ALLOWANCE
        self.take(n, kind, level, owner)
        self.charge(owner, w.cost(kind, level))
        return OK

    def _differs(self, n, level, kind):
        """Why the frame is no resource of that kind and level, or OK."""
        frame = self.frame(n)
        if kind != frame.kind:
            return E_KIND
        return OK if level == frame.level else E_LEVEL

    def _take_over(self, me, n, level, kind, owner):
        frame, error = self.frame(n), self._differs(n, level, kind)
        if error:
            return error
        if owner != me or self.processes[frame.owner].parent != me:
            return E_OWNER
        if frame.flags & GIVEN:
            return E_GIVEN
        if self.vital_forbids(me, n):
            return E_VITAL
        if self.cost_of(n) > self.processes[me].allowance:
            return E_ALLOWANCE
        self.change_owner(n, me)
        return OK

    def _claim(self, me, n, level, kind, entry):
        frame, error = self.frame(n), self._differs(n, level, kind)
        if error:
            return error
        if not self.edits(me, entry // ENTRIES):
            return E_OWNER
        if w.entry_frame(self.entries.get(entry, 0)) != n:
            return E_MATCH
        if not frame.flags & GIVEN:
            return E_GIVEN
        if frame.refs != 1:
            return E_SHARED
        if self.cost_of(n) > self.processes[me].allowance:
            return E_ALLOWANCE
        self.change_owner(n, me)
        frame.flags &= ~GIVEN
        return OK

    # ---- create -----------------------------------------------------------

    def create(self, me, slot, table, context, allowance):
        """Makes a table a process, or adopts a child's child."""
        if not w.INIT <= slot < PROCESS_MAX or table >= FRAMES_MAX or \
                context >= FRAMES_MAX:
            return E_RANGE
        process = self.processes[slot]
        if process.state != w.UNUSED:
            if self.processes[process.parent].parent != me:
                return E_BUSY
            if (table, context) != (process.table, process.context):
                return E_MATCH
            return self.adopt(me, slot, allowance)
        error = self._process_parts(me, slot, table, context)
        if error == OK and not self.covers_allowance(me, allowance):
            error = E_ALLOWANCE
        if error == OK:
            self.link(me, slot, table, context, allowance)
        return error

    def _process_parts(self, me, slot, table, context):
        top, page = self.frame(table), self.frame(context)
        if (top.kind, top.level) != (TABLE, self.depth) or \
                (page.kind, page.level) != (MEMORY, 1):
            return E_KIND
        if top.owner != me or page.owner != me:
            return E_OWNER
        if (top.flags | page.flags) & GIVEN:
            return E_GIVEN
        if top.refs or top.live or page.flags & w.CONTEXT:
            return E_BUSY
        full = w.COUNTER_MAX in (page.refs, self.processes[slot].generation)
        return w.E_FULL if full else OK
