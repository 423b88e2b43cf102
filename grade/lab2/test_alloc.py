"""Exercise 2.2: alloc, on records that the grader made."""

from grade.lab2.seeded import run_seeded
from grade.ops import moves
from grade.ops import words as w
from grade.ops.scene import CHILD, GRANDCHILD, ME, OTHER
from grade.ops.script import OP_ALLOC
from grade.ops.words import (DEVICE, DIRTY, E_ALIGN, E_ALLOWANCE, E_BUSY,
                             E_GIVEN, E_KIND, E_LEVEL, E_LIVE, E_MATCH,
                             E_OWNER, E_RANGE, E_SHARED, E_VITAL, FREE,
                             KERNEL, MEMORY, MORE, TABLE)

MAKES = "alloc makes a free unit a resource, and charges its owner"
GIVES = "giving back: dirty at once, or with the last entry"
CLEARS = "alloc(frame, level, FREE) clears 64 KiB at a time, for anybody"
TAKES = "a parent takes over what its child owns, with its cost"
CLAIMS = "the last sharer may claim what its owner gave back"
LAST = w.FRAMES_MAX


def test_alloc_make(scene):
    depth, free = scene.world.model.depth, scene.world.free
    cases = {"a page for me": (free(), 1, MEMORY, ME),
             "a page for my child": (free(), 1, MEMORY, CHILD),
             "2 MiB": (free(2), 2, MEMORY, ME)}
    for level in range(2, depth + 1):
        cases[f"a table of level {level}"] = (free(), level, TABLE, ME)
    scene.alloc(MAKES, cases)
    scene.alloc(MAKES, {"init makes a page for its child":
                        (free(), 1, MEMORY, ME)}, me=w.INIT)


def test_alloc_range(scene):
    n = scene.world.free()
    scene.alloc("a number outside its range is refused first", {
        "a frame behind the last": (LAST, 1, MEMORY, ME),
        "a frame of all ones":
            (w.WORD, 1, FREE, scene.number(0, 0, w.PROCESS_MAX)),
        "a frame whose low bits are a free one's":
            (n | 1 << 52, 1, MEMORY, ME),
        "level 0": (n, 0, MEMORY, ME), "level 6": (n, 6, TABLE, ME),
        "a level whose low bits are 1": (n, 1 << 32 | 1, MEMORY, ME),
        "kind NONE": (n, 1, w.NONE, ME), "kind DIRTY": (n, 1, DIRTY, ME),
        "kind KERNEL": (n, 1, KERNEL, ME), "kind CPU": (n, 1, w.CPU, ME),
        "a kind whose low bits are MEMORY": (n, 1, MEMORY | 256, ME),
        "an owner that is no entry either":
            (n, 1, MEMORY, w.ENTRIES_MAX),
        "an owner of all ones": (n, 1, FREE, w.WORD),
    }, E_RANGE)


def test_alloc_level(scene):
    """Levels and alignment; test_four has another processor."""
    free = scene.world.free
    scene.alloc("MEMORY has level 1 to 3, TABLE 2 to D", {
        "MEMORY of level 4": (free(), 4, MEMORY, ME),
        "MEMORY of level 5": (free(), 5, MEMORY, ME),
        "a TABLE of level 1": (free(), 1, TABLE, ME)}, E_LEVEL)
    n = free(2)
    scene.alloc("a unit begins at a multiple of its size", {
        "2 MiB one frame further": (n + 1, 2, MEMORY, ME),
        "2 MiB at the last of them": (n + 511, 2, MEMORY, ME),
        "1 GiB at 2 MiB": (n, 3, MEMORY, ME)}, E_ALIGN)


def test_alloc_busy(scene):
    free, world = scene.world.free, scene.world
    units = [free(2) for _ in range(4)]
    scene.record(units[0]).kind = MEMORY
    scene.record(units[0]).owner = OTHER
    scene.record(units[1] + scene.number(17, 1, 512)).kind = DIRTY
    inner = scene.number(9, 1, 512)
    for n, kind in ((units[2], MEMORY), (units[3], DIRTY)):
        world.model.frames[n] = w.Frame(kind=kind, level=2,
                                        owner=OTHER * (kind == MEMORY))
    scene.alloc("what is not all free and clean, or covered, is busy", {
        "2 MiB of which one frame is dirty": (units[1], 2, MEMORY, ME),
        "a page in 2 MiB of memory": (units[2] + inner, 1, MEMORY, ME),
        "a table in 2 MiB of memory": (units[2] + inner, 2, TABLE, ME),
        "a page in 2 MiB that are dirty":
            (units[3] + inner, 1, MEMORY, ME),
        "a table in 2 MiB that are dirty": (units[3] + 511, 2, TABLE, ME),
    }, E_BUSY)
    mine = scene.process(ME)
    before, mine.allowance = mine.allowance, 0
    scene.alloc("what is busy is found before the allowance is looked at", {
        "a page in 2 MiB of memory": (units[2] + inner, 1, MEMORY, ME)}, E_BUSY)
    scene.process(ME).allowance = before
    world.sync()


