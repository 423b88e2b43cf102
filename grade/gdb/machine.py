"""The stopped machine, through GDB: registers, memory, QEMU's monitor."""

import re
from contextlib import contextmanager

import gdb

from grade.gdb import control

MASK = (1 << 64) - 1
_SEGMENT = re.compile(r"^CS =[0-9a-f]{4} ([0-9a-f]+) [0-9a-f]+ [0-9a-f]+"
                      r"(?: DPL=\d CS(16|32|64))?", re.M)
_width = None                   # of the code, and its base; since the stop


def forget(_=None):
    """Forgets what was remembered of this stop: the machine moves on."""
    global _width
    _width = None


def need():
    """Ends the command in one line unless a machine stands still."""
    if gdb.selected_thread() is None:
        raise gdb.GdbError("There is no machine: GDB is not connected to "
                           "QEMU. `make gdb` connects it.")
    if gdb.selected_thread().is_running():
        raise gdb.GdbError("The machine is running: Ctrl-C stops it.")


def register(name):
    """A register of the processor, as it is now and not in an outer frame."""
    try:
        return int(gdb.newest_frame().read_register(name)) & MASK
    except ValueError:
        raise gdb.GdbError(f"This target has no register {name}: it is not "
                           "QEMU's x86-64 machine.") from None


def registers():
    """{name: value} of all that control.REGISTERS names."""
    return {name: register(name) for name in control.REGISTERS}


def monitor(line):
    """What QEMU's monitor says to a line."""
    text = gdb.execute(f"monitor {line}", to_string=True)
    return text.replace("\r\n", "\n").replace("\r", "")


def code_width():
    """(bits, base): 16, 32 or 64 for the code that runs, and the address at
    which its segment starts. The segment's own limits are not in GDB's
    registers, so QEMU's monitor is asked, once a stop."""
    global _width
    if _width is None:
        thread = gdb.selected_thread()
        monitor(f"cpu {thread.num - 1}")
        segment = _SEGMENT.search(monitor("info registers"))
        if not segment:
            raise gdb.GdbError("QEMU's monitor does not answer.")
        _width = int(segment[2] or 16), int(segment[1], 16)
    return _width


def _physical_mode(on):
    answer = gdb.execute(f"maintenance packet Qqemu.PhyMemMode:{on}",
                         to_string=True)
    if '"OK"' not in answer:
        raise gdb.GdbError("This target cannot read physical memory: it is "
                           "not QEMU.")


@contextmanager
def physical():
    """Inside, the value given reads physical memory: (address, count).
    Nothing else may read memory there."""
    inferior = gdb.selected_inferior()
    try:
        _physical_mode(1)
        gdb.execute("maintenance flush dcache", to_string=True)
        yield lambda at, count: inferior.read_memory(at, count).tobytes()
    finally:
        _physical_mode(0)
        gdb.execute("maintenance flush dcache", to_string=True)


def tables():
    """(root frame, levels, NX in force) of the tables in use; one line if
    there are none."""
    now = registers()
    depth = control.paging(now)
    if depth == 0:
        raise gdb.GdbError("Paging is off (CR0.PG is 0): every address is "
                           "a physical one.")
    if depth < 4:
        raise gdb.GdbError("This is 32-bit paging, which xo5 never uses.")
    root = now["cr3"] >> 12 & (1 << 40) - 1
    return root, depth, control.has(now, "efer", "NXE", control.EFER)


def address(expression):
    """The number that an expression stands for; of a function, an array or a
    struct, its address."""
    value = gdb.parse_and_eval(expression)
    kind = value.type.strip_typedefs().code
    if kind in (gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_ARRAY, gdb.TYPE_CODE_STRUCT,
                gdb.TYPE_CODE_UNION):
        if value.address is None:
            raise gdb.GdbError(f"{expression} is in no memory.")
        value = value.address
    try:
        return int(value) & MASK
    except gdb.error:
        raise gdb.GdbError(f"{expression} is not an address.") from None


def static(file, name):
    """A variable of one of the kernel's files."""
    try:
        return gdb.parse_and_eval(f"'{file}'::{name}")
    except gdb.MemoryError:
        raise
    except gdb.error:
        raise gdb.GdbError(f"There is no symbol {name} of {file}: are the "
                           "kernel's symbols loaded (xo5 symbols)?") from None
