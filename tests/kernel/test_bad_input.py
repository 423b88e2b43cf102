"""Bad input at boot: each one clear line, and an end that is no success."""

import struct
import subprocess

import pytest

from grade.machine import Machine
from grade.qemu import EXIT, settings

CFG = b"""multiboot2 ($root)/boot/loader.elf once
%smodule2 ($root)/boot/root root
boot
"""
ELSEWHERE = 0x5000000       # free, and far from what GRUB loads
TAG_MEMORY = 6
KERNEL_BASE = 0xffffffff80000000


def told(built, files=None, cfg=None, **options):
    """The one line that says why it does not boot."""
    files = dict(files or {})
    if cfg is not None:
        files["xo5.cfg"] = CFG % cfg
    with Machine(str(built / "xo5.iso"), files=files, **options) as machine:
        stop = machine.go()
        assert stop.status == 2 * EXIT["EXIT_BOOT"] + 1, machine.text()
        lines = [line for line in machine.text().splitlines()
                 if line.startswith("xo5: ") and line.endswith(".")]
        assert len(lines) == 1, machine.text()
        return lines[0]


def modules(**files):
    """GRUB's lines for kernel and init, from the ISO or from the disk."""
    lines = b""
    for name, path in (("kernel", b"kernel.elf"), ("init", b"init")):
        place = files.get(name, b"($root)/boot/" + path)
        if place is not None:
            lines += b"module2 %s %s\n" % (place, name.encode())
    return lines


def with_kernel(built, data):
    return told(built, {"bad": data}, modules(kernel=b"(hd0)/bad"))


def with_init(built, data):
    return told(built, {"bad": data}, modules(init=b"(hd0)/bad"))


def changed(data, *changes):
    """The ELF file with (offset, format, value) changes."""
    data = bytearray(data)
    for offset, form, value in changes:
        struct.pack_into("<" + form, data, offset, value)
    return bytes(data)


def program(n, field):
    """The offset of a field of program header n, which start at 64."""
    return 64 + 56 * n + {"flags": 4, "offset": 8, "va": 16, "filesz": 32,
                          "memsz": 40}[field]


BROKEN = [
    ("empty", lambda d: b"", "is shorter than an ELF header"),
    ("no ELF", lambda d: b"#!/bin/sh\n" * 20, "is not a 64-bit ELF file"),
    ("32-bit", lambda d: changed(d, (4, "B", 1)), "is not a 64-bit ELF file"),
    ("AArch64", lambda d: changed(d, (18, "H", 183)),
     "is for another machine than x86-64"),
    ("shared", lambda d: changed(d, (16, "H", 3)),
     "is not a static executable"),
    ("headers cut", lambda d: d[:100], "is cut off in its program headers"),
    ("truncated", lambda d: d[:5000], "is cut off inside a segment"),
    ("absurd address", lambda d: changed(d, (program(0, "va"), "Q", 0x10)),
     "has a segment at an absurd address or of an absurd size"),
    ("absurd size", lambda d: changed(d, (program(1, "memsz"), "Q", 1 << 62)),
     "has a segment at an absurd address or of an absurd size"),
    ("wraps", lambda d: changed(d, (program(1, "memsz"), "Q", (1 << 64) - 1)),
     "has a segment at an absurd address or of an absurd size"),
    ("writable text", lambda d: changed(d, (program(0, "flags"), "I", 7)),
     "has a segment that is both writable and executable"),
    ("overlapping", lambda d: changed(d, (
        program(1, "va"), "Q",
        struct.unpack_from("<Q", d, program(0, "va"))[0])),
     "has segments that overlap"),
    ("entry", lambda d: changed(d, (24, "Q", 0x123)),
     "starts outside its code"),
    ("no segments", lambda d: changed(d, (56, "H", 0)),
     "has no segment to load"),
    ("headers everywhere", lambda d: changed(d, (32, "Q", (1 << 64) - 8)),
     "is cut off in its program headers"),
]
IDS = [name for name, _, _ in BROKEN]


@pytest.mark.parametrize("name, damage, line", BROKEN, ids=IDS)
def test_bad_kernel(built, name, damage, line):
    good = (built / "iso/boot/kernel.elf").read_bytes()
    assert with_kernel(built, damage(good)) == f"xo5: kernel.elf {line}."


@pytest.mark.parametrize("name, damage, line", BROKEN, ids=IDS)
def test_bad_init(built, name, damage, line):
    good = (built / "init").read_bytes()
    assert with_init(built, damage(good)) == f"xo5: init {line}."


def test_no_kernel(built):
    assert told(built, cfg=modules(kernel=None)) == \
        'xo5: kernel.elf is missing: no module is called "kernel".'


def test_no_init(built):
    assert told(built, cfg=modules(init=None)) == \
        'xo5: init is missing: no module is called "init".'


@pytest.mark.parametrize("cpu", ("pentium3", "qemu32", "486"))
def test_no_long_mode(built, cpu):
    assert told(built, cpu=cpu) == "xo5: this processor has no long mode, " \
        "and xo5 is a 64-bit kernel."


def test_no_nx(built):
    assert told(built, cpu="qemu64,-nx").startswith(
        "xo5: this processor cannot forbid execution (NX)")


