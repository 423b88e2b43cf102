"""The invariants, numbered as in proof/README.md: what is true of the
kernel's state before and after every operation.

Each is a function of a view of the state and of one index, and says
something of every frame, process, group or entry when it is proved for an
arbitrary one. What counts things (1, 2, 9, 11) is in counting.py."""

import z3

from proof.words import (ADDRESS, FRAMES_MAX, FRAME_CONTEXT, FRAME_GIVEN,
                         FRAME_VITAL, GROUP_MAX, KIND_CPU, KIND_DEVICE,
                         KIND_DIRTY, KIND_FREE, KIND_KERNEL, KIND_MEMORY,
                         KIND_NONE, KIND_TABLE, PROCESS_DEAD, PROCESS_FREE,
                         PROCESS_LIVE, PROCESS_MAX, PTE_NX, PTE_PCD, PTE_PS,
                         PTE_PWT, PTE_U, SLOT_INIT, SLOT_RUNNING, VITAL_MAX,
                         accept_valid, accept_word, alike, bit, entry_ceiling,
                         entry_rights, level_frames, make_entry, present,
                         target, within, word)

OTHER_BITS = ~(ADDRESS | 0xff | 7 << 52 | PTE_NX) & (2 ** 64 - 1)


def constants(s):
    """What never changes after boot."""
    return z3.And(
        z3.Or(s.depth == 4, s.depth == 5),
        z3.Or(s.page_levels == 2, s.page_levels == 3),
        z3.ULT(s.directory, FRAMES_MAX), z3.UGE(s.directory, 1),
        s.kind(s.directory) == KIND_KERNEL)


# ---- frames -----------------------------------------------------------------

def frame_kinds(s, f):
    """3: a resource has an owner and a level that its kind can have; what is
    no resource has none."""
    kind, level, owner = s.kind(f), s.level(f), s.owner(f)
    pages = z3.And(z3.UGE(level, 1), z3.ULE(level, s.page_levels))
    return z3.And(
        z3.ULE(kind, KIND_DEVICE), z3.ULT(owner, PROCESS_MAX),
        s.is_resource(f) == (owner != 0),
        z3.Implies(owner != 0, s.state(owner) != PROCESS_FREE),
        z3.Implies(kind == KIND_NONE, level == 0),
        z3.Implies(z3.Or(kind == KIND_FREE, kind == KIND_KERNEL,
                         kind == KIND_DEVICE), level == 1),
        z3.Implies(z3.Or(kind == KIND_MEMORY, kind == KIND_DIRTY), z3.And(
            pages, f & (level_frames(level) - 1) == 0)),
        z3.Implies(kind == KIND_TABLE,
                   z3.And(z3.UGE(level, 2), z3.ULE(level, s.depth))))


def frame_idle(s, f):
    """7: free and dirty frames, holes and the kernel's have no owner, refs,
    live entries or flags."""
    idle = z3.And(s.refs(f) == 0, s.live(f) == 0, s.flags(f) == 0)
    return z3.And(
        z3.Implies(z3.Not(s.is_resource(f)), idle),
        z3.Implies(s.kind(f) != KIND_DIRTY, s.cleared(f) == 0),
        z3.ULT(s.cleared(f), level_frames(s.level(f))))


def frame_flags(s, f):
    """7: a given-back resource waits for its last ref, and is no live table;
    a context is a page, and so is what is vital."""
    kind, page = s.kind(f), z3.And(s.kind(f) == KIND_MEMORY, s.level(f) == 1)
    return z3.And(
        z3.ULT(s.flags(f), 8), z3.ULE(s.live(f), 512),
        z3.Implies(s.live(f) != 0, kind == KIND_TABLE),
        z3.Implies(s.flag(f, FRAME_GIVEN), z3.And(
            s.refs(f) != 0, s.live(f) == 0, z3.Not(s.flag(f, FRAME_VITAL)),
            z3.Or(kind == KIND_MEMORY, kind == KIND_TABLE))),
        z3.Implies(s.flag(f, FRAME_CONTEXT), z3.And(page, s.refs(f) != 0)),
        z3.Implies(s.flag(f, FRAME_VITAL), page))


def frame_alone(s, f):
    """9: nothing lies inside a larger resource or dirty unit."""
    inside = z3.Or(s.covered(f, 2), s.covered(f, 3))
    return z3.Implies(inside, s.kind(f) == KIND_FREE)


