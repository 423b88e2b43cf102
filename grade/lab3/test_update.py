"""Exercise 3.2: op_update on live entries. flush_change does nothing while
these run, so that 3.2 scores alone; grade/lab3/test_order.py has it back."""

from grade.lab3.judge import change, keep
from grade.ops import words as w
from grade.ops.scene import ALL, CHILD, GRANDCHILD, ME, NAMES, OTHER
from grade.ops.words import (E_KIND, E_MATCH, E_OWNER, E_RANGE, E_RIGHTS, R,
                             RW, RWX, RX, SHARE, W, X, rights)

FAR = 1 << 32       # frames further up
EDITOR = "who may edit the table sets rights up to the ceiling, and lowers it"
OWNER = "whose the resource is lowers rights and ceiling in any table"
BOTH = "who is both may raise the ceiling"
ORDER = "update answers the first error of its contract's list"


def test_update_lower(scene):
    """In my table, a stranger's page."""
    entry, page = scene.linked(ME, OTHER, RW, RWX)
    change(scene, EDITOR, {
        about: (entry, page, rights(now, top)) for about, now, top in (
            ("W goes", R, RWX), ("X comes, within the ceiling", RX, RWX),
            ("up to the ceiling", RWX, RWX), ("X goes", RW, RWX),
            ("the ceiling loses X", R, RW), ("the ceiling loses W", R, R))},
           ordered=True)


def test_update_ceiling(scene):
    entry, page = scene.linked(ME, OTHER, R, RW)
    keep(scene, E_RIGHTS, {
        "a ceiling with X": (entry, page, rights(R, RWX)),
        "X": (entry, page, rights(RX, RX)),
        "a ceiling with SHARE": (entry, page, rights(R, RW | SHARE)),
    }, EDITOR)
    change(scene, EDITOR, {"the ceiling loses W": (entry, page, rights(R, R))})
    keep(scene, E_RIGHTS, {
        "the W that the ceiling had before": (entry, page, rights(RW, RW)),
    }, EDITOR)


def test_update_both(scene):
    entry, page = scene.linked(ME, ME, R, R)
    change(scene, BOTH, {
        f"my page in my table, rights {now}, ceiling {top}":
            (entry, page, rights(now, top))
        for now, top in ((R, RW), (RW, ALL), (RWX, ALL), (R, R), (RX, RX))})


def test_update_owner_lowers(scene):
    """In a stranger's table, my page."""
    entry, page = scene.linked(OTHER, ME, RWX, ALL)
    change(scene, OWNER, {
        "W goes, out of the ceiling too":
            (entry, page, rights(RX, RX | SHARE)),
        "X, and SHARE": (entry, page, rights(R, R))}, ordered=True)


def test_update_owner_raises_nothing(scene):
    entry, page = scene.linked(OTHER, ME, R, RW)
    keep(scene, E_RIGHTS, {
        "W, though the ceiling has it": (entry, page, rights(RW, RW)),
        "a ceiling with X": (entry, page, rights(R, RWX)),
        "X in both": (entry, page, rights(RX, RX)),
        "a ceiling with SHARE": (entry, page, rights(R, RW | SHARE)),
    }, "the owner raises nothing in a table that it may not edit")


def test_update_parent(scene):
    """A parent has its child's powers: over tables and over resources."""
    held, hers = scene.linked(CHILD, OTHER, R, RW)
    lent, childs = scene.linked(OTHER, CHILD, RW, RW)
    mine, second = scene.linked(ME, CHILD, R, R)
    change(scene, EDITOR, {
        "a stranger's page in my child's table":
            (held, hers, rights(RW, RW)),
        "my child's page in a stranger's table":
            (lent, childs, rights(R, R)),
        "my child's page in my table": (mine, second, rights(RW, ALL))})


def test_update_table(scene):
    """A table's entry bounds all beneath it; itself it is not changed."""
    cases = {}
    for level in range(2, scene.world.model.depth):
        table, entry = scene.table(ME, level), scene.entry(ME, level)
        scene.world.link(entry, table, RWX, ALL)
        for now in (R, RX, RWX):
            cases[f"a table of level {level}, rights {now}"] = (
                entry, table, rights(now, ALL))
    page, entry = scene.page(ME, 2), scene.entry(ME, 2)
    scene.world.link(entry, page, RW, ALL)
    cases["a page of level 2"] = entry, page, rights(R, ALL)
    change(scene, BOTH, cases)


def test_update_detach(scene):
    first, page = scene.linked(ME, OTHER, RW, RW)
    second = scene.entry(ME)
    scene.world.link(second, page, R, R)
    lent, mine = scene.linked(OTHER, ME, RW, ALL)
    table, holder = scene.table(ME, 2), scene.entry(ME, 2)
    scene.world.link(holder, table, R, R)
    scene.world.link(scene.at(table, 0), page, R, R)
    change(scene, "without rights, update detaches: refs and live go down "
           "by one", {
               "by the table's editor": (first, page, 0),
               "its other entry": (second, page, 0),
               "by the page's owner": (lent, mine, 0),
               "a table with live entries": (holder, table, 0)})


def test_update_given_back(scene):
    """What was given back goes with its last entry, not before."""
    cases = {}
    for owner in (ME, OTHER):
        entry, page = scene.linked(ME, owner, RW, RW)
        second = scene.entry(ME)
        scene.world.link(second, page, R, R)
        scene.given(page)
        about = f"a page of {NAMES[owner]}, given back: "
        cases[about + "one entry is left"] = entry, page, 0
        cases[about + "the last entry"] = second, page, 0
    table, entry = scene.table(ME, 2), scene.entry(ME, 2)
    scene.world.link(entry, table, R, R)
    scene.given(table)
    cases["the last entry of a given-back table"] = entry, table, 0
    entry, page = scene.linked(ME, ME)
    scene.given(page)
    cases["a given-back page loses W, and stays"] = (
        entry, page, rights(R, R))
    change(scene, "a given-back resource is dirty once its last entry has "
           "gone, and its cost is its owner's allowance", cases, ordered=True)


