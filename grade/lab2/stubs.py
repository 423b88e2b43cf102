"""Code of the grader's in place of what enter_operation calls: it notes what
it was called with, in a corner of init's context."""

import struct

from grade.ops import words as w
from grade.paging import PAGE

CORNER = 0xe00          # of the context; nothing is there
ROOM = 160              # bytes of code that are replaced, and put back
FUNCTIONS = ("operation_dispatch", "batch_run", "cpu_count")
ENTERED, COUNTED = 7, 8         # numbers of words in the corner


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
        self._write("cpu_count", _corner(self.corner)
                    + b"\x48\xff\x40" + bytes([8 * COUNTED]))
        self.reset()
        return self

    def __exit__(self, *error):
        for name in sorted(self.old, key=self.at.get, reverse=True):
            self.session.code(self.at[name], self.old[name])
        self.processor(w.INIT, 0)

    def _write(self, name, code):
        self.session.code(self.at[name], code + b"\xc3")

    def reset(self):
        """Forgets all calls."""
        self.world.poke(self.context, CORNER, *[0] * 16)

    def dispatch(self, answer, hands=None):
        """operation_dispatch notes its arguments and answers that; hands:
        the process that has the CPU then, with a lease."""
        code = _corner(self.corner) + b"\x48\x89\x38\x48\x89\x50\x08"
        for n in range(5):          # rcx = rsi[n]; corner[2 + n] = rcx
            code += bytes([0x48, 0x8b, 0x4e, 8 * n,
                           0x48, 0x89, 0x48, 16 + 8 * n])
        self._end("operation_dispatch", code, answer, hands)

    def batch(self, answer, hands=None):
        """batch_run does the same."""
        self._end("batch_run", _corner(self.corner) + b"\x48\x89\x38",
                  answer, hands)

    def _end(self, name, code, answer, hands):
        self.reset()
        code += b"\x48\xff\x40" + bytes([8 * ENTERED])
        if hands is not None:       # cpus[0].process and counts
            code += _corner(self.cpus) + struct.pack(
                "<3sI", b"\x48\xc7\x00", hands) + b"\xc6\x40\x10\x01"
        self._write(name, code + _corner(answer))

    def processor(self, runs, counts):
        """Who runs on the processor, and whether it has a lease."""
        found = self.session.guest.tables().translate(self.cpus)
        self.world.machine.poke(found[0], struct.pack("<3Q", runs, runs,
                                                      counts))

    def called(self):
        """(calls, process, number, arguments) of what was called."""
        me, number, *words = self.world.peek(self.context, CORNER, 8)
        self.reset()
        return words[5], me, number, words[:5]

    def counted(self):
        """How often cpu_count was called."""
        found, = self.world.peek(self.context, CORNER + 8 * COUNTED)
        return found


def _corner(word):
    """mov rax, word."""
    return b"\x48\xb8" + struct.pack("<Q", word)
