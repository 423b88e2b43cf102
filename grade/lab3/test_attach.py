"""Exercise 3.1: op_attach, called by the harness; what a test needs is made
by the grader (grade/lab3/world.py)."""

from grade.lab3.judge import fine, refuse
from grade.ops import words as w
from grade.ops.scene import ALL, CHILD, GRANDCHILD, ME, NAMES, OTHER
from grade.ops.words import (E_BUSY, E_FULL, E_GIVEN, E_KIND, E_LEVEL,
                             E_MATCH, E_OWNER, E_RANGE, E_RIGHTS, R, RW, RWX,
                             RX, SHARE, W, rights)

ORDER = "attach answers the first error of its contract's list"


def test_attach_memory(scene):
    page = scene.page(ME)
    fine(scene, {
        f"a page of mine, rights {now}, ceiling {top}":
            (scene.entry(ME), page, rights(now, top), 0, 0)
        for now, top in ((R, R), (RW, RW), (RX, RWX), (RWX, ALL),
                         (R, R | SHARE))})


def test_attach_large(scene):
    fine(scene, {
        f"a page of level {level}": (scene.entry(ME, level),
                                     scene.page(ME, level),
                                     rights(RW, RWX), 0, 0)
        for level in (2, 3)})


def test_attach_table(scene):
    cases = {}
    for level in range(2, scene.world.model.depth):
        table = scene.table(ME, level)
        scene.world.link(scene.at(table, 7), scene.page(ME)
                         if level == 2 else scene.table(ME, level - 1),
                         R, ALL)
        cases[f"a table of level {level}, with what is beneath"] = (
            scene.entry(ME, level), table, rights(RX, RX), 0, 0)
    fine(scene, cases)


def test_attach_child(scene):
    """A parent has its child's powers: over tables and over resources."""
    page, childs = scene.page(ME), scene.page(CHILD)
    fine(scene, {
        "my page into my child's table":
            (scene.entry(CHILD), page, rights(R, R), 0, 0),
        "my child's page into my table":
            (scene.entry(ME), childs, rights(RW, RW), 0, 0),
        "my child's page into its own table":
            (scene.entry(CHILD), childs, rights(RW, RW), 0, 0)})


def test_attach_range(scene):
    entry, page = scene.entry(ME), scene.page(ME)
    good = scene.rights()
    refuse(scene, E_RANGE, {
        "an entry behind the last": (w.ENTRIES_MAX, page, good, 0, 0),
        "an entry of all ones": (w.WORD, page, good, 0, 0),
        "a resource behind the last": (entry, w.FRAMES_MAX, good, 0, 0),
        "a resource whose low bits are mine":
            (entry, page | 1 << 52, good, 0, 0),
        "a source behind the last": (entry, page, good, w.ENTRIES_MAX, 0),
        "a via behind the last": (entry, page, good, 0, w.ENTRIES_MAX),
    }, "a number outside its range is refused")


def test_attach_rights(scene):
    entry, page = scene.entry(ME), scene.page(ME)

    def word(bits):
        return entry, page, bits, 0, 0
    refuse(scene, E_RIGHTS, {
        "nothing": word(0), "a ceiling alone": word(rights(0, RWX)),
        "W without R": word(rights(W, RW)),
        "SHARE in the rights": word(rights(R | SHARE, ALL)),
        "W outside the ceiling": word(rights(RW, R)),
        "X outside the ceiling": word(rights(RX, RW | SHARE)),
        "R outside the ceiling": word(rights(R, W)),
        "ASK": word(w.ASK), "a bit that has no meaning":
            word(rights(R, R) | 1 << 11),
        "a bit far up": word(rights(R, R) | 1 << 40),
    }, "rights hold R, no SHARE, and stay within the ceiling")


def test_attach_place(scene):
    page, plain = scene.page(ME), scene.page(ME)
    good = scene.rights()
    taken, _ = scene.linked(ME, ME)
    lost = scene.table(ME, 2)
    scene.world.link(scene.entry(ME, 2), lost, R, R)
    scene.given(lost)
    refuse(scene, E_KIND, {
        "an entry in a page": (scene.inside(plain), page, good, 0, 0),
        "an entry where no memory is":
            (scene.no_entry(), page, good, 0, 0),
    }, "an entry lies in a TABLE")
    refuse(scene, E_GIVEN, {
        "an entry of a table that was given back":
            (scene.at(lost, 3), page, good, 0, 0),
    }, "a given-back table is not filled any more")
    refuse(scene, E_BUSY, {
        "a live entry": (taken, page, good, 0, 0),
    }, "a live entry is not filled")


def test_attach_strangers_entry(scene):
    page = scene.page(ME)
    refuse(scene, E_OWNER, {
        f"an entry of {NAMES[who]}":
            (scene.entry(who), page, scene.rights(), 0, 0)
        for who in (OTHER, GRANDCHILD)
    }, "an entry without an acceptance is its editor's alone")


def test_attach_resource(scene):
    entry, model = scene.entry(ME), scene.world.model
    good, kernel = scene.rights(), scene.kernels()
    lost = scene.page(ME)
    scene.world.link(scene.entry(ME), lost, R, R)
    scene.given(lost)
    dirty = scene.moved(next(
        n for start, end in model.ram for n in range(start, end)
        if n not in model.frames), lambda _: scene.world.room())
    refuse(scene, E_KIND, {
        "a frame of the kernel": (entry, kernel, good, 0, 0),
        "a dirty frame": (entry, dirty, good, 0, 0),
        "a frame that does not exist": (entry, scene.nowhere(), good, 0, 0),
    }, "only MEMORY, a TABLE or a DEVICE is a resource")
    refuse(scene, E_GIVEN, {
        "a page that was given back": (entry, lost, good, 0, 0),
    }, "what was given back is not attached again")


