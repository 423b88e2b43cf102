"""The security theorems: what nobody can do with the operations, proved of
what the specification says of each, for every state that satisfies the
invariants. `me` calls; e is an arbitrary entry, f an arbitrary frame, p an
arbitrary process."""

import z3

from proof.memory import conj
from proof.spec.counting import is_counted
from proof.words import (ENTRIES_MAX, FRAME_GIVEN, KIND_DEVICE, KIND_FREE,
                         KIND_KERNEL, KIND_MEMORY, KIND_TABLE, PROCESS_FREE,
                         PROCESS_MAX, PTE_PS, PTE_U, RIGHT_SHARE, SLOT_INIT,
                         accept, accept_ceiling, accept_word, alike, bit,
                         entry_ceiling, entry_rights, present, same_place,
                         target, within)


class Of:
    """What the theorems speak of: one case of one operation."""

    def __init__(self, proof, case):
        self.before, self.after = proof.before, case.after
        self.values = proof.values
        self.me = proof.values.get("me", proof.before.running_process)
        self.e, self.f = proof.fresh["entry"], proof.fresh["frame"]
        self.p = proof.fresh["process"]
        self.table = z3.LShR(self.e, 9)
        self.was, self.now = (s.entry(self.e) for s in (self.before,
                                                         self.after))
        self.held = target(self.now)

    def of_table(self):
        return self.before.kind(self.table) == KIND_TABLE

    def gained(self):
        """The entry leads where it did not."""
        return conj(is_counted(self.after, self.e), present(self.now),
                    z3.Not(same_place(self.was, self.now)))

    def accepted(self):
        """The entry's process had said that it takes this from me."""
        s, word = self.before, accept_word(self.was)
        return conj(z3.Not(present(self.was)), word == accept(
            self.me, s.generation(self.me), s.kind(self.held),
            s.level(self.held)))

    def shared(self):
        """`source`, named by the caller, passes it on: it holds the resource,
        may share it, and so may `via`, if it is needed."""
        source, via = self.values.get("source"), self.values.get("via")
        if source is None:
            return z3.BoolVal(False)
        s, direct = self.before, via == 0
        most = entry_ceiling(s.entry(source)) & z3.If(
            direct, z3.BitVecVal(15, 64), entry_ceiling(s.entry(via)))
        mine = z3.LShR(z3.If(direct, source, via), 9)
        return conj(
            z3.ULT(source, ENTRIES_MAX), s.holds(source, self.held),
            s.kind(z3.LShR(source, 9)) == KIND_TABLE, s.edits(self.me, mine),
            z3.Or(direct, s.holds(via, z3.LShR(source, 9))),
            bit(most, RIGHT_SHARE), within(entry_ceiling(self.now), most))


def access_is_given(of):
    """Nobody gains access to a resource that its owner, or the owner's parent,
    did not give: whoever puts it into an entry is one of these, or holds it
    with SHARE from one who gave it so."""
    return z3.Implies(conj(of.of_table(), of.gained()),
                      z3.Or(of.before.owns(of.me, of.held), of.shared()))


def access_is_wanted(of):
    """Nothing is put into a table but by its owner, or the owner's parent, or
    where its process accepted it, within the ceiling that it stated."""
    wanted = conj(of.accepted(), within(entry_ceiling(of.now),
                                        accept_ceiling(of.was)))
    return z3.Implies(conj(of.of_table(), of.gained()),
                      z3.Or(of.before.edits(of.me, of.table), wanted))


def rights_stay_below(of):
    """Rights never grow past the ceiling; a ceiling grows only by who owns
    both the table and the resource; and who is neither the table's owner nor
    that one's parent can only take rights away."""
    s = of.before
    kept = conj(of.of_table(), present(of.was), present(of.now),
                same_place(of.was, of.now))
    both = conj(s.edits(of.me, of.table), s.owns(of.me, of.held))
    return z3.Implies(kept, conj(
        within(entry_rights(of.now), entry_ceiling(of.now)),
        z3.Or(within(entry_ceiling(of.now), entry_ceiling(of.was)), both),
        z3.Or(within(entry_rights(of.now), entry_rights(of.was)),
              s.edits(of.me, of.table))))


def entries_are_their_owners(of):
    """Nobody changes an entry but who may edit its table, who owns what it
    holds, or who was let by an acceptance there."""
    s = of.before
    may = z3.Or(s.edits(of.me, of.table),
                conj(present(of.was), s.owns(of.me, target(of.was))),
                of.accepted())
    return z3.Implies(conj(of.of_table(), z3.Not(alike(of.was, of.now))), may)


def memory_is_its_owners(of):
    """No operation writes a page of memory, or the kernel's: only tables,
    the directory's lower half, and what is being cleared (and the words of a
    context, see machine.py)."""
    kind = of.before.kind(of.table)
    upper = z3.Or(of.table != of.before.directory, z3.UGE(of.e & 511, 256))
    idle = z3.Or(kind == KIND_MEMORY, kind == KIND_DEVICE,
                 conj(kind == KIND_KERNEL, upper))
    return z3.Implies(idle, of.was == of.now)


def freed_when_given(of):
    """A resource stops to be one only when its owner gave it back and nothing
    refers to it any more."""
    s, t = of.before, of.after
    gives = z3.BoolVal(False)
    if "kind" in of.values:
        gives = conj(of.values["kind"] == KIND_FREE,
                     of.values["frame"] == of.f, s.owns(of.me, of.f))
    gone = conj(s.is_resource(of.f), z3.Not(t.is_resource(of.f)))
    return z3.Implies(gone, conj(t.refs(of.f) == 0, z3.Or(
        s.flag(of.f, FRAME_GIVEN), conj(gives, s.refs(of.f) == 0))))


