"""Where a grader's QEMU runs: in a sandbox, or as any other program.

Either way it has a folder of its own, for its sockets and the guest's memory,
and what it may use is bounded by the system too, beyond what a machine grants
it (grade/machine.py).
"""

import json
import os
import subprocess

from grade import qemu, sandbox
from grade.verdict import CannotGrade

FOLDER, ISO = "/machine", "/machine.iso"    # inside the sandbox
ADDRESSES = 4 << 30     # beside the guest's memory: translated code, stacks
FILE_LEAST = 64 << 20
# Each boot has less (grade/machine.py), but some boot often and go on long.
LIMITS = {"processor": 7200, "processes": 192}
_boxed = False


def use_sandbox(wanted):
    """Says whether the machines of this process are in sandboxes."""
    global _boxed
    _boxed = wanted


def place(iso, scratch, size):
    """Where a QEMU runs that boots `iso` with `size` bytes of memory, and has
    the folder `scratch`."""
    return (Boxed if _boxed else Open)(iso, scratch, size)


class Open:
    """QEMU as a program like others."""

    def __init__(self, iso, scratch, _size):
        self.iso, self.scratch = iso, scratch

    def seen(self, name):
        """The path by which QEMU knows a file of its folder."""
        return os.path.join(self.scratch, name)

    def start(self, command):
        """(the Popen, QEMU's process number) of this command."""
        with open(os.path.join(self.scratch, "stderr"), "wb") as stderr:
            started = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=stderr, preexec_fn=qemu.die_with_parent)
        return started, started.pid


class Boxed:
    """QEMU in a sandbox: it sees its folder, and the disk that it boots."""

    def __init__(self, iso, scratch, size):
        self.iso, self.scratch, self._iso = ISO, scratch, iso
        self._each = sandbox.Each(address=ADDRESSES + size,
                                  file=max(FILE_LEAST, size), **LIMITS)

    def seen(self, name):
        """The path by which QEMU knows a file of its folder."""
        return f"{FOLDER}/{name}"

    def start(self, command):
        """(the Popen, QEMU's process number) of this command. CannotGrade if
        there is no sandbox after all."""
        whom = sandbox.user([self.scratch, self._iso])
        sandbox.give(self.scratch, whom)
        told, tell = os.pipe()
        try:
            words = sandbox.words(
                command, read=[(self._iso, ISO)],
                write=[(self.scratch, FOLDER)], whom=whom, each=self._each,
                first=True, more=["--info-fd", str(tell)])
            with open(os.path.join(self.scratch, "stderr"), "wb") as stderr:
                started = subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=stderr, env=sandbox.environment(TMPDIR=FOLDER),
                    pass_fds=[tell], preexec_fn=qemu.die_with_parent)
        finally:
            os.close(tell)
        with open(told, "rb") as info:
            return started, self._number(started, info.read())

    def _number(self, started, info):
        try:
            return json.loads(info)["child-pid"]
        except ValueError:
            started.wait()
            started.stdout.close()
            with open(os.path.join(self.scratch, "stderr"),
                      encoding="utf-8", errors="replace") as said:
                raise CannotGrade("there is no sandbox for QEMU: "
                                  + said.read()) from None
