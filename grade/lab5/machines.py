"""Machines that run min: what they looked like at each look of the grader's
own code in them, and what they said."""

import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from grade import abi, paging, qemu
from grade.elf import Symbols
from grade.guest import TOP
from grade.machine import BOOT_BUDGET, GUEST_BUDGET, Machine
from grade.verdict import Wrong, check

LAYOUT = abi.constants(TOP / "user/launch/launch.h")
BOOKS = abi.constants(TOP / "kernel/abi/layout.h")
PROCESSES = BOOKS["BOOKS_USER"] + BOOKS["BOOKS_PROCESSES"]
BASE, INDEX = LAYOUT["LAUNCH_BASE"], LAYOUT["LAUNCH_INDEX"]
OWN = BASE + 2 * LAYOUT["LAUNCH_TABLE"]
GIB, PAGE = 1 << 30, 4096
IMAGE = BASE + GIB
CR4_LA57 = 1 << 12
RESULTS, SLOTS = 64, 256
LOOKS_MAX = 60
LAST = 100              # the look with which a test inside ends
BUDGET = 12 * GUEST_BUDGET
_PROCESS = struct.Struct("<BBBBHHIHHQQQQQIHHQQ48x")
CONFIG = """set xo5_init=/boot/tests/{program}
set xo5_arguments="run={words}"
function xo5_modules {{
    module2 ($root)$xo5_init init
    module2 (hd0)/root root
}}
"""


@dataclass
class Look:
    """The running process at one look."""
    which: int
    at: int             # what it pointed to
    pages: dict         # va: (frame, rights that hold on the whole way)
    gibs: dict          # number: (frame of the table, may W pass)
    results: list       # what it noted so far
    processes: dict     # slot: (state, owned, children)

    def page(self, va):
        """(frame, "rw-") of the page of that address, or None."""
        return self.pages.get(va & ~(PAGE - 1))

    def frame(self, va):
        """The frame at that address; None."""
        found = self.page(va)
        return found and found[0]

    def between(self, start, end):
        """{page number from start on: rights}."""
        return {(va - start) // PAGE: page[1]
                for va, page in self.pages.items() if start <= va < end}


@dataclass
class Run:
    """What came of one machine."""
    asked: str
    end: str = ""       # why it went no further; "" if it ended itself
    status: int | None = None
    text: str = ""
    looks: list = field(default_factory=list)

    def look(self, which, rule):
        """The first look of that number; Wrong if it never came so far."""
        for look in self.looks:
            if look.which == which:
                return look
        raise Wrong(rule, self.asked, self.why())

    def last(self, rule):
        """What the test inside noted in all; Wrong if it did not end."""
        return self.look(LAST, rule).results

    def why(self):
        """Why it did not come as far as it should have."""
        said = [line for line in self.text.splitlines() if line.strip()]
        missing = [line for line in said
                   if line.startswith("xo5: exercise ")]
        if missing:
            return missing[0]
        words = self.end or f"it ended with status {self.status}"
        tail = "\n  ".join(said[-4:])
        return f"{words}; the last that it said:\n  {tail}"


class Machines:
    """Runs tests inside min, and programs over it; each once."""

    def __init__(self, settings):
        self.settings, self.runs, self.images = settings, {}, {}
        self.build = Path(settings.build)
        self.programs = self.build / "lab5"

    def inside(self, name, boot="inside"):
        """The Run of a test of inside.c."""
        address = BASE + Symbols(
            str(self.build / "libos/min-inside.so")).address["inside_look"]
        return self._run(boot, "min-inside", f"test:{name}", self.standard(),
                         address)

    def program(self, words, boot="program", image=None):
        """The Run of a command line over min."""
        address = Symbols(str(self.programs / "probe")).address["probe_look"]
        return self._run(boot, "min", words, image or self.standard(),
                         address)

    def standard(self):
        """The image that most runs have: the probes, and some files."""
        probe = (self.programs / "probe").read_bytes()
        return self.image("standard", {
            "bin/probe": probe, "text": b"0123456789abcdef\n" * 900,
            "bin/bound": (self.programs / "bound").read_bytes(),
            "bin/stranger": (self.programs / "stranger").read_bytes(),
            **damaged(probe)})

    def image(self, name, files, links=()):
        """A root image with these files, those in bin/ executable; links:
        (name, target)."""
        if name not in self.images:
            self.images[name] = make_image(files, links)
        return self.images[name]

    def _run(self, boot, program, words, image, address):
        key = boot, program, words, hash(image)
        if key not in self.runs:
            asked = f"run={words} over {program}"
            found = Run(asked)
            self.runs[key] = found
            options = self.settings.machine(boot)
            config = CONFIG.format(program=program, words=words)
            with Machine(str(self.build / "xo5.iso"), stop_at=address,
                         files={"xo5.cfg": config.encode(), "root": image},
                         **options) as machine:
                _follow(machine, found, self._results(program))
        return self.runs[key]

    def _results(self, program):
        if program != "min-inside":
            return None
        return BASE + Symbols(str(
            self.build / "libos/min-inside.so")).address["inside_results"]


