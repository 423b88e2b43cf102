"""How far a class has come: a bar on a terminal, and lines elsewhere."""

import sys
import time

WIDTH = 24


class Progress:
    """Counts the hand-ins that are done; use tell() for each."""

    def __init__(self, count, out=None):
        self.out = out or sys.stdout
        self.count, self.done, self.graded, self.full = count, 0, 0, 0
        self.begin = time.monotonic()
        self.bar = self.out.isatty()

    def tell(self, record):
        """Says that one more is done."""
        self.done += 1
        self.graded += record["graded"]
        self.full += record["graded"] and \
            record["score"] >= record["possible"]
        if self.bar:
            filled = WIDTH * self.done // max(1, self.count)
            print(f"\r\x1b[K  [{'#' * filled}{'.' * (WIDTH - filled)}] "
                  f"{self.done}/{self.count}, {self.full} with full marks, "
                  f"{self.done - self.graded} not graded, {self._left()}",
                  end="", file=self.out, flush=True)
        else:
            said = f"{record['score']:g}/{record['possible']}" \
                if record["graded"] else f"not graded: {record['reason']}"
            print(f"{self.done}/{self.count} {record['name']}: {said}",
                  file=self.out, flush=True)

    def _left(self):
        used = time.monotonic() - self.begin
        left = int(used / self.done * (self.count - self.done))
        return f"{left // 60}:{left % 60:02} left"

    def end(self):
        """Leaves the bar's line."""
        if self.bar and self.done:
            print(file=self.out, flush=True)
