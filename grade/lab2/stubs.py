"""Code of the grader's in place of what enter_operation calls: it notes what
it was called with, in a corner of init's context."""

import struct

from grade.ops import words as w
from grade.paging import PAGE

CORNER = 0xe00          # of the context; nothing is there
ROOM = 160              # bytes of code that are replaced, and put back
FUNCTIONS = ("operation_dispatch", "batch_run")
ENTERED = 7             # the number of a word in the corner


class Stubs:
    """Puts them there, and takes them away again."""

    def __init__(self, world):
        self.world, self.session = world, world.session
        self.context = world.model.processes[w.INIT].context
        address = self.session.guest.symbols.address
        self.corner = address["tables"] + self.context * PAGE + CORNER
        self.cpus = address["cpus"]
        self.at = {name: address[name] for name in FUNCTIONS}
        self.old = {}

    def __enter__(self):
        for name in FUNCTIONS:
            self.old[name] = self.session.code(self.at[name], bytes(ROOM))
            self._write(name, b"")
        self.reset()
        return self

    def __exit__(self, *error):
        for name in sorted(self.old, key=self.at.get, reverse=True):
            self.session.code(self.at[name], self.old[name])
        self.processor(w.INIT)

    def _write(self, name, code):
        self.session.code(self.at[name], code + b"\xc3")

    def reset(self):
        """Forgets all calls."""
        self.world.poke(self.context, CORNER, *[0] * 16)

    def dispatch(self, answer):
        """operation_dispatch notes its arguments and answers that."""
        code = _corner(self.corner) + b"\x48\x89\x38\x48\x89\x50\x08"
        for n in range(5):          # rcx = rsi[n]; corner[2 + n] = rcx
            code += bytes([0x48, 0x8b, 0x4e, 8 * n,
                           0x48, 0x89, 0x48, 16 + 8 * n])
        self._end("operation_dispatch", code, answer)

    def batch(self, answer):
        """batch_run does the same."""
        self._end("batch_run", _corner(self.corner) + b"\x48\x89\x38",
                  answer)

    def _end(self, name, code, answer):
        self.reset()
        code += b"\x48\xff\x40" + bytes([8 * ENTERED])
        self._write(name, code + _corner(answer))

    def processor(self, runs):
        """Who runs on the processor."""
        found = self.session.guest.tables().translate(self.cpus)
        self.world.machine.poke(found[0], struct.pack("<2Q", runs, runs))

    def called(self):
        """(calls, process, number, arguments) of what was called."""
        me, number, *words = self.world.peek(self.context, CORNER, 8)
        self.reset()
        return words[5], me, number, words[:5]


def _corner(word):
    """mov rax, word."""
    return b"\x48\xb8" + struct.pack("<Q", word)
