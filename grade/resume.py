"""Machines that begin where GRUB first reads the second disk.

Until then a machine does the same for every submission: firmware, GRUB, its
modules. That is executed once for each kind of machine, from the tree's own
ISO and with an empty second disk, and QEMU writes down the state (what it
calls migration). A Resumed machine begins there. All that is graded lies on
its second disk: loader, kernel and programs, which GRUB loads from there as
it does from an ISO.
"""

import hashlib
import os
import shutil
import time
from functools import lru_cache
from pathlib import Path

from grade import qemu
from grade.machine import Machine

TOP = Path(__file__).resolve().parents[1]
ISO = TOP / "build/xo5.iso"
STATES = TOP / "build/resume"
INT13 = 0xfe3fe         # the BIOS's entry for disks, where a PC has it
SECOND_DISK = 0x80      # what the BIOS calls it, in DL; and in AH:
READS = (0x02, 0x42)
DISK_BYTES = 16 << 20   # of every such disk: the firmware has seen its size
MEMORY_MOST = 256 << 20     # all of it is looked through
SECONDS = 60
# The state says how the machine stood: at a breakpoint. It is to stand
# still and no more, or QEMU refuses to begin with it.
STOOD = b"\0\0\0\x06debug\0\0"
STANDS = b"\0\0\0\x07paused\0"
NEVER, LATER, ALWAYS = "never", "later", "always"
_mode = NEVER


class CannotResume(Exception):
    """This kind of machine begins with its firmware."""


def use(mode):
    """Says which machines of this process, made by machine(), resume: none,
    all, or those of which another one of their kind has booted."""
    global _mode
    _mode = mode


def machine(iso, **options):
    """A Machine of the graders', which may be a Resumed one."""
    later = _mode == ALWAYS or _mode == LATER and not _is_first(options)
    return (Resumed if later else Machine)(iso, **options)


def _is_first(options):
    """Whether no machine of that kind has booted before: none that has the
    same folder of states."""
    STATES.mkdir(parents=True, exist_ok=True)
    try:
        (STATES / f"{named(_kind(options))}.first").touch(exist_ok=False)
    except CannotResume:
        return True
    except FileExistsError:
        return False
    return True


def disk_of(build, files):
    """The files of a second disk from which GRUB loads what was built in a
    folder; `files` are those that the machine is given beside."""
    files = dict(files or {})
    config = b"set root=hd0\n" + files.pop("xo5.cfg", b"")
    boot = Path(build) / "iso/boot"
    built = [p for p in sorted(boot.iterdir()) if p.is_file()] + [
        p for p in sorted(boot.glob("tests/*")) if p.name.encode() in config]
    return {"xo5.cfg": config, **files,
            **{f"boot/{p.relative_to(boot)}": p.read_bytes() for p in built}}


class Resumed(Machine):
    """A Machine that boots what was built beside `iso`, which need not be
    there itself."""

    def __init__(self, iso, *, files=None, **options):
        super().__init__(str(ISO), files=disk_of(Path(iso).parent, files),
                         **options)
        self.state = None
        try:
            pad(self._path("disk.tar"))
            self.state = self._path("state")
            shutil.copyfile(state_of(options), self.state)
            self.command += ["-incoming", "defer"]
        except CannotResume:
            self.state = None

    def _connect(self, name):
        # A debugger that is there already would stop QEMU's reading.
        if name == "gdb" and self.state:
            self.qmp.ask("migrate-incoming",
                         uri=f"exec:cat {self._place.seen('state')}")
            wait(lambda: self.qmp.ask("query-status")["status"] != "inmigrate")
        return super()._connect(name)


def pad(disk):
    """Gives a disk the size that they all have; CannotResume if it has
    more."""
    if os.path.getsize(disk) > DISK_BYTES:
        raise CannotResume
    os.truncate(disk, DISK_BYTES)


def wait(is_done):
    """Waits until that is so, which takes milliseconds."""
    end = time.monotonic() + SECONDS
    while not is_done():
        assert time.monotonic() < end, "QEMU does not move its state"
        time.sleep(0.002)


def state_of(options):
    """The file with the state of a machine of these options of Machine's;
    made if it is not there. CannotResume: it would not be worth it."""
    kind = _kind(options)
    path = STATES / named(kind)
    if not path.exists():
        STATES.mkdir(parents=True, exist_ok=True)
        try:
            state = made(kind)
        except (AssertionError, OSError, ValueError):
            raise CannotResume from None    # of a QEMU that we do not know
        path.with_suffix(f".{os.getpid()}").write_bytes(state)
        os.replace(path.with_suffix(f".{os.getpid()}"), path)
    return path


def _kind(options):
    """What such a machine's state depends on. CannotResume, as state_of()."""
    kind = {key: options[key] for key in ("mem", "cpu", "machine")
            if key in options}
    if options.get("firmware", "bios") != "bios" or \
            qemu.bytes_of(kind.get("mem", qemu.MEM)) > MEMORY_MOST:
        raise CannotResume
    return kind


def named(kind):
    """The name of a state: a sum of all that it depends on."""
    program = os.stat(shutil.which("qemu-system-x86_64"))
    words = (qemu.command("iso", **kind), program.st_size,
             program.st_mtime_ns)
    files = (ISO, Path(__file__), TOP / "grade/machine.py")
    return hashlib.sha256(repr((words, *(
        _sum(path, path.stat().st_mtime_ns) for path in files))).encode()
        ).hexdigest()


@lru_cache(maxsize=None)
def _sum(path, _changed):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def made(kind):
    """The state of such a machine when GRUB first reads its second disk."""
    first = Machine(str(ISO), stop_at=INT13, files={"none": b""}, **kind)
    with open(first._path("disk.tar"), "wb") as disk:
        disk.truncate(DISK_BYTES)
    state = first._path("state")
    seen = first._place.seen("state")
    with first:
        run_to_the_read(first)
        first.qmp.ask("migrate", uri=f"exec:cat > {seen}")
        wait(lambda: first.qmp.ask("query-migrate")["status"] in (
            "completed", "failed"))
        data = Path(state).read_bytes()
    assert data.count(STOOD) == 1, "QEMU's state is not as it was known"
    return data.replace(STOOD, STANDS)


def run_to_the_read(first):
    """Lets a machine run until GRUB asks the BIOS for the second disk's
    first bytes. The BIOS itself has looked there before it took the CD."""
    was_on_cd = False
    while True:
        stop = first.go()
        assert stop.kind == "quiet", f"GRUB did not come so far: {stop}"
        disk = stop.registers["EDX"] & 0xff
        call = stop.registers["EAX"] >> 8 & 0xff
        was_on_cd |= disk > SECOND_DISK
        if was_on_cd and disk == SECOND_DISK and call in READS:
            first.gdb.ask(f"z1,{first.stop_at:x},1")
            return
