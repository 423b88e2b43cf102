"""The kernel's own end: the cause, the registers, a backtrace with names."""

import pytest

from grade.elf import Symbols
from grade.guest import LAYOUT, Guest
from grade.qemu import EXIT, settings

ONCE = {"xo5.cfg": b'set xo5_arguments="once"\n'}


@pytest.fixture
def guest(built, symbols):
    with Guest(built, symbols, {"files": ONCE}) as guest:
        assert guest.run_to("STAGE_MAPPED"), guest.why()
        yield guest


def panic(guest):
    guest.run_out()
    assert guest.stop.status == 2 * EXIT["EXIT_PANIC"] + 1, guest.why()
    return guest.machine.text()


def test_page_fault(guest):
    guest.machine.set_register("RIP", 0xdead000)
    text = panic(guest)
    assert "panic: page fault (vector 14, error code 0x10): running " \
        "address 0xdead000, which is not mapped\n" in text
    assert "rip 000000000dead000" in text
    assert "  000000000dead000  ?+0x0\n" in text
    assert "kernel_main+0x" in text and "kernel_start+0x" in text


def test_double_fault(guest, symbols):
    """A stack that runs into its hole: told on a stack of its own."""
    guest.machine.set_register("RSP", symbols.address["stack_boot_bottom"])
    guest.machine.set_register("RIP", symbols.address["kernel_main"])
    text = panic(guest)
    assert "panic: double fault (vector 8" in text
    assert "kernel_main+0x" in text


# ---- machine checks: Intel SDM volume 3B, 15.3.2 ----------------------------

BANK, UNCORRECTED = 9, 0xbd00000000000000
BROKEN = 0xabcd000
ODD = 0x123456789abc        # nothing that the kernel could use as its own
GS_BASE, KERNEL_GS_BASE = 0x19, 0x1a    # by GDB's description of registers
SWAPGS_SYSRET = bytes.fromhex("0f01f8480f07")


def broken(guest):
    """What the kernel says of a machine check right here."""
    guest.machine.qmp.monitor(
        f"mce 0 {BANK} {UNCORRECTED:#x} 5 {BROKEN:#x} 0x8c")
    text = panic(guest)
    assert "panic: machine check (vector 18, error code 0x0)\n" \
        f"bank {BANK}: status {UNCORRECTED:#x}, address {BROKEN:#x}\n" in text
    return text


def stop_at(guest, address, gs):
    """Runs on to that address, where ring 3 has come to life, and gives it a
    base of GS that the kernel cannot use. The machine goes on with the one
    instruction there, and then sees what is broken."""
    assert guest.run_to("STAGE_BUILT"), guest.why()
    guest.machine.gdb.ask(f"Z1,{address:x},1")
    stop = guest.machine.go()
    assert stop.kind == "quiet" and stop.registers["RIP"] == address, stop
    guest.machine.gdb.ask(f"z1,{address:x},1")
    assert guest.machine.gdb.ask(f"P{gs:x}="
                                 + ODD.to_bytes(8, "little").hex()) == "OK"


def test_machine_check(guest):
    """In the kernel, whose stack may be what is broken."""
    guest.machine.set_register("RSP", 0x1000)
    assert "rsp 0000000000001000" in broken(guest)


def test_machine_check_in_ring_3(guest, built):
    stop_at(guest, Symbols(built / "init").address["main"], GS_BASE)
    assert "cs 23 ss 1b" in broken(guest)


def test_machine_check_at_the_border(built, symbols):
    """In the kernel, but GS and the stack are ring 3's already."""
    files = {"xo5.cfg": settings("once", "pages")}
    with Guest(built, symbols, {"files": files}) as guest:
        assert guest.run_to("STAGE_MAPPED"), guest.why()
        start = symbols.address["syscall_entry"]
        way_out = start + guest.virtual(start, 512).index(SWAPGS_SYSRET)
        stop_at(guest, way_out, KERNEL_GS_BASE)
        guest.machine.set_register("RSP", ODD)
        text = broken(guest)
    assert f"rip {way_out + 3:016x}" in text and f"rsp {ODD:016x}" in text
    assert "cs 08" in text and "  syscall_entry+0x" in text


def test_no_machine_checks(built, symbols):
    """A processor without them is not told to report any."""
    with Guest(built, symbols, {"files": ONCE, "cpu": "qemu64,-mce"}) as guest:
        assert guest.run_to("STAGE_BUILT"), guest.why()
        assert not guest.machine.registers()["CR4"] & 1 << 6


def test_panic_by_the_kernel(guest, symbols):
    """panic("page fault"): the words are some that stand in the image."""
    start = guest.observe("OBSERVED_KERNEL_START")
    end = guest.observe("OBSERVED_KERNEL_END")
    at = guest.machine.physical(start, end - start).index(b"page fault\0")
    guest.machine.set_register("RDI", LAYOUT["KERNEL_BASE"] + at)
    guest.machine.set_register("RIP", symbols.address["panic"])
    text = panic(guest)
    assert "panic: page fault\n" in text
    assert "  panic+0x" in text


def test_text_is_not_writable(guest, symbols):
    """Through no address: neither its own nor the direct map's."""
    for page in guest.tables().pages():
        start = guest.observe("OBSERVED_KERNEL_START")
        if page.pa <= start < page.pa + page.size:
            assert not page.write
