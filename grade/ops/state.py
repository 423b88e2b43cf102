"""Reads a running kernel's books and tables into a Model, and says in plain
words what differs between two."""

import struct

from grade import paging
from grade.guest import LAYOUT
from grade.ops import words as w
from grade.ops.model import Model

BASE = LAYOUT["BOOKS_BASE"]
RECORD = w.Frame.packing.size
PLAIN = w.Frame(kind=w.DIRTY, level=1).values()
PLAIN_BYTES = w.Frame.packing.pack(*PLAIN)
NOTHING = bytes(RECORD)
DEVICE = struct.Struct("<3Q")           # struct device of abi/books.h
STATES = ("free", "live", "dead")


# ---- reading ----------------------------------------------------------------

def _mapped(tables, frame, level, low, high):
    """(va, pa, bytes) of what is mapped in [low, high), which `frame`, a
    table with entries of that level, reaches. A table that holds one thing
    512 times is a hole of zeros, and passed over."""
    size = paging.size_of(level)
    entries = tables.table(frame)
    first, last = low // size, (high - 1) // size
    if len(set(entries)) == 1:
        return
    for n in range(first, last + 1):
        entry = entries[n % w.ENTRIES]
        start, end = max(low, n * size), min(high, (n + 1) * size)
        if not entry & paging.P:
            continue
        if level == 1 or level <= 3 and entry & paging.PS:
            pa = entry & paging.ADDRESS & -size
            yield start, pa + start % size, end - start
        else:
            yield from _mapped(tables, (entry & paging.ADDRESS) >> 12,
                               level - 1, start, end)


def _array(guest, offset, count):
    """(where in the array, bytes) of what of an array in the books is
    mapped, page by page."""
    tables = guest.tables()
    low = BASE + offset
    for va, pa, size in _mapped(tables, tables.root, tables.depth, low,
                                low + count):
        for at in range(0, size, paging.PAGE):
            part = min(paging.PAGE, size - at)
            yield va + at - low, guest.machine.physical(pa + at, part)


def _read_frames(guest, model, first, count):
    """Fills in the records of `count` frames from `first` on."""
    end = None                          # of the last run that is not NONE
    for offset, data in _array(guest, w.C["BOOKS_FRAMES"] + first * RECORD,
                               count * RECORD):
        n, many = first + offset // RECORD, len(data) // RECORD
        if data == PLAIN_BYTES * many:
            end = _run_on(model, n, many, end)
            continue
        if not data.strip(b"\0"):
            continue
        for i in range(many):
            record = data[i * RECORD:(i + 1) * RECORD]
            if record == NOTHING:
                continue
            end = _run_on(model, n + i, 1, end)
            if record != PLAIN_BYTES:
                model.frames[n + i] = w.Frame.read(record)[0]


def _run_on(model, n, many, end):
    if n == end and model.ram:
        model.ram[-1] = (model.ram[-1][0], n + many)
    else:
        model.ram.append((n, n + many))
    return n + many


