"""The kernel's own end: the cause, the registers, a backtrace with names."""

import pytest

from grade.guest import LAYOUT, Guest
from grade.qemu import EXIT

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
