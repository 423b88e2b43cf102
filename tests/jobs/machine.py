"""Runs a job's cases on xo5, and on this Linux in a folder of its own."""

import base64
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from grade import qemu
from grade.process import ended
from tests.jobs.table import JobError

LINUX_SECONDS = 1800     # the backstop, as a job's own is
PLAIN = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
PROGRAM = "/job/busybox sh /job/run"
BEGIN, END, DONE = "@begin ", "@end ", "@done"
# In namespaces of its own: what is mounted goes when the last process does.
CHROOT = """\
mount -t proc proc "$0/proc"
mount -t tmpfs tmpfs "$0/dev"
for name in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "$0/dev/${name%:*}" c 1 "${name#*:}"
done
mknod -m 666 "$0/dev/tty" c 5 0
mkdir -m 1777 "$0/dev/shm"
ln -s /proc/self/fd "$0/dev/fd"
for n in 0:stdin 1:stdout 2:stderr; do
    ln -s "/proc/self/fd/${n%:*}" "$0/dev/${n#*:}"
done
exec chroot "$0" /job/busybox sh /job/run
"""


@dataclass
class Outcome:
    """What the cases did: {name: (status, output)}."""
    cases: dict = field(default_factory=dict)
    stopped: str = ""           # the case during which it all ended
    why: str = ""
    seconds: float = 0


def outcome_of(text):
    """The Outcome that the job's script has printed."""
    outcome, lines, name = Outcome(stopped="the start"), [], None
    for line in text.replace("\r", "").split("\n"):
        if line.startswith(BEGIN):
            name, lines = line[len(BEGIN):], []
            outcome.stopped = name
        elif line.startswith(END) and name:
            status = int(line.rsplit(" ", 1)[1])
            outcome.cases[name] = status, decoded(lines)
            name = None
        elif line == DONE:
            outcome.stopped = ""
        elif name:
            lines.append(line)
    return outcome


def decoded(lines):
    """The bytes; what is no base64 is shown as it is."""
    text = "".join(lines)
    if re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text) and len(text) % 4 == 0:
        return base64.b64decode(text)
    return b"not base64: " + "\n".join(lines).encode()


def words_for_xo5(iso, image, memory, scratch, program=PROGRAM):
    """The command line of a QEMU that runs that program on xo5."""
    disk = os.path.join(scratch, "disk")
    qemu.arguments_disk(disk, f"run={program}", "unix", str(image),
                        os.path.dirname(os.path.abspath(iso)))
    log = os.path.join(scratch, "log")
    extra = ["-display", "none", "-serial", "stdio", "-serial",
             f"file:{scratch}/debug", "-d", "cpu_reset", "-D", log]
    return qemu.command(str(iso), mem=memory, disk=disk, extra=extra)


def debug_lines(scratch):
    """What the library OS said of calls that are not there."""
    place = Path(scratch) / "debug"
    if not place.exists():
        return []
    return place.read_text("utf-8", "replace").replace("\r", "").splitlines()


def as_a_first_process():
    """What runs on Linux begins with the niceness that it has on xo5."""
    qemu.die_with_parent()
    os.setpriority(os.PRIO_PROCESS, 0, 0)


def run_words(words, seconds, environment=None, before=qemu.die_with_parent):
    """(status or None, output) of a program that may never end; before() is
    called in its process."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=subprocess.STDOUT,
                                   env=environment,
                                   preexec_fn=before)
        status = ended(process, seconds)
        out.seek(0)
        return status, out.read().decode("utf-8", "replace")


def on_xo5(job, iso, image):
    """(the Outcome, what the library OS said) of the job on xo5."""
    with tempfile.TemporaryDirectory(prefix="xo5-") as scratch:
        words = words_for_xo5(iso, image, job.memory, scratch)
        start = time.monotonic()
        status, text = run_words(words, job.seconds)
        outcome = outcome_of(text)
        outcome.seconds = time.monotonic() - start
        log = Path(scratch, "log").read_text("utf-8", "replace")
        said = debug_lines(scratch)
    if outcome.stopped:
        line = f"no end within {job.seconds} s"
        if status is not None:
            line = qemu.explain(status, "Triple fault" in log)[1] or \
                "the machine ended"
        outcome.why = f"{line}: {last_line(text)}"
    return outcome, said


def last_line(text):
    lines = [line for line in text.replace("\r", "").split("\n") if line]
    return lines[-1][:200] if lines else "nothing was printed"


def propagation():
    """Words for unshare: it makes all mounts private, which it cannot where
    "/" is no mount of its own, as in a chroot."""
    done = subprocess.run(["unshare", "--mount", "true"], check=False,
                          stderr=subprocess.DEVNULL)
    return ["--propagation", "unchanged"] if done.returncode else []


def on_linux(job, folder):
    """The Outcome of the job on this Linux, in a tree that it may change."""
    if os.getuid() != 0:
        raise JobError("a job's run on Linux needs root, for chroot")
    for name in ("unshare", "chroot"):
        if not shutil.which(name):
            raise JobError(f"there is no {name} here")
    words = ["unshare", "--mount", *propagation(), "--pid", "--fork",
             "--kill-child", "--uts", "sh", "-euc", CHROOT, str(folder)]
    status, text = run_words(words, LINUX_SECONDS, PLAIN,
                             as_a_first_process)
    outcome = outcome_of(text)
    if outcome.stopped:
        outcome.why = f"Linux ended with {status}: {last_line(text)}"
    return outcome
