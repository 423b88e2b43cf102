"""The commands `xo5 ...` of GDB."""

import os

import gdb

from grade.gdb import books, console, control, frames, machine, paging

BOOTMEM = "kernel/boot/bootmem.c"
PAGES = 1 << 12


class Group(gdb.Command):
    """What xo5 adds to GDB. `help xo5 pt` and so on tell more."""

    def __init__(self):
        super().__init__("xo5", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)

    def invoke(self, argument, from_tty):
        if argument:
            raise gdb.GdbError(f"There is no command xo5 {argument}: type "
                               "xo5 to see what there is.")
        for command in ALL:
            usage, line = command.__doc__.split("\n")[0].split(": ", 1)
            gdb.write(f"{usage:22} {line}\n")


class Command(gdb.Command):
    """A command that answers in lines, and fails in one."""

    def __init__(self):
        super().__init__(f"xo5 {self.NAME}", gdb.COMMAND_DATA, self.COMPLETE)

    COMPLETE = gdb.COMPLETE_NONE

    def invoke(self, argument, from_tty):
        try:
            for line in self.lines(argument):
                gdb.write(line + "\n")
        except gdb.GdbError:
            raise
        except gdb.error as error:
            raise gdb.GdbError(str(error).strip().split("\n")[0]) from None
        except Exception as error:
            raise gdb.GdbError(f"xo5 {self.NAME} failed: "
                               f"{type(error).__name__}: {error}") from None


class Pt(Command):
    """xo5 pt ADDR: every level's entry for an address, decoded

Walks the tables in use for ADDR, any expression: kernel_main, $rsp,
&boot, 0x400000. Each level is two lines: the entry's table and value; then
its set bits, what it allows by itself, and where it leads. The last line is
what all of them allow together.

Bits: P present, W writable, U user (ring 3), PWT write-through, PCD not
cached, A accessed, D dirty, PS a page and no table, G global, NX no
execute.

Afterwards $table and $index are those of the last entry, and $page is the
frame that it leads to: tables[$table][$index], frames[$page]."""

    NAME, COMPLETE = "pt", gdb.COMPLETE_EXPRESSION

    def lines(self, argument):
        if not argument:
            raise gdb.GdbError("Usage: xo5 pt ADDR")
        machine.need()
        va = machine.address(argument)
        root, depth, nxe = machine.tables()
        yield f"{va:#x}, by the {depth} levels of tables under frame {root:#x}"
        if paging.canonical(va, depth) != va:
            bit = paging.sign_bit(depth)
            yield (f"  is not canonical: bits 63 to {bit} are not all alike; "
                   "any access faults")
            return
        with machine.physical() as read:
            way = paging.walk(read, root, depth, va, nxe)
        for entry in way:
            yield from self._entry(entry, nxe)
        self._keep(way[-1], nxe)
        yield self._end(way, va, nxe)

    @staticmethod
    def _keep(last, nxe):
        """The convenience variables."""
        gdb.set_convenience_variable("table", last.frame)
        gdb.set_convenience_variable("index", last.index)
        leads = 0 if last.fault(nxe) else last.target // PAGES
        gdb.set_convenience_variable("page", leads)

    def _entry(self, entry, nxe):
        yield (f"level {entry.level}  frame {entry.frame:#x}, entry "
               f"{entry.index}: {entry.bits:#018x}")
        fault = entry.fault(nxe)
        if fault:
            yield f"         {fault}"
            return
        kind = (f"a {paging.size_text(paging.size_of(entry.level))} page at "
                if entry.is_page else "the table in frame ")
        place = entry.target if entry.is_page else entry.target // PAGES
        yield (f"         {' '.join(entry.names)}; {entry.rights}; "
               f"{kind}{place:#x}")

    def _end(self, way, va, nxe):
        last = way[-1]
        if last.fault(nxe):
            return f"stops at level {last.level}: any access faults"
        size = paging.size_of(last.level)
        return (f"{va:#x} -> physical {last.target + va % size:#x}, "
                f"{paging.together(way)}")


