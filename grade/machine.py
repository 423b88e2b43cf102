"""One guest under QEMU that a grader boots, stops and looks into.

Every machine has sockets, memory file and scratch directory of its own, so
that any number of them run side by side. Hangs are bounded by what the guest
executed: under -icount the ACPI timer counts instructions, and it is read
from outside, whatever the guest does. QEMU's own time is a backstop only.
"""

import mmap
import os
import selectors
import shutil
import signal
import socket
import tempfile
import time
from dataclasses import dataclass, field

from grade import boot, process, qemu
from grade.remote import GdbRemote, Qmp
from grade.verdict import CannotGrade

ICOUNT_SHIFT = 6                # a guest nanosecond is 1/64 instruction
PM_TIMER_PORT = 0x608           # as SeaBIOS places it on pc and q35
PM_TIMER_HZ = 3579545
PM_TIMER_MASK = (1 << 24) - 1
# Instructions, firmware and GRUB included: boots of all labs' machines, until
# init ends, take 50 to 170 million.
BOOT_BUDGET = 400_000_000
UEFI_BUDGET = 1_500_000_000
GUEST_BUDGET = 200_000_000      # instructions, from one stop to the next
QEMU_SECONDS = 30               # of processor: as many as QEMU may use
START_SECONDS = 120             # for QEMU to open its sockets
STALL_SECONDS = 4               # of processor, and not one instruction;
IDLE_TIMES = 15                 # so many times that, if QEMU does nothing
UNSEEN_SECONDS = 300            # where none can be seen
STALL_LOOKS = 30                # nor between that many looks
# What the system ends QEMU by, or a person: no more memory, no room on disk.
KILLERS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT,
           signal.SIGBUS)
SIGNALLED = 128                 # a sandbox's status for signal n: that + n
SERIAL_LIMIT = 1 << 18          # bytes; more is a flood
GIB = 1 << 30


@dataclass
class Stop:
    """Why the guest stands still, and where."""
    kind: str               # quiet, exit, reset, hang, stall, flood
    detail: str = ""
    status: int | None = None
    registers: dict = field(default_factory=dict)


def low_memory(machine, size):
    """Bytes of RAM below 4 GiB, as QEMU's boards split it."""
    if machine == "q35":
        return size if size < 0xb0000000 else 0x80000000
    return size if size < 0xe0000000 else 0xc0000000