def pages_are_pages(s, e, f):
    """What ring 3 reaches as a page is memory or registers, and every frame
    of it: no table, no process, no frame of the kernel."""
    table, value = z3.LShR(e, 9), s.entry(e)
    held = target(value)
    page = conj(s.kind(table) == KIND_TABLE, present(value), z3.Or(
        s.level(table) == 2, bit(value, PTE_PS)))
    kind, level = s.kind(held), s.level(held)
    inside = z3.Or(conj(level == 2, f & ~511 == held),
                   conj(level == 3, f & ~(512 * 512 - 1) == held))
    return z3.Implies(page, conj(
        z3.Or(kind == KIND_MEMORY, kind == KIND_DEVICE),
        z3.Implies(conj(inside, f != held), s.kind(f) == KIND_FREE)))


def tables_are_tables(s, e, f):
    """What ring 3 passes through is a table of the level below, so that every
    walk ends, and ends at a page."""
    table, value = z3.LShR(e, 9), s.entry(e)
    held = target(value)
    passed = conj(s.kind(table) == KIND_TABLE, present(value),
                  s.level(table) != 2, z3.Not(bit(value, PTE_PS)))
    return z3.Implies(passed, conj(s.kind(held) == KIND_TABLE,
                                   s.level(held) == s.level(table) - 1,
                                   z3.UGE(s.level(held), 2)))


def first_step_is_its_own(s, e, f):
    """The walk of the processor starts, below the kernel's half, in the table
    of the process that runs, of level D; through the other slots of the
    directory ring 3 cannot pass."""
    slot = z3.LShR(e, 9) == s.directory
    value, index = s.entry(e), e & 511
    lower = conj(slot, z3.ULT(index, 256), present(value))
    return z3.Implies(lower, z3.If(
        index == 0, conj(target(value) == s.table(s.running_process),
                         s.kind(target(value)) == KIND_TABLE,
                         s.level(target(value)) == s.depth),
        z3.Not(bit(value, PTE_U))))


def swap_conserves(of):
    """swap makes and loses nothing: every resource has as many entries as
    before, and every process may own as much in all."""
    s, t, p = of.before, of.after, of.p
    return conj(t.refs(of.f) == s.refs(of.f),
                t.is_resource(of.f) == s.is_resource(of.f),
                t.owned(p) + t.allowance(p) == s.owned(p) + s.allowance(p))


def generations_grow(of):
    """No slot ever has the same generation twice, so that what was accepted
    from one process is accepted from no other."""
    s, t, p = of.before, of.after, of.p
    born = conj(s.state(p) == PROCESS_FREE, t.state(p) != PROCESS_FREE)
    return z3.Implies(z3.ULT(p, PROCESS_MAX), conj(
        z3.UGE(t.generation(p), s.generation(p)),
        z3.Implies(born, z3.UGT(t.generation(p), s.generation(p)))))


def leases_nest(of):
    """No lease outlasts its giver's: who was lent the processor by one that
    has it until a certain time has it no longer than that."""
    t, p = of.after, of.p
    giver = t.giver(p)
    lent = conj(z3.ULT(p, PROCESS_MAX), t.running(p) != 0, p != SLOT_INIT)
    return z3.Implies(conj(lent, t.lease(giver) != 0), conj(
        t.lease(p) != 0, z3.ULE(t.lease(p), t.lease(giver))))


def last_detached_is_freed(of):
    """Detaching the last entry of a given-back resource frees it."""
    s, resource = of.before, of.values["resource"]
    last = conj(of.values["rights"] == 0, s.flag(resource, FRAME_GIVEN),
                s.refs(resource) == 1, present(s.entry(of.values["entry"])))
    return z3.Implies(last, z3.Not(of.after.is_resource(resource)))


ALWAYS = (access_is_given, access_is_wanted, rights_stay_below,
          entries_are_their_owners, memory_is_its_owners, freed_when_given)
ABOUT = {theorem: ("entry",) for theorem in ALWAYS}
ABOUT[freed_when_given] = ABOUT[last_detached_is_freed] = ("frame",)
STATE = (pages_are_pages, tables_are_tables, first_step_is_its_own)
ABOUT[generations_grow] = ABOUT[leases_nest] = ("process",)
ALSO = {"create": (generations_grow,), "swap": (swap_conserves,),
        "update": (last_detached_is_freed,), "cpu_hand": (leases_nest,),
        "cpu_back": (leases_nest,), "cpu_expire": (leases_nest,)}
SUMS = (swap_conserves,)


def of_state(proof):
    """What follows from the invariants alone, whatever was called."""
    s, e, f = proof.before, proof.fresh["entry"], proof.fresh["frame"]
    for theorem in STATE:
        query = proof.keeps(proof.cases[0], theorem(s, e, f),
                            ("frame", "entry", "slot"), ("refs", "live"),
                            theorem.__name__)
        query.group = "state: theorems"
        yield query


def of(proof):
    """The theorems' questions, for each case of a part."""
    if proof.part.name == "state":
        yield from of_state(proof)
    if proof.part.pure:
        return
    about = ("frame", "entry", "process")
    for case in proof.cases:
        if case.apart:
            continue
        one = Of(proof, case)
        for theorem in ALWAYS + ALSO.get(proof.part.name, ()):
            goal, what = theorem(one), theorem.__name__
            if theorem in SUMS:
                found = [proof.keeps(case, goal, about, (), what, True)]
            else:
                found = proof.one_by_one(case, goal, ABOUT[theorem],
                                         ("refs", "live"), what)
            for query in found:
                query.group = f"{proof.part.name}: theorems"
                yield query
