"""The machine that xo5 runs on: QEMU's command line, in one place.

As a program it is what `make run` starts:
    python3 -m grade.qemu [--mem 128M] [--cpu max] [--machine q35]
        [--firmware bios] [--once] [--screen none] [--gdb ADDRESS]
        [--libos unix|min|FILE] [--root IMAGE] [--add PATH]... [--cmd TEXT] ISO

With --libos, --add or --cmd, a shell over a library OS; with --cmd, one
command line without a terminal, whose exit status is this program's.
"""

import argparse
import ctypes
import io
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from grade import abi, libos, raw
from grade.libos import QemuError

TOP = Path(__file__).resolve().parent.parent
EXIT = abi.constants(TOP / "kernel/abi/exit.h")
UEFI = ("/usr/share/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF.fd",
        "/usr/share/qemu/OVMF.fd", "/usr/share/edk2/ovmf/OVMF.fd")
PR_SET_PDEATHSIG = 1            # linux/prctl.h
ONCE_SECONDS = 600              # for a guest that never ends
MACHINES = ("q35", "pc")
MEMORY = re.compile(r"(\d+)([KMG])")
MEMORY_LEAST = 8 << 20          # below, GRUB itself stops without a word
FIRMWARES = ("bios", "uefi")
MEM = "128M"
PROGRAMS_MEM = 256              # MiB, for programs over a library OS, and
IMAGE_MEM = 2                   # so many times the root image
TIME_IS_UP = 124                # of a command, as timeout(1) has it
NOBODY_READS = 128 + signal.SIGPIPE


SOCKET_PATH = 107       # bytes that a socket's address has room for


def socket_folder():
    """Where folders with sockets are made: None, which is TMPDIR; or /tmp,
    where the names of sockets would be too long for them in TMPDIR."""
    name = os.path.join(tempfile.gettempdir(), "xo5-12345678", "serial")
    return None if len(os.fsencode(name)) <= SOCKET_PATH else "/tmp"


def die_with_parent():
    """On Linux: ends this process when its parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def firmware_options(firmware):
    """QEMU's options for "bios" or "uefi"; QemuError if it is not here."""
    if firmware == "bios":
        return []
    if firmware != "uefi":
        raise QemuError(f"FIRMWARE={firmware}: it is bios or uefi")
    for path in UEFI:
        if os.path.exists(path):
            return ["-bios", path]
    raise QemuError("FIRMWARE=uefi needs OVMF (package ovmf)")


def bytes_of(mem):
    """"128M" or "6G" in bytes; QemuError if it is no such thing."""
    found = MEMORY.fullmatch(mem)
    if not found:
        raise QemuError(f"MEM={mem}: it is a number with K, M or G, as 128M")
    size = int(found[1]) << {"K": 10, "M": 20, "G": 30}[found[2]]
    if size < MEMORY_LEAST:
        raise QemuError(f"MEM={mem}: GRUB needs 8M, and xo5 16M")
    return size


def command(iso, *, mem=MEM, cpu="max", machine="q35", firmware="bios",
            disk=None, extra=()):
    """The command that boots `iso`, without serial port and display.

    disk: a file that becomes the second disk, (hd0) to GRUB, or None.
    """
    bytes_of(mem)
    if machine not in MACHINES:
        raise QemuError(f"MACHINE={machine}: it is {' or '.join(MACHINES)}")
    words = ["qemu-system-x86_64", "-nodefaults", "-no-user-config",
             "-machine", machine, "-accel", "tcg", "-cpu", cpu, "-m", mem,
             "-vga", "std", "-no-reboot",
             "-device", f"isa-debug-exit,iobase={EXIT['EXIT_PORT']},iosize=4",
             "-drive", f"file={iso},media=cdrom,format=raw,readonly=on"]
    words += firmware_options(firmware)
    if disk:
        words += ["-drive", f"file={disk},format=raw,snapshot=on,if=ide"]
    return words + list(extra)


def write_disk(path, files):
    """Writes a second disk that holds {name: bytes}: a tar, which GRUB
    reads. A file xo5.cfg on it is what GRUB runs (kernel/grub.cfg)."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    with open(path, "r+b") as disk:
        disk.seek(0, os.SEEK_END)
        disk.truncate(max(1 << 20, (disk.tell() + 511) // 512 * 512))


def settings(arguments="", program="", root=False):
    """The xo5.cfg that gives init these arguments, one string, and starts
    the test program of that name (user/tests/) in init's place; with the
    file `root` of the same disk as the root image."""
    words = f'set xo5_arguments="{arguments}"\n'
    if program:
        words += f"set xo5_init=/boot/tests/{program}\n"
    if root:
        words += ("function xo5_modules {\n"
                  "    module2 ($root)$xo5_init init\n"
                  "    module2 (hd0)/root root\n}\n")
    return words.encode()


def arguments_disk(path, arguments, program="", root=None, build=None):
    """A second disk with nothing but settings() on it, and the root image
    that is the file `root`. If `program` launches a library OS, that is put
    into it: the one that was built in the folder `build`, this tree's."""
    if root and not os.path.isfile(root):
        raise QemuError(f"there is no root image {root}")
    if root and program in libos.STANDARD:
        root = libos.standard_image(f"{path}.root", root, program, build)
    _write_settings(path, arguments, program, root)


def _write_settings(path, arguments, program, root):
    files = {"xo5.cfg": settings(arguments, program, bool(root))}
    if root:
        files["root"] = Path(root).read_bytes()
    write_disk(path, files)


