"""What the tables must look like after a case's commands, and what each
command must answer: boot/walk.h and boot/map.h, said once more in Python."""

from grade import abi, paging
from grade.guest import TOP
from grade.lab1.bits import (NX, P, PS, PU, PW, R, USER, W, X)
from grade.lab1.probe import (STEP_BOUND, STEP_FIND, STEP_KMAP, STEP_LEVEL,
                              STEP_MACHINE, STEP_MAKE, STEP_MAP, STEP_PLANT,
                              STEP_STARVE, STEP_TRANSLATE)

MAP = abi.constants(TOP / "kernel/boot/map.h")
COMPARED = P | PW | PU | PS | NX
ADDRESS = paging.ADDRESS
END = 1 << 64
# walk_translate's false, and *out as the harness had set it.
UNTOUCHED = [0, END - 1, (1 << 32) - 1, (1 << 32) - 1, 0]


def level_of(va, pa, size, largest):
    """What map_level must give."""
    for level in range(largest, 1, -1):
        unit = paging.size_of(level)
        if va % unit == pa % unit == 0 and size >= unit:
            return level
    return 1


def bits_of(rights, user):
    """P, W, U and NX for rights."""
    return (P | (PW if rights & W else 0) | (0 if rights & X else NX)
            | (PU if user else 0))


class Model:
    """A tree of entries: {path: bits}. A path is the indexes from the root
    down; a table's entry has no frame here, for nobody may ask which."""

    def __init__(self, depth, page_levels):
        self.depth, self.page_levels = depth, page_levels
        self.entries = {}
        self.frames = None      # left to take; None: plenty
        self.is_known = True    # what the tables must look like

    # ---- paths ------------------------------------------------------------

    def path(self, va, level):
        return tuple(va >> (12 + 9 * (n - 1)) & 511
                     for n in range(self.depth, level - 1, -1))

    def level(self, path):
        return self.depth - len(path) + 1

    def is_page(self, path):
        bits = self.entries.get(path, 0)
        level = self.level(path)
        return bool(bits & P) and (level == 1 or bool(bits & PS))

    # ---- what each command does, and answers ------------------------------

    def run(self, command):
        """Does one command; returns what it must answer, with a path where
        an entry is named, or None for WALK_NONE."""
        kind, *w = command
        if kind == STEP_MACHINE:
            return []
        if kind == STEP_KMAP:           # whole boots look at what it maps
            self.is_known = w[0] == 0
            return [MAP["MAP_OK" if w[0] else "MAP_FULL"]]
        if kind == STEP_STARVE:
            self.frames = w[0]
            return []
        return {STEP_PLANT: self._plant, STEP_BOUND: self._bound,
                STEP_FIND: self._find, STEP_MAKE: self._make,
                STEP_TRANSLATE: self._translate, STEP_LEVEL: self._level,
                STEP_MAP: self._map}[kind](*w)

    def _plant(self, va, level, bits):
        for above in range(self.depth, level, -1):
            self.entries.setdefault(self.path(va, above), P | PW | PU)
        self.entries[self.path(va, level)] = bits & (END - 1)
        return []

    def _bound(self, va, level, clear, put):
        path = self.path(va, level)
        self.entries[path] = self.entries[path] & ~clear | put
        return []

    def find(self, va, to):
        """The path where walk_find must stop, or None."""
        if paging.canonical(va, self.depth) != va:
            return None
        for level in range(self.depth, to - 1, -1):
            path = self.path(va, level)
            if level == to or not self.entries.get(path, 0) & P or \
                    self.is_page(path):
                return path
        raise ValueError("no such level")

    def _find(self, va, to):
        path = self.find(va, to)
        return [path, None if path is None else self.level(path)]

    def make(self, va, to, how):
        """The path that walk_make must end at, or None; makes its tables."""
        path = self.find(va, to)
        while path is not None and self.level(path) > to:
            if self.entries.get(path, 0) & P or self.frames == 0:
                return None
            if self.frames is not None:
                self.frames -= 1
            self.entries[path] = bits_of(R | W | X, how & USER)
            path = self.find(va, to)
        return path

    def _make(self, va, to, how):
        path = self.make(va, to, how)
        return [path, to if path is not None else None]

    def translate(self, va):
        """(pa, level, rights, user) or None."""
        path = self.find(va, 1)
        if path is None or not self.is_page(path):
            return None
        rights, user = R | W | X, True
        for n in range(1, len(path) + 1):
            bits = self.entries[path[:n]]
            rights &= R | (W if bits & PW else 0) | (0 if bits & NX else X)
            user = user and bool(bits & PU)
        level = self.level(path)
        size = paging.size_of(level)
        pa = self.entries[path] & ADDRESS & ~(size - 1)
        return pa + va % size, level, rights, int(user)

    def _translate(self, va):
        found = self.translate(va)
        return [1, *found] if found else UNTOUCHED

    def _level(self, va, pa, size):
        return [level_of(va, pa, size, self.page_levels)]

    # ---- map_range --------------------------------------------------------

    def _map(self, va, pa, size, rights, how):
        return [MAP[self._map_error(va, pa, size, rights, how)]]

    def _map_error(self, va, pa, size, rights, how):
        if (va | pa | size) % paging.PAGE or size == 0:
            return "MAP_ALIGN"
        last = va + size - 1
        if last >= END or (va ^ last) >> 63 or \
                paging.canonical(va, self.depth) != va or \
                paging.canonical(last, self.depth) != last:
            return "MAP_SPAN"
        if self._busy(va, pa, size):
            return "MAP_BUSY"
        while size:
            level = level_of(va, pa, size, self.page_levels)
            path = self.make(va, level, how)
            if path is None:
                return "MAP_FULL"
            self.entries[path] = (bits_of(rights, how & USER) | pa
                                  | (PS if level > 1 else 0))
            step = paging.size_of(level)
            va, pa, size = va + step, pa + step, size - step
        return "MAP_OK"

    def _busy(self, va, pa, size):
        while size:
            level = level_of(va, pa, size, self.page_levels)
            if self.entries.get(self.find(va, level), 0) & P:
                return True
            step = paging.size_of(level)
            va, pa, size = va + step, pa + step, size - step
        return False

    def address(self, path):
        """The first address beneath an entry."""
        va = sum(index << (12 + 9 * (self.depth - n - 1))
                 for n, index in enumerate(path))
        return paging.canonical(va, self.depth)

    def compared(self):
        """{path: bits}, of what is present, with what may be compared."""
        found = {}
        for path, bits in self.entries.items():
            if bits & P:
                keep = COMPARED
                if self.is_page(path):
                    keep |= ADDRESS & ~(paging.size_of(self.level(path)) - 1)
                found[path] = bits & keep
        return found


def read_tree(read, root, depth):
    """({path: bits} as Model.compared gives it, {path: table frame}) of the
    tables in the guest."""
    tables = paging.Tables(read, root, depth)
    found, frames = {}, {(): root}
    todo = [()]
    while todo:
        above = todo.pop()
        if len(frames) > paging.TABLES_MAX:
            raise paging.endless(f"a case's root, frame {root:#x}")
        level = depth - len(above)
        for index, bits in enumerate(tables.table(frames[above])):
            path = above + (index,)
            if not bits & P:
                continue
            if level == 1 or (level <= 3 and bits & PS):
                address = ADDRESS & ~(paging.size_of(level) - 1)
                found[path] = bits & (COMPARED | address)
            else:
                found[path] = bits & COMPARED
                frames[path] = (bits & ADDRESS) // paging.PAGE
                todo.append(path)
    return found, frames