class Map(Command):
    """xo5 map [FROM [TO]]: ranges of the current tables

Lists what the tables in use map, both halves: the first and last address of
each range, its size, the size of its pages, its rights (all levels taken
together), and where it begins in physical memory if it is in one piece. With
FROM and TO, only what overlaps these addresses."""

    NAME, COMPLETE = "map", gdb.COMPLETE_EXPRESSION

    def lines(self, argument):
        words = gdb.string_to_argv(argument)
        if len(words) > 2:
            raise gdb.GdbError("Usage: xo5 map [FROM [TO]]")
        machine.need()
        first, last = ([machine.address(word) for word in words]
                       + [0, machine.MASK][len(words):])
        if first > last:
            raise gdb.GdbError(f"{first:#x} is above {last:#x}.")
        root, depth, nxe = machine.tables()
        with machine.physical() as read:
            found = paging.Mapping(read, root, depth, first, last, nxe)
        yield (f"{depth} levels of tables under frame {root:#x}: "
               f"{len(found.ranges)} ranges")
        yield (f"{'first':16} {'last':16} {'size':>9} {'pages':>5}  "
               f"{'rights':10}  physical")
        for item in found.ranges:
            yield self._range(item)
        if not found.complete:
            yield (f"... and more: stopped after {paging.TABLES_MAX} tables. "
                   "xo5 map FROM TO shows less at a time.")

    def _range(self, item):
        place = "in pieces" if item.pa is None else f"{item.pa:#x}"
        page = paging.size_text(paging.size_of(item.level))
        return (f"{item.start:016x}-{item.end - 1:016x} "
                f"{paging.size_text(item.end - item.start):>9} "
                f"{page:>5}  {str(item.rights):10}  {place}")


class Frames(Command):
    """xo5 frames: who has which physical memory

Lists physical memory as it is while the kernel boots, and who has it: the
kernel's image, the loader, the boot information and the modules (free again
once init runs), the frames that bootmem_take gave out, and what is free.
There is nothing to list before kernel_main has read the boot information.
Once init runs, the books know better: xo5 books."""

    NAME = "frames"

    def lines(self, argument):
        machine.need()
        if not self._is_mapped():
            raise gdb.GdbError(
                "The kernel has not started yet, so it has no boot "
                "information: break kernel_main, continue, and go on.")
        info = machine.static(BOOTMEM, "boot")
        if int(info) == 0:
            raise gdb.GdbError("The kernel has not read its boot information "
                               "yet: it does so early in kernel_main.")
        info = info.dereference()
        found = frames.pieces(list(self._regions(info)),
                              list(self._busy(info)),
                              int(machine.static(BOOTMEM, "next")))
        yield from frames.lines(found, int(machine.static(BOOTMEM, "taken")))

    def _is_mapped(self):
        """Do the tables in use map the kernel's variables?"""
        at = machine.address(f"&'{BOOTMEM}'::boot")
        if control.paging(machine.registers()) < 4:
            return False
        root, depth, nxe = machine.tables()
        with machine.physical() as read:
            way = paging.walk(read, root, depth, at, nxe)
        return not way[-1].fault(nxe)

    def _regions(self, info):
        for i in range(int(info["regions"])):
            region = info["region"][i]
            yield (int(region["start"]), int(region["end"]),
                   int(region["kind"]))

    def _busy(self, info):
        """What is in use; a module is named as one: one is the kernel's
        file, from which its image was made."""
        modules = [int(info["module"][i]["start"]) // frames.FRAME
                   for i in range(int(info["modules"]))]
        busy = machine.static(BOOTMEM, "busy")
        for i in range(int(machine.static(BOOTMEM, "busy_count"))):
            start, what = int(busy[i]["start"]), busy[i]["what"].string()
            if start // frames.FRAME in modules:
                what = f"module {what}"
            yield start, int(busy[i]["end"]), what


