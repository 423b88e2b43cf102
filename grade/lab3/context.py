"""Where the words of a context are: struct context of abi/context.h."""

import re

from grade.ops.words import TOP, C

_HEADER = (TOP / "kernel/abi/context.h").read_text()
_TEXT = re.sub(r"/\*.*?\*/", "", _HEADER, flags=re.S)


def _body(name):
    return re.search(r"struct %s \{(.*?)\n\};" % name, _TEXT, re.S)[1]


REGISTERS = re.findall(r"\w+(?=[,;])", _body("registers"))


def _offsets():
    found, at = {}, 0
    for line in _body("context").split(";"):
        words = line.split()
        if len(words) < 2 or words[1] == "batch_call":
            continue
        kind = words[1] if words[0] == "struct" else words[0]
        for item in line.split(kind, 1)[1].split(","):
            name, _, count = item.strip().rstrip("]").partition("[")
            found[name] = at
            size = len(REGISTERS) if kind == "registers" else 1
            at += 8 * size * (C[count] if count else 1)
    return found


AT = _offsets()
TAKEN_MAX = C["TAKEN_MAX"]
EVENT_TAKEN, EVENT_ASKED = 1 << 32, 1 << 33
