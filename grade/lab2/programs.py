"""Whole boots: the kernel with all that labs 1 and 2 have; its init, and the
records that it makes."""

from grade.lab2.books import RECORD, RECORDS, Books
from grade.lab2.frames import expected
from grade.ops import programs, rules, state
from grade.ops import words as w
from grade.paging import PAGE
from grade.qemu import EXIT
from grade.verdict import Wrong, check, equal

GREETS = "init runs in ring 3, greets, and ends with its status"
RECORDS_RULE = "the records are made of this machine's memory map"
OFTEN = ((w.DIRTY, w.MEMORY, w.TABLE), (w.KERNEL, w.DIRTY, w.MEMORY, w.TABLE))


class Programs(programs.Programs):
    """Boots programs; tells what they said."""

    def greet(self, boot):
        """Boots init, which is to end with status 7."""
        options = self.grading.machine(boot)
        asked = " ".join(["make run ONCE=1"] + [
            f"{key.upper()}={value}" for key, value in options.items()]
            + ["ARGS=status=7"])
        with self.guest(boot, "once status=7") as guest:
            self.ends(guest, GREETS, asked, 7)
            check("init: hello from ring 3\n" in guest.machine.text(), GREETS,
                  asked, "there is no greeting from ring 3")
            guest.run_out()
            status = guest.stop.status
            check(guest.stop.kind == "exit"
                  and status == EXIT["EXIT_BASE"] + 7 << 1 | 1, GREETS,
                  asked, f"the machine: {guest.why()}")

    def records(self, boot):
        """Boots as far as ring 3. Wrong unless frame_boot made the records
        of this machine's memory map."""
        asked = f"a machine with {self.grading.machine(boot)}"
        with self.guest(boot) as guest:
            if not guest.run_to("STAGE_BUILT"):
                raise Wrong(RECORDS_RULE, asked, guest.why())
            books, (regions, kept) = Books(guest), _map(guest)
            right = expected(regions, kept, max(
                end for _, end in books.spans()))
            dirty = 0
            for start, end in books.spans():
                data = books.read(RECORDS + start * RECORD,
                                  (end - start) * RECORD)[::RECORD]
                dirty += data.count(w.DIRTY)
                _compare(start, data, bytes(right[start:end]), asked)
            equal(books.get_process(w.INIT).allowance, dirty, RECORDS_RULE,
                  f"{asked}: what init may own, in frames", str)
            found = rules.invariants(state.read(guest))
            check(not found, "the invariants hold", asked,
                  "; ".join(found[:4]))


def _map(guest):
    """([(start, end, kind)], kept spans) of a machine's frame_boot."""
    at = guest.observe("OBSERVED_BOOTINFO")
    count, = guest.words(at, 1)
    words = guest.words(at + 8, 3 * count)
    regions = list(zip(words[::3], words[1::3], words[2::3]))
    return regions, [
        (0, guest.observe("OBSERVED_BOOTMEM_NEXT") * PAGE),
        (guest.observe("OBSERVED_KERNEL_START"),
         guest.observe("OBSERVED_KERNEL_END"))]


def _compare(start, found, wanted, asked):
    """Kinds as bytes: what boot takes of the DIRTY and the KERNEL may be
    init's by now, and what it dropped DIRTY."""
    if found == wanted:
        return
    may = {w.NONE: (w.NONE,), w.DIRTY: OFTEN[0], w.KERNEL: OFTEN[1]}
    for n, (here, right) in enumerate(zip(found, wanted), start):
        check(here in may[right], RECORDS_RULE, asked,
              f"frame {n:#x} is {state.kind_name(here)}, and the memory map "
              f"makes it {state.kind_name(right)}")
