"""Which of several calls went wrong.

Tests make many calls in one go, and look at all books and tables once, at the
end: a look costs more than a call. If something is wrong there, the machine's
memory is put back to what it was before the first of them, and shorter and
shorter beginnings are tried: the last call of the shortest that is wrong is
the one to name. The processor stands at the same place of the harness at each
look, so that memory is all there is to put back.
"""

import os

from grade.verdict import Wrong


class Memory:
    """What a machine that stands has in its memory. Most of it is a hole of
    the file that it is kept in, and costs nothing."""

    def __init__(self, machine):
        self.ram, self.path = machine.ram, machine.ram_path
        self.kept = [(start, self.ram[start:end])
                     for start, end in self._extents()]

    def _extents(self):
        """(start, end) of what of the file is no hole."""
        size, at = len(self.ram), 0
        with open(self.path, "rb") as file:
            while at < size:
                try:
                    start = os.lseek(file.fileno(), at, os.SEEK_DATA)
                except OSError:         # nothing more
                    return
                at = os.lseek(file.fileno(), start, os.SEEK_HOLE)
                yield start, at

    def put_back(self):
        """Makes the memory what it was."""
        for start, end in list(self._extents()):
            self.ram[start:end] = bytes(end - start)
        for start, data in self.kept:
            self.ram[start:start + len(data)] = data


def blamed(world, count, attempt):
    """attempt(n) makes the first n calls and looks, from the state that
    world and model have now; both are put back before each more. Wrong, of
    the shortest beginning of `count` calls that is wrong."""
    if count == 1:
        attempt(1)
        return
    world.run()
    world.sync()
    memory, model = Memory(world.machine), world.model.copy()
    asked = world.session.asked

    def tried(length):
        """The Wrong of so many calls, or None."""
        try:
            attempt(length)
        except Wrong as error:
            return error
        return None
    found = tried(count)
    good, bad = 0, count
    while found and bad - good > 1 and not _is_final(world):
        memory.put_back()
        world.session.begin(asked)
        world.model, world.base, world.pending = model.copy(), None, []
        middle = (good + bad) // 2
        error = tried(middle)
        if error:
            found, bad = error, middle
        else:
            good = middle
    if found:
        raise found


def _is_final(world):
    """True if there is nothing more to try: an exercise is not written, or
    the machine has ended."""
    return world.unwritten or world.session.guest.stop.kind != "quiet"
