"""Multiboot2 information, built and read by the book: Multiboot2
Specification 2.0, section 3.6. read() says what boot/bootinfo.h promises."""

import random
import struct
from pathlib import Path

from grade import abi

KERNEL = Path(__file__).resolve().parents[2] / "kernel"
HEADER = KERNEL / "boot/bootinfo.h"
C = abi.constants(HEADER) | abi.constants(KERNEL / "core/machine.h")
ERRORS = abi.names(HEADER, "BOOTINFO_")
PAGE = 4096
TOP = 1 << 64


def tag(kind, body=b"", size=None):
    """One tag, filled up to 8 bytes. size: what it claims to be."""
    size = 8 + len(body) if size is None else size
    whole = struct.pack("<II", kind, size) + body
    return whole + bytes(-len(whole) % 8)


def end():
    return tag(C["TAG_END"])


def module(start, stop, name):
    return tag(C["TAG_MODULE"], struct.pack("<II", start, stop) + name)


def cmdline(text):
    return tag(C["TAG_CMDLINE"], text)


def memory(entries, step=24, extra=b""):
    """entries: (base, length, kind)."""
    body = struct.pack("<II", step, 0)
    for base, length, kind in entries:
        body += struct.pack("<QQII", base, length, kind, 0)[:step]
        body += bytes(max(0, step - 24))
    return tag(C["TAG_MEMORY"], body + extra)


def rsdp(kind):
    size = {C["TAG_RSDP_1"]: 20, C["TAG_RSDP_2"]: 36}[kind]
    return tag(kind, b"RSD PTR " + bytes(size - 8))


def info(*tags, total=None, pad=b""):
    """The information: a head and tags. total: what it claims to be."""
    body = b"".join(tags) + pad
    total = 8 + len(body) if total is None else total
    return struct.pack("<II", total, 0) + body


class Bad(Exception):
    """The error that bootinfo_parse has to give."""


def _string(data, room):
    text, zero, _ = data.partition(b"\0")
    if not zero:
        raise Bad("BOOTINFO_SHORT")
    if len(text) >= room:
        raise Bad("BOOTINFO_MANY")
    return text


def _module(found, body):
    start, stop = struct.unpack_from("<II", body)
    if b"\0" not in body[8:]:
        raise Bad("BOOTINFO_SHORT")
    if stop < start:
        raise Bad("BOOTINFO_WRAP")
    name = _string(body[8:], C["BOOTINFO_NAME"])
    if len(found["modules"]) == C["BOOTINFO_MODULES"]:
        raise Bad("BOOTINFO_MANY")
    found["modules"].append((start, stop, name))


def _region(found, base, length, kind):
    if base + length >= TOP:
        raise Bad("BOOTINFO_WRAP")
    stop = base + length
    if kind == C["REGION_RAM"]:
        base, stop = (base + PAGE - 1) // PAGE * PAGE, stop // PAGE * PAGE
        if base >= stop:
            return
    elif kind not in range(1, 6):
        kind = C["REGION_RESERVED"]
    if len(found["regions"]) == C["BOOTINFO_REGIONS"]:
        raise Bad("BOOTINFO_MANY")
    found["regions"].append((base, stop, kind))


def _memory(found, body):
    (step,) = struct.unpack_from("<I", body)
    if step < C["TAG_MEMORY_ENTRY"]:
        raise Bad("BOOTINFO_SHORT")
    for at in range(8, len(body) - step + 1, step):
        _region(found, *struct.unpack_from("<QQI", body, at))


FIXED = {C[f"TAG_{name}"]: C[f"TAG_{name}_SIZE"]
         for name in ("CMDLINE", "MODULE", "MEMORY", "RSDP_1", "RSDP_2")}


def _take(found, kind, at, body):
    if 8 + len(body) < FIXED.get(kind, 8):
        raise Bad("BOOTINFO_SHORT")
    if kind == C["TAG_CMDLINE"]:
        found["cmdline"] = _string(body, C["BOOTINFO_CMDLINE"])
    elif kind == C["TAG_MODULE"]:
        _module(found, body)
    elif kind == C["TAG_MEMORY"]:
        _memory(found, body)
    elif kind in (C["TAG_RSDP_1"], C["TAG_RSDP_2"]):
        found["rsdp"] = at + 8


def read(data):
    """What bootinfo_parse must make of `data`: an error's name, or a dict
    of regions, modules, rsdp and cmdline."""
    try:
        return _read(data)
    except Bad as bad:
        return str(bad)


def _read(data):
    found = {"regions": [], "modules": [], "rsdp": 0, "cmdline": b""}
    total = struct.unpack_from("<I", data)[0] if len(data) >= 8 else 0
    if not 16 <= total <= len(data):
        raise Bad("BOOTINFO_SIZE")
    at = 8
    while at + 8 <= total:
        kind, size = struct.unpack_from("<II", data, at)
        if size < 8 or size > total - at:
            raise Bad("BOOTINFO_TAG")
        if kind == C["TAG_END"]:
            if not any(r[2] == C["REGION_RAM"] for r in found["regions"]):
                raise Bad("BOOTINFO_RAM")
            return found
        _take(found, kind, at, data[at + 8:at + size])
        at += (size + 7) // 8 * 8
    raise Bad("BOOTINFO_END")


