"""A word of a page that becomes another as soon as the kernel has read it, as
its process could write it from another processor."""

from grade.paging import PAGE


class Changing:
    """with Changing(world, frame, offset, then): after the first read of
    that word by the kernel it is `then`. One step is to be run inside."""

    def __init__(self, world, frame, offset, then):
        self.world, self.frame, self.then = world, frame, then
        self.offset = offset
        self.machine = world.machine
        address = world.session.guest.symbols.address["tables"]
        self.watch = f"3,{address + frame * PAGE + offset:x},8"

    def __enter__(self):
        self.go = self.machine.go
        self.machine.gdb.ask("Z" + self.watch)
        self.machine.go = self._go
        return self

    def __exit__(self, *error):
        del self.machine.go
        try:
            self.machine.gdb.ask("z" + self.watch)
        except OSError:
            pass            # the machine has ended

    def _go(self, *budget):
        """Machine.go, past the read."""
        stop = self.go(*budget)
        if stop.kind == "quiet" and \
                stop.registers.get("RIP") != self.machine.stop_at:
            self.machine.gdb.ask("z" + self.watch)
            self.world.poke(self.frame, self.offset, self.then)
            self.machine._stands = False
            stop = self.go(*budget)
        return stop
