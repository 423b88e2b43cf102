"""Sensible calls of the five operations, made of a model's present state.

Each move is a function of a Place (grade/ops/generate.py: the model, a
random generator, what is known) and the process that calls; it gives
(operation's number, arguments), or None if nothing of the kind can be done
now. Most would answer OK, and all are what a library OS could ask for.
"""

from grade.ops import words as w
from grade.ops.script import OP_ALLOC, OP_ATTACH, OP_SWAP, OP_UPDATE
from grade.ops.words import DEVICE, FREE, MEMORY, R, RW, RWX, SHARE, TABLE

INDEXES = (0, 1, 2, 3, 4, 5, 255, 256, 510, 511)
CEILINGS = (R, RW, RWX, R | SHARE, RW | SHARE, RWX | SHARE)


# ---- alloc ------------------------------------------------------------------

def clean(place, me):
    """Clears a dirty unit, whoever asks."""
    n = place.dirty_frame()
    level = place.model.frame(n).level
    return OP_ALLOC, (n, level, FREE, place.random.choice((0, me)))


def make(place, me):
    """Makes a clean frame a resource of mine or of a child's."""
    n = place.pick(place.free)
    if n is None or len(place.known) > 500:
        return None
    level = place.random.choice((1, 1, 1, 1, 1, 1, 1, 1, 2, 3))
    kind = place.random.choice((MEMORY, MEMORY, TABLE))
    if kind == TABLE:
        level = place.random.randint(2, place.model.depth)
    owner = place.pick(place.family(me)) if place.chance(0.3) else me
    if place.chance(0.05):      # a dead child gets nothing
        owner = place.pick([n for n, p in enumerate(place.model.processes)
                            if p.state == w.DEAD]) or owner
    return OP_ALLOC, (n, level, kind, owner)


def make_large(place, me):
    """Makes 2 MiB that are clean a resource."""
    twos = [n * 512 for n, count in place.model.recount()[0].items()
            if count == 512]
    n = place.pick(twos)
    return n and (OP_ALLOC, (n, 2, MEMORY, me))


def give_back(place, me):
    """Gives something of mine back."""
    brave = place.chance(0.2)

    def fits(n, frame):
        return (frame.kind in (MEMORY, TABLE) and (brave or not frame.live)
                and not frame.flags & w.GIVEN and place.model.owns(me, n)
                and n not in place.kept)
    n = place.find(fits)
    return n and (OP_ALLOC, (n, place.model.frame(n).level, FREE, 0))


def take_over(place, me):
    """Takes a resource of a child's."""
    processes = place.model.processes

    def fits(n, frame):
        return (frame.kind in w.RESOURCES and not frame.flags & w.GIVEN
                and processes[frame.owner].parent == me)
    n = place.find(fits)
    if n is None:
        return None
    frame = place.model.frame(n)
    return OP_ALLOC, (n, frame.level, frame.kind, me)


