"""Exercise 3.2: what op_update leaves to others: notices, vital pages,
acceptances, the directory."""

from grade.lab3.judge import change, keep
from grade.ops import words as w
from grade.ops.scene import ALL, CHILD, ME, OTHER
from grade.ops.words import (E_BUSY, E_FULL, E_GIVEN, E_MATCH, E_OWNER,
                             E_RANGE, E_RIGHTS, E_VITAL, R, RW, RWX, RX,
                             rights)
from grade.verdict import equal

AT, TAKEN_MAX = w.CONTEXT_WORDS, w.C["TAKEN_MAX"]
MARK = "an owner's vital page keeps its rights in the owner's own tables"


def events(scene, who):
    """A process's event word."""
    return scene.world.peek(scene.context(who), AT["events"])[0]


def forget(scene, *whom):
    """Clears the event words."""
    scene.world.prepare()
    for who in whom:
        context, none = scene.context(who), (0,) * TAKEN_MAX
        _, ring = scene.world.model.told.get(context, (0, none))
        scene.world.model.told[context] = 0, ring


def test_update_asks(scene):
    rule = "ASK changes nothing; the table's owner has EVENT_ASKED"
    entry, page = scene.linked(OTHER, ME, RW, ALL)
    forget(scene, OTHER, ME)
    change(scene, rule, {"by the page's owner": (entry, page, w.ASK)})
    equal(events(scene, OTHER), w.EVENT_ASKED, rule,
          "the event word of the process whose table it is", hex)
    equal(events(scene, ME), 0, rule, "my own event word", hex)
    entry, page = scene.linked(CHILD, OTHER, RW, ALL)
    forget(scene, CHILD)
    change(scene, rule, {"by the table's editor": (entry, page, w.ASK)})
    equal(events(scene, CHILD), w.EVENT_ASKED, rule, "my child's event word",
          hex)


def test_update_taken(scene):
    """Who loses something in its own table is told."""
    rule = "a table's owner is told of what somebody else takes or lowers"
    before = scene.world.model.processes[OTHER].taken
    forget(scene, OTHER, ME)
    entries = []
    for n in range(TAKEN_MAX + 3):
        entry, page = scene.linked(OTHER, ME, RW, RW)
        word = rights(R, R) if n % 2 else 0
        scene.world.update(ME, (entry, page, word), w.OK,
                           "my page in a stranger's table")
        entries.append(entry)
    scene.world.judge(rule)
    ring = list(scene.world.peek(scene.context(OTHER), AT["taken"],
                                 TAKEN_MAX))
    for n, entry in list(enumerate(entries, before))[-TAKEN_MAX:]:
        equal(ring[n % TAKEN_MAX], entry, rule,
              f"entry number {n} of `taken` in its context", hex)
    equal(events(scene, OTHER), w.EVENT_TAKEN, rule, "its event word", hex)
    equal(events(scene, ME), 0, rule, "my own event word", hex)


def test_update_tells_nobody(scene):
    """No notice without a loss, and none of my own doing."""
    rule = "only what another process loses is told"
    mine, page = scene.linked(ME, ME, RW, RW)
    childs, held = scene.linked(CHILD, OTHER, R, RWX)
    forget(scene, ME, CHILD)
    change(scene, rule, {
        "my own page in my own table, lowered": (mine, page, rights(R, R)),
        "and detached": (mine, page, 0),
        "in my child's table, raised": (childs, held, rights(RX, RWX))},
           ordered=True)
    for who in (ME, CHILD):
        equal(events(scene, who), 0, rule, f"process {who}'s event word", hex)


def vital(scene, table, owner, now=RW):
    """(entry, page): a vital page of `owner`."""
    entry, page = scene.linked(table, owner, now, ALL)
    scene.world.prepare()
    scene.world.model.frame(page).flags |= w.VITAL_FRAME
    scene.world.model.processes[owner].vitals += 1
    return entry, page


def unmark(scene, *pages):
    """Takes marks off, for the tests that follow."""
    scene.world.prepare()
    for page in pages:
        scene.world.model.forget_vital(page)


def test_update_vital(scene):
    """The owner keeps what it has; who only borrows does not."""
    entry, page = vital(scene, CHILD, CHILD)
    borrowed, childs = vital(scene, OTHER, CHILD)
    keep(scene, E_VITAL, {
        "W would be lost": (entry, page, rights(R, RW)),
        "all would be lost": (entry, page, 0),
    }, MARK)
    change(scene, MARK, {
        "by its parent, who raises": (entry, page, rights(RWX, ALL)),
        "by its parent, who asks": (entry, page, w.ASK),
        "by its parent, out of a stranger's table": (borrowed, childs, 0)})
    change(scene, MARK, {"by its owner itself": (entry, page, 0)}, me=CHILD)
    unmark(scene, page, childs)


def test_update_vital_of_the_dead(scene):
    """A mark counts while its owner lives."""
    world = scene.world
    entry, page = vital(scene, CHILD, CHILD)
    world.model.processes[CHILD].state = w.DEAD
    change(scene, "a dead owner's mark protects nothing",
           {"by the dead owner's parent": (entry, page, 0)})
    world.prepare()
    world.model.processes[CHILD].state = w.LIVE
    unmark(scene, page)


