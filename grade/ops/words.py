"""The words of the operations' contracts: numbers out of the kernel's
headers, records of the books, and entries taken apart."""

import dataclasses
import enum
import operator
import re
import struct
from pathlib import Path

from grade import abi
from grade.paging import ADDRESS, NX, P, PS
from grade.paging import U as PU
from grade.paging import W as PW

TOP = Path(__file__).resolve().parents[2]
HEADERS = sorted((TOP / "kernel/abi").glob("*.h"))
C = {name: value for header in HEADERS
     for name, value in abi.constants(header).items()}

Error = enum.IntEnum("Error", {
    name: value
    for name, value in abi.constants(TOP / "kernel/abi/errors.h").items()
    if name in ("OK", "MORE") or name.startswith("E_")})
OK, MORE = Error.OK, Error.MORE
E_OPERATION, E_LATER = Error.E_OPERATION, Error.E_LATER
E_RANGE, E_ALIGN = Error.E_RANGE, Error.E_ALIGN
E_LEVEL, E_KIND, E_OWNER = Error.E_LEVEL, Error.E_KIND, Error.E_OWNER
E_BUSY, E_MATCH, E_RIGHTS = Error.E_BUSY, Error.E_MATCH, Error.E_RIGHTS
E_GIVEN, E_LIVE, E_SHARED = Error.E_GIVEN, Error.E_LIVE, Error.E_SHARED
E_ALLOWANCE, E_VITAL = Error.E_ALLOWANCE, Error.E_VITAL
E_FULL = Error.E_FULL

OPERATIONS = ("create", "alloc", "attach", "update", "swap")
ARGUMENTS = (4, 4, 5, 3, 5)     # that each of them has

KIND = {value: name[5:] for name, value in C.items()
        if name.startswith("KIND_")}
NONE, FREE, DIRTY = C["KIND_NONE"], C["KIND_FREE"], C["KIND_DIRTY"]
KERNEL, MEMORY = C["KIND_KERNEL"], C["KIND_MEMORY"]
TABLE, DEVICE, CPU = C["KIND_TABLE"], C["KIND_DEVICE"], C["KIND_CPU"]
RESOURCES = (MEMORY, TABLE, DEVICE)

GIVEN, CONTEXT = C["FRAME_GIVEN"], C["FRAME_CONTEXT"]
VITAL_FRAME = C["FRAME_VITAL"]
UNUSED, LIVE, DEAD = (C["PROCESS_FREE"], C["PROCESS_LIVE"],
                      C["PROCESS_DEAD"])
REASON_SWAP, REASON_LEASE = C["REASON_SWAP"], C["REASON_LEASE"]
FRAMES_MAX, PROCESS_MAX = C["FRAMES_MAX"], C["PROCESS_MAX"]
ENTRIES = 512
ENTRIES_MAX = FRAMES_MAX * ENTRIES
RUNNING, INIT = C["SLOT_RUNNING"], C["SLOT_INIT"]
CLEAN_STEP = 16
WORD = (1 << 64) - 1
COUNTER_MAX = (1 << 32) - 1     # of refs, and of generations

# abi/rights.h
R, W, X, SHARE = 1, 2, 4, 8
RW, RX, RWX = R | W, R | X, R | W | X
ASK, VITAL, MORTAL = 1 << 8, 1 << 9, 1 << 10


def rights(now, ceiling):
    """RIGHTS(now, ceiling)."""
    return now | ceiling << 4


def rights_valid(word):
    """True for a rights word that an entry can have."""
    return (word < 256 and word & (R | SHARE) == R
            and word & 15 & ~(word >> 4) == 0)


# ---- resources without a frame ----------------------------------------------

PORTS, IRQ = 1 << 60, 2 << 60           # and the group's number
RESOURCE_NONE = WORD
GROUP_RIGHTS = rights(RW, RW)


def is_group(resource):
    """True for a word that is meant to name a group."""
    return resource >> 60 in (1, 2)


# ---- entries ----------------------------------------------------------------

CEILING_SHIFT = 52
CEILING = 7 << CEILING_SHIFT
# What of a present entry is compared: nothing that the processor sets, and
# nothing of caching.
COMPARED = P | PW | PU | PS | NX | ADDRESS | CEILING
COMPARED_ROOT = COMPARED & ~CEILING


def entry_make(resource, kind, level, word):
    """The entry of that level that holds a resource with a rights word."""
    large = PS if level > 1 and kind != TABLE else 0
    return resource << 12 | P | PU | large | _rights_bits(word)


def entry_with(entry, word):
    """The same entry with another rights word; 0 with none."""
    if not word & R:
        return 0
    return entry & ~(PW | NX | CEILING) | _rights_bits(word)


