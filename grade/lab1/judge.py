"""Compares the answers of lab 1's cases with what they must be."""

from grade.lab1 import info
from grade.lab1.bits import LAST
from grade.lab1.model import Model, read_tree
from grade.lab1.probe import (ANSWERS, STEP_FIND, STEP_KMAP, STEP_LEVEL,
                              STEP_MAKE, STEP_MAP, STEP_TRANSLATE,
                              split_steps)
from grade.verdict import Wrong, equal

NAMES = {STEP_FIND: "walk_find", STEP_MAKE: "walk_make",
         STEP_TRANSLATE: "walk_translate", STEP_LEVEL: "map_level",
         STEP_MAP: "map_range", STEP_KMAP: "kmap_build"}


def judge_info(cases, rule):
    """Each parse gives what the header promises, whatever bytes stand
    behind the end."""
    for case in cases:
        first, rest = info.decode(case.answer)
        second, _ = info.decode(rest)
        equal(first, case.expected, rule, case.about, _show_info)
        equal(second, case.expected, "no byte behind the end decides",
              case.about + ", with other bytes behind its end", _show_info)


def _show_info(found):
    if isinstance(found, str):
        return found
    regions = " ".join(f"[{a:#x},{b:#x}):{k}"
                       for a, b, k in found["regions"][:12])
    modules = " ".join(f"{n.decode('latin1')}[{a:#x},{b:#x})"
                       for a, b, n in found["modules"])
    return (f"BOOTINFO_OK, {len(found['regions'])} regions {regions}, "
            f"modules {modules or 'none'}, rsdp {found['rsdp']}, cmdline "
            f"{found['cmdline'].decode('latin1')!r}")


def judge_words(cases, rule):
    """Each case answers one word, of which the case's mask counts."""
    for case in cases:
        equal(case.answer[0] & case.mask, case.expected & case.mask, rule,
              case.about, hex)


def judge_tables(cases, rule):
    """Each command answers what it must, and the tables end up as they
    must, entry by entry."""
    for case in cases:
        _judge_case(case, rule)


def _judge_case(case, rule):
    words = 1 + sum(ANSWERS.get(command[0], 0) for command in case.expected)
    equal(len(case.answer), words, "each command of a case is answered",
          f"{case.about}: words of answers", str)
    root, answers = split_steps(case)
    model = Model(case.depth, case.page_levels)
    read = case.guest.machine.physical
    tree, frames = read_tree(read, root, case.depth)
    for command, answer in zip(case.expected, answers):
        expected = model.run(command)
        _judge_answer(case, rule, command, answer, expected, frames)
    _judge_tree(case, rule, model, tree)


def _judge_answer(case, rule, command, answer, expected, frames):
    for n, (got, wanted) in enumerate(zip(answer, expected)):
        if command[0] in (STEP_FIND, STEP_MAKE) and n == 0:
            wanted = _entry_name(wanted, frames)
        elif wanted is None:
            continue
        if got != wanted:
            asked = f"{case.about}: {_words(command)}"
            raise Wrong(rule, asked, _mismatch(command, n, got, wanted))


def _entry_name(path, frames):
    """The word that names the entry at a path; None if its table is not
    where it has to be."""
    if path is None:
        return LAST
    table = frames.get(path[:-1])
    return None if table is None else table * 512 + path[-1]


FIELDS = {STEP_FIND: ("entry", "level"), STEP_MAKE: ("entry", "level"),
          STEP_TRANSLATE: ("result", "pa", "level", "rights", "user"),
          STEP_LEVEL: ("level",), STEP_MAP: ("map_error",),
          STEP_KMAP: ("map_error",)}


def _mismatch(command, n, got, wanted):
    right = "an entry of a table that is not there" if wanted is None \
        else _word(wanted)
    field = FIELDS[command[0]][n]
    return f"{field} {_word(got)}\n       where {right} is right"


def _word(value):
    return "WALK_NONE (all ones)" if value == LAST else f"{value:#x}"


def _words(command):
    return f"{NAMES[command[0]]}({', '.join(f'{w:#x}' for w in command[1:])})"


def _judge_tree(case, rule, model, tree):
    wanted = model.compared()
    if tree == wanted or not model.is_known:
        return
    for path in sorted(set(tree) | set(wanted)):
        got, right = tree.get(path), wanted.get(path)
        if got != right:
            raise Wrong(rule, f"{case.about}: the tables afterwards",
                        f"at {model.address(path)}, the entry of level "
                        f"{model.level(path)} is {_bits(got)}\n       where "
                        f"{_bits(right)} is right".replace(
                            str(model.address(path)),
                            f"{model.address(path):#x}", 1))


def _bits(bits):
    """An entry in words."""
    if bits is None:
        return "empty"
    names = [name for bit, name in ((1, "P"), (2, "W"), (4, "U"),
                                    (1 << 7, "PS"), (1 << 63, "NX"))
             if bits & bit]
    frame = (bits & 0x000ffffffffff000) >> 12
    return " ".join(names) + (f" frame {frame:#x}" if frame else "")
