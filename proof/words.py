"""The kernel's numbers and the format of an entry, as formulas. The numbers
are those of kernel/abi; `check` compares them with the headers."""

import z3

from grade.abi import constants

FRAMES_MAX, PROCESS_MAX, GROUP_MAX, VITAL_MAX = 0x400000000, 256, 16, 8
ENTRIES_MAX = FRAMES_MAX * 512
SLOT_RUNNING, SLOT_INIT = 0, 1
(KIND_NONE, KIND_FREE, KIND_DIRTY, KIND_KERNEL, KIND_MEMORY, KIND_TABLE,
 KIND_DEVICE, KIND_CPU) = range(8)
(OK, E_OPERATION, E_LATER, E_RANGE, E_ALIGN, E_LEVEL, E_KIND, E_OWNER, E_BUSY,
 E_MATCH, E_RIGHTS, E_GIVEN, E_LIVE, E_SHARED, E_ALLOWANCE, E_VITAL, E_FULL,
 MORE) = range(18)
PROCESS_FREE, PROCESS_LIVE, PROCESS_DEAD = range(3)
REASON_NONE, REASON_SWAP, REASON_FAULT, REASON_LEASE = range(4)
FRAME_GIVEN, FRAME_CONTEXT, FRAME_VITAL = 1, 2, 4
GROUP_PORTS, GROUP_IRQ = 1, 2
RIGHT_R, RIGHT_W, RIGHT_X, RIGHT_SHARE = 1, 2, 4, 8
RIGHTS_NONE, RIGHTS_ASK, RIGHTS_VITAL, RIGHTS_MORTAL = 0, 256, 512, 1024
RESOURCE_NONE = REST_LONG = 2 ** 64 - 1
EVENT_TAKEN, EVENT_ASKED = 1 << 32, 1 << 33
TAKEN_MAX, BATCH_MAX, CLEAN_STEP, LEVEL_MAX = 32, 32, 16, 5
OP_CREATE, OP_ALLOC, OP_ATTACH, OP_UPDATE, OP_SWAP = range(5)
OP_COUNT = 5
ERRORS = ("OK E_OPERATION E_LATER E_RANGE E_ALIGN E_LEVEL E_KIND E_OWNER "
          "E_BUSY E_MATCH E_RIGHTS E_GIVEN E_LIVE E_SHARED E_ALLOWANCE "
          "E_VITAL E_FULL MORE").split()
KINDS = "none free dirty kernel MEMORY TABLE DEVICE CPU".split()
STATES = "free live dead".split()

# Intel SDM volume 3A, tables 5-14 to 5-20.
PTE_P, PTE_W, PTE_U, PTE_PWT, PTE_PCD = 1, 2, 4, 8, 16
PTE_PS, PTE_NX = 1 << 7, 1 << 63
ACCESSED_DIRTY = 1 << 5 | 1 << 6
ADDRESS = 0x000ffffffffff000
CEILING_SHIFT = 52
CEILING = 7 << CEILING_SHIFT          # W, X, SHARE
PLACE = ADDRESS | PTE_PS | PTE_P      # where an entry leads

# ACCEPT(): a word that an empty entry may hold.
ACCEPT_MARK, ACCEPT_CEILING_SHIFT = 1 << 63, 48

HEADERS = ("books", "errors", "layout", "operations", "resources", "rights",
           "context")


def check(tree):
    """The constants of the headers that this file knows by another value."""
    found = {}
    for name in HEADERS:
        found.update(constants(tree / f"kernel/abi/{name}.h"))
    mine = globals()
    return sorted(name for name, number in found.items()
                  if isinstance(mine.get(name), int) and mine[name] != number)


def bit(value, mask):
    return value & mask != 0


def ite(condition, number, other=0):
    """A number by a condition; integers are words of 64 bits."""
    return z3.If(condition, word(number), word(other))


def word(number):
    return z3.BitVecVal(number, 64) if isinstance(number, int) else number


