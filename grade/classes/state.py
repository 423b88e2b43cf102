"""What is known of each hand-in, on disk: written whole or not at all.

Each hand-in has one file, so that any number of workers can share a folder,
and one that is killed loses no more than what it had in hand.
"""

import fcntl
import json
import os
import tempfile
from pathlib import Path


def write_whole(path, text):
    """Writes a file so that readers see the old one or the new one."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class State:
    """The records in a folder."""

    def __init__(self, out):
        self.folder = Path(out) / "state"

    def write(self, record):
        write_whole(self.folder / f"{record['id']}.json",
                    json.dumps(record, indent=1))

    def read(self, key):
        """The record of a hand-in; None if there is none that can be read."""
        return read_record(self.folder / f"{key}.json")

    def all(self):
        """Every record, by its id."""
        found = [read_record(path)
                 for path in sorted(self.folder.glob("*.json"))]
        return {one["id"]: one for one in found if one}


def read_record(path):
    """A record; None if the file is not there, or is none."""
    try:
        one = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    good = isinstance(one, dict) and {"id", "name", "lab", "graded",
                                      "key", "compiler"} <= one.keys()
    return one if good else None


class Busy(Exception):
    """Another process has this part in hand."""


def lock(out, part):
    """Keeps others from grading the same part, or all while a part is being
    graded; held as long as what it returns is open. Busy if others do.

    part: as "1-of-4"; None for all.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    held = [_locked(folder / ".lock", fcntl.LOCK_SH if part
                    else fcntl.LOCK_EX, out)]
    if part:
        held.append(_locked(folder / f".lock-{part}", fcntl.LOCK_EX, out))
    return held


def _locked(path, how, out):
    file = open(path, "w", encoding="utf-8")
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise Busy(f"{out}: another process is grading this already") \
            from None
    return file
