"""GDB on a machine that stands at its first instruction.

    python3 -m grade.gdb.session gdb     [OPTIONS] ISO   both, here
    python3 -m grade.gdb.session run-gdb [OPTIONS] ISO   QEMU here, waiting
    python3 -m grade.gdb.session attach  [OPTIONS] ISO   GDB on that QEMU

OPTIONS are those of grade.qemu, and --port N, else the environment's GDBPORT,
else 25000 + your user id modulo 5000: so each user has a port of their own.
GDB= names another GDB. With `gdb` there is no port: QEMU and GDB meet in a
directory of their own, and QEMU ends when GDB does, however that ends.
"""

import argparse
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grade import qemu

TOP = Path(__file__).resolve().parents[2]
PORT_FIRST, PORT_COUNT = 25000, 5000
START_SECONDS = 120             # for QEMU to open its sockets
GDB_SECONDS = 2                 # for GDB to end


def port_of(text):
    """The port for `text`, or this user's own if it is empty."""
    if not text:
        return PORT_FIRST + os.getuid() % PORT_COUNT
    if not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise qemu.QemuError(f"GDBPORT={text}: it is a number from 1024 to "
                             "65535")
    return int(text)


def port_is_free(port):
    """Does nobody listen on that port of this computer?"""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def find_gdb():
    """The name of a GDB that knows x86-64."""
    names = ["gdb-multiarch", "x86_64-elf-gdb", "x86_64-linux-gnu-gdb"]
    if platform.machine() in ("x86_64", "AMD64"):
        names.insert(0, "gdb")
    if os.environ.get("GDB"):
        names = [os.environ["GDB"]]
    for name in names:
        if shutil.which(name):
            return name
    raise qemu.QemuError(f"there is no {' or '.join(names)}: type "
                         "setup/deps.sh --install debug")


def gdb_command(target, more=()):
    """GDB with our .gdbinit, once, whatever the user's own files say."""
    return [find_gdb(), "-q", "-iex", "set auto-load local-gdbinit off",
            "-x", str(TOP / ".gdbinit"), "-ex", f"target remote {target}",
            *more]


def gdb_environment(iso, **more):
    """XO5_BUILD tells `xo5 symbols` where the kernel of that ISO is."""
    return {**os.environ, "XO5_BUILD": str(Path(iso).resolve().parent), **more}


def run_gdb(options):
    """`make run-gdb`: QEMU in this terminal, until it ends."""
    port = port_of(options.port)
    if not port_is_free(port):
        raise qemu.QemuError(f"port {port} is in use, perhaps by another "
                             "make run-gdb; GDBPORT=N takes another")
    again = "" if not options.port else f" GDBPORT={port}"
    print(f"  QEMU waits for GDB: make gdb-attach{again}, in another "
          "terminal\n  (Ctrl-A X ends QEMU)", flush=True)
    words = [options.iso, "--gdb", f"tcp:127.0.0.1:{port}"]
    for name in ("mem", "cpu", "machine", "firmware", "screen"):
        words += ["--" + name, getattr(options, name)]
    words += [f"--arguments={options.arguments}",
              f"--program={options.program}"]
    words += ["--once"] if options.once else []
    words += ["--show"] if options.show else []
    return qemu.main(words)


def attach(options):
    """`make gdb-attach`: this process becomes GDB."""
    port = port_of(options.port)
    if port_is_free(port):
        raise qemu.QemuError(f"nobody waits on port {port}: type "
                             "make run-gdb in another terminal first")
    words = gdb_command(f"127.0.0.1:{port}", options.more)
    os.chdir(TOP)
    os.execvpe(words[0], words, gdb_environment(options.iso))


class Guest:
    """QEMU, stopped at the first instruction. Use as a context manager."""

    def __init__(self, options, scratch):
        self.gdb, self.serial = f"{scratch}/gdb", f"{scratch}/serial"
        self._qmp, self._errors = f"{scratch}/qmp", f"{scratch}/errors"
        arguments = options.arguments + (" once" if options.once else "")
        disk = options.disk
        if (arguments.strip() or options.program) and not disk:
            disk = f"{scratch}/arguments.tar"
            qemu.arguments_disk(disk, arguments.strip(), options.program)
        extra = ["-S", "-display", options.screen,
                 "-serial", f"unix:{self.serial},server=on,wait=off",
                 "-qmp", f"unix:{self._qmp},server=on,wait=off",
                 "-chardev", f"socket,id=gdb,path={self.gdb},server=on,"
                 "wait=off", "-gdb", "chardev:gdb"]
        self._words = qemu.command(
            options.iso, mem=options.mem, cpu=options.cpu, disk=disk,
            machine=options.machine, firmware=options.firmware, extra=extra)
        if options.show:
            print(" ".join(self._words), flush=True)

    def __enter__(self):
        with open(self._errors, "wb") as errors:
            # In a session of its own, so that Ctrl-C goes to GDB alone.
            self._process = subprocess.Popen(
                self._words, stdin=subprocess.DEVNULL,
                stdout=errors, stderr=errors, start_new_session=True,
                preexec_fn=qemu.die_with_parent)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self):
        """Until QEMU's monitor answers: then all of it has started."""
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                said = Path(self._errors).read_text().strip().split("\n")[-1]
                raise qemu.QemuError("QEMU did not start: " + said)
            time.sleep(0.01)

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(START_SECONDS)
            try:
                sock.connect(self._qmp)
                sock.sendall(b'{"execute": "qmp_capabilities"}\n')
                with sock.makefile("rb") as lines:
                    return any(b'"return"' in line for line in lines)
            except OSError:
                return False

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()


def gdb(options):
    """`make gdb`: GDB in this terminal; returns its exit status."""
    with tempfile.TemporaryDirectory(
            prefix="xo5-", dir=qemu.socket_folder()) as scratch:
        with Guest(options, scratch) as guest:
            return run_here(gdb_command(guest.gdb, options.more),
                            options.iso, XO5_SERIAL=guest.serial)


def run_here(words, iso, **more):
    """GDB in this terminal, to its end; returns its exit status."""
    process = subprocess.Popen(words, cwd=TOP,
                               env=gdb_environment(iso, **more),
                               preexec_fn=qemu.die_with_parent)
    # Ctrl-C is GDB's; it reaches this process too.
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return process.wait()
    finally:
        _end(process)


def _end(process):
    """Ends GDB, which puts its terminal right if it is given the time."""
    process.terminate()
    try:
        process.wait(GDB_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _parser():
    parser = argparse.ArgumentParser(prog="grade.gdb.session")
    parser.add_argument("what", choices=("gdb", "run-gdb", "attach"))
    parser.add_argument("iso")
    for name, default in (("mem", "128M"), ("cpu", "max"), ("machine", "q35"),
                          ("firmware", "bios"), ("screen", "none"),
                          ("arguments", ""), ("program", ""),
                          ("disk", None), ("port", None)):
        parser.add_argument("--" + name, default=default)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--show", action="store_true",
                        help="print QEMU's command first")
    parser.add_argument("--more", action="append", default=[], metavar="WORD",
                        help="one more word for GDB's command line")
    return parser


def main(words=None):
    options = _parser().parse_args(words)
    options.port = options.port or os.environ.get("GDBPORT")
    qemu.end_tidily()
    try:
        if not os.path.exists(options.iso):
            raise qemu.QemuError(f"there is no {options.iso}: type make first")
        options.iso = str(Path(options.iso).resolve())
        return {"gdb": gdb, "run-gdb": run_gdb,
                "attach": attach}[options.what](options)
    except qemu.QemuError as error:
        print(f"xo5: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