def decode(words):
    """The harness's answer to one parse, as read() would say it, and the
    words behind it."""
    words = list(words)
    error = words.pop(0)
    if error:
        return ERRORS.get(error, f"error {error}"), words
    found = {"regions": [], "modules": []}
    for _ in range(min(words.pop(0), C["BOOTINFO_REGIONS"])):
        found["regions"].append(tuple(words[:3]))
        words = words[3:]
    for _ in range(min(words.pop(0), C["BOOTINFO_MODULES"])):
        name = struct.pack("<4Q", *words[2:6]).split(b"\0")[0]
        found["modules"].append((words[0], words[1], name))
        words = words[6:]
    found["rsdp"] = words.pop(0)
    count = C["BOOTINFO_CMDLINE"] // 8
    text = struct.pack(f"<{count}Q", *words[:count])
    found["cmdline"] = text.split(b"\0")[0]
    return found, words[count:]


def plain():
    """What GRUB hands over on a small machine."""
    return info(
        cmdline(b"once verbose\0"), tag(2, b"GRUB 2.06\0"),
        module(0x134000, 0x13e520, b"kernel\0"),
        module(0x13f000, 0x145170, b"init\0"),
        memory([(0, 0x9fc00, 1), (0x9fc00, 0x400, 2), (0xf0000, 0x10000, 2),
                (0x100000, 0x7ee0000, 1), (0x7fe0000, 0x20000, 3),
                (0xfffc0000, 0x40000, 2)]),
        tag(4, struct.pack("<II", 639, 129920)), rsdp(C["TAG_RSDP_1"]), end())


def moved(data, dice):
    """The same information with other numbers and letters in it, by which
    nothing gets right that was wrong, and nothing else goes wrong."""
    data, at = bytearray(data), 8
    distance = PAGE * dice.randrange(1, 1 << 14)
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if size < 8 or at + size > len(data) or kind == C["TAG_END"]:
            break
        if kind == C["TAG_MEMORY"] and size >= C["TAG_MEMORY_SIZE"]:
            _move_regions(data, at, size, distance)
        elif kind in (C["TAG_CMDLINE"], C["TAG_MODULE"]):
            _move_letters(data, at, size, dice)
        at += (size + 7) // 8 * 8
    return bytes(data)


def _move_regions(data, at, size, distance):
    """Moves what lies below 1 TiB up, by whole pages."""
    (step,) = struct.unpack_from("<I", data, at + 8)
    for entry in range(at + 16, at + size - 15, max(step, 24)):
        (base,) = struct.unpack_from("<Q", data, entry)
        if base < 1 << 40:
            struct.pack_into("<Q", data, entry, base + distance)


def _move_letters(data, at, size, dice):
    """Other small letters; and a module's start and end moved alike."""
    text = at + (8 if data[at] == C["TAG_CMDLINE"] else 16)
    for n in range(text, at + size):
        if chr(data[n]).islower() and data[n] < 128:
            data[n] = dice.randrange(ord("a"), ord("z") + 1)
    if data[at] == C["TAG_MODULE"] and size >= C["TAG_MODULE_SIZE"]:
        start, stop = struct.unpack_from("<II", data, at + 8)
        distance = dice.randrange(1 << 30)
        struct.pack_into("<II", data, at + 8, start + distance,
                         stop + distance)


def seeded(seed):
    """Information that is right or damaged in a few bytes, from a seed."""
    rng = random.Random(seed)
    parts = [_random_part(rng) for _ in range(rng.randrange(1, 7))]
    if rng.random() < 0.9:
        parts.append(memory([(1 << 20, rng.randrange(1 << 28), 1)]))
    data = bytearray(info(*parts, *([end()] if rng.random() < 0.9 else [])))
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        at = rng.randrange(len(data))
        data[at] = rng.choice((0, 1, 7, 8, 0x17, 0xff, rng.randrange(256)))
    if rng.random() < 0.1:
        data = data[:rng.randrange(len(data))]
    return bytes(data)


def _random_part(rng):
    pick = rng.randrange(7)
    if pick < 3:
        return memory([_random_region(rng) for _ in range(rng.randrange(9))],
                      step=rng.choice((24, 24, 24, 32, 40)))
    if pick == 3:
        start = rng.randrange(1 << 32)
        stop = min(start + rng.randrange(1 << 20), (1 << 32) - 1)
        return module(start, stop, b"m" * rng.randrange(32) + b"\0")
    if pick == 4:
        return cmdline(b"c" * rng.choice((0, 5, 100, 255)) + b"\0")
    if pick == 5:
        return rsdp(rng.choice((C["TAG_RSDP_1"], C["TAG_RSDP_2"])))
    return tag(rng.randrange(20, 99), bytes(rng.randrange(50)))


def _random_region(rng):
    base = rng.randrange(1 << rng.choice((20, 32, 40, 64)))
    length = rng.randrange(1 << rng.choice((8, 12, 13, 30)))
    return base, min(length, TOP - 1 - base), rng.randrange(8)
