"""What ring 3 cannot do to the kernel by where it stands when an interrupt
comes."""

import struct
import subprocess

import pytest

from grade import qemu
from grade.machine import GUEST_BUDGET, Machine

VECTOR, RIP = 120, 136      # of struct trap_frame (kernel/arch/frame.h)
IRQ_FIRST, SPURIOUS = 32, 255   # the second tells nobody anything
PATIENCE = 120              # seconds; a backstop: the limit is in instructions
IRETQ = b"\x48\xcf"
PLACES = {
    "not canonical": 1 << 63,
    "not canonical, next to the lower half": 1 << 56,
    "not canonical, next to the upper half": (1 << 64) - (1 << 57),
    "the kernel's": 0xffffffff80000000,
    "beyond the process's half": 1 << 52,
}
EXIT_INIT = 2 * qemu.EXIT["EXIT_INIT"] + 1


def to_interrupt(machine):
    """Runs on to the first interrupt in ring 3; where its frame lies."""
    while True:
        stop = machine.go(GUEST_BUDGET * 5)
        assert stop.kind == "quiet", (stop, machine.text()[-400:])
        frame = stop.registers["RDI"]
        vector = machine.gdb.ask(f"m{frame + VECTOR:x},8")
        if struct.unpack("<Q", bytes.fromhex(vector))[0] >= IRQ_FIRST:
            return frame


def way_back(machine, symbols):
    """Where the kernel's way back to ring 3 ends: it stops there from now on.
    On a processor, not under QEMU, a place that is none faults there."""
    start = symbols.address["trap_return"]
    code = bytes.fromhex(machine.gdb.ask(f"m{start:x},80"))
    machine.gdb.ask(f"Z1,{start + code.index(IRETQ):x},1")
    return start + code.index(IRETQ)


def returns_somewhere(machine, stop, back):
    """Wrong if the kernel is about to return to what is no place."""
    if stop.registers["RIP"] == back:
        top = machine.gdb.ask(f"m{stop.registers['RSP']:x},8")
        rip, = struct.unpack("<q", bytes.fromhex(top))
        assert -(1 << 56) <= rip < 1 << 56, f"iretq to {rip:#x}"


@pytest.mark.parametrize("name", PLACES)
def test_interrupt_at_no_place(built, symbols, name):
    """The interrupted program had jumped to a place that is none: that is its
    fault, told when the interrupt is over, and no panic."""
    files = {"xo5.cfg": qemu.settings("once", "irq")}
    with Machine(str(built / "xo5.iso"), files=files,
                 stop_at=symbols.address["trap_from_ring3"]) as machine:
        machine.begin_anew(PATIENCE)
        frame = to_interrupt(machine)
        back = way_back(machine, symbols)
        for at, word in ((VECTOR, SPURIOUS), (RIP, PLACES[name])):
            data = struct.pack("<Q", word).hex()
            assert machine.gdb.ask(f"M{frame + at:x},8:{data}") == "OK"
        stop = machine.go()
        while stop.kind == "quiet":
            returns_somewhere(machine, stop, back)
            stop = machine.go()
        text = machine.text()
    assert (stop.kind, stop.status) == ("exit", EXIT_INIT), text[-600:]
    assert text.endswith("xo5: init raised an exception in its handler at "
                         f"{PLACES[name]:#x}.\n") or text.endswith(
        "xo5: init raised an exception without a handler at "
        f"{PLACES[name]:#x}.\n"), text[-600:]


def test_local_apic(top, tmp_path):
    """Whatever mode firmware left the local APIC in, it lets the interrupts of
    the old controllers pass. QEMU 7.2's TCG has no x2APIC, so the file is run
    on a board that is played for it."""
    subprocess.run(["gcc", "-std=gnu17", "-Wall", "-Wno-unused-function",
                    "-I", top / "kernel", "-o", tmp_path / "irq",
                    top / "tests/kernel/irq/irq.c"], check=True)
    done = subprocess.run([tmp_path / "irq"], text=True, check=False,
                          stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (0, "")