def present(entry):
    return bit(entry, PTE_P)


def target(entry):
    """The frame that a live entry of a process's table holds."""
    return z3.LShR(entry & ADDRESS, 12)


def entry_rights(entry):
    """R, W, X that it allows; 0 if it is not there."""
    return ite(present(entry), RIGHT_R | ite(bit(entry, PTE_W), RIGHT_W) |
               ite(bit(entry, PTE_NX), 0, RIGHT_X))


def entry_ceiling(entry):
    return RIGHT_R | (z3.LShR(entry, CEILING_SHIFT) & 7) << 1


def same_place(before, after):
    """Both lead to the same resource, or the first to none."""
    return (before ^ after) & PLACE == 0


def place_and_rights_kept(before, after):
    """Who could use `before` can do no more with it than `after` allows."""
    return z3.And(same_place(before, after),
                  before & ~after & PTE_W == 0, after & ~before & PTE_NX == 0)


def alike(one, other):
    """The same entry, whatever the processor did to A and D."""
    return z3.Or(one == other, z3.And(present(one), present(other),
                                      (one ^ other) & ~ACCESSED_DIRTY == 0))


def rights_now(rights):
    return rights & 15


def rights_ceiling(rights):
    return z3.LShR(rights, 4) & 15


def within(part, every):
    return part & ~every == 0


def rights_valid(rights):
    now = rights_now(rights)
    return z3.And(z3.ULT(rights, 256), bit(now, RIGHT_R),
                  z3.Not(bit(now, RIGHT_SHARE)),
                  within(now, rights_ceiling(rights)))


def right_bits(rights):
    """P, W and NX for these rights."""
    return PTE_P | ite(bit(rights, RIGHT_W), PTE_W) | \
        ite(bit(rights, RIGHT_X), 0, PTE_NX)


def ceiling_bits(rights):
    return (z3.LShR(rights_ceiling(rights), 1)) << CEILING_SHIFT


def make_entry(frame, level, rights, table, user, uncached):
    """An entry of that level; the last three are conditions."""
    bits = frame << 12 | right_bits(rights) | ite(user, PTE_U) | \
        ite(uncached, PTE_PCD | PTE_PWT) | \
        ite(z3.And(z3.UGT(level, 1), z3.Not(table)), PTE_PS)
    return ite(bit(rights, RIGHT_R), bits)


def link(resource, kind, level, rights):
    """Ring 3's entry for a resource, with its ceiling."""
    made = make_entry(resource, level, rights_now(rights), kind == KIND_TABLE,
                      z3.BoolVal(True), kind == KIND_DEVICE)
    return made | ceiling_bits(rights)


def relink(entry, rights):
    """The same entry with another rights word; 0 for none."""
    kept = entry & ~(PTE_P | PTE_W | PTE_NX | CEILING)
    return ite(bit(rights, RIGHT_R),
               kept | right_bits(rights_now(rights)) | ceiling_bits(rights))


def accept(giver, generation, kind, level):
    return ACCEPT_MARK | generation << 16 | giver << 8 | level << 4 | \
        word(kind) << 1


def accept_ceiling(entry):
    return z3.LShR(entry, ACCEPT_CEILING_SHIFT) & 15


def accept_word(entry):
    """The acceptance without its ceiling."""
    return entry & ~(15 << ACCEPT_CEILING_SHIFT)


def accept_valid(posted):
    """A word that may be posted: nothing in it but an ACCEPT()."""
    kind, level = z3.LShR(posted, 1) & 7, z3.LShR(posted, 4) & 7
    return z3.And(z3.LShR(posted, 48) == ACCEPT_MARK >> 48,
                  posted & 0x81 == 0, z3.UGE(kind, KIND_MEMORY),
                  z3.UGE(level, 1), z3.LShR(posted, 8) & 255 != 0)


def level_frames(level):
    """Frames of a resource of level 1, 2 or 3."""
    return ite(level == 3, 512 * 512, ite(level == 2, 512, 1))