def claim(place, me):
    """Claims what was given back through an entry that holds it."""
    model = place.model

    def fits(name, word):
        frame = model.frame(w.entry_frame(word))
        return frame.flags & w.GIVEN and model.edits(me, name // 512)
    name = place.find_entry(fits)
    if name is None:
        return None
    n = w.entry_frame(model.entry(name))
    frame = model.frame(n)
    return OP_ALLOC, (n, frame.level, frame.kind, name)


# ---- attach -----------------------------------------------------------------

def rights(place, kind, ceiling=RWX | SHARE):
    """A rights word for that kind, within a ceiling."""
    top = place.random.choice(CEILINGS) & ceiling
    if kind == DEVICE and place.chance(0.4):
        top &= ~w.X
    now = R | place.random.choice((0, w.W, w.X, w.W | w.X)) & top
    return w.rights(now, top)


def empty_entry(place, me, level):
    """An empty entry for resources of that level in a table that I may
    edit, or None."""
    def fits(n, frame):
        return (frame.kind == TABLE and frame.level == level + 1
                and not frame.flags & w.GIVEN and place.model.owns(me, n))
    table = place.find(fits)
    if table is None:
        return None
    free = [table * 512 + i for i in INDEXES
            if not place.model.entry(table * 512 + i) & w.P]
    return place.pick(free)


def attach(place, me):
    """Links something of mine into a table of mine."""
    kinds = (DEVICE,) if place.chance(0.15) else w.RESOURCES

    def fits(n, frame):
        return (frame.kind in kinds and not frame.flags & w.GIVEN
                and place.model.owns(me, n))
    n = place.find(fits)
    if n is None:
        return None
    frame = place.model.frame(n)
    entry = empty_entry(place, me, frame.level)
    return entry and (OP_ATTACH, (entry, n, rights(place, frame.kind), 0, 0))


def shared_entry(place, me):
    """An entry that I may edit and that may be passed on, or None."""
    def fits(name, word):
        return (w.entry_rights(word)[1] & SHARE
                and place.model.edits(me, name // 512))
    return place.find_entry(fits)


def attach_shared(place, me):
    """Links what an entry of mine holds into a table of mine once more, or
    something in the table that the entry holds."""
    model = place.model
    source, via = shared_entry(place, me), 0
    if source is None:
        return None
    n = w.entry_frame(model.entry(source))
    ceiling = w.entry_rights(model.entry(source))[1]
    below = [n * 512 + i for i in range(512)
             if model.entry(n * 512 + i) & w.P]
    if model.frame(n).kind == TABLE and below and place.chance(0.7):
        source, via = place.pick(below), source
        n = w.entry_frame(model.entry(source))
        ceiling &= w.entry_rights(model.entry(source))[1]
    frame = model.frame(n)
    entry = empty_entry(place, me, frame.level)
    return entry and (OP_ATTACH, (
        entry, n, rights(place, frame.kind, ceiling | R), source, via))


def accepting(place, me):
    """(entry, resource of mine) for an entry that accepts it from me, or
    None."""
    model = place.model

    def fits(n, frame):
        return (frame.kind in w.RESOURCES and not frame.flags & w.GIVEN
                and model.owns(me, n))
    posted = [name for name in place.posted if model.entry(name)
              and not model.entry(name) & w.P
              and model.entry(name) >> 8 & 255 == me]
    for name in place.shuffled(posted):
        word = model.entry(name)
        sort = word >> 1 & 7, word >> 4 & 7
        n = place.find(lambda n, frame, sort=sort: fits(n, frame)
                       and (frame.kind, frame.level) == sort)
        if n is not None:
            return name, n
    return None


def attach_accepted(place, me):
    """Gives another process what it accepts."""
    found = accepting(place, me)
    if not found:
        return None
    name, n = found
    ceiling = place.model.accepted(name)
    kind = place.model.frame(n).kind
    return OP_ATTACH, (name, n, rights(place, kind, ceiling | R), 0, 0)


# ---- update -----------------------------------------------------------------

def change(place, me):
    """Changes or ends a live entry that I may edit, or a resource's of
    mine."""
    model = place.model

    def fits(name, word):
        return (model.edits(me, name // 512)
                or model.owns(me, w.entry_frame(word)))
    name = place.find_entry(fits)
    if name is None:
        return None
    word = model.entry(name)
    n = w.entry_frame(word)
    now, top = w.entry_rights(word)
    what = place.random.random()
    if what < 0.3:
        wanted = 0
    elif what < 0.45:
        wanted = place.random.choice((w.ASK, w.VITAL, w.VITAL, w.MORTAL))
    elif what < 0.75:
        wanted = rights(place, model.frame(n).kind,
                        top if model.edits(me, name // 512) else now)
    else:
        wanted = rights(place, model.frame(n).kind)
    return OP_UPDATE, (name, n, wanted)


def mark_vital(place, me):
    """Marks a page of mine vital, through an entry that holds it."""
    model = place.model

    def fits(_, word):
        frame = model.frame(w.entry_frame(word))
        return ((frame.kind, frame.level, frame.owner) == (MEMORY, 1, me)
                and not frame.flags & w.VITAL_FRAME)
    name = place.find_entry(fits)
    return name and (OP_UPDATE, (name, w.entry_frame(model.entry(name)),
                                 w.VITAL))


def post(place, me):
    """Posts an acceptance in an empty entry, or withdraws one."""
    model = place.model
    if place.chance(0.25):
        mine = [name for name in place.posted
                if model.edits(me, name // 512) and model.entry(name)
                and not model.entry(name) & w.P]
        name = place.pick(mine)
        return name and (OP_UPDATE,
                         (name, model.entry(name) & ~w.ACCEPT_CEILING, 0))
    level = place.random.choice((1, 1, 1, 1, 2, 3))
    entry = empty_entry(place, me, level)
    if entry is None:
        return None
    giver = place.pick([n for n in place.live()
                        if not model.edits(n, entry // 512)]
                       or place.live())
    kind = place.random.choice((MEMORY, TABLE) if level > 1 else (MEMORY,))
    generation = model.processes[giver].generation
    if place.chance(0.2):       # of another use of the slot; or no level
        generation = max(0, generation + place.random.choice((-1, 1)))
        level *= place.random.choice((0, 1, 1))
    word = w.accept(giver, generation, kind, level)
    return OP_UPDATE, (entry, word, rights(place, kind))


# ---- swap -------------------------------------------------------------------

def movable(place, me, sort=None, but=None):
    """A live entry, not `but`, whose resource I may swap away and which is
    of that (kind, level); or None. Now and then one that I may not."""
    model = place.model
    brave = place.chance(0.15)

    def fits(name, word):
        frame = model.frame(w.entry_frame(word))
        table = model.frame(name // 512)
        return (model.edits(me, name // 512) and name != but
                and (brave or frame.refs == 1 and not frame.flags
                     and frame.owner == table.owner)
                and sort in (None, (frame.kind, frame.level)))
    return place.find_entry(fits)


def move(place, me):
    """Moves a resource to another entry."""
    model = place.model
    if place.chance(0.4):
        return _move_accepted(place, me)
    entry = movable(place, me)
    if entry is None:
        return None
    n = w.entry_frame(model.entry(entry))
    to = empty_entry(place, me, model.frame(n).level)
    return to and (OP_SWAP, (entry, to, n, w.RESOURCE_NONE, 0))


def _move_accepted(place, me):
    """Moves a resource to an entry that accepts one from me."""
    model = place.model
    for name in place.shuffled(place.posted):
        word = model.entry(name)
        sort = word >> 1 & 7, word >> 4 & 7
        if word & 1 == 0 and word >> 8 & 255 == me:
            entry = movable(place, me, sort)
            if entry is not None:
                n = w.entry_frame(model.entry(entry))
                return OP_SWAP, (entry, name, n, w.RESOURCE_NONE, 0)
    return None


def exchange(place, me):
    """Exchanges two resources."""
    model = place.model
    entry = movable(place, me)
    if entry is None:
        return None
    n = w.entry_frame(model.entry(entry))
    frame = model.frame(n)
    kinds = (MEMORY, TABLE) if frame.level in (2, 3) else (frame.kind,)
    other = movable(place, me, (place.random.choice(kinds), frame.level),
                    entry)
    return other and (OP_SWAP, (
        entry, other, n, w.entry_frame(model.entry(other)), 0))