class Books(Command):
    """xo5 books [FRAME]: what the kernel's books say

Lists the processes, and which frames are what and whose. With a frame's
number: its record. There are no books before lab 2, nor before init_boot has
made them."""

    NAME = "books"
    FIELDS = ("state", "parent", "table", "context", "owned", "allowance",
              "running", "reason")

    def lines(self, argument):
        machine.need()
        try:
            if int(gdb.parse_and_eval("books.magic")) == 0:
                raise gdb.GdbError("The books are not made yet: tbreak "
                                   "probe_ready, continue.")
            spans = self._spans()
        except gdb.MemoryError:
            raise gdb.GdbError("The books are not mapped yet.") from None
        if argument:
            number = int(gdb.parse_and_eval(argument))
            if not any(start <= number < end for start, end in spans):
                raise gdb.GdbError(f"Frames are numbered 0 to "
                                   f"{spans[0][1] - 1:#x}.")
            yield from books.frame_lines(number, self._records(number, 1))
            return
        yield from self._processes()
        for first, end in spans:
            for start in range(first, end, books.CHUNK):
                count = min(books.CHUNK, end - start)
                yield from books.run_lines(start, self._records(start, count))

    def _spans(self):
        """[(first, past the last)] of the frames that have records: RAM's,
        then those of devices beyond."""
        end = int(gdb.parse_and_eval("books.frames"))
        found = [(0, end)]
        for i in range(int(gdb.parse_and_eval("books.devices"))):
            device = gdb.parse_and_eval(f"books.device[{i}]")
            if int(device["end"]) > end:
                found.append((max(end, int(device["start"])),
                              int(device["end"])))
        return sorted(found)

    def _processes(self):
        running = int(gdb.parse_and_eval("cpus[0].process"))
        for number in range(int(gdb.parse_and_eval(
                "sizeof(processes) / sizeof(processes[0])"))):
            record = gdb.parse_and_eval(f"processes[{number}]")
            if int(record["state"]):
                fields = {name: int(record[name]) for name in self.FIELDS}
                yield books.process_line(number, fields, running)

    def _records(self, first, count):
        at = int(gdb.parse_and_eval("(unsigned long)&frames[0]"))
        size = books.FRAME.size
        return bytes(gdb.selected_inferior().read_memory(
            at + first * size, count * size))


class Regs(Command):
    """xo5 regs: control registers, decoded

Shows the processor's mode, ring and form of paging; cr0, cr2, cr3, cr4, cr8,
efer and rflags with the names of the bits that are set; cs and ss; and
whether the protections that the kernel wants are on: WP (the kernel too
cannot write to read-only pages), NXE (NX works), SMEP (the kernel cannot run
user pages), SMAP (nor touch them), UMIP (ring 3 cannot read descriptor table
addresses)."""

    NAME = "regs"

    def lines(self, argument):
        machine.need()
        width, _ = machine.code_width()
        return control.lines(machine.registers(), width)


class Type(Command):
    """xo5 type TEXT: types a line on the guest's console

For `make gdb`, where GDB has the terminal: the guest reads the line when it
goes on. With `make run-gdb`, type in its terminal."""

    NAME = "type"

    def lines(self, argument):
        machine.need()
        console.send(argument)
        return ()


class Symbols(Command):
    """xo5 symbols [DIR]: loads the symbols of kernel, loader and init

From DIR, else from the directory of the image that runs, else from build.
.gdbinit does this; do it again after a make."""

    NAME, COMPLETE = "symbols", gdb.COMPLETE_FILENAME
    added = []                  # what stands beside the kernel's

    def lines(self, argument):
        folder = argument or os.environ.get("XO5_BUILD") or "build"
        kernel = os.path.join(folder, "kernel.elf")
        if not os.path.exists(kernel):
            raise gdb.GdbError(f"There is no {kernel}: type make first.")
        for old in self.added:
            try:
                gdb.execute(f'remove-symbol-file "{old}"', to_string=True)
            except gdb.error:
                pass            # removed already
        self.added.clear()
        gdb.execute(f'file "{kernel}"', to_string=True)
        for name in ("loader.elf", "init"):
            path = os.path.realpath(os.path.join(folder, name))
            if os.path.exists(path):
                gdb.execute(f'add-symbol-file "{path}"', to_string=True)
                self.added.append(path)
        names = ["kernel.elf", *map(os.path.basename, self.added)]
        yield f"xo5: symbols of {', '.join(names)} from {folder}"


ALL = (Pt, Map, Frames, Books, Regs, Type, Symbols)


def register():
    """Makes the commands known to GDB."""
    Group()
    for command in ALL:
        command()
