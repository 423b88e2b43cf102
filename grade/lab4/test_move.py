"""Exercise 4.1: what op_swap does when it does it."""

from grade.lab4.conftest import HANDED
from grade.lab4.world import handed
from grade.ops import words as w
from grade.ops.scene import ALL, CHILD, ME, NAMES, OTHER
from grade.ops.script import OP_SWAP, operation
from grade.ops.words import (MEMORY, OK, R, RESOURCE_NONE, RW, RWX, RX, SHARE,
                             TABLE)
from grade.ops.world import told
from grade.verdict import check

MOVED = ("a move empties one entry and fills the other with the same rights "
         "and ceiling; live follows, refs stays")
EXCHANGED = "an exchange leaves in each entry what the other one had"
OWNED = ("what is moved belongs to the owner of the table that it is now in, "
         "with its cost")
NONE = RESOURCE_NONE


def held(scene, who, level=1, kind=MEMORY, now=RW, ceiling=ALL):
    """(entry, resource): a resource of a process in a table of its own."""
    entry = scene.entry(who, level)
    made = (scene.page(who, level) if kind == MEMORY
            else scene.table(who, level))
    scene.world.link(entry, made, now, ceiling)
    return entry, made


def richer(scene, who, more=1 << 20):
    """Lets a process own more."""
    scene.world.prepare()
    scene.world.model.processes[who].allowance += more


def swap(scene, rule, about, *args, me=ME):
    """A swap that must be done, and what has become of what it names."""
    args += (0,)
    scene.world.swap(me, args, OK, about)
    scene.world.look(rule, told(operation(me, OP_SWAP, *args), about),
                     args[:2], args[2:4])


def test_swap_move(scene):
    in_order = scene.world.in_order
    for giver, taker in in_order(((ME, CHILD), (CHILD, ME), (ME, ME))):
        for now, ceiling in in_order(((RW, ALL), (R, R), (RX, RWX),
                                      (R, R | SHARE))):
            entry, page = held(scene, giver, 1, MEMORY, now, ceiling)
            swap(scene, MOVED, f"a page from {NAMES[giver]} to "
                 f"{NAMES[taker]}, rights {now} of {ceiling}",
                 entry, scene.entry(taker), page, NONE)
    scene.world.judge(MOVED, "after all of these")


def test_swap_move_in_one_table(scene):
    """From one entry to another of the same table."""
    entry, page = held(scene, ME)
    swap(scene, MOVED, "a page to the next entry", entry,
         scene.beside(entry), page, NONE)
    entry, table = held(scene, CHILD, 2, TABLE)
    swap(scene, MOVED, "a child's table to another entry of its parent table",
         entry, scene.beside(entry), table, NONE)
    scene.world.judge(MOVED, "after all of these")


def test_swap_move_large(scene):
    richer(scene, ME)
    richer(scene, CHILD)
    for kind, level in scene.world.in_order((
            (MEMORY, 2), (TABLE, 2), (TABLE, 3), (MEMORY, 3), (TABLE, 4))):
        if level >= scene.world.model.depth:
            continue
        entry, made = held(scene, ME, level, kind)
        with_ = scene.entry(CHILD, level)
        name = w.KIND[kind]
        swap(scene, MOVED, f"a {name} of level {level} to my child", entry,
             with_, made, NONE)
        swap(scene, MOVED, f"a {name} of level {level} back to me", with_,
             entry, made, NONE)
    scene.world.judge(MOVED, "after all of these")


def test_swap_subtree(scene):
    """A table with entries moves as it is: they are not looked at."""
    entry, table = held(scene, ME, 2, TABLE)
    page, theirs = scene.page(ME), scene.page(OTHER)
    scene.world.link(scene.at(table, 3), page, RW, ALL)
    scene.world.link(scene.at(table, 9), theirs, R, ALL)
    scene.world.post(scene.at(table, 5), OTHER, MEMORY, 1, RW)
    swap(scene, MOVED, "a table with two pages and an acceptance in it",
         entry, scene.entry(CHILD, 2), table, NONE)
    scene.world.judge(MOVED, "after all of these")


def test_swap_exchange(scene):
    for one, two in scene.world.in_order((
            (ME, CHILD), (CHILD, ME), (ME, ME))):
        entry, page = held(scene, one, 1, MEMORY, R, RX)
        with_, other = held(scene, two, 1, MEMORY, RW, ALL)
        about = f"a page of {NAMES[one]} for one of {NAMES[two]}"
        swap(scene, EXCHANGED, about, entry, with_, page, other)
        swap(scene, EXCHANGED, about + ", back again", entry, with_, other,
             page)
    entry, table = held(scene, ME, 2, TABLE)
    with_, other = held(scene, CHILD, 3 - 1, TABLE)
    swap(scene, EXCHANGED, "a table of mine for one of my child's", entry,
         with_, table, other)
    scene.world.judge(EXCHANGED, "after all of these")


def test_swap_exchange_kinds(scene):
    """A table for memory of its level: the costs differ."""
    richer(scene, ME)
    richer(scene, CHILD)
    entry, table = held(scene, ME, 2, TABLE)
    with_, huge = held(scene, CHILD, 2)
    swap(scene, EXCHANGED, "a table for 2 MiB", entry, with_, table, huge)
    swap(scene, EXCHANGED, "2 MiB for a table", entry, with_, huge, table)
    scene.world.judge(EXCHANGED, "after all of these")


