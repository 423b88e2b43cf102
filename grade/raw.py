"""A command on the machine without a terminal: what it writes comes out here
byte for byte, as soon as it is there, and its status is told exactly."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from grade import abi
from grade.process import ended

TOP = Path(__file__).resolve().parent.parent
CHUNK = 1 << 16
PAUSE = 0.002           # seconds: QEMU writes byte by byte
TEXT_BEGINS = b"\2"     # user/launch/command.c: now the kernel has said all
SERIAL = ("console", "debug")   # in the order of the ports
PORTS = ("output", "error", "status")


@dataclass
class End:
    """How the command ended."""
    qemu: int | None    # QEMU's exit status; None: it ran too long
    status: int | None  # the command's; None: the machine ended before it
    begun: bool         # it had been started
    console: str        # what the kernel said
    broken: bool        # nobody reads its output any more


class Pump(threading.Thread):
    """Reads a pipe to its end; calls take() with what it has read."""

    def __init__(self, source, take, lost):
        super().__init__(daemon=True)
        self.source, self.take, self.lost, self.broken = source, take, lost, 0
        self.start()

    def run(self):
        while True:
            data = os.read(self.source, CHUNK)
            if not data:
                return
            try:
                if not self.broken:
                    self.take(data)
            except OSError:
                self.broken = True
                self.lost()
            if len(data) < CHUNK // 4:
                time.sleep(PAUSE)


def write(target, data):
    while data:
        data = data[os.write(target, data):]


class Console:
    """The console of a library OS whose command has no other output: lines
    of the kernel first, and then the command's, with the carriage returns of
    a terminal, which are taken out."""

    def __init__(self, target):
        self.target, self.kernel, self.rest = target, bytearray(), b""
        self.begun = False

    def take(self, data):
        if not self.begun:
            self.kernel += data
            before, mark, data = bytes(self.kernel).partition(TEXT_BEGINS)
            self.begun = bool(mark)
            self.kernel = bytearray(before)
        if self.begun and self.target is not None:
            data = self.rest + data
            self.rest = data[len(data.rstrip(b"\r")):]
            data = data[:len(data) - len(self.rest)]
            write(self.target, data.replace(b"\r\n", b"\n"))

    def text(self):
        return self.kernel.decode("utf-8", "replace").replace("\r", "")


def one_file():
    """Are standard output and standard error the same file, as behind 2>&1 and
    at a terminal? What is written to both has one order then."""
    try:
        return os.path.sameopenfile(1, 2)
    except OSError:     # one of them is closed
        return False


def open_pipes(show):
    """(the pipes by name, {port: the pipe it writes to}). QEMU writes each
    byte as the machine does: what goes to one file goes through one pipe, so
    that no word is torn apart by another."""
    names = {port: port for port in SERIAL + PORTS}
    if one_file():
        names["error"] = "output"
    if show:
        names["debug"] = names["error"]
    pipes = {name: os.pipe() for name in sorted(set(names.values()))}
    return pipes, names


def devices(ends):
    """QEMU's words for the serial ports and the debug ports; `ends`: where
    each of them goes, a pipe."""
    ports = abi.constants(TOP / "user/launch/launch.h")
    words = []
    for name in SERIAL + PORTS:
        words += ["-chardev", f"file,id={name},path=/dev/fd/{ends[name]}"]
        if name in SERIAL:
            words += ["-serial", f"chardev:{name}"]
        else:
            port = ports[f"LAUNCH_{name.upper()}"]
            words += ["-device", f"isa-debugcon,iobase={port:#x},"
                      f"chardev={name}"]
    return words


def run(words_with, seconds, shared, show, before):
    """Runs QEMU, whose words are words_with(devices), to its end: an End.

    shared: the command writes to the console, as over min. show: what the
    library OS says of itself goes to standard error too. before: called in
    QEMU's process before it starts.
    """
    pipes, names = open_pipes(show)
    console = Console(1 if shared else None)
    status = bytearray()
    words = words_with(devices({port: pipes[name][1]
                                for port, name in names.items()}))
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=2,
                          pass_fds=[pipe[1] for pipe in pipes.values()],
                          preexec_fn=before) as process:
        for pipe in pipes.values():
            os.close(pipe[1])
        takes = {"console": console.take, "status": status.extend,
                 "output": lambda data: write(1, data),
                 "error": lambda data: write(2, data),
                 "debug": lambda data: None}
        pumps = [Pump(pipes[name][0], takes[name], process.kill)
                 for name in pipes]
        code = ended(process, seconds)
        for pump in pumps:
            pump.join()
    return End(code, status[0] if status else None, console.begun,
               console.text(), any(pump.broken for pump in pumps))
