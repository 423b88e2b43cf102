"""attach and update of the model: what they do with entries that are not in
the directory."""

from grade.ops import words as w
from grade.ops.words import (DEVICE, E_BUSY, E_FULL, E_GIVEN, E_KIND,
                             E_LEVEL, E_MATCH, E_OWNER, E_RANGE, E_RIGHTS,
                             E_VITAL, ENTRIES, ENTRIES_MAX, FRAMES_MAX,
                             GIVEN, OK, P, RESOURCES, SHARE, TABLE, X)

NOTHING_TOLD = (0, (0,) * w.C["TAKEN_MAX"])
SPECIAL = (w.ASK, w.VITAL, w.MORTAL)


class Links:
    """The part of Model that links resources into tables."""

    # ---- entries ----------------------------------------------------------

    def entry(self, name):
        """The word in an entry of a table; 0 if it is empty."""
        return self.entries.get(name, 0)

    def store(self, name, word):
        """Writes an entry, and counts its table's live ones."""
        table = self.frame(name // ENTRIES)
        if table.kind == TABLE:
            table.live += (word & P) - (self.entry(name) & P)
        if word:
            self.entries[name] = word
        else:
            self.entries.pop(name, None)

    def holds(self, name, resource):
        """link_holds."""
        return w.entry_frame(self.entry(name)) == resource

    def accepts(self, name, giver, resource):
        """True if the entry holds an acceptance for `giver` and a resource
        like this one."""
        frame = self.frame(resource)
        fits = w.accept(giver, self.processes[giver].generation, frame.kind,
                        frame.level)
        return (frame.kind in RESOURCES
                and self.entry(name) & ~w.ACCEPT_CEILING == fits)

    def accepted(self, name):
        """The ceiling of the acceptance in an entry."""
        return self.entry(name) >> w.ACCEPT_CEILING_SHIFT & 15

    def tell_taken(self, me, name):
        """notice_taken, if the table's owner is somebody else."""
        owner = self.frame(name // ENTRIES).owner
        process = self.processes[owner]
        if owner == me or process.state != w.LIVE:
            return
        self._tell(owner, w.EVENT_TAKEN, name)
        process.taken += 1

    def _tell(self, slot, event, taken=None):
        """notice_event; and an entry for the ring."""
        process = self.processes[slot]
        if process.context not in self.told:
            return
        events, ring = self.told[process.context]
        if taken is not None:
            at = process.taken % len(ring)
            ring = ring[:at] + (taken,) + ring[at + 1:]
        self.told[process.context] = events | event, ring

    # ---- attach -----------------------------------------------------------

    def attach(self, me, entry, resource, rights, source, via):
        """Links a resource into an empty entry."""
        if entry >= ENTRIES_MAX:
            return E_RANGE
        if self.is_directory(entry):
            return self.attach_group(me, entry % ENTRIES, resource, rights)
        if resource >= FRAMES_MAX or source >= ENTRIES_MAX or \
                via >= ENTRIES_MAX:
            return E_RANGE
        if not w.rights_valid(rights):
            return E_RIGHTS
        error = (self._may_fill(me, entry, resource, rights >> 4)
                 or self._may_hold(entry, resource, rights >> 4)
                 or self._may_pass(me, resource, rights >> 4, source, via))
        if error == OK and self.frame(resource).refs == w.COUNTER_MAX:
            error = E_FULL
        if error == OK:
            frame = self.frame(resource)
            self.store(entry, w.entry_make(resource, frame.kind, frame.level,
                                           rights))
            frame.refs += 1
        return error

    def _may_fill(self, me, entry, resource, ceiling):
        """Checks of the entry itself."""
        table = self.frame(entry // ENTRIES)
        if table.kind != TABLE:
            return E_KIND
        if table.flags & GIVEN:
            return E_GIVEN
        if self.entry(entry) & P:
            return E_BUSY
        return self._may_give(me, entry, resource, ceiling)

    def _may_give(self, me, entry, resource, ceiling):
        """Checks that I may edit an empty entry, or that it accepts."""
        if self.edits(me, entry // ENTRIES):
            return OK
        if not self.accepts(entry, me, resource):
            return E_OWNER
        return E_RIGHTS if ceiling & ~self.accepted(entry) else OK

    def _may_hold(self, entry, resource, ceiling):
        """Checks that the resource fits the entry."""
        frame = self.frame(resource)
        if frame.kind not in RESOURCES:
            return E_KIND
        if frame.flags & GIVEN:
            return E_GIVEN
        if frame.level != self.frame(entry // ENTRIES).level - 1:
            return E_LEVEL
        if frame.kind == DEVICE and ceiling & X:
            return E_RIGHTS
        return OK

    def _may_pass(self, me, resource, ceiling, source, via):
        """Checks that the resource is mine, or passed on to me."""
        if source == 0:
            return OK if self.owns(me, resource) else E_OWNER
        if not self.edits(me, (via or source) // ENTRIES):
            return E_OWNER
        table = source // ENTRIES
        if via and (self.frame(table).kind != TABLE
                    or not self.holds(via, table)):
            return E_MATCH
        if not self.holds(source, resource):
            return E_MATCH
        for name in (source, via) if via else (source,):
            top = w.entry_rights(self.entry(name))[1]
            if not top & SHARE or ceiling & ~top:
                return E_RIGHTS
        return OK

    # ---- update -----------------------------------------------------------

    def update(self, me, entry, resource, rights):
        """Changes what an entry allows, detaches, or posts."""
        if entry >= ENTRIES_MAX:
            return E_RANGE
        if self.is_directory(entry):
            return self.update_directory(me, entry % ENTRIES, resource,
                                         rights)
        if rights and rights not in SPECIAL and not w.rights_valid(rights):
            return E_RIGHTS
        if self.frame(entry // ENTRIES).kind != TABLE:
            return E_KIND
        if not self.entry(entry) & P:
            return self._post(me, entry, resource, rights)
        if not self.holds(entry, resource):
            return E_MATCH
        edits = self.edits(me, entry // ENTRIES)
        mine = self.owns(me, resource)
        if not edits and not mine:
            return E_OWNER
        if rights == w.ASK:
            self._ask(entry)
            return OK
        if rights in SPECIAL:
            return self._mark(me, resource, rights == w.VITAL)
        return self._set(me, entry, rights, edits, mine)

    def _set(self, me, entry, rights, edits, mine):
        """The end of update: sets the rights of a live entry."""
        word = self.entry(entry)
        resource = w.entry_frame(word)
        now, top = w.entry_rights(word)
        table = self.frame(entry // ENTRIES)
        if now & ~rights and self.vital_forbids(me, resource) and \
                table.owner == self.frame(resource).owner:
            return E_VITAL
        may_now, may_top = (15, 15) if edits and mine else \
            (top, top) if edits else (now, top)
        if rights & 15 & ~may_now or rights >> 4 & ~may_top:
            return E_RIGHTS
        if self.frame(resource).kind == DEVICE and rights >> 4 & X:
            return E_RIGHTS
        self.store(entry, w.entry_with(word, rights))
        if now & ~rights:
            self.tell_taken(me, entry)
        if not rights:
            self.unref(resource)
        return OK

    def _ask(self, entry):
        owner = self.frame(entry // ENTRIES).owner
        if self.processes[owner].state == w.LIVE:
            self._tell(owner, w.EVENT_ASKED)

    def _mark(self, me, resource, vital):
        """vital_mark of core/vital.h."""
        frame = self.frame(resource)
        if frame.owner != me:
            return E_OWNER
        if (frame.kind, frame.level) != (w.MEMORY, 1):
            return E_KIND
        if frame.flags & GIVEN:
            return E_GIVEN
        if frame.flags & GIVEN:
            return E_GIVEN
        if not vital:
            self.forget_vital(resource)
            return OK
        if frame.flags & w.VITAL_FRAME:
            return OK
        if self.processes[me].vitals >= w.C["VITAL_MAX"]:
            return E_FULL
        frame.flags |= w.VITAL_FRAME
        self.processes[me].vitals += 1
        return OK

    def _post(self, me, entry, word, rights):
        """update of an empty entry: posts an acceptance or withdraws it."""
        if self.frame(entry // ENTRIES).flags & GIVEN:
            return E_GIVEN
        if not self.edits(me, entry // ENTRIES):
            return E_OWNER
        posted = self.entry(entry)
        if not w.accept_valid(word) or rights in SPECIAL:
            return E_MATCH
        if not rights:
            if posted & ~w.ACCEPT_CEILING != word:
                return E_MATCH
            self.store(entry, 0)
            return OK
        if posted:
            return E_BUSY
        self.store(entry, word | rights >> 4 << w.ACCEPT_CEILING_SHIFT)
        return OK
