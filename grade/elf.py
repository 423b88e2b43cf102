"""The symbols of an ELF64 file, and where a function's source stands."""

import bisect
import struct
import subprocess
from functools import lru_cache

from grade.verdict import check

FUNCTION, NOTYPE = 2, 0     # of a symbol; assembly has the second kind too
SHF_EXECINSTR = 4           # of a section: there is code in it


class Symbols:
    """Addresses and names of an ELF64 executable's symbol table."""

    def __init__(self, path):
        self._path = path
        with open(path, "rb") as file:
            self._data = file.read()
        self.address = {}
        self._functions = []
        self._sizes = {}            # name: [bytes] of each symbol so called
        for name, value, size, kind, code in self._entries():
            self.address[name] = value
            self._sizes.setdefault(name, []).append(size)
            if kind == FUNCTION or kind == NOTYPE and code:
                self._functions.append((value, name))
        self._functions.sort()

    def of_kit(self, name):
        """(address, bytes) of a symbol of the kit's. Wrong if there is
        another one of that name, of whatever kind: only a submission can have
        brought that, and which is whose nobody could say."""
        sizes = self._sizes.get(name, [])
        check(len(sizes) == 1, "names of the kit's are its alone",
              f"the symbol {name}", "there is none" if not sizes else
              f"there are {len(sizes)}: choose another name for yours")
        return self.address[name], sizes[0]

    def _sections(self):
        (offset,) = struct.unpack_from("<Q", self._data, 0x28)
        size, count = struct.unpack_from("<HH", self._data, 0x3a)
        for i in range(count):
            yield struct.unpack_from("<IIQQQQIIQQ", self._data,
                                     offset + i * size)

    def _entries(self):
        sections = list(self._sections())
        for section in sections:
            if section[1] != 2:             # SHT_SYMTAB
                continue
            names = sections[section[6]][4]
            for at in range(section[4], section[4] + section[5], 24):
                name, info, _, where, value, size = struct.unpack_from(
                    "<IBBHQQ", self._data, at)
                end = self._data.index(b"\0", names + name)
                code = where < len(sections) and \
                    sections[where][2] & SHF_EXECINSTR
                yield (self._data[names + name:end].decode("utf-8", "replace"),
                       value, size, info & 15, code)

    def function_at(self, address):
        """"name+0x12" of the function that holds the address, or None."""
        at = bisect.bisect_right(self._functions, (address, "\x7f")) - 1
        if at < 0 or address - self._functions[at][0] > 1 << 16:
            return None
        start, name = self._functions[at]
        return f"{name}+{address - start:#x}"

    @lru_cache(maxsize=None)
    def line_at(self, address):
        """The same with file and line, "name+0x12 (kernel/a.c:34)", if the
        compiler left word of them."""
        place = self.function_at(address) or f"{address:#x}"
        try:
            found = subprocess.run(
                ["addr2line", "-i", "-e", self._path, f"{address:#x}"],
                text=True, capture_output=True, check=False).stdout.split()
        except OSError:
            return place
        # The innermost first; headers' functions are in everyone's.
        lines = [line.removeprefix("./") for line in found
                 if ".c:" in line and not line.endswith("?")]
        return f"{place} ({lines[0]})" if lines else place
