"""Processes, groups and the CPU in the model: core/process.h, core/group.h,
core/cpu.h and core/quota.h."""

from grade.ops import words as w
from grade.ops.words import (CPU, E_ALLOWANCE, E_BUSY, E_MATCH, E_OWNER,
                             E_RANGE, E_RIGHTS, NX, OK, P, PROCESS_MAX)


def is_slot(slot):
    """True for the number of a process."""
    return w.INIT <= slot < PROCESS_MAX


class People:
    """The part of Model that knows processes."""

    def slot_name(self, slot):
        """The name of a slot's entry in the directory."""
        return self.directory * w.ENTRIES + slot

    # ---- quota ------------------------------------------------------------

    def covers_allowance(self, process, allowance):
        """quota_covers: all of an ALLOWANCE word, and a slot more."""
        frames, slots = w.allowance_parts(allowance)
        has = self.processes[process]
        return has.allowance >= frames and has.slots >= slots + 1

    def grant(self, giver, taker, allowance):
        """quota_grant."""
        frames, slots = w.allowance_parts(allowance)
        for process, sign in ((giver, -1), (taker, 1)):
            self.processes[process].allowance += sign * frames
            self.processes[process].slots += sign * slots

    # ---- create's commit --------------------------------------------------

    def link(self, me, slot, table, context, allowance):
        """process_link, and what create gives."""
        generation = self.processes[slot].generation + 1
        process = self.processes[slot] = w.Process(
            state=w.LIVE, parent=me, generation=generation, table=table,
            context=context)
        parent = self.processes[me]
        parent.children += 1
        parent.slots -= 1
        self.grant(me, slot, allowance)
        parent.owned -= 1
        process.owned += 1
        self.frame(table).owner = slot
        self.frame(table).refs += 1
        self.frame(context).refs += 1
        self.frame(context).flags |= w.CONTEXT
        self.entries[self.slot_name(slot)] = table << 12 | P | NX

    def adopt(self, me, slot, allowance):
        """create on a child's child: process_adopt and the allowance."""
        if not self.covers_allowance(me, allowance):
            return E_ALLOWANCE
        process = self.processes[slot]
        old, new = self.processes[process.parent], self.processes[me]
        old.children -= 1
        old.slots += 1
        new.children += 1
        new.slots -= 1
        process.parent = me
        self.grant(me, slot, allowance)
        return OK

    # ---- update in the directory ------------------------------------------

    def update_directory(self, me, slot, resource, rights):
        """`update` on the directory entry of a process."""
        if w.is_group(resource):
            return self.update_group(me, slot, resource, rights)
        if not is_slot(slot):
            return E_RANGE
        if slot == me:
            return self._accept_cpu(me, resource, rights)
        process = self.processes[slot]
        if process.parent != me:
            return E_OWNER
        if rights:
            return E_RIGHTS
        if process.state == w.LIVE:
            if resource != process.table:
                return E_MATCH
            if process.running:
                return E_BUSY
            self._end(slot)
            return OK
        if resource != w.RESOURCE_NONE:
            return E_MATCH
        if process.owned or process.children:
            return E_BUSY
        self._free(slot)
        return OK

    def _accept_cpu(self, me, word, rights):
        process = self.processes[me]
        if rights not in (0, w.rights(w.R, w.R)):
            return E_RIGHTS
        fits = (w.accept_valid(word) and word >> 1 & 7 == CPU
                and word >> 4 & 7 == self.depth)
        if not fits or not rights and process.accepts != word:
            return E_MATCH
        if rights and process.accepts:
            return E_BUSY
        process.accepts = word if rights else 0
        return OK

    def _end(self, slot):
        process = self.processes[slot]
        process.state = w.DEAD
        self.clear_groups(slot)
        del self.entries[self.slot_name(slot)]
        self.unref(process.table)
        self.frame(process.context).flags &= ~w.CONTEXT
        self.unref(process.context)

    def _free(self, slot):
        process = self.processes[slot]
        parent = self.processes[process.parent]
        parent.children -= 1
        parent.slots += process.slots + 1
        parent.allowance += process.allowance
        self.processes[slot] = w.Process(generation=process.generation)

    # ---- groups -----------------------------------------------------------

    def group_named(self, resource):
        """The number of the group that a word names, or None."""
        n = resource & (1 << 60) - 1
        kind = resource >> 60
        if n < len(self.groups) and kind and self.groups[n].kind == kind:
            return n
        return None

    def attach_group(self, me, slot, resource, rights):
        """group_attach."""
        n = self.group_named(resource)
        if not is_slot(slot) or n is None:
            return E_RANGE
        if rights != w.GROUP_RIGHTS:
            return E_RIGHTS
        if not self.is_mine(me, slot):
            return E_OWNER
        if self.processes[slot].groups >> n & 1:
            return E_BUSY
        if not self.processes[me].groups >> n & 1:
            return E_OWNER
        self.processes[slot].groups |= 1 << n
        if self.groups[n].kind == w.C["GROUP_IRQ"]:
            self.groups[n].holder = slot
        return OK

    def update_group(self, me, slot, resource, rights):
        """group_update."""
        n = self.group_named(resource)
        if not is_slot(slot) or n is None:
            return E_RANGE
        if rights not in (0, w.GROUP_RIGHTS):
            return E_RIGHTS
        if me not in (slot, self.processes[slot].parent, w.INIT):
            return E_OWNER
        if not self.processes[slot].groups >> n & 1:
            return E_MATCH
        if rights:
            group = self.groups[n]
            line = group.kind == w.C["GROUP_IRQ"] and group.holder == slot
            return OK if line else E_MATCH
        self._lose_group(slot, n)
        return OK

    def _lose_group(self, slot, n):
        self.processes[slot].groups &= ~(1 << n)
        group = self.groups[n]
        if group.kind == w.C["GROUP_IRQ"] and group.holder == slot:
            parent = self.processes[slot].parent
            has = self.processes[parent].groups >> n & 1
            group.holder = parent if has else w.INIT

    def clear_groups(self, slot):
        """group_clear."""
        for n in range(len(self.groups)):
            if self.processes[slot].groups >> n & 1:
                self._lose_group(slot, n)

    def chain(self):
        """Who has the CPU or has lent it: init first, who runs last."""
        found, at = [], self.running
        while at and at not in found:
            found.insert(0, at)
            at = self.processes[at].giver
        return found
