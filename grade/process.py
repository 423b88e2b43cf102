"""What a process may use, and what it has used.

Limits are of the processor's time, of memory and of bytes: a busy computer
changes none of them. The clock on the wall only ends what is stuck.
"""

import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass
from math import inf
from pathlib import Path

LOOK_SECONDS = 0.05         # between two looks
USE_LOOKS = 4               # so many of them between two at what is used
FOLDER_LOOKS = 20           # and between two at all files of a folder
CHUNK = 1 << 16
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Limits:
    """Of a command and all that it starts, taken together."""
    processor: float        # seconds
    memory: int             # bytes of it that are in use at one time
    output: int             # bytes on its standard output and error
    disk: int               # bytes in `folder`
    wall: float             # seconds, after which it is stuck


@dataclass
class Ended:
    """How a command ended: with that status, or by the limit `over`
    ("processor", "memory", "output", "disk" or "wall"; else "")."""
    status: int
    output: bytes
    over: str = ""


def run(words, limits, folder=None, **popen):
    """Runs a command to its end, or to its first limit; an Ended. It has no
    terminal, and nothing that it started outlives this, whatever happens."""
    child = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             start_new_session=True, **popen)
    try:
        output, over = _follow(child, limits, folder)
        if not over:
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    finally:
        end_group(child)
    return Ended(child.returncode, output, over)


def _follow(child, limits, folder):
    """(what it said, the limit that it came to or "")."""
    os.set_blocking(child.stdout.fileno(), False)
    output, looks, start = bytearray(), 0, time.monotonic()
    disk = _Disk(folder, limits.disk) if folder else None
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ)
        due = start + LOOK_SECONDS
        while True:
            waiting.select(max(0, due - time.monotonic()))
            gone = has_ended(child.pid)
            more = _read(child.stdout, output, limits.output)
            if len(output) > limits.output:
                return bytes(output[:limits.output]), "output"
            if gone or more is None:
                return bytes(output), ""
            if time.monotonic() < due:
                continue
            over = _over(child.pid, limits, disk, looks)
            if over or time.monotonic() - start > limits.wall:
                return bytes(output), over or "wall"
            looks, due = looks + 1, time.monotonic() + LOOK_SECONDS


def _read(pipe, output, most):
    """Adds what there is to read; None at the end of it."""
    while len(output) <= most:
        try:
            chunk = os.read(pipe.fileno(), CHUNK)
        except BlockingIOError:
            return True
        if not chunk:
            return None
        output += chunk
    return True


def _over(pid, limits, disk, looks):
    """The limit that the process and all below it have come to, or ""."""
    if disk and disk.is_full(looks):
        return "disk"
    if looks % USE_LOOKS or limits.processor == inf:
        return ""
    seconds, memory = _used_below(pid)
    if seconds > limits.processor:
        return "processor"
    return "memory" if memory > limits.memory else ""


class _Disk:
    """A folder that may hold `most` bytes. To go through all its files takes
    long; so that nobody fills it between two times, it is done at once when
    the file system has become so much fuller, by whomever."""

    def __init__(self, folder, most):
        self.folder, self.most = folder, most
        self.free = self._free()

    def _free(self):
        system = os.statvfs(self.folder)
        return system.f_bfree * system.f_frsize

    def is_full(self, looks):
        free = self._free()
        if looks % FOLDER_LOOKS and self.free - free < self.most / 4:
            return False
        self.free = free
        return on_disk(self.folder) > self.most


def has_ended(pid):
    """Whether a child has ended. It is not waited for: its number, and that
    of its group, stay its own."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG
                     | os.WNOWAIT) is not None


def end_group(child):
    """Ends a Popen that leads a group of its own, and all of the group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass        # it was waited for, and all of it has ended
    child.kill()
    child.wait()
    if child.stdout:
        child.stdout.close()


def _used_below(top):
    """(seconds of the processor, bytes of memory) of a process, what it
    started and what these did, those included that have ended."""
    seconds = memory = 0
    left = [top]
    while left:
        pid = left.pop()
        words = _stat(pid)
        if words:
            seconds += sum(map(int, words[11:15])) / TICKS
            memory += int(words[21]) * PAGE
            left += _children(pid)
    return seconds, memory


def _children(pid):
    """The processes that a process has started, and those of others that it
    was given when these ended."""
    found = []
    for thread in _threads(pid):
        try:
            found += (thread / "children").read_text().split()
        except OSError:
            pass        # the thread has ended
    return found


def _threads(pid):
    """The folders of /proc of a process's threads; none if it is gone."""
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def on_disk(folder):
    """Bytes that the files in a folder take, however deep."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(where, name)).st_blocks * 512
            except OSError:
                pass        # gone in the meantime
    return total


def _stat(pid):
    """The words of /proc/PID/stat from the state on; None if it is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return words.rpartition(b")")[2].split()


def used(pid):
    """Seconds of processor that the process has used, 0 if it has gone. Where
    that cannot be known, seconds: on a busy computer these are many more, and
    say nothing about what the process is worth."""
    words = _stat(pid)
    if words is None:
        return 0 if os.path.exists("/proc/self/stat") else time.monotonic()
    return (int(words[11]) + int(words[12])) / TICKS


def waited(pid):
    """Seconds for which a thread of that process was ready to run while
    others had the processor, of the thread that waited longest. 0 where the
    system does not tell (Linux does, in its schedstat)."""
    return max((_delay(thread / "schedstat") for thread in _threads(pid)),
               default=0)


def _delay(file):
    try:
        return int(file.read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0            # it has ended, or is not counted


def ended(process, seconds):
    """The status of a Popen that may never end; None if it had to be killed
    then. It has ended in any case."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        process.kill()
        process.wait()