def frame_clean(s, f, i):
    """7: a free frame is full of zeros, and so is what has been cleared of a
    dirty unit."""
    cleared = z3.Or(*[z3.And(
        s.kind(head) == KIND_DIRTY, z3.UGE(s.level(head), level),
        z3.ULT(f - head, s.cleared(head)))
        for level, head in ((1, f), (2, f & ~511), (3, f & ~(512 * 512 - 1)))])
    free = z3.And(s.kind(f) == KIND_FREE, z3.Not(s.covered(f, 2)),
                  z3.Not(s.covered(f, 3)))
    return z3.Implies(z3.Or(free, cleared), s.entry(f * 512 + i) == 0)


# ---- entries ----------------------------------------------------------------

def entry_fits(s, e):
    """3: a live entry of a table holds a resource whose level fits; an empty
    one holds nothing, or an acceptance."""
    value, table = s.entry(e), z3.LShR(e, 9)
    held = target(value)
    live = z3.And(z3.ULT(held, FRAMES_MAX), s.is_resource(held),
                  s.level(table) == s.level(held) + 1)
    posted = z3.Or(value == 0, accept_valid(accept_word(value)))
    return z3.Implies(s.kind(table) == KIND_TABLE,
                      z3.If(present(value), live, posted))


def entry_user(s, e):
    """4: a live entry of a table maps a page or registers as a page, and a
    table as a table; registers uncached."""
    value, table = s.entry(e), z3.LShR(e, 9)
    held = target(value)
    kind = s.kind(held)
    large = z3.And(kind != KIND_TABLE, z3.UGT(s.level(held), 1))
    return z3.Implies(
        z3.And(s.kind(table) == KIND_TABLE, present(value)), z3.And(
            bit(value, PTE_U), bit(value, PTE_PS) == large,
            bit(value, PTE_PCD) == (kind == KIND_DEVICE),
            bit(value, PTE_PWT) == (kind == KIND_DEVICE),
            value & OTHER_BITS == 0))


def entry_ceilings(s, e):
    """5: an entry's rights are within its ceiling; registers are never run."""
    value, table = s.entry(e), z3.LShR(e, 9)
    device = s.kind(target(value)) == KIND_DEVICE
    return z3.Implies(
        z3.And(s.kind(table) == KIND_TABLE, present(value)), z3.And(
            within(entry_rights(value), entry_ceiling(value)),
            z3.Implies(device, z3.Not(bit(entry_ceiling(value), 4)))))


def directory_slot(s, p):
    """3, 4: the directory holds the table of every live process, and lets
    ring 3 pass to none of them."""
    value, no = s.entry(s.directory * 512 + p), z3.BoolVal(False)
    made = make_entry(s.table(p), s.depth, word(1), z3.BoolVal(True), no, no)
    return z3.Implies(
        z3.And(z3.UGE(p, 1), z3.ULT(p, PROCESS_MAX)),
        z3.If(s.state(p) == PROCESS_LIVE, alike(value, made), value == 0))


# ---- processes --------------------------------------------------------------

def process_free(s, p):
    """11: a slot that is not in use has nothing; one that has ended has no
    part in anything that runs. Process 0 is nobody."""
    state = s.state(p)
    nothing = z3.And(*[getattr(s, name)(p) == 0 for name in (
        "parent owned allowance children slots table context vitals"
        ).split()])
    still = z3.And(*[getattr(s, name)(p) == 0 for name in (
        "running giver lease accepts groups").split()])
    return z3.Implies(z3.ULT(p, PROCESS_MAX), z3.And(
        z3.ULE(state, PROCESS_DEAD),
        z3.Implies(p == 0, state == PROCESS_FREE),
        z3.Implies(state == PROCESS_FREE, nothing),
        z3.Implies(state != PROCESS_LIVE, still)))


def process_parent(s, p):
    """11: who is in use has a parent that is too, and that comes before it;
    init has none."""
    parent = s.parent(p)
    used = z3.And(z3.ULT(p, PROCESS_MAX), s.state(p) != PROCESS_FREE)
    return z3.And(
        z3.Implies(z3.And(used, p == SLOT_INIT), parent == 0),
        z3.Implies(z3.And(used, p != SLOT_INIT), z3.And(
            parent != 0, z3.ULT(parent, PROCESS_MAX),
            s.state(parent) != PROCESS_FREE,
            z3.ULT(s.rank(parent), s.rank(p)))),
        z3.ULT(s.rank(p), 2 * PROCESS_MAX))


