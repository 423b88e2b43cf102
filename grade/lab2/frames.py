"""frame.c's functions, called by the harness on records that the grader
wrote; and what frame_boot is to make of a memory map."""

from grade.ops import script
from grade.ops import words as w
from grade.ops.state import kind_name
from grade.ops.world import told
from grade.paging import PAGE
from grade.verdict import check, equal

RAM, RESERVED, ACPI, KEEP, BAD = 1, 2, 3, 4, 5
UNIT = 512
GIANT = UNIT * UNIT
SHOWN = 4
HERE = 0x2000           # a unit of 2 MiB with another one behind it


def expected(regions, kept, limit):
    """[kind] of all frames below `limit`, by frame_boot's contract."""
    kinds = [w.NONE] * limit
    for start, end, kind in regions:
        if kind == RAM:
            for n in range(start // PAGE, end // PAGE):
                kinds[n] = w.DIRTY
    for start, end, kind in regions:
        if kind != RAM:
            for n in _touched(start, end, limit):
                kinds[n] = w.NONE
    for start, end in kept:
        for n in _touched(start, end, limit):
            if kinds[n] == w.DIRTY:
                kinds[n] = w.KERNEL
    return kinds


def _touched(start, end, limit):
    if start >= end:        # nothing lies in it
        return range(0)
    return range(min(start // PAGE, limit), min(-(-end // PAGE), limit))


def moved(dice, regions, kept, limit):
    """(regions, kept) with other addresses, in another order: what touches,
    overlaps or lies within one frame still does."""
    words = {word for span in [*regions, *kept] for word in span[:2]}
    near = sorted(word for word in words if word < limit * PAGE)
    there = _near(dice, near) | _far(dice, words - set(near))
    found = [(there[start], there[end], *kind) for start, end, *kind
             in [*regions, *kept]]
    one, two = found[:len(regions)], found[len(regions):]
    dice.shuffle(one)
    dice.shuffle(two)
    return one, two


def _near(dice, words):
    """{address: another}, in the same order; ascending ones are given."""
    pages = sorted({n for word in words
                    for n in (word // PAGE, -(-word // PAGE))})
    at = {n: n for n in pages[:1]}
    for last, n in zip(pages, pages[1:]):
        gap = n - last
        at[n] = at[last] + (1 if gap == 1 else dice.randint(
            max(2, gap * 2 // 3), gap * 5 // 4))
    found = {}
    for n in pages:
        inner = [word % PAGE for word in words if word // PAGE == n]
        any_ = [byte for byte in inner if 1 < byte < PAGE - 1]
        other = dict(zip(any_, sorted(dice.sample(range(2, PAGE - 1),
                                                  len(any_)))))
        found |= {n * PAGE + byte: at[n] * PAGE + other.get(byte, byte)
                  for byte in inner}
    return found


def _far(dice, words):
    """The same of addresses behind the last record: near 2^64 they stay
    there."""
    up = dice.randrange(1 << 16) * PAGE
    return {word: word if word == w.WORD
            else word + up if word < 1 << 63
            else word - dice.randrange(64) * PAGE if word % PAGE == 0
            else word - dice.randrange(PAGE // 4) for word in words}


def show(regions, kept):
    """A memory map as reports show it."""
    names = {RAM: "RAM", RESERVED: "reserved", ACPI: "ACPI", KEEP: "kept by "
             "the firmware", BAD: "bad"}
    lines = [f"{start:#x} to {end:#x} {names.get(kind, f'kind {kind}')}"
             for start, end, kind in regions]
    lines += [f"{start:#x} to {end:#x} kept" for start, end in kept]
    return "\n       ".join(["this map:"] + lines)


class Frames:
    """Calls of frame.c on a world's machine."""

    def __init__(self, world):
        self.world = world
        world.run()
        self.books = world.books
        self.here = world.secret.pick(HERE, lambda dice: UNIT * dice.choice([
            n for n in range(14, 29) if n != HERE // UNIT]), "here")
        self.books.put(0, kind=w.KERNEL, level=1)

    # ---- calls ------------------------------------------------------------

    def run(self, rule, asked, *steps):
        """The answers' values. Wrong if a function is not written."""
        answers = self.world.steps(list(steps), rule, asked)
        for at, (step, answer) in enumerate(zip(steps, answers)):
            self.world.session.at = at
            self.world.written(answer, rule, told(step, asked))
        return [answer.value for answer in answers]

    def boot(self, rule, regions, kept, limit):
        """frame_boot with this map, or one like it. Wrong unless all records
        below `limit` are what it makes them."""
        self.boot_as_it_is(rule, *self.world.moved(
            (regions, kept), lambda dice: moved(dice, regions, kept, limit)),
            limit)

    def boot_as_it_is(self, rule, regions, kept, limit):
        """The same, with that very map."""
        asked = show(regions, kept)
        self.run(rule, asked, script.frame_boot(limit, regions, kept))
        wanted, found = expected(regions, kept, limit), []
        records = w.Frame.read(self.books.read(self._at(0), limit * 16))
        for n, (record, kind) in enumerate(zip(records, wanted)):
            right = w.Frame(kind=kind, level=1 if kind else 0)
            if record.values() != right.values():
                found.append(f"frame {n:#x} is {_tell(record)}, and should "
                             f"be {_tell(right)}")
        check(not found, rule, asked, f"{len(found)} records are wrong: "
              + "; ".join(found[:SHOWN]))
        for level in (2, 3):
            for n in range(0, limit, w.level_frames(level)):
                equal(self.books.extent(level, n), 0,
                      "nothing is free at boot, so the extents stay 0",
                      f"{asked}\n       the level {level} extent of frame "
                      f"{n:#x}")

    @staticmethod
    def _at(n):
        return script.state.BASE + w.C["BOOKS_FRAMES"] + 16 * n

    def is_free(self, cases, rule):
        """{about: (frame, level, wanted)}, after which nothing changed."""
        cases = self.world.mixed(cases.items())
        steps = [script.frame_is_free(n, level)
                 for _, (n, level, _) in cases]
        found = self.run(rule, "is it free?", *steps)
        for at, (about, (_, _, wanted)) in enumerate(cases):
            self.world.session.at = at
            step, free = steps[at], found[at]
            equal(bool(free & 1), wanted, rule, told(step, about))

    # ---- records ----------------------------------------------------------

    def unit(self, n, kind=w.DIRTY, free=0):
        """512 records of that kind and level 1, and the extents of it:
        `free` of the 2 MiB, none of the 1 GiB."""
        self.books.put(n, UNIT, kind=kind, level=1)
        self.books.put_extent(2, n, free)
        self.books.put_extent(3, n, 1 if free == UNIT else 0)
        return n

    def spots(self, fixed):
        """The frames of a unit, by their place in it: these, or as many
        others."""
        return self.world.moved(fixed, lambda dice: dice.sample(
            range(1, UNIT - 1), len(fixed)))

    def giant(self, n):
        """A gigabyte of free records, and its extents."""
        self.books.put(n, GIANT, kind=w.FREE, level=1)
        for at in range(n, n + GIANT, UNIT):
            self.books.put_extent(2, at, UNIT)
        self.books.put_extent(3, n, UNIT)
        return n

    def record(self, n, rule, asked, **fields):
        """Wrong unless frame n's record is this, and 0 elsewhere."""
        right, found = w.Frame(**fields), self.books.get(n)
        check(found.values() == right.values(), rule, asked,
              f"the record of frame {n:#x} is {_tell(found)}\n       where "
              f"{_tell(right)} is right")

    def extents(self, n, two, three, asked):
        """Wrong unless the extents of frame n are these."""
        rule = "the extents count the FREE records, and the full extents"
        equal(self.books.extent(2, n), two, rule,
              f"{asked}: the count of its 2 MiB")
        equal(self.books.extent(3, n), three, rule,
              f"{asked}: the count of its 1 GiB")

    def fill(self, n, count):
        """Writes something into every word of frames."""
        self.world.machine.poke(n * PAGE, b"\x5a" * (PAGE * count))

    def cleared(self, n, count):
        """[frame] of those that are full of zeros."""
        data = self.world.machine.physical(n * PAGE, count * PAGE)
        zeros = bytes(PAGE)
        return [n + i for i in range(count)
                if data[i * PAGE:(i + 1) * PAGE] == zeros]


def _tell(record):
    """A record in words; all of it but what is 0, and its level always."""
    more = [f"{name} {getattr(record, name)}" for name in w.Frame.__slots__
            if name != "kind" and (getattr(record, name) or name == "level")]
    return ", ".join([kind_name(record.kind)] + more)