def test_alloc_not_free(scene):
    scene.alloc("only what is FREE becomes a resource", {
        "a dirty frame": (scene.world.room(), 1, MEMORY, ME),
        "a frame of the kernel's": (scene.kernels(), 1, MEMORY, ME),
        "a frame that is not there": (scene.nowhere(), 1, MEMORY, ME),
        "a free frame as a DEVICE": (scene.world.free(), 1, DEVICE, ME),
    }, E_KIND)


def test_alloc_owner(scene):
    n = scene.world.free()
    scene.alloc("the owner is me, or a live child of mine", {
        f"for {who}": (n, 1, MEMORY, slot) for who, slot in (
            ("a stranger", OTHER), ("my parent", w.INIT), ("nobody", 0),
            ("my child's child", GRANDCHILD),
            ("an unused slot", scene.slot(77)), ("a slot that is none", 256),
            ("an entry", scene.number(1 << 20, 1 << 19, 1 << 28)))}, E_OWNER)
    scene.process(CHILD).state = w.DEAD
    scene.alloc("a dead child owns nothing more", {
        "for my dead child": (n, 1, MEMORY, CHILD)}, E_OWNER)
    scene.process(CHILD).state = w.LIVE
    scene.world.sync()


def test_alloc_allowance(scene):
    free = scene.world.free
    mine, childs = scene.process(ME), scene.process(CHILD)
    before = mine.allowance, childs.allowance
    mine.allowance, childs.allowance = 511, 0
    scene.alloc("no more than the owner's allowance", {
        "2 MiB, and I may own 511": (free(2), 2, MEMORY, ME),
        "a page for my child that may own none": (free(), 1, MEMORY, CHILD),
        "a table for my child": (free(), 2, TABLE, CHILD)}, E_ALLOWANCE)
    scene.process(ME).allowance = 513
    scene.alloc("all of the allowance can be used", {
        "2 MiB, and I may own 513": (free(2), 2, MEMORY, ME),
        "a table of level 4 costs one frame": (free(), 4, TABLE, ME)})
    scene.alloc("and no more", {
        "one frame more": (free(), 1, MEMORY, ME)}, E_ALLOWANCE)
    mine, childs = scene.process(ME), scene.process(CHILD)
    mine.allowance, childs.allowance = before
    scene.world.sync()


def test_alloc_give_back(scene):
    page, two = scene.page(ME), scene.page(ME, 2)
    scene.world.prepare()
    for at in range(two + 1, two + 512):
        scene.world.model.frames[at] = w.Frame(kind=FREE, level=1)
    held, _ = scene.held(ME, ME)
    childs, _ = scene.held(CHILD, ME, CHILD)
    scene.alloc(GIVES, {
        "a page": (page, 1, FREE, 0), "2 MiB": (two, 2, FREE, 0),
        "a page of my child's": (scene.page(CHILD), 1, FREE,
                                 scene.number(5, 0, w.PROCESS_MAX)),
        "a table of level 4": (scene.table(ME, 4), 4, FREE, 0),
        "a page that is attached": (held, 1, FREE, 0),
        "a page of my child's that is attached twice":
            (childs, 1, FREE, w.ENTRIES_MAX - 1)})
    mark, _ = scene.held(ME, OTHER)
    scene.vital(mark)
    scene.alloc("its owner may give back what it marked vital", {
        "a vital page of mine": (mark, 1, FREE, 0),
        "a vital page that nobody holds":
            (scene.vital(scene.page(ME)), 1, FREE, 0)})


def test_alloc_give_back_refused(scene):
    kinds = {"a free frame": scene.world.free(),
             "a frame of the kernel's": scene.kernels(),
             "a device of mine": scene.world.device(ME),
             "a frame that is not there": scene.nowhere()}
    for about, n in scene.world.mixed(kinds.items()):
        scene.alloc("only MEMORY and TABLE are given back", {
            about: (n, 1, FREE, 0)}, E_KIND)
    scene.alloc("the level is the resource's", {
        "a page as 2 MiB": (scene.page(ME), 2, FREE, 0),
        "a table of level 3 as one of 2": (scene.table(ME, 3), 2, FREE, 0),
        "a table as a page": (scene.table(ME, 2), 1, FREE, 0)}, E_LEVEL)
    scene.alloc("only its owner, or the owner's parent, gives it back", {
        "a stranger's page": (scene.page(OTHER), 1, FREE, ME),
        "my parent's page": (scene.page(w.INIT), 1, FREE, ME),
        "my child's child's": (scene.page(GRANDCHILD), 1, FREE, ME)},
        E_OWNER)
    scene.alloc("it is given back once", {
        "a page that was given back":
            (scene.given(scene.held(ME, OTHER)[0]), 1, FREE, 0)}, E_GIVEN)
    table = scene.table(ME, 2)
    scene.world.link(scene.at(table, 511), scene.page(ME))
    scene.alloc("a table goes empty", {
        "a table with a live entry": (table, 2, FREE, 0)}, E_LIVE)
    scene.alloc("a parent does not take a living child's vital page", {
        "a vital page of my child's":
            (scene.vital(scene.page(CHILD)), 1, FREE, 0)}, E_VITAL)


