"""Machines that run min: what they looked like at each look of the grader's
own code in them, and what they said."""

import re
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
UNWRITTEN = "xo5: exercise "
MAPPING = re.compile("  [0-9a-f]{16} ")     # the kernel's last lines at boot
CONFIG = """set xo5_init=/boot/tests/min
set xo5_arguments="libos=/lib/{program}.so run={words}"
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
    is_inside: bool = False
    end: str = ""       # why it went no further; "" if it ended itself
    status: int | None = None
    text: str = ""
    looks: list = field(default_factory=list)

    def look(self, which, rule):
        """The first look of that number; Wrong if it never came so far."""
        for look in self.looks:
            if look.which == which:
                return look
        missed = "its end" if which == LAST else \
            f"inside_look({which})" if self.is_inside else \
            f"probe_look({which}, ...)"
        why = self.why()
        raise Wrong(rule, self.asked, why if why.startswith(UNWRITTEN) else
                    f"it never came to {missed}: {why}")

    def last(self, rule):
        """What the test inside noted in all; Wrong if it did not end."""
        return self.look(LAST, rule).results

    def lines(self):
        """What was said since the kernel's own last line."""
        said = [line for line in self.text.splitlines() if line.strip()]
        boot = [n for n, line in enumerate(said, 1) if MAPPING.match(line)]
        return said[max(boot, default=0):]

    def why(self):
        """Why it did not come as far as it should have."""
        said = self.lines()
        missing = [line for line in said
                   if line.startswith(UNWRITTEN)]
        if missing:
            return missing[0]
        words = self.end or f"it ended with status {self.status}"
        tail = "\n  ".join(said[-4:])
        return (f"{words}; the last that it said:\n  {tail}" if tail else
                f"{words}, and it had said nothing")


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
        """A root image with these files, those in bin/ executable, and with
        the library OSes; links: (name, target)."""
        if name not in self.images:
            both = {f"lib/{libos}.so": self._libos(libos)
                    for libos in ("min", "min-inside")}
            self.images[name] = make_image({**files, **both}, links)
        return self.images[name]

    def _libos(self, name):
        return (self.build / f"libos/{name}.so").read_bytes()

    def _run(self, boot, program, words, image, address):
        key = boot, program, words, hash(image)
        if key not in self.runs:
            found = Run(asked_of(program, words), program == "min-inside")
            self.runs[key] = found
            options = self.settings.machine(boot)
            with Machine(str(self.build / "xo5.iso"), stop_at=address,
                         files=disk_of(program, words, image),
                         **options) as machine:
                _follow(machine, found, self._results(program))
        return self.runs[key]

    def _results(self, program):
        if program != "min-inside":
            return None
        return BASE + Symbols(str(
            self.build / "libos/min-inside.so")).address["inside_results"]


def disk_of(program, words, image):
    """The files of the second disk that makes the machine run that."""
    config = CONFIG.format(program=program, words=words)
    return {"xo5.cfg": config.encode(), "root": image}


def asked_of(program, words):
    """What a machine is asked to do, for a message: where that is written."""
    kind, _, name = words.partition(":")
    if program == "min-inside" and kind == "test":
        return _written(name, "inside_*.c") or words
    path, _, does = words.partition(" ")
    where = _written(f"do_{does.split(' ')[0]}", "programs/*.[ci]*")
    return f"{words}, which is {where}" if where and path == "/bin/probe" \
        else f"{words}, as the first program"


def _written(function, files):
    """The function, and in which of these files it is; None."""
    for path in sorted((TOP / "grade/lab5").glob(files)):
        if f"static void {function}(" in path.read_text():
            return f"{function}() of {path.relative_to(TOP)}"
    return None


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
        found.end = {"hang": "it ran on without end, in a loop or waiting for "
                             f"what does not come ({stop.detail})",
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
    """(first page, size) of a file in an image: launch/image_format.h."""
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
    """Wrong unless the run said these lines last, and ended so; at the first
    line that is another one."""
    ended = run.status == status and not run.end
    lines = run.lines()[-len(wanted):] if ended else run.lines()
    for n, (found, right) in enumerate(zip(lines, wanted), 1):
        check(found == right or UNWRITTEN in run.text, rule, run.asked,
              f"line {n} of the {len(wanted)} that it should say: {found}\n"
              f"       where {right} is right")
    check(ended, rule, run.asked,
          f"{run.why()}\n       where status {status} is right")
    check(len(lines) == len(wanted), rule, run.asked,
          f"it said {lines}\n       where {wanted} is right")
