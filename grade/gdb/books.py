"""What the kernel's books say, as text. Nothing here knows of GDB."""

import struct

FRAME = struct.Struct("<BBBxHHII")      # struct frame of abi/books.h
CHUNK = 1 << 16                         # records read at once
KINDS = ("no RAM", "free", "dirty", "kernel", "memory", "table", "device")
FLAGS = ("given back", "a context", "vital")
STATES = ("free", "live", "dead")
REASONS = ("", "handed over", "fault", "lease over")


def owner_name(owner):
    return f"process {owner}" if owner else "nobody"


def frame_lines(number, data):
    """The record of one frame."""
    kind, level, flags, owner, live, refs, cleared = FRAME.unpack(data)
    words = [name for bit, name in enumerate(FLAGS) if flags >> bit & 1]
    yield f"frame {number:#x}: {_kind(kind)}, level {level}, owned by " \
        f"{owner_name(owner)}" + "".join(f", {word}" for word in words)
    yield f"  refs {refs}, live entries {live}, cleared {cleared}"


def _kind(kind):
    return KINDS[kind] if kind < len(KINDS) else f"kind {kind}"


def run_lines(first, data):
    """Runs of frames whose records say the same kind, level and owner."""
    last, start, number = None, first, first
    for number, record in enumerate(FRAME.iter_unpack(data), first):
        kind, level, _, owner, *_ = record
        if (kind, level, owner) != last:
            if last and last[0]:
                yield _run(start, number, *last)
            last, start = (kind, level, owner), number
    if last and last[0]:
        yield _run(start, number + 1, *last)


def _run(start, end, kind, level, owner):
    return (f"{start:#10x} {end - 1:#10x} {end - start:8}  "
            f"{_kind(kind):7} {level}  {owner_name(owner)}")


def process_line(number, fields, running):
    """One process; fields: its record's, by name."""
    words = [f"{number:4}  {STATES[fields['state']]:5} parent "
             f"{fields['parent']}, table {fields['table']:#x}, context "
             f"{fields['context']:#x}, owns {fields['owned']}, may own "
             f"{fields['allowance']}"]
    if number == running:
        words.append("runs")
    elif fields["running"]:
        words.append("has lent the CPU")
    if fields["reason"]:
        words.append(f"last: {REASONS[fields['reason']]}")
    return ", ".join(words)