def test_alloc_clean(scene):
    n = scene.world.dirty()
    two = scene.world.dirty(2)
    scene.alloc("the level is the unit's", {
        "a dirty frame as 2 MiB": (n, 2, FREE, 0),
        "2 MiB as a page": (two, 1, FREE, 0)}, E_LEVEL)
    scene.alloc(CLEARS, {"a dirty frame, by a stranger": (n, 1, FREE, 99)},
                me=GRANDCHILD)
    scene.alloc(CLEARS, {f"2 MiB, step {step}": (two, 2, FREE, 0)
                         for step in range(1, 32)}, MORE)
    scene.alloc(CLEARS, {"2 MiB, the last step": (two, 2, FREE, 0)},
                me=OTHER)
    scene.alloc("the next one makes it a resource", {
        "2 MiB": (two, 2, MEMORY, ME), "a page": (n, 1, MEMORY, ME)})


def test_alloc_take_over(scene):
    shared, _ = scene.held(CHILD, OTHER, CHILD)
    scene.alloc(TAKES, {
        "a page": (scene.page(CHILD), 1, MEMORY, ME),
        "2 MiB": (scene.page(CHILD, 2), 2, MEMORY, ME),
        "a table": (scene.table(CHILD, 3), 3, TABLE, ME),
        "a page that is attached": (shared, 1, MEMORY, ME)})
    device = scene.world.device(CHILD)
    scene.alloc(TAKES, {"a device": (device, 1, DEVICE, ME)})
    scene.alloc("what is taken over is what it was, a context too", {
        "a page that is the context of my child's child":
            (scene.context(GRANDCHILD), 1, MEMORY, ME)})
    vital = scene.vital(scene.page(CHILD))
    scene.process(CHILD).state = w.DEAD
    scene.alloc("a mark of the dead is no obstacle, and goes", {
        "a vital page of a dead child": (vital, 1, MEMORY, ME)})
    scene.process(CHILD).state = w.LIVE
    scene.world.sync()


def test_alloc_take_over_refused(scene):
    page = scene.page(CHILD)
    scene.alloc("the kind is the resource's", {
        "a page as a TABLE": (page, 1, TABLE, ME),
        "a page as a DEVICE": (page, 1, DEVICE, ME),
        "a table as MEMORY": (scene.table(CHILD, 2), 2, MEMORY, ME)},
        E_KIND)
    scene.alloc("the level is the resource's", {
        "a page as 2 MiB": (page, 2, MEMORY, ME)}, E_LEVEL)
    scene.alloc("I take over what my own child owns, for myself", {
        "a child's page for itself": (page, 1, MEMORY, CHILD),
        "a child's page for its child": (page, 1, MEMORY, GRANDCHILD),
        "a stranger's page": (scene.page(OTHER), 1, MEMORY, ME),
        "my parent's": (scene.page(w.INIT), 1, MEMORY, ME),
        "my own": (scene.page(ME), 1, MEMORY, ME),
        "my child's child's": (scene.page(GRANDCHILD), 1, MEMORY, ME)},
        E_OWNER)
    scene.alloc("what was given back is not taken over", {
        "a page that my child gave back":
            (scene.given(scene.held(CHILD, OTHER)[0]), 1, MEMORY, ME)},
        E_GIVEN)
    scene.alloc("a living child's vital page is its own", {
        "a vital page": (scene.vital(scene.page(CHILD)), 1, MEMORY, ME)},
        E_VITAL)
    two = scene.page(CHILD, 2)
    too_much(scene, 511, {"2 MiB, and I may own 511": (two, 2, MEMORY, ME)})


def too_much(scene, allowance, cases):
    """Refused where I may own no more than that."""
    before, scene.process(ME).allowance = \
        scene.process(ME).allowance, allowance
    scene.alloc("its cost is within my allowance", cases, E_ALLOWANCE)
    scene.process(ME).allowance = before
    scene.world.sync()


