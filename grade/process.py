"""What the system tells of a process: how much of the processor it used, and
how long others kept it waiting."""

import os
import subprocess
import time
from pathlib import Path


def used(pid):
    """Seconds of processor that the process has used; where that cannot be
    known, seconds. On a busy computer these are many more, and say nothing
    about what the process is worth."""
    try:
        words = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return time.monotonic()
    words = words.rpartition(b")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def waited(pid):
    """Seconds for which a thread of that process was ready to run while
    others had the processor, of the thread that waited longest. 0 where the
    system does not tell (Linux does, in its schedstat)."""
    return max((_delay(file) for file in
                Path(f"/proc/{pid}/task").glob("*/schedstat")), default=0)


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
