"""What ring 3 has of the machine's devices: nothing by which a device could
be told to reach memory by itself."""

import re
import struct

import pytest

from grade import qemu
from grade.guest import Guest
from grade.machine import Machine

CONFIG_ADDRESS, CONFIG_DATA = 0xcf8, 0xcfc
ID, COMMAND, CLASS = 0x00, 0x04, 0x08
PORTS, MEMORY, MASTER = 1, 2, 4
NEEDED = {3: "display", 5: "memory", 6: "bridge", 8: "board"}
STD_VGA = 0x11111234
BUSES = 3
UEFI_SECONDS = 120          # the firmware alone takes some; a backstop only
ATTACKED = ("virtio-rng-pci", "virtio-vga", "e1000", "edu",
            "nvme,serial=1,drive=none")
FUNCTIONS = [word for device in ATTACKED for word in ("-device", device)]
FUNCTIONS += ["-drive", "if=none,id=none,driver=null-co"]
MACHINES = {
    "q35": {},
    "pc": {"machine": "pc", "cpu": "qemu64"},
    "uefi": {"firmware": "uefi"},
}


def config(machine, function, at):
    """A word of a function's configuration, read from outside."""
    word = 1 << 31 | function << 8 | at
    machine.qmp.monitor(f"o/w {CONFIG_ADDRESS:#x} {word:#x}")
    return int(machine.qmp.monitor(f"i/w {CONFIG_DATA:#x}").split("=")[1], 16)


def functions(machine):
    """{number: id} of what is on the first buses."""
    found = ((n, config(machine, n, ID)) for n in range(BUSES << 8))
    return {n: number for n, number in found if number != 0xffffffff}


@pytest.mark.parametrize("name", MACHINES)
def test_nobody_masters_the_bus(built, symbols, name):
    """A program tries every device that it can have: none of them writes a
    page that nobody may write."""
    files = {"xo5.cfg": qemu.settings("once", "dma")}
    options = dict(MACHINES[name], files=files, devices=FUNCTIONS)
    with Guest(built, symbols, options) as guest:
        guest.machine.begin_anew(UEFI_SECONDS)
        assert guest.run_to("STAGE_BUILT"), guest.why()
        machine = guest.machine
        there = functions(machine)
        assert {number & 0xffff for number in there.values()} > {
            0x1af4, 0x8086, 0x1234}, there
        for n, number in there.items():
            command = config(machine, n, COMMAND)
            assert not command & MASTER, f"{number:#x} masters the bus"
            if config(machine, n, CLASS) >> 24 not in NEEDED:
                assert not command & (PORTS | MEMORY), f"{number:#x} answers"
        guest.run_out()
        text = machine.text()
    assert qemu.explain(guest.stop.status) == (0, None), text[-600:]
    found = re.findall(r"test: device .* id +([0-9a-f]+)\n", text)
    assert {int(number, 16) for number in found} == {0, STD_VGA}, text


# ---- far away ---------------------------------------------------------------

FAR, FAR_END = 0x380000000, 0x380000100     # frames, at 56 TiB
VGA = 0xa0, 0xc0                            # frames
RANGE = struct.Struct("<QQQ")               # struct device of abi/books.h
NVME = ("-drive", "if=none,id=none,driver=null-co",
        "-device", "nvme,serial=1,drive=none")


def boot(built, program, change=None, **options):
    """(text, stop) of a program in init's place. change(machine) is called
    when the guest first comes to the option stop_at."""
    files = {"xo5.cfg": qemu.settings("once", program)}
    with Machine(str(built / "xo5.iso"), files=files, **options) as machine:
        machine.begin_anew(UEFI_SECONDS)
        stop = machine.go()
        if change:
            change(machine)
        while stop.kind == "quiet":
            stop = machine.go()
        return machine.text(), stop


def one_more_device(machine):
    """In what the loader hands to kernel_main: behind VGA's memory."""
    at, size = machine.registers()["RDI"], 4096
    vga = RANGE.pack(*VGA, 0)
    found = machine.physical(at, size).index(vga)
    there, = struct.unpack_from("<Q", machine.physical(at, size), found - 8)
    assert 1 <= there < 16
    machine.poke(at + found + RANGE.size, RANGE.pack(FAR, FAR_END, STD_VGA))
    machine.poke(at + found - 8, struct.pack("<Q", 2))


def test_device_far_beyond_memory(built, symbols):
    """Nothing in boot counts to where a device lies, and no program that
    takes another apart."""
    text, stop = boot(built, "device", one_more_device,
                      stop_at=symbols.address["kernel_main"])
    assert stop.kind == "exit", stop
    assert qemu.explain(stop.status) == (0, None), text[-600:]
    assert f"test: device {FAR:8x} to {FAR_END:8x}" in text


def test_registers_far_beyond_memory(built):
    """UEFI puts what is large at the end of what the processor reaches."""
    text, stop = boot(built, "device", firmware="uefi", devices=NVME,
                      cpu="max,phys-bits=46")
    assert stop.kind == "exit", (stop, text[-600:])
    assert qemu.explain(stop.status) == (0, None), text[-600:]
