"""What a program needs to run: its interpreter, and its libraries, by the
book of the ELF format; of a script, its interpreter.

Some libraries are in no book, as the C library opens them by name. glibc takes
libgcc_s.so.1 for ending a thread, and for backtrace(): so what asks it for one
of these needs that as well. What it opens by a name that only the running
program knows (character sets in gconv, services of nsswitch.conf, plugins) is
not found here."""

import glob
import os
import re
import struct
from dataclasses import dataclass, field

PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NEEDED, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_RPATH, DT_RUNPATH = \
    1, 5, 6, 10, 15, 29
UNWINDER = "libgcc_s.so.1"
UNWINDS = (b"pthread_cancel", b"pthread_exit", b"thrd_exit", b"backtrace")
CONFIGURED = "/etc/ld.so.conf"
DEFAULT = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64",
           "/usr/lib64", "/lib", "/usr/lib"]


class NoProgram(Exception):
    """Neither an ELF file of this kind nor a script."""


@dataclass
class Needs:
    interpreter: str = ""
    libraries: list = field(default_factory=list)
    opened: list = field(default_factory=list)  # if they are there
    paths: list = field(default_factory=list)   # the program's own


def read_needs(path, scripts=True):
    """Raises NoProgram, also of a script where these are not wanted."""
    with open(path, "rb") as file:
        data = file.read(4)
        if data == b"\x7fELF" or data[:2] == b"#!":
            data += file.read()
    if data[:2] == b"#!" and scripts:
        words = data[2:data.find(b"\n") % (1 << 63)].split()
        if not words:
            raise NoProgram
        return Needs(interpreter=os.fsdecode(words[0]))
    if data[:6] != b"\x7fELF\x02\x01" or len(data) < 64:
        raise NoProgram
    try:
        return read_elf(data, os.path.dirname(os.path.realpath(path)))
    except (struct.error, ValueError, IndexError, StopIteration):
        raise NoProgram from None


def segments(data):
    start, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<2H", data, 54)
    for i in range(count):
        kind, _, offset, address, _, length = struct.unpack_from(
            "<2I4Q", data, start + i * size)
        yield kind, offset, address, length


def read_elf(data, origin):
    needs, table, loads = Needs(), None, []
    for kind, offset, address, length in segments(data):
        if kind == PT_INTERP:
            text = data[offset:offset + length].rstrip(b"\0")
            needs.interpreter = os.fsdecode(text)
        elif kind == PT_DYNAMIC:
            table = data[offset:offset + length // 16 * 16]
        elif kind == PT_LOAD:
            loads.append((address, offset, length))
    if table:
        read_dynamic(data, table, loads, origin, needs)
    return needs


def read_dynamic(data, table, loads, origin, needs):
    entries = []
    for tag, value in struct.iter_unpack("<qQ", table):
        if tag == 0:
            break
        entries.append((tag, value))
    strings = dict(entries)[DT_STRTAB] if DT_STRTAB in dict(entries) else None
    if strings is None:
        return

    def place(at):
        return next(at - address + offset for address, offset, length in loads
                    if address <= at < address + length)

    base = place(strings)

    def text(at):
        return os.fsdecode(data[base + at:data.index(b"\0", base + at)])

    for tag, value in entries:
        if tag == DT_NEEDED:
            needs.libraries.append(text(value))
        elif tag in (DT_RPATH, DT_RUNPATH):
            for word in text(value).split(":"):
                needs.paths.append(re.sub(r"\$(ORIGIN|\{ORIGIN\})",
                                          lambda _: origin, word))
    known = dict(entries)
    if DT_SYMTAB in known and unwinds(data, place(known[DT_SYMTAB]), base,
                                      known.get(DT_STRSZ, 0)):
        needs.opened = [UNWINDER]
    if "ld-musl" in needs.interpreter:   # which is the C library, too
        needs.libraries = [name for name in needs.libraries
                           if not re.match(r"libc\.(so|musl)", name)]
        needs.opened = []


def unwinds(data, symbols, strings, size):
    """Does it ask another for what needs the unwinder? The strings lie behind
    the symbols; a symbol that is not defined here has section 0."""
    asked = {found.start() for name in UNWINDS for found in
             re.finditer(name + b"\0", data[strings:strings + size])}
    if not asked or strings < symbols:
        return bool(asked)
    table = data[symbols:strings - (strings - symbols) % 24]
    return any(name in asked and section == 0 for name, _, _, section, _, _ in
               struct.iter_unpack("<IBBHQQ", table))


def configured(path=CONFIGURED):
    """The folders of /etc/ld.so.conf and what it includes."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        words = line.split("#")[0].split()
        if words and words[0] == "include":
            for pattern in words[1:]:
                for one in sorted(glob.glob(
                        os.path.join(os.path.dirname(path), pattern))):
                    yield from configured(one)
        elif words:
            yield words[0]


def find_library(needs, name):
    """Where it is, as the dynamic linker would look for it; None: nowhere."""
    if "/" in name:
        return name if os.path.exists(name) else None
    for folder in [*needs.paths, *configured(), *DEFAULT]:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            return os.path.abspath(path)
    return None
