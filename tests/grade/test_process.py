"""How long others kept a process waiting."""

import os
import subprocess
import sys
import time

from grade import process
from grade.process import waited

SPIN = "while True: pass"


def test_who_shares_a_processor_waits():
    """Of two that never rest, on one processor, each waits half the time."""
    one = {min(os.sched_getaffinity(0))}
    start = time.monotonic()
    rivals = [subprocess.Popen([sys.executable, "-c", SPIN],
                               preexec_fn=lambda: os.sched_setaffinity(0, one))
              for _ in range(2)]
    try:
        time.sleep(1)
        total = sum(waited(rival.pid) for rival in rivals)
        assert 0.2 < total <= 2 * (time.monotonic() - start)
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()


def test_processes_that_go_while_they_are_looked_at():
    """Hundreds come and go while all that a command started is counted."""
    limits = process.Limits(processor=60, memory=1 << 30, output=1 << 20,
                            disk=1 << 20, wall=300)
    words = ["sh", "-c", "n=0; while [ $n -lt 400 ]; do n=$((n+1)); "
             "(:; :) & done; wait"]
    monitor = subprocess.Popen(words)
    while monitor.poll() is None:
        process._used_below(monitor.pid)
        waited(monitor.pid)
    assert process.run(words, limits).status == 0


def test_nobody_has_waited():
    assert waited(1 << 30) == 0
