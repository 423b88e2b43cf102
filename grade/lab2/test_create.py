"""Exercise 2.3: create, on records that the grader made."""

from grade.lab2.seeded import run_seeded
from grade.ops import lives
from grade.ops import words as w
from grade.ops.scene import CHILD, GRANDCHILD, ME, OTHER
from grade.ops.script import OP_CREATE
from grade.ops.words import (E_ALLOWANCE, E_BUSY, E_FULL, E_GIVEN, E_KIND,
                             E_MATCH, E_OWNER, E_RANGE, MEMORY, TABLE)

MAKES = "create makes a table a process: its record, its slot, its owner"
PART = "table and context are what they must be"
GRANTS = "what the child gets, its parent has no more"
ADOPTS = "on a child's child: the caller becomes its parent"


def parts(scene, owner=ME):
    """A table and a page that can become a process."""
    return scene.table(owner), scene.page(owner)


def test_create_makes(scene):
    top, page = parts(scene)
    slot = scene.slot(20)
    scene.create(MAKES, {f"slot {slot}": (slot, top, page, 0)})
    held, _ = scene.held(ME, ME, CHILD)
    scene.create(MAKES, {
        "the last slot": (255, *parts(scene), 0),
        "a context that is attached": (scene.slot(21), scene.table(ME), held,
                                       0)})
    scene.create(MAKES, {"init's child": (scene.slot(22),
                                          *parts(scene, w.INIT), 0)},
                 me=w.INIT)


def test_create_range(scene):
    top, page = parts(scene)
    slot = scene.slot(30)
    scene.create("a number outside its range is refused", {
        "slot 0": (0, top, page, 0), "slot 256": (256, top, page, 0),
        "a slot whose low bits are free": (1 << 32 | slot, top, page, 0),
        "a slot of all ones": (w.WORD, top, page, 0),
        "a table behind the last": (slot, w.FRAMES_MAX, page, 0),
        "a table whose low bits are mine": (slot, top | 1 << 52, page, 0),
        "a context behind the last": (slot, top, w.FRAMES_MAX, 0),
        "a context of all ones": (slot, top, w.WORD, 0)}, E_RANGE)


def test_create_kind(scene):
    top, page = parts(scene)
    depth = scene.world.model.depth
    device, slot = scene.world.device(ME), scene.slot(31)
    scene.create(PART, {
        "a table of level D - 1":
            (slot, scene.table(ME, depth - 1), page, 0),
        "a table of level 2": (slot, scene.table(ME, 2), page, 0),
        "a page for a table": (slot, scene.page(ME), page, 0),
        "a frame that is not there": (slot, scene.nowhere(), page, 0),
        "a context of 2 MiB": (slot, top, scene.page(ME, 2), 0),
        "a table for a context": (slot, top, scene.table(ME), 0),
        "a device for a context": (slot, top, device, 0),
        "a free frame for a context": (slot, top, scene.world.free(), 0),
        "a context that is not there": (slot, top, scene.nowhere(), 0),
    }, E_KIND)


def test_create_owner(scene):
    top, page = parts(scene)
    slot = scene.slot(31)
    scene.create("both are my own, and not my child's", {
        "a stranger's table": (slot, scene.table(OTHER), page, 0),
        "a stranger's context": (slot, top, scene.page(OTHER), 0),
        "my child's table": (slot, scene.table(CHILD), page, 0),
        "my child's context": (slot, top, scene.page(CHILD), 0),
        "my parent's table": (slot, scene.table(w.INIT), page, 0)}, E_OWNER)
    given, (entry,) = scene.held(ME, OTHER)
    del entry
    lost = scene.given(scene.table(ME))
    scene.record(lost).refs = 1
    scene.create("what was given back makes no process", {
        "a given-back context": (slot, top, scene.given(given), 0),
        "a given-back table": (slot, lost, page, 0)}, E_GIVEN)


def test_create_busy(scene):
    top, page = parts(scene)
    scene.create("a slot in use is busy", {
        "my own": (ME, top, page, 0), "init's": (w.INIT, top, page, 0),
        "a stranger's": (OTHER, top, page, 0),
        "my child's": (CHILD, top, page, 0)}, E_BUSY)
    dead, slot = scene.slot(40), scene.slot(31)
    scene.process(dead).state = w.DEAD
    scene.process(dead).parent = w.INIT
    full, held = scene.table(ME), scene.table(ME)
    scene.world.link(scene.at(full, 7), scene.page(ME))
    scene.record(held).refs = 1
    mine = scene.process(CHILD).context
    scene.create("what is in use makes no process", {
        "the slot of a dead process": (dead, top, page, 0),
        "a table with a live entry": (slot, full, page, 0),
        "a table that is attached": (slot, held, page, 0),
        "a context that is one already": (slot, top, mine, 0)}, E_BUSY)
    scene.record(page).refs = w.COUNTER_MAX
    scene.create("a counter does not run over", {
        "a context with all refs": (slot, top, page, 0)}, E_FULL)


