"""The whole machine boots, on every machine promised, and init speaks."""

import itertools

import pytest

from grade import abi, qemu
from grade.guest import TOP, Guest
from grade.machine import Machine
from grade.qemu import EXIT

ONCE = {"xo5.cfg": b'set xo5_arguments="once"\n'}
GREETING = "init: hello from ring 3\n"
CR0_WP, CR4_LA57 = 1 << 16, 1 << 12
CR4 = {"UMIP": 1 << 11, "SMEP": 1 << 20, "SMAP": 1 << 21}
EFER_NXE = 1 << 11
FIRST_LINE_INSTRUCTIONS = 120_000_000
ISO_BYTES = 8 << 20
BOOKS = abi.constants(TOP / "kernel/abi/layout.h")["BOOKS_USER"]
BOOKS_SIZE = 1 << 39


def boot(iso, **options):
    """Boots with `once`; (text of the serial port, QEMU's exit status)."""
    with Machine(str(iso), files=options.pop("files", ONCE),
                 **options) as machine:
        stop = machine.go()
        return machine.text(), stop


@pytest.mark.parametrize("firmware, machine, cpu, mem", itertools.product(
    ("bios", "uefi"), ("q35", "pc"), ("max", "qemu64"), ("32M", "6G")))
def test_every_machine(built, firmware, machine, cpu, mem):
    if firmware == "uefi" and mem == "32M":
        mem = "64M"         # OVMF itself does not start with 32 MiB
    text, stop = boot(built / "xo5.iso", firmware=firmware, machine=machine,
                      cpu=cpu, mem=mem)
    levels = 5 if cpu == "max" else 4
    assert GREETING in text
    assert f"{levels} levels of tables, pages up to " \
        f"{'1 GiB' if cpu == 'max' else '2 MiB'}\n" in text
    assert (stop.kind, stop.status) == ("exit", 2 * EXIT["EXIT_BASE"] + 1)


def test_first_line_in_time(built):
    """Firmware, GRUB, loader, kernel: what they execute takes about a second
    and a half of a processor that has nothing else to do."""
    with Machine(str(built / "xo5.iso"), files=ONCE) as machine:
        machine.go()
        assert GREETING in machine.text()
        print(f"reset to init's first lines: {machine.instructions:,}")
        assert 0 < machine.instructions < FIRST_LINE_INSTRUCTIONS


def test_iso_is_small(built):
    assert (built / "xo5.iso").stat().st_size < ISO_BYTES


@pytest.mark.parametrize("cpu", ("max", "qemu64"))
def test_processor_features(built, symbols, cpu):
    """What the processor can forbid is forbidden."""
    with Guest(built, symbols, {"cpu": cpu, "files": ONCE}) as guest:
        assert guest.run_to("STAGE_BUILT"), guest.why()
        registers = guest.stop.registers
    assert registers["CR0"] & CR0_WP and registers["EFER"] & EFER_NXE
    for bit in CR4.values():
        assert bool(registers["CR4"] & bit) == (cpu == "max")
    assert bool(registers["CR4"] & CR4_LA57) == (cpu == "max")


def test_init_is_walled_in(built, symbols):
    """Ring 3 reaches its own half and the books, and nothing else."""
    with Guest(built, symbols, {"files": ONCE}) as booted:
        assert booted.run_to("STAGE_BUILT"), booted.why()
        tables = booted.tables()
        frames = tables.frames()
        for page in tables.pages():
            assert not (page.write and page.execute)
            if not page.user:
                continue
            assert page.pa // 4096 not in frames
            if page.va >> 63:
                assert page.rights == "r--"
                assert BOOKS <= page.va < BOOKS + BOOKS_SIZE


def test_status_reaches_qemu(built):
    cfg = {"xo5.cfg": b'set xo5_arguments="once status=7"\n'}
    text, stop = boot(built / "xo5.iso", files=cfg)
    assert "init: nothing left to do\n" in text
    assert qemu.explain(stop.status) == (7, "init ended with status 7")


@pytest.mark.parametrize("firmware", ("bios", "uefi"))
def test_screen_shows_what_serial_says(built, symbols, tmp_path, firmware):
    """Not black, and not the same as before the kernel spoke."""
    picture = tmp_path / "screen.ppm"
    with Guest(built, symbols, {"firmware": firmware,
                                "files": ONCE}) as guest:
        assert guest.run_to("STAGE_MAPPED"), guest.why()
        guest.machine.qmp.ask("screendump", filename=str(picture))
    data = picture.read_bytes()
    lit = sum(1 for byte in data[64:] if byte > 0x80)
    assert lit > 1000
