"""The invariants of the design, as far as the state of a Model shows them.
Those of the processor and of time (6, 8, 10) are for other tests."""

from collections import Counter

from grade.ops import words as w
from grade.ops.state import describe, entry_name, kind_name

PAGES = (w.MEMORY, w.DEVICE)


def totals(model):
    """What all processes own or may still own: (frames, slots). It never
    changes after boot."""
    live = [p for p in model.processes if p.state != w.UNUSED]
    return (sum(p.owned + p.allowance for p in live),
            sum(p.slots + 1 for p in live))


def invariants(model, wanted_totals=None):
    """A line for each way in which the state is impossible, each beginning
    with "invariant N:"."""
    found = (_refs(model) + _live(model) + _entries(model) + _free(model)
             + _overlaps(model) + _owned(model) + _chain(model))
    if wanted_totals and totals(model) != wanted_totals:
        found.append(f"invariant 11: all frames and slots add up to "
                     f"{totals(model)}, and were {wanted_totals}")
    return found


def _refs(model):
    """Invariant 1, and the mark of contexts."""
    refs = Counter(w.entry_frame(word) for word in model.entries.values()
                   if word & w.P)
    contexts = Counter(p.context for p in model.processes
                       if p.state == w.LIVE)
    found = []
    for n, frame in model.frames.items():
        wanted = refs[n] + contexts[n]
        if frame.kind in w.RESOURCES and frame.refs != wanted:
            found.append(f"invariant 1: frame {n:#x} has refs "
                         f"{frame.refs}; {wanted} entries and contexts "
                         "hold it")
        if bool(frame.flags & w.CONTEXT) != (contexts[n] == 1):
            found.append(f"invariant 1: frame {n:#x} is the context of "
                         f"{contexts[n]} processes; its flags are "
                         f"{frame.flags}")
    return found


def _live(model):
    """Invariant 2."""
    live = Counter(name // w.ENTRIES for name, word in model.entries.items()
                   if word & w.P)
    return [f"invariant 2: table {n:#x} has live {frame.live}, and "
            f"{live[n]} present entries"
            for n, frame in model.frames.items()
            if frame.kind == w.TABLE and frame.live != live[n]]


def _entries(model):
    """Invariants 3, 4 and 5."""
    found = []
    for name, word in model.entries.items():
        if not word & w.P:
            continue
        told = f"entry {entry_name(name)} holds {describe(word)}"
        frame = model.frame(w.entry_frame(word))
        kind = kind_name(frame.kind)
        directory = model.is_directory(name)
        level = (model.depth if directory
                 else model.frame(name // w.ENTRIES).level - 1)
        page = level == 1 or bool(word & w.PS)
        if frame.kind not in w.RESOURCES or frame.level != level or \
                (frame.kind == w.TABLE) == page:
            found.append(f"invariant 3: {told}, a {kind} of level "
                         f"{frame.level}; the entry's level is {level}")
        if page and word & w.PU and frame.kind not in PAGES and \
                (word & w.PW or frame.kind == w.FREE):
            found.append(f"invariant 4: {told}, a {kind}")
        now, top = w.entry_rights(word)
        if not directory and now & ~top:
            found.append(f"invariant 5: {told}")
    return found


def _free(model):
    """Invariant 7, but for what is in the frames (state.unclean)."""
    found = []
    for n, frame in model.frames.items():
        more = frame.owner or frame.refs or frame.live or frame.flags
        if frame.kind in (w.FREE, w.DIRTY) and more:
            found.append(f"invariant 7: frame {n:#x} is "
                         f"{kind_name(frame.kind)} and has {frame.values()}")
    return found


def _overlaps(model):
    """Invariant 9."""
    found = []
    for n, frame in model.frames.items():
        if frame.kind == w.TABLE or frame.level < 2 or \
                frame.kind not in PAGES + (w.DIRTY,):
            continue
        end = n + w.level_frames(frame.level)
        found += [f"invariant 9: frame {at:#x} is "
                  f"{kind_name(model.frame(at).kind)} inside of frame "
                  f"{n:#x}'s unit of level {frame.level}"
                  for at in range(n + 1, end)
                  if model.frame(at).kind != w.FREE]
        if n % w.level_frames(frame.level):
            found.append(f"invariant 9: frame {n:#x} is no start of a unit "
                         f"of level {frame.level}")
    for size, count, wanted in zip(("2 MiB", "1 GiB"), model.extents or (),
                                   model.recount()):
        if count != wanted:
            wrong = min(n for n in count.keys() | wanted.keys()
                        if count.get(n, 0) != wanted.get(n, 0))
            found.append(f"invariant 9: extent {wrong:#x} of {size} is "
                         f"{count.get(wrong, 0)}; its records say "
                         f"{wanted.get(wrong, 0)}")
    return found


def _owned(model):
    """Invariant 11, process by process."""
    owned, vitals, stray = Counter(), Counter(), Counter()
    for frame in model.frames.values():
        if frame.kind in w.RESOURCES:
            stray[frame.owner] += 1
            owned[frame.owner] += w.cost(frame.kind, frame.level)
            vitals[frame.owner] += bool(frame.flags & w.VITAL_FRAME)
    children = Counter(p.parent for p in model.processes
                       if p.state != w.UNUSED)
    found = []
    for n, process in enumerate(model.processes):
        if process.state == w.UNUSED:
            if stray[n]:
                found.append(f"invariant 11: {stray[n]} resources belong to "
                             f"process {n}, and there is none")
            continue
        for what, count in (("owned", owned[n]), ("vitals", vitals[n]),
                            ("children", children[n])):
            if getattr(process, what) != count:
                found.append(f"invariant 11: process {n} has {what} "
                             f"{getattr(process, what)}, and {count} are "
                             "its")
        if process.allowance < 0 or process.allowance >> 62:
            found.append(f"invariant 11: process {n} has an allowance of "
                         f"{process.allowance:#x}")
    return found


def _chain(model):
    """Invariant 12: who has the CPU or lent it is one chain from init."""
    chain = model.chain()
    found = []
    if not chain or chain[0] != w.INIT:
        found.append(f"invariant 12: the CPU's givers are {chain}, and init "
                     "is not the first")
    for n, process in enumerate(model.processes):
        if bool(process.running) != (n in chain):
            found.append(f"invariant 12: process {n} has running "
                         f"{process.running}; the CPU's givers are {chain}")
    return found
