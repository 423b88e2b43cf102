"""How long others kept a process waiting."""

import os
import subprocess
import sys
import time

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


def test_nobody_has_waited():
    assert waited(1 << 30) == 0