def test_no_vector_registers_saved(built):
    assert told(built, cpu="qemu64,-fxsr").startswith(
        "xo5: this processor cannot save its vector registers (FXSR)")


@pytest.mark.parametrize("mem, usable", (("8M", 7), ("12M", 11), ("15M", 14)))
def test_too_little_memory(built, mem, usable):
    assert told(built, mem=mem) == \
        f"xo5: this machine has too little memory: {usable} MiB can be " \
        "used, and xo5 needs 15."


@pytest.mark.parametrize("machine", ("q35", "pc"))
def test_just_enough_memory(built, machine):
    """What the line about too little memory says is true."""
    files = {"xo5.cfg": settings("once status=5")}
    with Machine(str(built / "xo5.iso"), mem="16M", machine=machine,
                 files=files) as guest:
        assert guest.go().status == 2 * (EXIT["EXIT_BASE"] + 5) + 1
        assert "init: hello from ring 3\n" in guest.text()


@pytest.mark.parametrize("damage", ("size zero", "size 4 GiB", "no end"))
def test_damaged_information(built, damage):
    """GRUB's information, changed under the loader's nose."""
    loader = _loader_symbol(built, "loader_main")
    with Machine(str(built / "xo5.iso"), stop_at=loader) as machine:
        assert machine.go().kind == "quiet"
        info = machine.registers()["EBX"]
        size = struct.unpack("<I", machine.physical(info, 4))[0]
        if damage == "no end":
            machine.poke(info + size - 8, b"\x63\0\0\0")
        else:
            value = {"size zero": 0, "size 4 GiB": 0xffffffff}[damage]
            machine.poke(info + 12, struct.pack("<I", value))
        stop = machine.go()
        assert stop.status == 2 * EXIT["EXIT_BOOT"] + 1
        assert machine.text().endswith("xo5: GRUB's information is damaged: "
                                       "a tag has an absurd size.\n")


# ---- more than there is room for in the kernel: the loader counts -----------

def test_too_many_modules(built):
    lines = modules() + b"module2 ($root)/boot/root more\n" * 6
    assert told(built, cfg=lines) == "xo5: the boot information has too " \
        "many modules: 9, and there is room for 8."


@pytest.mark.parametrize("letters", (32, 300))
def test_long_name(built, letters):
    lines = modules() + b"module2 ($root)/boot/root " + b"n" * letters + b"\n"
    assert told(built, cfg=lines) == "xo5: the boot information has a " \
        f"module's name with too many letters: {letters}, and there is room " \
        "for 31."


@pytest.mark.parametrize("letters", (256, 2000))
def test_long_command_line(built, letters):
    cfg = CFG.replace(b" once", b" once status=" + b"7" * (letters - 12))
    with_settings = {"xo5.cfg": cfg % modules()}
    assert told(built, with_settings) == "xo5: the boot information has a " \
        f"command line with too many letters: {letters}, and there is room " \
        "for 255."


def test_too_many_regions(built):
    """GRUB's information, elsewhere and with more regions of memory."""
    regions = 0

    def more(tag):
        nonlocal regions
        if struct.unpack_from("<I", tag)[0] != TAG_MEMORY:
            return tag
        regions = (len(tag) - 16) // 24 + 130
        tag += struct.pack("<QQII", 0xe0000000, 0x1000, 2, 0) * 130
        return tag[:4] + struct.pack("<I", len(tag)) + tag[8:]

    loader = _loader_symbol(built, "loader_main")
    with Machine(str(built / "xo5.iso"), stop_at=loader) as machine:
        assert machine.go().kind == "quiet"
        registers = machine.registers()
        body = b"".join(map(more, _tags(machine, registers["EBX"])))
        info = struct.pack("<II", len(body) + 8, 0) + body
        machine.poke(ELSEWHERE, info)
        machine.poke(registers["ESP"] + 8, struct.pack("<I", ELSEWHERE))
        stop = machine.go()
        assert stop.status == 2 * EXIT["EXIT_BOOT"] + 1, machine.text()
        assert machine.text().endswith(
            "xo5: the boot information has too many regions of memory: "
            f"{regions}, and there is room for 128.\n")


def _tags(machine, info):
    """The tags of GRUB's information, each filled up to 8 bytes."""
    size = struct.unpack("<I", machine.physical(info, 4))[0]
    data, at = machine.physical(info, size), 8
    while at < size:
        length = -(-struct.unpack_from("<I", data, at + 4)[0] // 8) * 8
        yield data[at:at + length]
        at += length


def test_not_multiboot2(built):
    """A loader that puts another magic into eax: multiboot 1's."""
    loader = _loader_symbol(built, "loader_entry")
    with Machine(str(built / "xo5.iso"), stop_at=loader) as machine:
        assert machine.go().kind == "quiet"
        machine.set_register("RAX", 0x2badb002)
        machine.go()
        assert machine.text() == "xo5: the loader was not started by a " \
            "multiboot2 boot loader.\n"


def _loader_symbol(built, name):
    """The loader is a 32-bit ELF file: nm knows."""
    out = subprocess.run(["nm", str(built / "loader.elf")], text=True,
                         stdout=subprocess.PIPE, check=True).stdout
    return next(int(line.split()[0], 16) for line in out.splitlines()
                if line.endswith(" " + name))