def test_attach_level(scene):
    good = scene.rights()
    page, table = scene.page(ME), scene.table(ME, 2)
    mine = scene.tables[ME]
    refuse(scene, E_LEVEL, {
        "a page of level 1 at level 2": (scene.entry(ME, 2), page, good,
                                         0, 0),
        "a page of level 2 at level 1":
            (scene.entry(ME), scene.page(ME, 2), good, 0, 0),
        "a table of level 2 at level 1": (scene.entry(ME), table, good,
                                          0, 0),
        "a table of level 2 at level 3": (scene.entry(ME, 3), table, good,
                                          0, 0),
        "a table into itself":
            (scene.at(mine[2], 300), mine[2], good, 0, 0),
        "a table into the one beneath it":
            (scene.at(mine[2], 301), mine[3], good, 0, 0),
        "my root into itself":
            (scene.at(mine[max(mine)], 300), mine[max(mine)], good, 0, 0),
    }, "a resource of level L fits an entry of level L, and no other")


def test_attach_device(scene):
    device = scene.world.device(ME)
    fine(scene, {"a device of mine": (scene.entry(ME), device,
                                      rights(RW, RW | SHARE), 0, 0)})
    refuse(scene, E_RIGHTS, {
        "X": (scene.entry(ME), device, rights(RX, RX), 0, 0),
        "X in the ceiling": (scene.entry(ME), device, rights(RW, ALL), 0, 0),
    }, "a DEVICE never has X, nor a ceiling with it")


def test_attach_owner(scene):
    entry = scene.entry(ME)
    refuse(scene, E_OWNER, {
        f"a page of {NAMES[who]}":
            (entry, scene.page(who), scene.rights(), 0, 0)
        for who in (OTHER, w.INIT, GRANDCHILD)
    }, "without a source, the resource is mine or my child's")


def test_attach_full(scene):
    page, entry = scene.page(ME), scene.entry(ME)
    scene.world.prepare()
    scene.world.model.frame(page).refs = w.COUNTER_MAX
    refuse(scene, E_FULL, {
        "a page with 2^32 - 1 refs": (entry, page, rights(R, R), 0, 0),
    }, "a counter at its end is not counted up")
    scene.world.prepare()
    scene.world.model.frame(page).refs = w.COUNTER_MAX - 1
    fine(scene, {"a page with one ref less":
                 (entry, page, rights(R, R), 0, 0)})
    scene.world.prepare()
    scene.world.model.store(entry, 0)
    scene.world.model.frame(page).refs = 0


def test_attach_groups(scene):
    """On a child's directory entry the kit's group_attach answers."""
    world, model = scene.world, scene.world.model
    ports = scene.ports()
    slot = model.slot_name(ME)
    word = w.GROUP_RIGHTS
    world.attach(w.INIT, (slot, w.PORTS | ports, word, 0, 0), w.OK,
                 "a group of ports for my child")
    world.attach(w.INIT, (slot, w.PORTS | ports, word, 0, 0), E_BUSY,
                 "the same again")
    world.attach(w.INIT, (slot, w.PORTS | ports, rights(R, R), 0, 0),
                 E_RIGHTS, "without W")
    world.attach(w.INIT, (model.slot_name(ME), scene.page(w.INIT),
                          rights(R, R), 0, 0), E_RANGE,
                 "a page into the directory")
    world.judge("the directory's entries are for groups (core/group.h)")


def test_attach_order(scene):
    """Two things are wrong; the first of the list is answered."""
    world, good = scene.world, rights(R, R)
    page, theirs = scene.page(ME), scene.page(OTHER)
    busy, _ = scene.linked(ME, ME)
    lost = scene.table(ME, 2)
    world.link(scene.entry(ME, 2), lost, R, R)
    scene.given(lost)
    mine, hers = scene.entry(ME), scene.entry(OTHER)
    live, _ = scene.linked(OTHER, OTHER)
    source, held = scene.linked(ME, OTHER, R, RWX)
    none, inner = scene.nowhere(), scene.inside(page)
    device = world.device(ME)
    world.model.frame(held).refs = w.COUNTER_MAX
    for error, about, args in world.mixed((
            (E_RANGE, "range and rights", (mine, w.FRAMES_MAX, 0, 0, 0)),
            (E_RIGHTS, "rights and no table", (inner, page, 0, 0, 0)),
            (E_KIND, "no table and no resource",
             (inner, none, good, 0, 0)),
            (E_GIVEN, "a given-back table and no resource",
             (scene.at(lost, 0), none, good, 0, 0)),
            (E_BUSY, "a live entry, not mine to edit",
             (live, page, good, 0, 0)),
            (E_BUSY, "a live entry, and not my page",
             (busy, theirs, good, 0, 0)),
            (E_OWNER, "not mine to edit, and no resource",
             (hers, none, good, 0, 0)),
            (E_KIND, "no resource, and no source",
             (mine, none, good, mine, 0)),
            (E_LEVEL, "another level, and not mine",
             (scene.entry(ME, 2), theirs, good, 0, 0)),
            (E_LEVEL, "another level, and a device with X",
             (scene.entry(ME, 2), device, rights(R, RX), 0, 0)),
            (E_MATCH, "not held, and no SHARE",
             (mine, page, good, source, 0)),
            (E_RIGHTS, "no SHARE, and refs at their end",
             (mine, held, good, source, 0)))):
        world.attach(ME, args, error, about)
    world.judge(ORDER, "after attaches that were refused")
    world.prepare()
    world.model.frame(held).refs = 1