def test_create_allowance(scene):
    word = w.allowance
    mine = scene.process(ME)
    most, some = scene.number(1000, 500, 4096), scene.number(100, 1, 400)
    mine.allowance, mine.slots = most, 3
    top, page = parts(scene)
    slot = scene.slot(50)
    scene.create("no more than I have; one slot is the process's own", {
        "a frame more than I have": (slot, top, page, word(most + 1, 0)),
        "all slots, with none for itself": (slot, top, page, word(0, 3)),
        "more slots": (slot, top, page, word(1, 4)),
        "everything": (slot, top, page, w.WORD)}, E_ALLOWANCE)
    scene.create(GRANTS, {"some": (slot, top, page, word(most - some, 1))})
    scene.create(GRANTS, {"the rest": (scene.slot(51), *parts(scene),
                                       word(some, 0))})
    scene.create("who has no slot makes no process", {
        "another": (scene.slot(52), *parts(scene), 0)}, E_ALLOWANCE)
    mine = scene.process(ME)
    mine.allowance, mine.slots = 4096, 16
    scene.world.sync()


def test_create_reuse(scene):
    """A slot is used again: another generation, and nothing is left."""
    used, last, past = scene.slot(60), scene.slot(61), scene.slot(62)
    process = scene.process(used)
    process.generation = scene.number(41, 1, 1 << 30)
    process.reason, process.vector = 2, 14
    process.accepts, process.taken = 0, 9
    scene.create(MAKES, {"a slot that was used before":
                         (used, *parts(scene), w.allowance(7, 1))})
    scene.process(last).generation = (1 << 32) - 2
    scene.create(MAKES, {"in its last generation": (last, *parts(scene), 0)})
    scene.process(past).generation = (1 << 32) - 1
    scene.create("no slot has the same generation twice", {
        "after the last generation": (past, *parts(scene), 0)}, E_FULL)


def family(scene, slot):
    """(table, context) of a child of my child's, in that slot."""
    model = scene.world.model
    top, page = parts(scene, CHILD)
    scene.world.prepare()
    model.link(CHILD, slot, top, page, w.allowance(10, 2))
    return top, page


def test_create_adopt(scene):
    live, dead, below = scene.slot(70), scene.slot(71), scene.slot(72)
    top, page = family(scene, live)
    scene.create(ADOPTS, {"my child's child":
                          (live, top, page, w.allowance(5, 1))})
    top, page = family(scene, dead)
    scene.process(dead).state = w.DEAD
    scene.create(ADOPTS, {"a dead child of my child's": (dead, top, page, 0)})
    page = scene.process(GRANDCHILD).context
    deep, its = parts(scene, GRANDCHILD)
    scene.world.prepare()
    scene.world.model.link(GRANDCHILD, below, deep, its, 0)
    scene.create("deeper ones are not mine to adopt", {
        "my child's child's child": (below, deep, its, 0)}, E_BUSY)


def test_create_adopt_refused(scene):
    slot = scene.slot(75)
    top, page = family(scene, slot)
    scene.create("an adopted process is named by table and context", {
        "another table": (slot, scene.table(ME), page, 0),
        "another context": (slot, top, scene.page(ME), 0),
        "the wrong way round": (slot, page, top, 0)}, E_MATCH)
    mine = scene.process(ME)
    before, mine.slots = (mine.allowance, mine.slots), 1
    scene.create("its allowance and its slot are mine to give", {
        "more frames than I have":
            (slot, top, page, w.allowance(mine.allowance + 1, 0)),
        "a slot more than I have": (slot, top, page, w.allowance(0, 1)),
    }, E_ALLOWANCE)
    mine = scene.process(ME)
    mine.allowance, mine.slots = before
    scene.world.sync()


def test_create_order(scene):
    rule = "checks are made in the order of the contract"
    top, page = parts(scene)
    taken = scene.table(OTHER)
    scene.record(taken).refs = 1
    lost = scene.given(scene.table(ME))
    scene.record(lost).refs = 1
    grand, slot = scene.process(GRANDCHILD), scene.slot(31)
    for error, about, args in scene.world.mixed((
            (E_RANGE, "range, busy slot", (CHILD, w.FRAMES_MAX, page, 0)),
            (E_BUSY, "busy slot, kind", (OTHER, page, top, 0)),
            (E_KIND, "context's kind, table's owner", (slot, taken, top, 0)),
            (E_OWNER, "table's owner, allowance", (slot, taken, page, w.WORD)),
            (E_OWNER, "table's owner, in use", (slot, taken, page, 0)),
            (E_OWNER, "context's owner, table given back",
             (slot, lost, scene.page(OTHER), 0)),
            (E_GIVEN, "given back, in use", (slot, lost, page, 0)),
            (E_BUSY, "context in use, allowance",
             (slot, top, scene.process(CHILD).context, w.WORD)),
            (E_MATCH, "adopting: match, allowance",
             (GRANDCHILD, top, grand.context, w.WORD)))):
        scene.create(rule, {about: args}, error)


def test_create_four(scene):
    """With four levels, a process is a table of level 4."""
    scene.create(MAKES, {"four levels": (scene.slot(80), *parts(scene), 0)})
    scene.create(PART, {"a table of level 3":
                        (scene.slot(81), scene.world.new(TABLE, 3, ME),
                         scene.world.new(MEMORY, 1, ME), 0)}, E_KIND)


def test_create_seeded(scene, settings):
    run_seeded(scene, OP_CREATE, (lives.create, lives.create, lives.adopt),
               settings.seeds["random"])
