"""swap and the CPU in the model: what lab 4 adds to it, and what no earlier
lab's clone has. core/cpu.h, and swap in ops/operations.h."""

from grade.ops import words as w
from grade.ops.people import is_slot
from grade.ops.words import (CPU, E_ALLOWANCE, E_BUSY, E_GIVEN, E_KIND,
                             E_LEVEL, E_MATCH, E_OWNER, E_RANGE, E_RIGHTS,
                             E_SHARED, E_VITAL, ENTRIES, ENTRIES_MAX, GIVEN,
                             OK, P, PU, PW, RESOURCE_NONE, TABLE)


class Hands:
    """The part of Model that moves resources, and the CPU."""

    # ---- swap -------------------------------------------------------------

    def swap(self, me, entry, other_entry, resource, other, lease):
        """Moves a resource to another entry, or exchanges two."""
        if entry >= ENTRIES_MAX or other_entry >= ENTRIES_MAX:
            return E_RANGE
        if self.is_directory(entry) and self.is_directory(other_entry):
            slots = entry % ENTRIES, other_entry % ENTRIES
            if slots == (w.RUNNING, w.RUNNING):
                return self.rest(me, resource, other)
            return self.hand(me, *slots, resource, other, lease)
        if entry == other_entry:
            return E_RANGE
        moving = other == RESOURCE_NONE
        error = (self._swap_tables(entry, other_entry)
                 or self._may_move(me, entry, resource)
                 or (self._may_receive(me, entry, other_entry, resource)
                     if moving else self._may_move(me, other_entry, other))
                 or self._swap_room(entry, other_entry, resource, other))
        if error == OK:
            self._swap_commit(me, entry, other_entry, resource, other)
        return error

    def _swap_tables(self, entry, other_entry):
        here = self.frame(entry // ENTRIES)
        there = self.frame(other_entry // ENTRIES)
        if here.kind != TABLE or there.kind != TABLE:
            return E_KIND
        if there.flags & GIVEN:
            return E_GIVEN
        return E_LEVEL if here.level != there.level else OK

    def _may_move(self, me, entry, resource):
        """Checks that I may take this resource out of this entry."""
        frame = self.frame(resource)
        if not self.edits(me, entry // ENTRIES):
            return E_OWNER
        if not self.holds(entry, resource):
            return E_MATCH
        if frame.flags & GIVEN:
            return E_GIVEN
        if frame.owner != self.frame(entry // ENTRIES).owner:
            return E_OWNER
        if frame.refs != 1:
            return E_SHARED
        return E_VITAL if frame.flags & w.VITAL_FRAME else OK

    def _may_receive(self, me, entry, other_entry, resource):
        """Checks that the empty entry may have what `entry` holds."""
        if self.entry(other_entry) & P:
            return E_BUSY
        ceiling = w.entry_rights(self.entry(entry))[1]
        return self._may_give(me, other_entry, resource, ceiling)

    def _swap_room(self, entry, other_entry, resource, other):
        """Checks what both owners may own, once all has moved."""
        here = self.frame(entry // ENTRIES).owner
        there = self.frame(other_entry // ENTRIES).owner
        more = self.cost_of(resource)
        less = 0 if other == RESOURCE_NONE else self.cost_of(other)
        if here != there and \
                (more - less > self.processes[there].allowance
                 or less - more > self.processes[here].allowance):
            return E_ALLOWANCE
        return OK

    def _swap_commit(self, me, entry, other_entry, resource, other):
        here = self.frame(entry // ENTRIES).owner
        there = self.frame(other_entry // ENTRIES).owner
        moving = other == RESOURCE_NONE
        mine = self.entry(entry)
        theirs = 0 if moving else self.entry(other_entry)
        self.store(entry, theirs)
        self.store(other_entry, mine)
        self.change_owner(resource, there)
        if not moving:
            self.change_owner(other, here)

    # ---- the CPU ----------------------------------------------------------

    def rest(self, me, resource, other):
        """rest_hand (core/rest.h): `swap` of slot 0 with itself. Whoever runs
        keeps the CPU; that the processor stops is no part of the books."""
        if (resource, other) != (self.processes[me].table, RESOURCE_NONE):
            return E_MATCH
        return OK

    def hand(self, me, entry, slot, resource, other, lease):
        """cpu_hand: `swap` in the directory."""
        if entry != 0 or not is_slot(slot) or slot == me:
            return E_RANGE
        giver, taker = self.processes[me], self.processes[slot]
        if taker.state != w.LIVE or \
                (resource, other) != (giver.table, taker.table):
            return E_MATCH
        back = giver.giver == slot
        word = w.accept(me, giver.generation, CPU, self.depth)
        accepted = taker.accepts & ~w.ACCEPT_CEILING == word
        if taker.parent != me and not back and not accepted:
            return E_OWNER
        if taker.running and not back:
            return E_BUSY
        if back:
            self.back(w.REASON_SWAP)
            return OK
        if giver.lease and not 0 < lease <= giver.lease:
            return E_RIGHTS
        if taker.parent != me:
            taker.accepts = 0
        giver.reason = w.REASON_SWAP
        taker.running, taker.giver, taker.lease = 1, me, lease
        self._run(slot)
        return OK

    def back(self, reason):
        """cpu_back: the CPU goes back to the giver of the one that runs."""
        slot = self.running
        process = self.processes[slot]
        giver = process.giver
        process.running = process.giver = process.lease = 0
        process.reason = reason
        self._run(giver)

    def expire(self, now):
        """cpu_expire: 1 if the lease of the process that runs is over."""
        lease = self.processes[self.running].lease
        if not 0 < lease <= now:
            return 0
        self.back(w.REASON_LEASE)
        return 1

    def _run(self, slot):
        """Fills slot 0 with another process."""
        self.frame(self.processes[self.running].table).refs -= 1
        self.running = slot
        table = self.processes[slot].table
        self.frame(table).refs += 1
        self.entries[self.slot_name(0)] = table << 12 | P | PW | PU
