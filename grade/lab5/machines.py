"""Machines that run min: what they looked like at each look of the grader's
own code in them, and what they said."""

import re
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from grade import qemu, resume
from grade.elf import Symbols
from grade.guest import TOP
from grade.lab5.given import GIVEN
from grade.lab5.watch import (BASE, LAST, Watch, entry_of)
from grade.verdict import Wrong, check, equal

BUSYBOX = Path("/bin/busybox")
LOOKS_MAX = 60
STOPS_MAX = 400
# Instructions to the first stop (the reference's need 110 million, firmware and
# GRUB included), and from there to the next (30).
FIRST, NEXT = 250_000_000, 100_000_000
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
class Run:
    """What came of one machine."""
    asked: str
    is_inside: bool = False
    end: str = ""       # why it went no further; "" if it ended itself
    status: int | None = None
    text: str = ""
    looks: list = field(default_factory=list)
    said: list = field(default_factory=list)    # (whose, line)
    entered: list = field(default_factory=list)     # programs' first words
    speaks: bool = False    # its lines are seen at the kit's own code

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
        inside = Symbols(str(self.build / "libos/min-inside.so"))
        look, given, results = (BASE + inside.of_kit(f"inside_{name}")[0]
                                for name in ("look", "given", "results"))
        watch = Watch(look, given, GIVEN.inside(), results)
        return self._run(boot, "min-inside", f"test:{name}", self.standard(),
                         watch)

    def program(self, words, boot="program", image=None):
        """The Run of a command line over min."""
        image = image or self.standard()
        if boot == "shell":
            watch = Watch(entry_of(BUSYBOX), file=(image, "bin/busybox"))
        else:
            name = "bound" if words.startswith("/bin/bound") else "probe"
            probe = Symbols(str(self.programs / name))
            watch = Watch(probe.of_kit("probe_look")[0],
                          probe.of_kit("probe_given")[0], GIVEN.program(),
                          file=(image, f"bin/{name}"))
        return self._run(boot, "min", words, image, watch)

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

    def _run(self, boot, program, words, image, watch):
        key = boot, program, words, hash(image)
        if key not in self.runs:
            found = Run(asked_of(program, words), program == "min-inside",
                        speaks=bool(watch.numbers and watch.file))
            self.runs[key] = found
            options = self.settings.machine(boot)
            with resume.machine(
                    str(self.build / "xo5.iso"), stop_at=watch.address,
                    files=disk_of(program, words, image),
                    **options) as machine:
                _follow(machine, found, watch)
        return self.runs[key]


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


def _follow(machine, found, watch):
    """Runs the machine to its end, looking whenever it stops."""
    budget = FIRST
    for _ in range(STOPS_MAX):
        stop = machine.go(budget)
        found.text = machine.text()
        if stop.kind != "quiet":
            break
        if len(found.looks) < LOOKS_MAX:
            watch.stands(machine, stop.registers, found)
        budget = NEXT
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
    if run.speaks:
        equal([line for _, line in run.said], wanted,
              "the program itself says so: its code runs, out of its file",
              run.asked, str)