def process_frames(s, p):
    """3: a live process has a table of level D, which the directory holds
    and slot 0 too if it runs, and a context."""
    table, context = s.table(p), s.context(p)
    live = z3.And(z3.ULT(p, PROCESS_MAX), s.state(p) == PROCESS_LIVE)
    runs = z3.If(p == s.running_process, word(2), word(1))
    return z3.Implies(live, z3.And(
        z3.ULT(table, FRAMES_MAX), s.kind(table) == KIND_TABLE,
        s.level(table) == s.depth, s.refs(table) == runs,
        z3.ULT(context, FRAMES_MAX), s.flag(context, FRAME_CONTEXT)))


def processes_apart(s, p, q):
    """3: no two live processes share a table or a context; 12: nobody gives
    the processor to two."""
    both = z3.And(p != q, z3.ULT(p, PROCESS_MAX), z3.ULT(q, PROCESS_MAX),
                  s.state(p) == PROCESS_LIVE, s.state(q) == PROCESS_LIVE)
    given = z3.And(s.running(p) != 0, s.running(q) != 0, p != SLOT_INIT,
                   q != SLOT_INIT)
    return z3.Implies(both, z3.And(
        s.table(p) != s.table(q), s.context(p) != s.context(q),
        z3.Implies(given, s.giver(p) != s.giver(q))))


def context_belongs(s, f):
    """3: a context is some live process's, which `whose` names."""
    p = s.whose(f)
    return z3.Implies(s.flag(f, FRAME_CONTEXT), z3.And(
        z3.ULT(p, PROCESS_MAX), s.state(p) == PROCESS_LIVE,
        s.context(p) == f))


def process_runs(s, p):
    """12: who has the processor or has lent it stands in one chain, from init
    to who runs; no lease outlasts its giver's."""
    giver, runs = s.giver(p), s.running(p)
    started = z3.And(z3.ULT(p, PROCESS_MAX), runs != 0)
    lent = z3.And(started, p != SLOT_INIT)
    return z3.And(
        z3.Implies(z3.ULT(p, PROCESS_MAX), z3.And(
            z3.ULE(runs, 1),
            z3.Implies(runs == 0, z3.And(giver == 0, s.lease(p) == 0)))),
        z3.Implies(started, s.state(p) == PROCESS_LIVE),
        z3.Implies(lent, z3.And(
            giver != 0, z3.ULT(giver, PROCESS_MAX), giver != p,
            giver != s.running_process, s.running(giver) != 0,
            z3.Implies(s.lease(giver) != 0, z3.And(
                s.lease(p) != 0, z3.ULE(s.lease(p), s.lease(giver)))))))


def processor(s):
    """12: slot 0 holds the process that runs, with all rights."""
    p, no = s.running_process, z3.BoolVal(False)
    made = make_entry(s.table(p), s.depth, word(7), z3.BoolVal(True),
                      z3.BoolVal(True), no)
    return z3.And(
        z3.UGE(p, 1), z3.ULT(p, PROCESS_MAX), s.state(p) == PROCESS_LIVE,
        s.running(p) != 0,
        s.state(word(SLOT_INIT)) == PROCESS_LIVE,
        s.running(word(SLOT_INIT)) != 0, s.lease(word(SLOT_INIT)) == 0,
        s.giver(word(SLOT_INIT)) == 0,
        alike(s.entry(s.directory * 512 + SLOT_RUNNING), made))


def process_accepts(s, p):
    """3: an acceptance of the processor is one."""
    posted = s.accepts(p)
    return z3.Implies(z3.And(z3.ULT(p, PROCESS_MAX), posted != 0),
                      z3.And(accept_valid(posted),
                             z3.LShR(posted, 1) & 7 == KIND_CPU))


def process_limits(s, p):
    """3: nobody has groups that are not there, too many vital pages, or more
    slots than there are."""
    return z3.Implies(z3.ULT(p, PROCESS_MAX), z3.And(
        z3.ULT(s.groups(p), 1 << GROUP_MAX),
        z3.ULE(s.vitals(p), VITAL_MAX), z3.ULT(s.slots(p), PROCESS_MAX)))


def group_holder(s, n):
    """3: an interrupt's holder is a process, or nobody holds it."""
    return z3.Implies(z3.ULT(n, GROUP_MAX),
                      z3.ULT(s.group_holder(n), PROCESS_MAX))


def ports(s):
    return z3.ULT(s.memory.read("open_groups"), 1 << GROUP_MAX)


# What an invariant is about, and those that are proved one by one.
OF_FRAME = (frame_kinds, frame_idle, frame_flags, frame_alone,
            context_belongs)
OF_ENTRY = (entry_fits, entry_user, entry_ceilings)
OF_PROCESS = (process_free, process_parent, process_frames, process_runs,
              process_accepts, process_limits, directory_slot)
OF_STATE = (constants, processor, ports)