class Machine:
    """Boots `iso` and stops at a symbol. Use as a context manager.

    stop_at: virtual address at which every visit stops, or None.
    files: what a second disk holds, {name: bytes}, or None.
    devices: more words for QEMU's command line.
    """

    def __init__(self, iso, *, mem="128M", cpu="max", machine="q35",
                 firmware="bios", files=None, stop_at=None, devices=()):
        self.scratch = tempfile.mkdtemp(prefix="xo5-", dir=qemu.socket_folder())
        self.size = qemu.bytes_of(mem)
        self._place = boot.place(iso, self.scratch, self.size)
        self.low = low_memory(machine, self.size)
        self.stop_at = stop_at
        self.serial = bytearray()
        self.instructions = 0
        self._timer = None
        self._stands, self._over = False, ""
        # UEFI places the timer elsewhere, some time after the beginning: no
        # instruction is seen to pass from then on.
        bios = firmware == "bios"
        self._patience = STALL_SECONDS if bios else UNSEEN_SECONDS
        self._boot_budget = BOOT_BUDGET if bios else UEFI_BUDGET
        disk = None
        if files:
            qemu.write_disk(self._path("disk.tar"), files)
            disk = self._place.seen("disk.tar")
        extra = self._extra() + list(devices)
        self.command = qemu.command(
            self._place.iso, mem=mem, cpu=cpu, machine=machine,
            firmware=firmware, disk=disk, extra=extra)
        at = self.command.index("-machine") + 1
        self.command[at] += ",memory-backend=ram"

    def _path(self, name):
        return os.path.join(self.scratch, name)

    @property
    def ram_path(self):
        """The file that is its memory."""
        return self._path("ram")

    def _extra(self):
        seen = self._place.seen
        ram = (f"memory-backend-file,id=ram,size={self.size},share=on,"
               f"mem-path={seen('ram')}")
        return ["-object", ram, "-S", "-display", "none", "-no-shutdown",
                "-serial", "stdio",
                "-icount", f"shift={ICOUNT_SHIFT},sleep=off",
                "-rtc", "base=2026-01-01,clock=vm",
                "-qmp", f"unix:{seen('qmp')},server=on,wait=off",
                "-chardev", f"socket,id=gdb,path={seen('gdb')},"
                "server=on,wait=off", "-gdb", "chardev:gdb"]

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        self.process, self._pid = self._place.start(self.command)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.begin_anew()
        try:
            self.qmp = Qmp(self._connect("qmp"))
            self.gdb = GdbRemote(self._connect("gdb"))
        except OSError:
            with open(self._path("stderr"), errors="replace") as said:
                raise CannotGrade("QEMU did not start: "
                                  + said.read()) from None
        with open(self.ram_path, "r+b") as ram:
            self.ram = mmap.mmap(ram.fileno(), self.size)
        if self.stop_at is not None:
            self.gdb.ask(f"Z1,{self.stop_at:x},1")

    def begin_anew(self, seconds=None):
        """Gives QEMU its whole time again, or so many seconds of processor."""
        self._limit = process.used(self._pid) + (seconds or QEMU_SECONDS)

    def _connect(self, name):
        """A socket to QEMU; OSError if it does not come to listen."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            sock = socket.socket(socket.AF_UNIX)
            try:
                sock.connect(self._path(name))
                return sock
            except OSError:
                sock.close()
                if self.process.poll() is not None:
                    break
                time.sleep(0.01)
        raise ConnectionError

    def __exit__(self, *_):
        running = getattr(self, "process", None)
        if running:
            running.kill()
            running.wait()
            running.stdout.close()
        for part in ("qmp", "gdb"):
            if hasattr(self, part):
                getattr(self, part).close()
        if hasattr(self, "ram"):
            self.ram.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    # ---- running ----------------------------------------------------------

    def go(self, budget=None, progress=None):
        """Lets the guest run; returns the Stop that it came to. budget: of
        instructions; a boot's, if none is said. progress(): what changes
        while the guest comes on; at each change it has its budget again."""
        budget = budget or self._boot_budget
        limit, known = self.instructions + budget, progress and progress()
        self._resume()
        with selectors.DefaultSelector() as waiting:
            for source in (self.gdb.sock, self.qmp.sock, self.process.stdout):
                waiting.register(source, selectors.EVENT_READ)
            while True:
                waiting.select(timeout=0.05)
                stop = self._look()
                if stop:
                    return self._told(stop)
                if self._stalled():
                    return self._told(Stop("stall"))
                if progress and known != progress():
                    known, limit = progress(), self.executed() + budget
                if self.executed() > limit:
                    return self._told(Stop("hang", f"{budget:,} instructions"))
                if process.used(self._pid) > self._limit:
                    return self._told(Stop("hang", f"{QEMU_SECONDS} s"))

    def _stalled(self):
        """True if the processor executes nothing, and has not for long: it
        goes from exception to exception."""
        before, used = self.instructions, process.used(self._pid)
        if self.executed() != before or self._looks == 0:
            self._looks, self._since = 0, (used, self.clock())
        self._looks += 1
        busy, idle = used - self._since[0], self.clock() - self._since[1]
        if self._looks <= STALL_LOOKS or busy > self._patience:
            return self._looks > STALL_LOOKS
        return idle > IDLE_TIMES * self._patience and self._halted()

    def _halted(self):
        """True if the processor waits for an interrupt. CannotGrade if not:
        then it is QEMU that stands still."""
        try:
            if self.registers().get("HLT"):
                return True
        except (OSError, ValueError):
            pass
        raise CannotGrade("QEMU stood still: this computer gave it nothing "
                          "to run on")

    def clock(self):
        """Seconds, but those that QEMU waited for others' sake."""
        return time.monotonic() - process.waited(self._pid)

    def _resume(self):
        """Continues, past the stop where the guest may stand. If QEMU has
        gone, _look() will see it."""
        past, self._stands, self._looks = self._stands, False, 0
        try:
            if past:
                self.gdb.ask(f"z1,{self.stop_at:x},1")
                self.gdb.ask("s")
                self.gdb.ask(f"Z1,{self.stop_at:x},1")
            self.gdb.send("c")
        except OSError:
            pass

    def _look(self):
        self._read_serial()
        if len(self.serial) > SERIAL_LIMIT:
            return Stop("flood", f"more than {SERIAL_LIMIT >> 10} KiB")
        # In this order: QEMU tells why it stopped before it tells that.
        stands = self.gdb.stopped()
        for event in self.qmp.events():
            if event["event"] in ("SHUTDOWN", "RESET"):
                reason = event.get("data", {}).get("reason", "")
                if reason == "guest-reset":
                    return Stop("reset", "triple fault or reset")
                self._let_go(reason)
        if self.process.poll() is not None:
            self._read_serial()
            return self._ended(self.process.returncode)
        if stands and not self._over:
            self._stands = True
            return Stop("quiet")
        return None

    def _ended(self, status):
        """The Stop for QEMU's status. CannotGrade if it was killed by
        somebody else, as the system does when there is no memory left."""
        number = status - SIGNALLED if status > SIGNALLED else -status
        if number in KILLERS and not (self._over or self.gdb.ended()):
            raise CannotGrade(f"something ended QEMU (signal {number}): is "
                              "there too little memory, or room?")
        return Stop("exit", self._over, status or None)

    def _let_go(self, reason):
        """Lets QEMU end, which has shut down. A newer one (10.0; not 7.2)
        keeps the exit device's status until then."""
        self._over = reason or "shutdown"
        try:
            self.qmp.ask("quit")
        except OSError:
            pass

    def _read_serial(self):
        while len(self.serial) <= SERIAL_LIMIT:
            try:
                chunk = os.read(self.process.stdout.fileno(), 65536)
            except BlockingIOError:
                return
            if not chunk:
                return
            self.serial += chunk

    def _told(self, stop):
        """The stop with the registers there, as far as they can be had."""
        if self.process.poll() is None and stop.kind != "flood":
            try:
                if stop.kind in ("hang", "stall"):
                    self.qmp.ask("stop")
                self.executed()
                stop.registers = self.registers()
            except (OSError, ValueError):
                pass
        return stop

    def executed(self):
        """Guest instructions since power-on, about."""
        try:
            text = self.qmp.monitor(f"i/4 {PM_TIMER_PORT:#x}")
            now = int(text.split("=")[1], 16) & PM_TIMER_MASK
        except (OSError, ValueError, IndexError):
            return self.instructions
        if self._timer is not None:
            ticks = (now - self._timer) & PM_TIMER_MASK
            nanoseconds = ticks * 1_000_000_000 // PM_TIMER_HZ
            self.instructions += nanoseconds >> ICOUNT_SHIFT
        self._timer = now
        return self.instructions

    # ---- looking ----------------------------------------------------------

    def registers(self):
        """{name: value} of what `info registers` tells: RIP, RSP, CR0, CR2,
        CR3, CR4, EFER, CPL and so on, upper case."""
        found = {}
        for word in self.qmp.monitor("info registers").split():
            name, separator, value = word.partition("=")
            if separator and value:
                try:
                    found[name.upper()] = int(value, 16)
                except ValueError:
                    pass
        return found

    def _offset(self, address, count):
        offset = address
        if address >= 4 * GIB:
            offset = self.low + (address - 4 * GIB)
        elif address + count > self.low:
            raise ValueError(f"no RAM at {address:#x}")
        if offset + count > self.size:
            raise ValueError(f"no RAM at {address:#x}")
        return offset

    def physical(self, address, count):
        """`count` bytes at that physical address; ValueError outside RAM."""
        offset = self._offset(address, count)
        return self.ram[offset:offset + count]

    def poke(self, address, data):
        """Writes bytes at a physical address, while the guest stands."""
        offset = self._offset(address, len(data))
        self.ram[offset:offset + len(data)] = data

    def set_register(self, name, value):
        """Sets RIP, RSP, RDI or RAX of the guest, which stands."""
        number = {"RIP": 16, "RSP": 7, "RDI": 5, "RAX": 0}[name]
        digits = value.to_bytes(8, "little").hex()
        answer = self.gdb.ask(f"P{number:x}={digits}")
        if answer != "OK":
            raise ValueError(f"{name} cannot be set: {answer}")

    def text(self):
        """What the serial port said so far."""
        self._read_serial()
        return self.serial.decode("utf-8", "replace").replace("\r\n", "\n")
