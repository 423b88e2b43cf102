"""Who has which physical memory while the kernel boots. Nothing here knows of
GDB.

boot/bootmem.c takes frames upwards from 1 MiB: what it gave out is the RAM
below `next` that nothing else has.
"""

from dataclasses import dataclass

FRAME = 4096
FIRST = 1 << 20                 # nothing is taken below 1 MiB
KINDS = {1: "RAM", 2: "reserved", 3: "ACPI tables", 4: "firmware, for ever",
         5: "bad RAM"}
FREE, TAKEN, LOW = "free", "taken by boot", "free, below 1 MiB"


@dataclass
class Piece:
    """Physical addresses [start, end), and who has them. ram: they are RAM."""
    start: int
    end: int
    what: str
    ram: bool

    @property
    def frames(self):
        return (self.end - self.start) // FRAME


def _whole(start, end):
    """The frames that hold any of these bytes, as addresses."""
    return start // FRAME * FRAME, -(-end // FRAME) * FRAME


def pieces(regions, busy, following):
    """All of physical memory that somebody knows of, ascending.

    regions: (start, end, kind) of the memory map. busy: (start, end, what).
    following: the first frame that bootmem_take has not looked at yet.
    """
    other = [(*_whole(start, end), KINDS.get(kind, KINDS[2]))
             for start, end, kind in regions if kind != 1 and start < end]
    ram = [(start, end) for start, end, kind in regions if kind == 1]
    cuts = {FIRST, following * FRAME}
    for start, end, *_ in other + ram + list(busy):
        cuts |= {start, end}
    cuts, found = sorted(cuts), []
    for start, end in zip(cuts, cuts[1:]):
        piece = _piece(start, end, ram, other, busy, following * FRAME)
        if not piece:
            continue
        last = found[-1] if found else None
        if last and (last.end, last.what, last.ram) == (
                piece.start, piece.what, piece.ram):
            last.end = piece.end
        else:
            found.append(piece)
    return found


def _piece(start, end, ram, other, busy, following):
    """Who has [start, end), which nothing cuts; None if nobody knows."""
    def holder(among):
        return next((rest[0] if rest else True
                     for a, b, *rest in among if a <= start < b), None)
    what = holder(other)
    if what:
        return Piece(start, end, what, False)
    if not holder(ram):
        return None
    what = holder(busy)
    if not what:
        what = LOW if start < FIRST else TAKEN if end <= following else FREE
    return Piece(start, end, what, True)


def totals(found):
    """[(what, frames)] of RAM, in the order of the first piece of each."""
    sums = {}
    for piece in found:
        if piece.ram:
            sums[piece.what] = sums.get(piece.what, 0) + piece.frames
    return list(sums.items())


def lines(found, taken):
    """The pieces and totals, as text. taken: what the kernel counted."""
    yield f"{'from':>13} {'to':>13} {'frames':>9} {'MiB':>10}  who has it"
    for piece in found:
        yield (f"{piece.start:#13x} {piece.end:#13x} {_amount(piece.frames)}"
               f"  {piece.what}")
    yield ""
    sums = totals(found)
    for what, frames in sums:
        yield f"{'':27} {_amount(frames)}  {what}"
    total = sum(frames for _, frames in sums)
    yield f"{'':27} {_amount(total)}  of RAM"
    seen = dict(sums).get(TAKEN, 0)
    if seen != taken:
        yield (f"but bootmem counts {taken} frames taken, and {seen} are "
               "not free")


def _amount(frames):
    return f"{frames:9} {frames * FRAME / (1 << 20):10.2f}"