def _follow(machine, found, results):
    """Runs the machine to its end, looking whenever it stops."""
    budget = BOOT_BUDGET + BUDGET
    while len(found.looks) < LOOKS_MAX:
        stop = machine.go(budget)
        found.text = machine.text()
        if stop.kind != "quiet":
            break
        found.looks.append(_look(machine, stop.registers, results))
        budget = BUDGET
    if stop.kind == "exit" and stop.status is not None:
        value = stop.status >> 1
        found.status = value - qemu.EXIT["EXIT_BASE"]
        if not 0 <= found.status <= qemu.EXIT["EXIT_STATUS_MAX"]:
            found.end = qemu.explain(stop.status)[1]
    else:
        found.end = {"hang": f"it ran on without end ({stop.detail})",
                     "reset": "the machine reset itself",
                     "stall": "it executed nothing any more",
                     "flood": "it printed without end"}.get(
                         stop.kind, f"it stopped: {stop.kind} {stop.detail}")


def _read(tables, machine, va, count):
    data = b""
    while count > 0:
        found = tables.translate(va)
        if found is None:
            return data + bytes(count)
        part = min(count, found[1])
        data += machine.physical(found[0], part)
        va, count = va + part, count - part
    return data


def _look(machine, registers, results):
    depth = 5 if registers["CR4"] & CR4_LA57 else 4
    tables = paging.Tables(machine.physical, registers["CR3"] >> 12, depth)
    pages = {page.va: (page.pa // PAGE, page.rights)
             for page in tables.pages(0, 1) if page.user}
    gibs = {}
    for n in range(INDEX):
        _, _, level, bits = tables.entry(n * GIB, 3)
        if level == 3 and bits & paging.P:
            gibs[n] = ((bits & paging.ADDRESS) // PAGE, bool(bits & paging.W))
    noted = []
    if results:
        noted = list(struct.unpack(f"<{RESULTS}q", _read(
            tables, machine, results, 8 * RESULTS)))
    records = _read(tables, machine, PROCESSES, SLOTS * _PROCESS.size)
    processes = {}
    for slot, record in enumerate(_PROCESS.iter_unpack(records)):
        if record[0]:
            processes[slot] = record[0], record[11], record[7]
    return Look(registers.get("RDI", 0), registers.get("RSI", 0), pages, gibs,
                noted, processes)


def damaged(probe):
    """Programs that exec must refuse, made of one that runs."""
    def with_bytes(at, data):
        return probe[:at] + data + probe[at + len(data):]
    programs, = struct.unpack_from("<Q", probe, 32)
    count, = struct.unpack_from("<H", probe, 56)
    load = next(at for at in range(programs, programs + 56 * count, 56)
                if struct.unpack_from("<I", probe, at)[0] == 1)
    return {
        "bin/text": b"no program\n" * 20, "bin/short": probe[:60],
        "bin/none": b"", "bin/class": with_bytes(4, b"\1"),
        "bin/machine": with_bytes(18, b"\3\0"),
        "bin/object": with_bytes(16, b"\1\0"),
        "bin/count": with_bytes(56, b"\xff\xff"),
        "bin/headers": with_bytes(32, b"\0" * 6 + b"\1\0"),
        "bin/outside": with_bytes(load + 32, struct.pack(
            "<QQ", 1 << 40, 1 << 40)),
        "bin/kernel": with_bytes(load + 16, struct.pack("<Q", BASE)),
        "bin/shrinks": with_bytes(load + 40, struct.pack("<Q", 1)),
        "bin/place": with_bytes(load + 16, struct.pack("<Q", 0x10000800)),
        "plain": probe,
    }


def make_image(files, links):
    """The bytes of a root image."""
    with tempfile.TemporaryDirectory() as scratch:
        root, out = Path(scratch) / "root", Path(scratch) / "image"
        for name, data in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(0o755 if name.startswith("bin/") else 0o644)
        for name, target in links:
            (root / name).symlink_to(target)
        subprocess.run([sys.executable, str(TOP / "setup/image.py"), str(out),
                        "--root", str(root)], check=True)
        return out.read_bytes()


def file_pages(image, name):
    """(first page, size) of a file in an image: keeper/image.h."""
    head = struct.unpack_from("<8Q", image)
    inode = 0
    for part in name.split("/"):
        where = struct.unpack_from("<QQ", image, head[3] + 64 * inode + 16)
        for k in range(where[0]):
            entry = struct.unpack_from("<4I", image,
                                       head[5] + 16 * (where[1] + k))
            at = head[7] + entry[1]
            if image[at:at + entry[2]] == part.encode():
                inode = entry[0]
                break
    size, first = struct.unpack_from("<QQ", image, head[3] + 64 * inode + 16)
    return first, size


def said(run, rule, wanted, status=0):
    """Wrong unless the run printed these lines, and ended so."""
    lines = [line for line in run.text.splitlines() if line.strip()]
    tail = lines[-len(wanted):] if wanted else []
    check(run.status == status and not run.end, rule, run.asked,
          f"{run.why()}\n       where status {status} is right")
    check(tail == wanted, rule, run.asked,
          f"{tail}\n       where {wanted} is right")