def test_update_marks(scene):
    """VITAL and MORTAL are the kit's notice_update."""
    world = scene.world
    entry, page = scene.linked(ME, ME, RW, RW)
    childs, theirs = scene.linked(CHILD, CHILD)
    rule = "the owner marks its own pages, VITAL_MAX at most"
    change(scene, rule, {"my page": (entry, page, w.VITAL)})
    change(scene, rule, {"the same again": (entry, page, w.VITAL)})
    keep(scene, E_OWNER, {
        "my child's page": (childs, theirs, w.VITAL),
    }, rule)
    more = [scene.linked(ME, ME) for _ in range(w.C["VITAL_MAX"])]
    for n, (at, what) in enumerate(more):
        world.update(ME, (at, what, w.VITAL),
                     E_FULL if n == len(more) - 1 else w.OK, "one more")
    world.judge(rule)
    for at, what in [(entry, page)] + more:
        world.update(ME, (at, what, w.MORTAL), w.OK, "the mark off")
    world.judge(rule)


def test_update_posts(scene):
    """An empty entry takes one acceptance."""
    rule = "an empty entry keeps the acceptance that is posted there"
    generation = scene.world.model.processes[OTHER].generation
    word = w.accept(OTHER, generation, w.MEMORY, 1)
    another = w.accept(OTHER, generation, w.TABLE, 1)
    entry, childs = scene.entry(ME), scene.entry(CHILD)
    change(scene, rule, {"posted": (entry, word, rights(RW, ALL))})
    change(scene, rule, {"in my child's table": (childs, word, rights(R, R))})
    keep(scene, E_BUSY, {
        "another one": (entry, another, rights(R, R)),
        "the same again": (entry, word, rights(R, R)),
    }, "an entry keeps one acceptance")
    keep(scene, E_MATCH, {
        "another one is withdrawn": (entry, another, 0),
    }, "the acceptance that is withdrawn is named")
    change(scene, "RIGHTS_NONE withdraws it", {"withdrawn": (entry, word, 0)})


def test_update_posts_refused(scene):
    word = w.accept(OTHER, 1, w.MEMORY, 1)
    lost = scene.table(ME, 2)
    scene.world.link(scene.entry(ME, 2), lost, R, R)
    scene.given(lost)
    entry = scene.entry(ME)
    keep(scene, E_GIVEN, {
        "in a table that was given back":
            (scene.at(lost, 0), word, scene.rights()),
    }, "a given-back table accepts nothing")
    keep(scene, E_OWNER, {
        "in a stranger's table": (scene.entry(OTHER), word, rights(R, R)),
    }, "only its editor posts in an entry")
    keep(scene, E_MATCH, {
        "a page, which is no acceptance":
            (entry, scene.page(ME), rights(R, R)),
        "an empty entry is detached": (entry, scene.page(ME), 0),
        "the P bit is set in it": (entry, word | 1, rights(R, R)),
    }, "what is posted is an acceptance")
    keep(scene, E_RIGHTS, {
        "rights that are none": (entry, word, rights(RW, R)),
    }, "the rights word is valid")


def test_update_ends_process(scene):
    """On a child's directory entry the kit's process_update answers."""
    rule = "the parent's update in the directory ends a child, then buries it"
    world, model = scene.world, scene.world.model
    slot = scene.slot(9)
    world.process(slot, ME, 9)
    name, table = model.slot_name(slot), model.processes[slot].table
    behind = scene.number(300, w.PROCESS_MAX, w.ENTRIES)
    keep(scene, E_OWNER, {
        "its parent's parent is not its parent": (name, table, 0),
    }, rule, me=w.INIT)
    keep(scene, E_RIGHTS, {"rights": (name, table, rights(R, R))}, rule)
    keep(scene, E_MATCH, {"another table": (name, table + 1, 0)}, rule)
    keep(scene, E_RANGE, {
        f"slot {behind}": (model.slot_name(behind), table, 0)}, rule)
    change(scene, rule, {"the child ends": (name, table, 0)})
    keep(scene, E_BUSY, {
        "it still owns tables": (name, w.RESOURCE_NONE, 0)}, rule)
    world.prepare()
    for n, frame in list(model.frames.items()):
        if frame.owner == slot:
            model.change_owner(n, ME)
    change(scene, rule, {"it is buried": (name, w.RESOURCE_NONE, 0)})


def test_update_groups(scene):
    """On a directory entry, with a group: the kit's group_update."""
    world, model = scene.world, scene.world.model
    ports = scene.ports()
    name = model.slot_name(OTHER)
    world.prepare()
    model.processes[OTHER].groups |= 1 << ports
    change(scene, "in the directory a group's word is group_update's",
           {"init takes a group from its child": (name, w.PORTS | ports, 0)},
           me=w.INIT)
    keep(scene, E_MATCH, {
        "it does not have it any more": (name, w.PORTS | ports, 0)},
        "a group that a process has not cannot be taken", me=w.INIT)