def test_alloc_claim(scene):
    for about, owner, holder in scene.world.in_order((
            ("a stranger's page, through an entry of mine", OTHER, ME),
            ("my child's page, through an entry of mine", CHILD, ME),
            ("a stranger's, through an entry of my child's", OTHER, CHILD),
            ("my own, which I gave back", ME, ME))):
        page, entries = scene.held(owner, holder)
        scene.given(page)
        scene.alloc(CLAIMS, {about: (page, 1, MEMORY, entries[0])})
    table, entry = scene.table(OTHER, 2), scene.entry(ME, 2)
    scene.world.link(entry, table)
    scene.given(table)
    scene.alloc(CLAIMS, {"a table": (table, 2, TABLE, entry)})


def test_alloc_claim_refused(scene):
    page, (entry,) = scene.held(OTHER, ME)
    scene.alloc("what was not given back cannot be claimed", {
        "a page that its owner still has": (page, 1, MEMORY, entry)},
        E_GIVEN)
    scene.given(page)
    scene.alloc("kind and level are the resource's", {
        "as a table": (page, 1, TABLE, entry)}, E_KIND)
    scene.alloc("kind and level are the resource's", {
        "as 2 MiB": (page, 2, MEMORY, entry)}, E_LEVEL)
    scene.alloc("only who may edit the entry's table claims", {
        "through an entry in a page":
            (page, 1, MEMORY, scene.inside(page)),
        "through an entry where no memory is":
            (page, 1, MEMORY, scene.no_entry())}, E_OWNER)
    scene.alloc("only who may edit the entry's table claims", {
        "a stranger, through my entry": (page, 1, MEMORY, entry)},
        E_OWNER, me=OTHER)
    other, (its,) = scene.held(OTHER, ME)
    scene.given(other)
    scene.alloc("the entry holds it", {
        "through an empty entry": (page, 1, MEMORY, scene.beside(entry)),
        "through an entry that holds another": (page, 1, MEMORY, its)},
        E_MATCH)
    twice, entries = scene.held(OTHER, ME, CHILD)
    scene.given(twice)
    scene.alloc("only the last sharer claims", {
        f"one of two entries of {who}": (twice, 1, MEMORY, at)
        for who, at in zip(("mine", "my child's"), entries)}, E_SHARED)
    too_much(scene, 0, {"I may own nothing more": (page, 1, MEMORY, entry)})


def test_alloc_order(scene):
    """Calls with two things wrong answer the one that stands first."""
    rule = "checks are made in the order of the contract"
    world, free = scene.world, scene.world.free
    n, two = free(), free(2)
    kernel, page = scene.kernels(), scene.page(OTHER)
    for error, cases in world.mixed((
            (E_RANGE, {"frame and kind": (LAST, 1, 99, ME)}),
            (E_LEVEL, {"level, owner": (n, 4, MEMORY, OTHER),
                       "level, alignment": (two + 1, 4, MEMORY, ME),
                       "giving back: level, owner": (page, 2, FREE, 0)}),
            (E_ALIGN, {"alignment, owner": (two + 1, 2, MEMORY, OTHER)}),
            (E_OWNER, {"giving back: owner, given":
                       (scene.given(scene.held(OTHER, ME)[0]), 1, FREE, 0),
                       "taking over: owner, vital":
                       (scene.vital(scene.page(OTHER)), 1, MEMORY, ME)}),
            (E_KIND, {"giving back: kind, level": (kernel, 2, FREE, 0),
                      "taking over: kind, level": (page, 2, TABLE, ME)}))):
        scene.alloc(rule, cases, error)
    covered = free(2)
    world.prepare()
    world.model.frames[covered] = w.Frame(kind=MEMORY, level=2, owner=OTHER)
    mine = scene.process(ME)
    before, mine.allowance = mine.allowance, 0
    scene.alloc(rule, {"making: owner, busy, allowance":
                       (covered + scene.number(1, 1, 512), 1, MEMORY, OTHER)},
                E_OWNER)
    given = scene.given(scene.held(CHILD, ME)[0])
    scene.alloc(rule, {"taking over: given, allowance":
                       (given, 1, MEMORY, ME)}, E_GIVEN)
    table = scene.table(CHILD, 2)
    world.link(scene.at(table, 0), scene.page(ME))
    scene.given(table)
    scene.alloc(rule, {"giving back: given, live": (table, 2, FREE, 0)},
                E_GIVEN)
    scene.process(ME).allowance = before
    world.sync()


def test_four(scene):
    """A processor with four levels and no pages of 1 GiB."""
    free = scene.world.free
    scene.alloc("a level that this processor lacks", {
        "1 GiB": (free(), 3, MEMORY, ME),
        "a TABLE of level 5": (free(), 5, TABLE, ME)}, E_LEVEL)


def test_alloc_seeded(scene, settings):
    run_seeded(scene, OP_ALLOC, (
        moves.clean, moves.make, moves.make, moves.make_large,
        moves.give_back, moves.take_over, moves.claim),
        settings.seeds["random"])