def _rights_bits(word):
    return ((PW if word & W else 0) | (0 if word & X else NX)
            | (word >> 5 & 7) << CEILING_SHIFT)


def entry_rights(entry):
    """(rights, ceiling) of a live entry."""
    now = R | (W if entry & PW else 0) | (0 if entry & NX else X)
    return now, R | (entry >> CEILING_SHIFT & 7) << 1


def entry_frame(entry):
    """The first frame of what a live entry holds; None of an empty one."""
    return (entry & ADDRESS) >> 12 if entry & P else None


# ---- acceptances ------------------------------------------------------------

ACCEPT_MARK = 1 << 63
ACCEPT_CEILING_SHIFT = C["ACCEPT_CEILING_SHIFT"]
ACCEPT_CEILING = 15 << ACCEPT_CEILING_SHIFT


def accept(giver, generation, kind, level):
    """ACCEPT(giver, generation, kind, level)."""
    return (ACCEPT_MARK | generation << 16 | giver << 8 | level << 4
            | kind << 1)


def accept_valid(word):
    """True for a word that can be posted."""
    return (word >> 48 == 1 << 15 and not word & 0x81
            and word >> 1 & 7 >= MEMORY and word >> 4 & 7 >= 1
            and word >> 8 & 255 != 0)


def allowance(frames, slots):
    """ALLOWANCE(frames, slots)."""
    return frames | slots << C["ALLOWANCE_SLOTS_SHIFT"]


def allowance_parts(word):
    """(frames, slots) of an ALLOWANCE word."""
    shift = C["ALLOWANCE_SLOTS_SHIFT"]
    return word & (1 << shift) - 1, word >> shift


# ---- sizes ------------------------------------------------------------------

def level_frames(level):
    """Frames of MEMORY, DEVICE or a dirty unit of that level."""
    return 1 << 9 * (level - 1)


def cost(kind, level):
    """What a resource takes of its owner's allowance."""
    return level_frames(level) if kind == MEMORY else 1


# ---- records of the books ---------------------------------------------------

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_FIELD = re.compile(r"(?:uint(\d+)_t|struct (\w+)) ([^;{}]+);")
_CODE = {1: "B", 2: "H", 4: "I", 8: "Q"}
_TEXT = _COMMENT.sub("", "".join(header.read_text() for header in HEADERS))


def _structure(name):
    """(names, struct.Struct, {name: offset}) of a struct of abi/, up to the
    first struct inside it; `names` are of numbers alone, without `spare`."""
    body = re.search(r"struct %s \{(.*?)[{}]" % name, _TEXT, re.S)[1]
    names, code, at, widest, offsets = [], "<", 0, 1, {}
    for bits, inner, items in _FIELD.findall(body):
        size = int(bits) // 8 if bits else _structure(inner)[1].size
        unit = min(size, 8)
        widest = max(widest, unit)
        for item in items.split(","):
            field, array, count = item.strip().rstrip("]").partition("[")
            gap, count = -at % unit, int(C.get(count, count or 1))
            hidden = array or inner or field == "spare"
            code += f"{gap}x" + (f"{count * size}x" if hidden
                                 else _CODE[size])
            names += [] if hidden else [field]
            offsets[field] = at + gap
            at += gap + count * size
    return tuple(names), struct.Struct(code + f"{-at % widest}x"), offsets


class Record:
    """One record of the books; its attributes are the struct's fields, which
    are 0 if they are not given. Thousands are compared and copied in a test:
    what does that is made once for each kind, by _record()."""
    __slots__ = ()

    @classmethod
    def of(cls, values):
        """The record with these values, in the struct's order."""
        return cls(*values)

    @classmethod
    def read(cls, data):
        """The records in an array's bytes."""
        return [cls(*values) for values in cls.packing.iter_unpack(data)]

    def values(self):
        """All of it, to compare."""
        return self.all_of(self)

    def copy(self):
        """Another record like it."""
        return type(self)(*self.all_of(self))


def _record(name):
    names, packing, _ = _structure(name)
    kind = dataclasses.make_dataclass(
        name.capitalize(), [(field, int, 0) for field in names],
        bases=(Record,), slots=True, eq=False)
    kind.packing, kind.all_of = packing, operator.attrgetter(*names)
    return kind


Frame, Process, Group = _record("frame"), _record("process"), _record("group")
Books = _record("books")
CONTEXT_WORDS = _structure("context")[2]        # {name: offset}
REGISTERS = _structure("registers")[0]
EVENT_TAKEN, EVENT_ASKED = 1 << 32, 1 << 33