def test_update_range(scene):
    _, page = scene.linked(ME, ME)
    keep(scene, E_RANGE, {
        "an entry behind the last": (w.ENTRIES_MAX, page, rights(R, R)),
        "an entry of all ones": (w.WORD, page, 0),
    }, "a number outside its range is refused")


def test_update_rights(scene):
    entry, page = scene.linked(ME, ME, RW, ALL)

    def word(bits):
        return entry, page, bits
    keep(scene, E_RIGHTS, {
        "a ceiling alone": word(rights(0, RWX)),
        "W without R": word(rights(W, RW)),
        "SHARE in the rights": word(rights(R | SHARE, ALL)),
        "W outside the ceiling": word(rights(RW, R)),
        "X outside the ceiling": word(rights(R | X, RW)),
        "ASK, with rights": word(w.ASK | rights(R, R)),
        "ASK and VITAL": word(w.ASK | w.VITAL),
        "a bit that has no meaning": word(1 << 11),
        "a bit far up": word(rights(R, R) | 1 << 40),
    }, "rights are none, or an entry's, or one of three words")


def test_update_match(scene):
    entry, page = scene.linked(ME, ME)
    other = scene.page(ME)
    large, holder = scene.page(ME, 2), scene.entry(ME, 2)
    scene.world.link(holder, large, R, ALL)
    keep(scene, E_MATCH, {
        "another page of mine": (entry, other, rights(R, R)),
        "another page, to be detached": (entry, other, 0),
        "the page's number with a bit far up":
            (entry, page | 1 << 52, rights(R, R)),
        "a resource behind the last": (entry, w.FRAMES_MAX, 0),
        "all ones": (entry, w.WORD, 0),
        "a frame inside of the page of level 2": (holder, large + 1, 0),
        "a frame 2^32 above it": (entry, page + FAR, rights(R, R)),
    }, "update names the resource that it believes the entry holds")


def test_update_place(scene):
    """An entry in a page is the page's owner's word, and no entry."""
    entry, page = scene.linked(ME, ME)
    mine, other = scene.page(ME), scene.page(OTHER)
    scene.world.sync()
    at = scene.number(0, 0, w.ENTRIES)
    inner = mine * w.ENTRIES + at
    scene.world.poke(mine, 8 * at, other << 12 | w.P | w.PU | w.CEILING)
    keep(scene, E_KIND, {
        "an entry in a page": (scene.inside(page), mine, rights(R, R)),
        "the same, with no rights": (scene.inside(page), mine, 0),
        "a page of mine, in which I wrote a stranger's":
            (inner, other, rights(RWX, ALL)),
        "the same, to be detached": (inner, other, 0),
        "an entry where no memory is": (scene.no_entry(), page, 0),
        "an entry 2^32 frames above one of mine":
            (entry + FAR * w.ENTRIES, page, rights(R, R)),
        "that one, to be detached":
            (entry + FAR * w.ENTRIES, page, 0),
    }, "an entry lies in a TABLE, and is read once that is known")


def test_update_stranger(scene):
    cases = {}
    for table, owner in ((OTHER, OTHER), (GRANDCHILD, OTHER),
                         (OTHER, GRANDCHILD), (w.INIT, OTHER)):
        if table == w.INIT:
            continue
        entry, page = scene.linked(table, owner, RW, ALL)
        about = f"{NAMES[owner]}'s page in a table of {NAMES[table]}"
        cases[about] = entry, page, rights(R, R)
        cases[about + ", to be detached"] = entry, page, 0
        cases[about + ", which is asked for"] = entry, page, w.ASK
    keep(scene, E_OWNER, cases, "who may not edit the table, and does not "
         "own the resource, changes nothing")


def test_update_device(scene):
    device, entry = scene.world.device(ME), scene.entry(ME)
    scene.world.link(entry, device, R, RW)
    change(scene, BOTH, {"a device of mine":
                         (entry, device, rights(RW, RW | SHARE))})
    keep(scene, E_RIGHTS, {
        "X": (entry, device, rights(RX, RX)),
        "X in the ceiling": (entry, device, rights(R, RWX)),
    }, "a DEVICE never has X, nor a ceiling with it")


def test_update_order(scene):
    """Two things are wrong; the first of the list is answered."""
    world, good = scene.world, rights(R, R)
    page = scene.page(ME)
    hers, theirs = scene.linked(OTHER, OTHER)
    entry, held = scene.linked(ME, OTHER, R, R)
    none, inner = scene.nowhere(), scene.inside(page)
    for error, about, args in world.mixed((
            (E_RANGE, "range and rights", (w.ENTRIES_MAX, page, 1 << 11)),
            (E_RIGHTS, "rights and no table", (inner, page, 1 << 11)),
            (E_KIND, "no table, and not held", (inner, none, good)),
            (E_MATCH, "not held, and not mine", (hers, held, good)),
            (E_MATCH, "not held, in my table", (entry, page, rights(RW, RW))),
            (E_OWNER, "not mine, and more than the ceiling",
             (hers, theirs, w.VITAL)),
            (E_RIGHTS, "more than the ceiling, which no other check meets",
             (entry, held, rights(RW, RW))))):
        world.update(ME, args, error, about)
    world.judge(ORDER, "after updates that were refused")