def test_swap_owner_and_cost(scene):
    """Who may own just that much may have it."""
    world = scene.world
    world.prepare()
    processes = world.model.processes
    before = [(n, processes[n].allowance) for n in (ME, CHILD)]
    processes[CHILD].allowance, processes[ME].allowance = 1, 0
    entry, page = held(scene, ME)
    with_ = scene.entry(CHILD)
    swap(scene, OWNED, "a page to a child with an allowance of 1", entry,
         with_, page, NONE)
    swap(scene, OWNED, "and back to me, who had an allowance of 0 before",
         with_, entry, page, NONE)
    world.prepare()
    processes[CHILD].allowance = processes[ME].allowance = 0
    there, other = held(scene, CHILD)
    swap(scene, OWNED, "pages exchanged by two that may own no more", entry,
         there, page, other)
    world.prepare()
    processes[CHILD].allowance, processes[ME].allowance = 511, 0
    entry, huge = held(scene, ME, 2)
    with_, table = held(scene, CHILD, 2, TABLE)
    swap(scene, OWNED, "2 MiB of mine for a table of a child's that may own "
         "511 more", entry, with_, huge, table)
    swap(scene, OWNED, "and back, when I may own 511 more", entry, with_,
         table, huge)
    scene.world.judge(OWNED, "after all of these")
    world.prepare()
    for n, allowance in before:
        processes[n].allowance = allowance


def test_swap_accepted(scene):
    """An acceptance lets me in, once, up to its ceiling."""
    world = scene.world
    for kind, level, now, ceiling, top in world.in_order((
            (MEMORY, 1, RW, RW, RW), (MEMORY, 1, R, RX, ALL),
            (TABLE, 2, RWX, ALL, ALL))):
        entry, made = held(scene, ME, level, kind, now, ceiling)
        with_ = scene.entry(OTHER, level)
        world.post(with_, ME, kind, level, top)
        swap(scene, "an acceptance is used up by what it lets in",
             f"a {w.KIND[kind]} to a stranger that accepts it, up to {top}",
             entry, with_, made, NONE)
        world.prepare()
        world.model.store(with_, 0)
        world.model.frame(made).refs -= 1
        again, other = held(scene, ME, level, kind, now, ceiling)
        world.swap(ME, (again, with_, other, NONE, 0), w.E_OWNER,
                   "another one to the same entry, once that was detached")
        world.judge("an acceptance is used up by the first who fills its "
                    "entry")


def test_swap_own_acceptance(scene):
    """Who may edit the entry needs no acceptance; one that is posted there
    for somebody else goes."""
    for who in scene.world.in_order((ME, CHILD)):
        entry, page = held(scene, ME)
        with_ = scene.entry(who)
        scene.world.post(with_, OTHER, w.TABLE, 3, R)
        swap(scene, MOVED, f"a page to an entry of {NAMES[who]} that accepts "
             "something else of somebody else", entry, with_, page, NONE)
    scene.world.judge(MOVED, "after all of these")


def test_swap_to_child_by_parent(scene):
    """A parent moves between its children what they own."""
    entry, page = held(scene, ME)
    swap(scene, OWNED, "init moves a page from one child to another", entry,
         scene.entry(OTHER), page, NONE, me=w.INIT)
    entry, page = held(scene, ME)
    with_, other = held(scene, OTHER)
    swap(scene, OWNED, "init exchanges pages of two children", entry, with_,
         page, other, me=w.INIT)
    scene.world.judge(OWNED, "after all of these")


def test_swap_directory(scene):
    """Two entries of the directory: the CPU, and nothing else."""
    world = scene.world
    rule = "two entries of the directory are cpu_hand's, and only those"
    slot = world.model.slot_name
    entry, page = held(scene, ME)
    world.sync()
    number = scene.number
    for args, hands in world.mixed((
            ((slot(0), slot(number(2, 2, 256)), number(1, 1, 1 << 20),
              number(2, 1, 1 << 20), number(3, 1, 1 << 20)), True),
            ((slot(number(9, 2, 256)), slot(number(300, 256, 512)),
              number(0, 0, 1 << 20), NONE, 0), True),
            ((slot(0), entry, number(1, 1, 1 << 20), page, 0), False),
            ((entry, slot(number(7, 2, 256)), page, NONE, 0), False))):
        about = f"swap({', '.join(f'{arg:#x}' for arg in args)})"
        answer, = world.steps([operation(ME, OP_SWAP, *args)], rule, about)
        world.written(answer, rule, about)
        check(not hands or answer.value != handed(HANDED, *args[:2]),
              rule, about, "cpu_hand was given names of entries\n       "
              "where their slots in the directory are right (core/cpu.h)")
        wanted = handed(HANDED, *(name % w.ENTRIES for name in args[:2])) \
            if hands else int(w.E_KIND)
        check(answer.value == wanted, rule, about,
              f"cpu_hand was {'not asked with these slots' * hands}"
              f"{'asked' * (not hands)}, or its answer was not passed on: "
              f"swap answered {answer.value:#x}")
    world.judge(rule, "after calls that change nothing")
