"""Constants of the kernel's headers, read from the headers themselves."""

import re
from pathlib import Path

_DEFINE = re.compile(r"^#define (\w+) +(0x[0-9a-fA-F]+|\d+)\b", re.M)
_ENUM = re.compile(r"enum (\w+) \{(.*?)\};", re.S)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)


def constants(header):
    """{name: number} of a header's plain #defines and enumerators."""
    text = Path(header).read_text()
    found = {name: int(value, 0) for name, value in _DEFINE.findall(text)}
    for _, body in _ENUM.findall(_COMMENT.sub("", text)):
        found.update(_enumerators(body))
    return found


def _enumerators(body):
    value = -1
    for item in filter(None, (i.strip() for i in body.split(","))):
        name, _, given = (part.strip() for part in item.partition("="))
        value = int(given, 0) if given else value + 1
        yield name, value


def names(header, prefix):
    """{number: name} of the constants that start with `prefix`."""
    return {number: name for name, number in constants(header).items()
            if name.startswith(prefix)}
