"""Lab 3's machine beside a model (grade/lab3/world.py), for operations that
move resources and the processor."""

import struct

from grade.lab3 import world
from grade.ops import state
from grade.ops import words as w
from grade.ops.model import Model
from grade.ops.script import OP_SWAP
from grade.ops.world import SHOWN
from grade.verdict import check

# and $511, %esi; and $511, %edx; jmp: names of the directory's entries become
# slots.
SLOTS_ALONE = bytes.fromhex("81e6ff010000" "81e2ff010000" "e9")


# rax = (rsi << 9 | rdx) << 8; add ..., %rax.
SLOTS_TOLD = bytes.fromhex("4889f0" "48c1e009" "4809d0" "48c1e008" "4805")


def handed(value, entry, with_):
    """What hands_slots() makes cpu_hand answer if it is given these."""
    return value + ((entry << 9 | with_) << 8) & 0xffffffff


class World(world.World):
    """The same, and which process the processor has."""
    LATER = frozenset()

    # ---- the kernel's code -------------------------------------------------

    def hands_slots(self, value):
        """cpu_hand does nothing but answer handed(value, entry, with)."""
        at = self.session.guest.symbols.address["cpu_hand"]
        self.code(at, SLOTS_TOLD + struct.pack("<I", value) + b"\xc3")

    def hands_alone(self):
        """op_swap calls cpu_hand at once: the one is no part of the other's
        exercise. The code is put where the kernel is never again."""
        address = self.session.guest.symbols.address
        at = address["books_map"]
        end = at + len(SLOTS_ALONE) + 4
        self.code(at, SLOTS_ALONE
                    + struct.pack("<i", address["cpu_hand"] - end))
        start = address["op_swap"]
        self.code(start, b"\xe9" + struct.pack("<i", at - start - 5))

    # ---- the processor -----------------------------------------------------

    @property
    def _cpu(self):
        """Where cpus[0] is: process, loaded, rest (core/cpu.h)."""
        address = self.session.guest.symbols.address["cpus"]
        return self.session.guest.tables().translate(address)[0]

    def runs(self, *chain, leases=None):
        """Each of the chain has lent the CPU to the next; the last has it."""
        self.prepare()
        model, giver = self.model, 0
        for process in model.processes:
            process.running = process.giver = process.lease = 0
        for slot in chain:
            process = model.processes[slot]
            process.running, process.giver, process.reason = 1, giver, 0
            process.lease = (leases or {}).get(slot, 0)
            giver = slot
        model.frame(model.processes[model.running].table).refs -= 1
        model.running = giver
        table = model.processes[giver].table
        model.frame(table).refs += 1
        model.entries[model.slot_name(0)] = table << 12 | w.P | w.PW | w.PU
        self.base.running = 0           # so that it is written in any case

    def sync(self):
        """Writes what was changed in the model alone."""
        turned = self.base and self.base.running != self.model.running
        super().sync()
        if turned:
            self.machine.poke(self._cpu, struct.pack(
                "<2Q", self.model.running, w.INIT))

    def look(self, rule, asked, names=(), more=()):
        """Runs what is queued; Wrong unless all processes, these entries,
        and the records of their tables, of processes' tables and of `more`
        are as they should be. judge sees more, and takes longer."""
        self.sync()
        self.run(rule)
        model, slot = self.model, self.model.slot_name(0)
        here, there = (Model(model.depth, 0, model.directory)
                       for _ in range(2))
        here.processes, here.running = model.processes, model.running
        there.processes = self.books.processes()
        names = [slot, *names]
        tables = {p.table for p in model.processes if p.state == w.LIVE}
        tables |= {name // w.ENTRIES for name in names} | set(more)
        for n in tables & model.frames.keys():
            here.frames[n] = model.frames[n]
            there.frames[n] = self.books.get(n)
        for name in names:
            word = self.word(name)
            mask = w.COMPARED_ROOT if name == slot else w.COMPARED
            here.entries[name] = model.entry(name)
            there.entries[name] = word & mask if word & w.P else word
        runs = w.entry_frame(there.entries[slot])
        there.running = next((n for n, p in enumerate(there.processes)
                              if p.state and p.table == runs), 0)
        found = state.differences(here, there)
        check(not found, rule, asked, "; ".join(found[:SHOWN]))

    def judge_cpu(self, rule, asked):
        """judge, and what the kernel itself knows of who runs."""
        self.judge(rule, asked)
        self.look_cpu(rule, asked)

    def look_cpu(self, rule, asked):
        """look, and the same."""
        self.look(rule, asked)
        process, = struct.unpack("<Q", self.machine.physical(self._cpu, 8))
        check(process == self.model.running, rule, asked,
              f"cpu_process() is {process}\n       where "
              f"{self.model.running} is right")

    def judge(self, rule, asked=""):
        """The same, and what was changed in the model alone before."""
        self.sync()
        super().judge(rule, asked)

    # ---- calls -------------------------------------------------------------

    def swap(self, me, args, wanted=w.OK, about=""):
        """Queues swap(entry, with, resource, other, lease)."""
        if all(map(self.model.is_directory, args[:2])) and \
                args[:2] != (self.model.slot_name(w.RUNNING),) * 2:
            about += (f"\n       (cpu_hand is given the slots: entry "
                      f"{args[0] % w.ENTRIES}, with {args[1] % w.ENTRIES})")
        return self.ask(me, OP_SWAP, args, wanted, about)

    def hand(self, slot, lease=0, wanted=w.OK, about=""):
        """Queues the hand-over of the CPU by who runs."""
        model = self.model
        me = model.running
        return self.swap(me, (
            model.slot_name(0), model.slot_name(slot),
            model.processes[me].table, model.processes[slot].table, lease),
            wanted, about)

