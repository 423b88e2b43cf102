"""The symbols of an ELF64 file, and where a function's source stands."""

import bisect
import struct


class Symbols:
    """Addresses and names of an ELF64 executable's symbol table."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self._data = file.read()
        self.address = {}
        self._functions = []
        for name, value, kind in self._entries():
            self.address[name] = value
            if kind == 2:
                self._functions.append((value, name))
        self._functions.sort()

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
                name, info, _, _, value, _ = struct.unpack_from(
                    "<IBBHQQ", self._data, at)
                end = self._data.index(b"\0", names + name)
                yield self._data[names + name:end].decode(), value, info & 15

    def function_at(self, address):
        """"name+0x12" of the function that holds the address, or None."""
        at = bisect.bisect_right(self._functions, (address, "\x7f")) - 1
        if at < 0 or address - self._functions[at][0] > 1 << 16:
            return None
        start, name = self._functions[at]
        return f"{name}+{address - start:#x}"
