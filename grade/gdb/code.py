"""Code that is not 64-bit: the firmware's, GRUB's and the loader's.

GDB keeps the 64-bit architecture from the first instruction to the last:
QEMU always sends the 64-bit registers, and changing over would end in
"Remote 'g' packet reply is too long". What GDB then gets wrong in 16- and
32-bit code is put right here: instructions are QEMU's own disassembly, and
the loader's callers are found along its frame pointers. What stays wrong are
the loader's variables that live in registers: in memory, they are right.
"""

import re

import gdb
from gdb.unwinder import Unwinder, register_unwinder

from grade.gdb import control, machine

try:
    import gdb.disassembler as disassembler
except ImportError:             # before GDB 13
    disassembler = None

_LINE = re.compile(r"^(?:0x)?[0-9a-f]+:\s+((?:[0-9a-f]{2} )+)\s*(.*\S)", re.M)
_SYMBOL = re.compile(r"(\S+)(?: \+ (\d+))? in section")
NEAR = 256                      # bytes from $pc that are $pc's own segment
LOW = 1 << 32
PUSH_EBP, RET = 0x55, 0xc3      # Intel SDM volume 2
ENTRY = "loader_entry"          # nobody called it
KEPT = ("rbx", "rsi", "rdi", "eflags", "cs", "cr0", "efer")
_told = None


def instruction(at):
    """(bytes, text) of the instruction at that linear address, by QEMU."""
    found = _LINE.search(machine.monitor(f"x /1i {at:#x}"))
    if not found:
        raise gdb.GdbError(f"QEMU cannot read the code at {at:#x}.")
    return len(found[1].split()), re.sub(r"\s+", " ", found[2])


def linear(at):
    """Where that offset in the running code's segment is."""
    return at + machine.code_width()[1] & LOW - 1


def _disassemble(info):
    """QEMU's own disassembly if that is 16- or 32-bit code, else None."""
    at = info.address
    if at >= LOW or gdb.selected_thread() is None:
        return None
    width, base = machine.code_width()
    if width == 64:
        return None
    if base and 0 <= at - machine.register("rip") < NEAR:
        at += base
    return disassembler.DisassemblerResult(*instruction(at & LOW - 1))


if disassembler:
    class Disassembler(disassembler.Disassembler):
        """Lets QEMU disassemble what is not 64-bit code."""

        def __init__(self):
            super().__init__("xo5")

        def __call__(self, info):
            try:
                return _disassemble(info)
            except (gdb.GdbError, gdb.error):
                return None


class FrameId:
    """What identifies a frame: its stack pointer and function."""

    def __init__(self, sp, pc):
        self.sp, self.pc = gdb.Value(sp), gdb.Value(pc)


def _byte(at):
    return gdb.selected_inferior().read_memory(at, 1).tobytes()[0]


def _word(at):
    """Four bytes of the stack."""
    data = gdb.selected_inferior().read_memory(at, 4).tobytes()
    return int.from_bytes(data, "little")


class Loader(Unwinder):
    """Callers in 32-bit code: compiled with a frame pointer, so that
    [ebp] is the caller's ebp and [ebp + 4] where it goes on."""

    def __init__(self):
        super().__init__("xo5-32-bit")

    def __call__(self, frame):
        pc = int(frame.read_register("rip")) & machine.MASK
        if pc >= LOW or not _is_32_bit(frame):
            return None
        try:
            return _unwind(frame, pc)
        except gdb.MemoryError:
            return None


def _is_32_bit(frame):
    cr0 = int(frame.read_register("cr0"))
    efer = int(frame.read_register("efer"))
    return cr0 & 1 and not efer & 1 << 10


def _function(pc):
    """(name, start) of the function there, not one inlined into it; (None,
    None) without a symbol."""
    found = _SYMBOL.match(gdb.execute(f"info symbol {pc:#x}", to_string=True))
    return (found[1], pc - int(found[2] or 0)) if found else (None, None)


def _unwind(frame, pc):
    """The caller of the code at pc; None without a symbol there."""
    inner = frame.level() == 0
    name, start = _function(pc if inner else pc - 1)    # the call itself
    if not name:
        return None
    esp = int(frame.read_register("rsp")) & LOW - 1
    ebp = int(frame.read_register("rbp")) & LOW - 1
    top = _top(pc, start, esp, ebp) if inner else _outer_top(start, esp, ebp)
    info = frame.create_unwind_info(FrameId(top + 4, start))
    for kept in KEPT:
        info.add_saved_register(kept, frame.read_register(kept))
    caller = ebp if top == esp else _word(top - 4)
    info.add_saved_register("rbp", gdb.Value(caller))
    info.add_saved_register("rsp", gdb.Value(top + 4))
    info.add_saved_register("rip",
                            gdb.Value(0 if name == ENTRY else _word(top)))
    return info


def _outer_top(start, esp, ebp):
    """Where the return address is, in a function that called another."""
    return ebp + 4 if _byte(start) == PUSH_EBP else esp


def _top(pc, start, esp, ebp):
    """The same in the function that runs."""
    if pc == start or _byte(pc) == RET:     # before push ebp; after pop
        return esp
    return esp + 4 if pc == start + 1 else _outer_top(start, esp, ebp)


def tell_mode(_=None):
    """After a stop in another mode than the last one: says so."""
    global _told
    try:
        if gdb.selected_thread() is None:
            return
        width, base = machine.code_width()
        now = machine.registers()
        mode = (f"{control.mode_text(now, width)}; "
                f"{control.paging_text(now)}")
        if mode == _told:
            return
        _told = mode
        gdb.write(f"[xo5: {mode}]\n")
        if width == 16:
            at = machine.register("rip")
            gdb.write(f"[xo5: {now['cs']:x}:{at:x} is {linear(at):#x}: "
                      f"{instruction(linear(at))[1]}]\n")
    except (gdb.GdbError, gdb.error):
        pass                    # the machine has just ended


def register():
    """Puts all of this to work."""
    register_unwinder(None, Loader(), replace=True)
    if disassembler:
        disassembler.register_disassembler(Disassembler(), None)
    gdb.events.cont.connect(machine.forget)
    gdb.events.register_changed.connect(machine.forget)
    gdb.events.exited.connect(machine.forget)
    gdb.events.stop.connect(tell_mode)