def _read_extents(guest, offset, count):
    found = {}
    for at, data in _array(guest, offset, 2 * count):
        if data.strip(b"\0"):
            numbers = struct.unpack(f"<{len(data) // 2}H", data)
            found.update((at // 2 + i, number)
                         for i, number in enumerate(numbers) if number)
    return found


def _read_table(guest, model, frame, slots, mask):
    """Fills in a table's entries, as far as it lies in RAM."""
    try:
        data = guest.machine.physical(frame * paging.PAGE, paging.PAGE)
    except ValueError:
        return
    if not data.strip(b"\0"):
        return
    for i, word in enumerate(struct.unpack(f"<{w.ENTRIES}Q", data)[:slots]):
        if word:
            model.entries[frame * w.ENTRIES + i] = \
                word & mask if word & paging.P else word


def _read_contexts(guest, model):
    """What the kernel told processes in their contexts."""
    for process in model.processes:
        if process.state == w.LIVE:
            place = process.context * paging.PAGE
            events, = guest.words(place + w.CONTEXT_WORDS["events"], 1)
            ring = guest.words(place + w.CONTEXT_WORDS["taken"],
                               w.C["TAKEN_MAX"])
            model.told[process.context] = events, ring


def _devices(guest, head, count):
    """The ranges of frames in the books' table of devices, ascending."""
    data = guest.virtual(BASE + head, count * DEVICE.size)
    return sorted((start, end) for start, end, _ in DEVICE.iter_unpack(data))


def read(guest):
    """The Model of a machine that stands. ValueError if it has no books."""
    head = w.Books.packing.size
    books = w.Books.read(guest.virtual(BASE, head))[0]
    if books.magic != w.C["BOOKS_MAGIC"]:
        raise ValueError("the books have no magic word")
    model = Model(books.depth, books.page_levels, books.directory)
    _read_frames(guest, model, 0, books.frames)
    for start, end in _devices(guest, head, books.devices):
        if end > books.frames:
            first = max(start, books.frames)
            _read_frames(guest, model, first, end - first)
    size = w.Process.packing.size * w.PROCESS_MAX
    model.processes = w.Process.read(
        guest.virtual(BASE + w.C["BOOKS_PROCESSES"], size))
    size = w.Group.packing.size * w.C["GROUP_MAX"]
    model.groups = w.Group.read(
        guest.virtual(BASE + w.C["BOOKS_GROUPS"], size))
    twos = -(-books.frames // 512)
    model.extents = (
        _read_extents(guest, w.C["BOOKS_EXTENTS2"], twos),
        _read_extents(guest, w.C["BOOKS_EXTENTS3"], -(-twos // 512)))
    for n, frame in list(model.frames.items()):
        if frame.kind == w.TABLE:
            _read_table(guest, model, n, w.ENTRIES, w.COMPARED)
    _read_table(guest, model, books.directory, w.PROCESS_MAX,
                w.COMPARED_ROOT)
    runs = w.entry_frame(model.entry(model.slot_name(0)))
    model.running = next((n for n, process in enumerate(model.processes)
                          if process.state == w.LIVE
                          and process.table == runs), 0)
    _read_contexts(guest, model)
    return model


# ---- comparing --------------------------------------------------------------

def differences(model, machine, contexts=False):
    """What of the machine, as read() gives it, is not as the model says: a
    line for each. contexts: also what the kernel told processes there; they
    may write it too, so only if none has run."""
    told = _context_differences(model, machine) if contexts else []
    return (_frame_differences(model, machine)
            + _process_differences(model, machine) + told
            + _group_differences(model, machine)
            + _entry_differences(model, machine)
            + _extent_differences(model, machine))


def _tell(what, found, wanted):
    return f"{what} is {found}, and should be {wanted}"


def kind_name(kind):
    """A kind's name, for any number."""
    return w.KIND.get(kind, str(kind))


def _frame_differences(model, machine):
    found = []
    for n in sorted(model.frames.keys() | machine.frames.keys()):
        here, there = machine.frame(n), model.frame(n)
        if here.values() == there.values():
            continue
        for name in w.Frame.__slots__:
            is_now, wanted = getattr(here, name), getattr(there, name)
            if is_now == wanted:
                continue
            if name == "kind":
                is_now, wanted = kind_name(is_now), kind_name(wanted)
            found.append(_tell(f"frame {n:#x}: {name}", is_now, wanted))
    changed = set(model.ram) ^ set(machine.ram)
    if changed:
        found.append("records say NONE of RAM, or something of what is "
                     "none: frames " + ", ".join(
                         f"{a:#x} to {b:#x}" for a, b in sorted(changed)))
    return found


def _fields(process, wanted):
    """The fields of a process that are pinned in the wanted state."""
    if wanted.state == w.UNUSED:
        return ("state", "generation")
    names = {"state", "generation", "parent", "children", "slots", "owned",
             "allowance", "groups", "vitals", "running"}
    if wanted.state == w.LIVE:
        names |= {"table", "context", "accepts", "taken", "giver", "lease"}
    if not wanted.running and process.reason != w.C["REASON_FAULT"]:
        names |= {"reason"}
    return [name for name in w.Process.__slots__ if name in names]


def _process_differences(model, machine):
    found = []
    for n, (here, there) in enumerate(zip(machine.processes,
                                          model.processes)):
        for name in _fields(here, there):
            is_now, wanted = getattr(here, name), getattr(there, name)
            if name == "accepts":
                is_now &= ~w.ACCEPT_CEILING
                wanted &= ~w.ACCEPT_CEILING
            if is_now != wanted:
                if name == "state":
                    is_now, wanted = (STATES[v] if v < 3 else v
                                      for v in (is_now, wanted))
                elif name in ("table", "context", "accepts"):
                    is_now, wanted = f"{is_now:#x}", f"{wanted:#x}"
                found.append(_tell(f"process {n}: {name}", is_now, wanted))
    if machine.running != model.running:
        found.append(_tell("the process that runs", machine.running,
                           model.running))
    return found


def _context_differences(model, machine):
    found = []
    for n, (here, there) in enumerate(zip(machine.processes,
                                          model.processes)):
        if there.state == w.LIVE:
            found += _told_differences(n, model.told.get(there.context),
                                       machine.told.get(here.context))
    return found


def _told_differences(n, wanted, found):
    """What differs in a context; `wanted` is None if nobody knows."""
    if found is None or wanted is None or found == wanted:
        return []
    events, ring = wanted
    lines = []
    if found[0] != events:
        lines.append(_tell(f"process {n}: its event word", f"{found[0]:#x}",
                           f"{events:#x}"))
    lines += [f"process {n}: taken[{i}] names {entry_name(here)}, and should "
              f"name {entry_name(there)}"
              for i, (here, there) in enumerate(zip(found[1], ring))
              if here != there]
    return lines


def _group_differences(model, machine):
    return [_tell(f"group {n}: {name}", getattr(here, name),
                  getattr(there, name))
            for n, (here, there) in enumerate(zip(machine.groups,
                                                  model.groups))
            for name in w.Group.__slots__
            if getattr(here, name) != getattr(there, name)]


def entry_name(name):
    """An entry as messages name it: its table and its index."""
    return f"{name // w.ENTRIES:#x}:{name % w.ENTRIES}"


def _letters(rights):
    return "".join(letter if rights >> bit & 1 else "-"
                   for bit, letter in enumerate("rwxs"))


def describe(word):
    """What an entry holds, in words."""
    if not word:
        return "nothing"
    if not word & w.P:
        kind, level = kind_name(word >> 1 & 7), word >> 4 & 7
        top = _letters(word >> w.ACCEPT_CEILING_SHIFT & 15)
        return (f"an acceptance for process {word >> 8 & 255}, generation "
                f"{word >> 16 & 0xffffffff}, {kind} of level {level}, "
                f"ceiling {top} ({word:#x})")
    now, top = w.entry_rights(word)
    marks = ("" if word & w.PU else ", not ring 3's") + \
        (", a large page" if word & w.PS else "")
    return (f"frame {w.entry_frame(word):#x} {_letters(now)}, ceiling "
            f"{_letters(top)}{marks}")


def _entry_differences(model, machine):
    found = []
    for name in sorted(model.entries.keys() | machine.entries.keys()):
        here, there = machine.entry(name), model.entry(name)
        if here != there:
            found.append(f"entry {entry_name(name)} holds {describe(here)}, "
                         f"and should hold {describe(there)}")
    return found


def _extent_differences(model, machine):
    found = []
    for size, here, there in zip(("2 MiB", "1 GiB"), machine.extents or (),
                                 model.recount()):
        for n in sorted(here.keys() | there.keys()):
            if here.get(n, 0) != there.get(n, 0):
                found.append(_tell(f"extent {n:#x} of {size}",
                                   here.get(n, 0), there.get(n, 0)))
    return found


# ---- what only memory shows -------------------------------------------------

def unclean(model, guest):
    """Invariant 7 for the content of memory: a line for each FREE frame
    that is not full of zeros."""
    zeros = bytes(paging.PAGE)
    return [f"invariant 7: frame {n:#x} is FREE and not clean"
            for n, frame in model.frames.items() if frame.kind == w.FREE
            and guest.machine.physical(n * paging.PAGE, paging.PAGE)
            != zeros]