def explain(status, reset=False):
    """(exit status, one line or None) for what QEMU ended with. reset: its
    log says that the processor gave up."""
    if reset:
        return 1, "the machine reset itself: a triple fault"
    value = status >> 1 if status > 1 else None
    first, last = EXIT["EXIT_BASE"], EXIT["EXIT_BASE"] + EXIT["EXIT_STATUS_MAX"]
    if status == 0:
        return 0, None
    if value is not None and status & 1 and first <= value <= last:
        status = value - first
        return status, f"init ended with status {status}" if status else None
    words = {EXIT["EXIT_PANIC"]: "the kernel panicked",
             EXIT["EXIT_BOOT"]: "the machine could not be booted",
             EXIT["EXIT_EXERCISE"]: "an exercise is not written yet",
             EXIT["EXIT_INIT"]: "init crashed"}
    if value in words:
        return 1, words[value]
    return 1, f"QEMU ended with status {status}"


def end_tidily():
    """Lets SIGTERM and SIGHUP end this program as an exception does, so that
    what it has made in /tmp goes with it."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))


def _parser():
    parser = argparse.ArgumentParser(prog="grade.qemu")
    parser.add_argument("iso")
    for name, default in (("mem", None), ("cpu", "max"), ("machine", "q35"),
                          ("firmware", "bios"), ("screen", "none"),
                          ("gdb", None), ("disk", None), ("arguments", ""),
                          ("program", ""), ("root", None), ("libos", None),
                          ("cmd", None)):
        parser.add_argument("--" + name, default=default)
    parser.add_argument("--add", action="append", default=[])
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--count", action="store_true",
                        help="the time-stamp counter counts instructions")
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--show", action="store_true",
                        help="print the command first")
    return parser


def _disk(options, scratch):
    """The second disk that the options ask for, or None; with the programs'
    default of memory, if they say none."""
    arguments = ("once " if options.once else "") + options.arguments
    build = os.path.dirname(os.path.abspath(options.iso))
    path = os.path.join(scratch, "arguments.tar")
    programs = options.add or options.cmd is not None or \
        options.libos not in (None, "none")
    if programs:
        options.program, words, root = libos.start(options, build, scratch)
        _write_settings(path, " ".join([*words, arguments]).strip(),
                        options.program, root)
        options.mem = options.mem or _memory_for(root)
    elif (arguments or options.program or options.root) and not options.disk:
        arguments_disk(path, arguments.strip(), options.program, options.root,
                       build)
    else:
        return options.disk
    return path


def _memory_for(root):
    size = os.path.getsize(root) >> 20
    return f"{PROGRAMS_MEM + IMAGE_MEM * size}M"


def _words(options, disk, log, devices):
    """QEMU's command line."""
    extra = ["-display", options.screen, *devices, "-d", "cpu_reset",
             "-D", log]
    if options.count:
        extra += ["-icount", "shift=0,sleep=off",
                  "-rtc", "base=2026-01-01,clock=vm"]
    if options.gdb:
        extra += ["-S", "-gdb", options.gdb]
    words = command(options.iso, mem=options.mem or MEM, cpu=options.cpu,
                    machine=options.machine, firmware=options.firmware,
                    disk=disk, extra=extra)
    if options.show:
        print(" ".join(words), flush=True,
              file=sys.stdout if options.cmd is None else sys.stderr)
    return words


def run(options, scratch):
    """Boots, with the serial port on standard output; returns (QEMU's own
    exit status, whether a triple fault ended it)."""
    log = os.path.join(scratch, "log")
    words = _words(options, _disk(options, scratch), log,
                   ["-serial", "stdio" if options.once else "mon:stdio"])
    stdin = subprocess.DEVNULL if options.once else None
    limit = options.seconds or (ONCE_SECONDS if options.once else None)
    try:
        status = subprocess.run(words, stdin=stdin, check=False,
                                timeout=limit).returncode
    except subprocess.TimeoutExpired:
        raise QemuError(f"the guest did not end within {limit} s") from None
    return status, _was_reset(log)


def _was_reset(log):
    with open(log, encoding="utf-8", errors="replace") as file:
        return "Triple fault" in file.read()


def run_command(options, scratch):
    """Boots and runs --cmd: (exit status, one line or None). If the machine
    ends before the command, what it said goes to standard error; with --show
    also if it does not end in time."""
    log = os.path.join(scratch, "log")
    disk = _disk(options, scratch)
    limit = options.seconds or ONCE_SECONDS
    end = raw.run(lambda devices: _words(options, disk, log, devices), limit,
                  options.program != "unix", options.show, die_with_parent)
    if end.broken:
        return NOBODY_READS, None
    if end.status is not None:
        return end.status, None
    if options.show or end.qemu is not None:
        sys.stderr.write(end.console)
    if end.qemu is None:
        what = "end" if end.begun else "begin"
        return TIME_IS_UP, f"the command did not {what} within {limit} s"
    status, line = explain(end.qemu, _was_reset(log))
    return status or 1, line or "the machine ended before the command"


def main(words=None):
    options = _parser().parse_args(words)
    end_tidily()
    try:
        if not os.path.exists(options.iso):
            raise QemuError(f"there is no {options.iso}: type make first")
        with tempfile.TemporaryDirectory(prefix="xo5-") as scratch:
            if options.cmd is None:
                status, line = explain(*run(options, scratch))
            else:
                status, line = run_command(options, scratch)
    except QemuError as error:
        status, line = 2, str(error)
    except KeyboardInterrupt:
        status, line = 130, "interrupted"
    if line:
        print(f"xo5: {line}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
