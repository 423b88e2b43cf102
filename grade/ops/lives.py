"""Sensible calls that make, change and end processes, and hand over the CPU:
moves as in grade/ops/moves.py."""

from grade.ops import words as w
from grade.ops.moves import rights
from grade.ops.script import (OP_ALLOC, OP_ATTACH, OP_CREATE, OP_SWAP,
                              OP_UPDATE)
from grade.ops.words import DEVICE, FREE, MEMORY, R, TABLE

# ---- processes --------------------------------------------------------------

def create(place, me):
    """Makes a process of a clean table and a page, and plans a space for
    it; or of what there is."""
    model = place.model
    if len(place.live()) > 12:
        return None
    slot = place.random.choice((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 255))
    frames = min(model.processes[me].allowance, place.random.choice(
        (0, 1, 30, 100, 100, 600)))
    slots = min(max(model.processes[me].slots - 1, 0),
                place.random.choice((0, 1, 2, 4)))
    word = w.allowance(frames, slots)
    if place.chance(0.6) and model.processes[slot].state == w.UNUSED:
        return _build(place, me, slot, word)
    brave = place.chance(0.3)
    top = place.find(lambda n, f: (f.kind, f.level) == (TABLE, model.depth)
                     and (brave or (f.owner, f.refs, f.live) == (me, 0, 0)))
    page = place.find(lambda n, f: (f.kind, f.level) == (MEMORY, 1)
                      and (brave or (f.owner, f.flags) == (me, 0)))
    return top and page and (OP_CREATE, (slot, top, page, word))


def _build(place, me, slot, word):
    """Plans a process with a table of each level and two pages."""
    depth = place.model.depth
    if len(place.free) < depth + 2:
        return None
    n = place.random.sample(place.free, depth + 2)
    plan = [(OP_ALLOC, (n[0], depth, TABLE, me)),
            (OP_ALLOC, (n[1], 1, MEMORY, me)),
            (OP_CREATE, (slot, n[0], n[1], word))]
    above = n[0]
    for level, table in zip(range(depth - 1, 1, -1), n[2:]):
        plan += [(OP_ALLOC, (table, level, TABLE, slot)),
                 (OP_ATTACH, (above * 512, table,
                              rights(place, TABLE), 0, 0))]
        above = table
    plan += [(OP_ALLOC, (n[depth], 1, MEMORY, slot)),
             (OP_ATTACH, (above * 512 + 1, n[depth], rights(place, MEMORY),
                          0, 0)),
             (OP_ATTACH, (above * 512 + 2, n[1], rights(place, MEMORY),
                          0, 0))]
    place.queue += [(me, *call) for call in plan[1:]]
    return plan[0]


def adopt(place, me):
    """Becomes the parent of a child's child."""
    processes = place.model.processes
    slot = place.pick([n for n, p in enumerate(processes)
                       if p.state != w.UNUSED and n > 1
                       and processes[p.parent].parent == me])
    if slot is None:
        return None
    child = processes[slot]
    return OP_CREATE, (slot, child.table, child.context,
                       w.allowance(place.random.choice((0, 1, 9)), 0))


def end(place, me):
    """Ends a child, or frees a dead one's slot."""
    children = [n for n, p in enumerate(place.model.processes)
                if p.parent == me and p.state != w.UNUSED]
    dead = [n for n in children
            if place.model.processes[n].state == w.DEAD]
    slot = place.pick(dead if dead and place.chance(0.6) else children)
    if slot is None:
        return None
    process = place.model.processes[slot]
    resource = (w.RESOURCE_NONE if process.state == w.DEAD
                else process.table)
    return OP_UPDATE, (place.model.slot_name(slot), resource, 0)


def clear_dead(place, me):
    """Takes over or detaches what a dead child leaves."""
    model = place.model

    def is_dead(owner):
        process = model.processes[owner]
        return process.parent == me and process.state == w.DEAD
    name = place.find_entry(
        lambda name, word: is_dead(model.frame(name // 512).owner)
        or is_dead(model.frame(w.entry_frame(word)).owner))
    if name is not None:
        return OP_UPDATE, (name, w.entry_frame(model.entry(name)), 0)
    n = place.find(lambda n, f: f.kind in w.RESOURCES and is_dead(f.owner)
                   and not f.flags & w.GIVEN)
    if n is None:
        return None
    frame = model.frame(n)
    if frame.kind == DEVICE or place.chance(0.3):
        return OP_ALLOC, (n, frame.level, frame.kind, me)
    return OP_ALLOC, (n, frame.level, FREE, 0)


def group(place, me):
    """Gives, takes or unmasks a group."""
    model = place.model
    slot = place.pick(place.family(me))
    n = place.pick([n for n, g in enumerate(model.groups) if g.kind])
    if n is None or slot is None:
        return None
    resource = model.groups[n].kind << 60 | n
    name = model.slot_name(slot)
    if place.chance(0.6):
        return OP_ATTACH, (name, resource, w.GROUP_RIGHTS, 0, 0)
    return OP_UPDATE, (name, resource,
                       place.random.choice((0, w.GROUP_RIGHTS)))


# ---- the CPU ----------------------------------------------------------------

def accept_cpu(place, me):
    """Posts or withdraws an acceptance of the CPU."""
    model = place.model
    name, posted = model.slot_name(me), model.processes[me].accepts
    if posted and place.chance(0.3):
        return OP_UPDATE, (name, posted, 0)
    giver = place.pick(place.live())
    word = w.accept(giver, model.processes[giver].generation, w.CPU,
                    model.depth)
    return OP_UPDATE, (name, word, w.rights(R, R))


def hand(place, me):
    """Hands the CPU to a child, to who accepts it, or back."""
    model = place.model
    if me != model.running:
        return None
    mine = model.processes[me]
    word = w.accept(me, mine.generation, w.CPU, model.depth)
    takers = [n for n, p in enumerate(model.processes)
              if p.state == w.LIVE and n != me
              and (p.parent == me or p.accepts == word)]
    if mine.giver and place.chance(0.4):
        takers = [mine.giver]
    elif place.chance(0.2):
        takers = place.live()
    slot = place.pick(takers)
    if slot is None:
        return None
    lease = place.random.choice((0, 3, 8, 20, 1, mine.lease, mine.lease + 1))
    return OP_SWAP, (model.slot_name(0), model.slot_name(slot), mine.table,
                     model.processes[slot].table, lease)
