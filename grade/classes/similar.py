"""Which hand-ins look alike, by Debian's similarity-tester (sim_c).

A hint and no more: who looks has to judge. It compares the tokens of C, so
other names, comments and blanks change nothing. Compared are this lab's
owned files, one after the other as one text; those that are still the
starter are left out of it. Others that are compared with: the reference, the
published and the other solutions, and what earlier terms handed in.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from grade import tree
from grade.classes import handin

LEAST = 60          # percent, from which on a pair is listed
RUN = 16            # tokens that have to be the same in a row
TOKENS = 150        # a shorter text has too little in it to tell
SECONDS = 1800      # a backstop
_SIZE = re.compile(r"^File (\S+): (\d+) tokens", re.M)
_LINE = re.compile(r"(\S+) consists for (\d+) % of (\S+) material")


class SimilarError(Exception):
    """Why nothing was compared; one line."""


def text_of(folder, top, lab):
    """What of a hand-in's folder is compared; "" if nothing is its own."""
    found = []
    for path in tree.labs_in(top)[lab].owned:
        file, starter = Path(folder) / path, \
            Path(top) / f"labs/lab{lab}" / path
        if not file.is_file() or file.is_symlink():
            continue
        data = file.read_bytes()
        if not starter.is_file() or starter.read_bytes() != data:
            found.append(data.decode("utf-8", "replace"))
    return "\n".join(found)


def others(top, lab, past):
    """{name: text} of what hand-ins are compared with beside each other."""
    found = {"the reference": text_of(top, top, lab)}
    for folder in sorted((Path(top) / f"solutions/lab{lab}").glob("other*")):
        found[f"solution {folder.name}"] = text_of(folder, top, lab)
    wanted = handin.Wanted(top, lab)
    for folder in past:
        for one in handin.listed(folder):
            try:
                content = handin.read(one.path, wanted)
            except handin.HandinError:
                continue
            with tempfile.TemporaryDirectory(prefix="xo5-past-") as scratch:
                handin.lay(content, scratch)
                found[f"{folder.name}: {one.name}"] = text_of(scratch, top,
                                                              lab)
    return {name: text for name, text in found.items() if text}


def pairs(texts, beside, least=LEAST):
    """[(percent, name, other name)], the likest first; a pair once, by the
    larger of its two percentages.

    texts: {name: text} of the hand-ins; beside: as others() gives.
    SimilarError: sim_c is not there, or failed.
    """
    if not shutil.which("sim_c"):
        raise SimilarError("sim_c is not installed: setup/deps.sh --install "
                           "class")
    found = {}
    with tempfile.TemporaryDirectory(prefix="xo5-sim-") as scratch:
        names, files = {}, ([], [])
        for old, group in enumerate((texts, beside)):
            for name, text in group.items():
                file = f"{'no'[old]}{len(names)}.c"
                (Path(scratch) / file).write_text(text, encoding="utf-8")
                names[file] = name
                files[old].append(file)
        if not files[0]:
            return []
        for one, percent, other in _sim(scratch, *files):
            if one[0] == "o" and other[0] == "o":
                continue
            pair = tuple(sorted((one, other)))
            found[pair] = max(found.get(pair, 0), percent)
    return sorted(((percent, names[a], names[b]) for (a, b), percent
                   in found.items() if percent >= least),
                  key=lambda row: (-row[0], row[1:]))


def _sim(folder, new, old):
    """What sim_c says: (file, percent, of which file)."""
    words = ["sim_c", "-p", "-a", "-e", "-s", "-r", str(RUN), "-t", "20",
             *new, *(["/", *old] if old else [])]
    try:
        done = subprocess.run(words, cwd=folder, text=True, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              errors="replace", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise SimilarError(f"sim_c took more than {SECONDS} s") from None
    if done.returncode:
        raise SimilarError(f"sim_c failed: {done.stderr.strip()[-200:]}")
    large = {name for name, tokens in _SIZE.findall(done.stdout)
             if int(tokens) >= TOKENS}
    return [(one, int(percent), other) for one, percent, other
            in _LINE.findall(done.stdout) if {one, other} <= large]


def of_class(top, lab, records, folder, past=()):
    """The pairs of a class; folder(id): where a hand-in's files are."""
    texts = {}
    for record in records:
        text = text_of(folder(record["id"]), top, lab)
        if text:
            texts[record["name"]] = text
    return pairs(texts, others(top, lab, past))
