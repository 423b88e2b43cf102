"""Exercise 4.1: what op_swap refuses, each by itself."""

from grade.lab4.test_move import NONE, held
from grade.ops import words as w
from grade.ops.scene import ALL, CHILD, GRANDCHILD, ME, OTHER
from grade.ops.words import (E_ALLOWANCE, E_BUSY, E_GIVEN, E_KIND, E_LEVEL,
                             E_MATCH, E_OWNER, E_RANGE, E_RIGHTS, E_SHARED,
                             E_VITAL, MEMORY, R, RW, RWX, SHARE, TABLE)

ORDER = "the first check that fails, in the contract's order, is the answer"


def refuse(scene, error, cases, rule, me=ME):
    """Swaps that must be refused. Nothing may change."""
    for about, args in scene.world.mixed(cases.items()):
        scene.world.swap(me, args + (0,), error, about)
    scene.world.judge(rule, "after swaps that were refused")


def test_swap_range(scene):
    entry, page = held(scene, ME)
    with_ = scene.entry(CHILD)
    refuse(scene, E_RANGE, {
        "entry is one past the last": (w.ENTRIES_MAX, with_, page, NONE),
        "entry is one past the last, with is 0":
            (w.ENTRIES_MAX, 0, page, NONE),
        "entry is the largest word": (w.WORD, with_, page, NONE),
        "with is one past the last": (entry, w.ENTRIES_MAX, page, NONE),
        "with is one past the last, entry is 0":
            (0, w.ENTRIES_MAX, page, NONE),
        "with has bit 63 set": (entry, with_ | 1 << 63, page, NONE),
        "an entry and itself": (entry, entry, page, NONE),
        "an entry and itself, exchanged": (entry, entry, page, page),
    }, "both entries are in range, and not the same")


def test_swap_tables(scene):
    entry, page = held(scene, ME)
    with_, slot = scene.entry(CHILD), scene.world.model.slot_name
    refuse(scene, E_KIND, {
        "entry lies in a page": (scene.inside(page), with_, page, NONE),
        "with lies in a page": (entry, scene.inside(page), page, NONE),
        "entry lies in nothing": (scene.no_entry(), with_, page, NONE),
        "entry lies in the directory":
            (slot(scene.number(2, 2, 256)), with_, page, NONE),
        "with lies in the directory":
            (entry, slot(scene.number(9, 2, 256)), page, NONE),
    }, "both entries lie in a TABLE")
    lost = scene.table(ME, 2)
    scene.given(lost)
    refuse(scene, E_GIVEN, {
        "with lies in a table that was given back":
            (entry, scene.at(lost, 0), page, NONE),
    }, "nothing is put into a table that was given back")
    huge, made = held(scene, ME, 2, TABLE)
    refuse(scene, E_LEVEL, {
        "a page to an entry of level 2":
            (entry, scene.entry(CHILD, 2), page, NONE),
        "a table of level 2 to an entry of level 1":
            (huge, scene.entry(ME), made, NONE),
        "a page for a table": (entry, huge, page, made),
    }, "both entries are of one level")


def test_swap_given_table_leaves(scene):
    """Out of a table that was given back something may go."""
    table = scene.table(ME, 2)
    scene.world.link(scene.entry(ME, 2), table, RW, ALL)
    page = scene.page(ME)
    leaves = scene.at(table, 4)
    scene.world.link(leaves, page, RW, ALL)
    scene.given(table)
    scene.world.swap(ME, (leaves, scene.entry(ME), page, NONE, 0),
                     w.OK, "out of a table of mine that was given back")
    scene.world.judge("E_GIVEN is for the table of `with` alone")


def test_swap_strangers_entry(scene):
    entry, page = held(scene, OTHER)
    hers, hers_page = held(scene, GRANDCHILD)
    refuse(scene, E_OWNER, {
        "out of a stranger's entry": (entry, scene.entry(ME), page, NONE),
        "out of my child's child's": (hers, scene.entry(ME), hers_page,
                                      NONE),
        "a stranger's page for mine": (entry, *_pair(scene, page)),
    }, "the table of entry is one that I may edit")
    mine, my_page = held(scene, ME)
    refuse(scene, E_OWNER, {
        "mine for a stranger's": (mine, entry, my_page, page),
        "mine for my child's child's": (mine, hers, my_page, hers_page),
    }, "exchanging, the table of with is one that I may edit too")


def _pair(scene, other):
    """with, resource, other for an exchange the other way round."""
    mine, my_page = held(scene, ME)
    return mine, other, my_page


def test_swap_match(scene):
    entry, page = held(scene, ME)
    with_, other = held(scene, CHILD)
    third = scene.page(ME)
    empty = scene.entry(ME)
    gap = scene.entry(ME)
    scene.world.post(gap, OTHER, MEMORY, 1, RW)
    refuse(scene, E_MATCH, {
        "entry holds another page": (entry, scene.entry(CHILD), third, NONE),
        "entry is empty": (empty, scene.entry(CHILD), page, NONE),
        "entry is empty, and resource frame 0":
            (empty, scene.entry(CHILD), 0, NONE),
        "entry has an acceptance": (gap, scene.entry(CHILD), page, NONE),
        "the page's number with bit 40 set":
            (entry, scene.entry(CHILD), page | 1 << 40, NONE),
        "the page's number with bit 52 set":
            (entry, scene.entry(CHILD), page | 1 << 52, NONE),
        "resource is no frame": (entry, scene.entry(CHILD), NONE, NONE),
        "with holds another page": (entry, with_, page, third),
        "exchanging, with is empty": (entry, scene.entry(CHILD), page, other),
        "other is no frame": (entry, with_, page, w.FRAMES_MAX),
        "other, but with bit 52 set": (entry, with_, page, other | 1 << 52),
    }, "entry holds the resource, and with the other one")


def test_swap_given(scene):
    entry, page = held(scene, ME)
    with_, other = held(scene, CHILD)
    good, good_page = held(scene, ME)
    scene.given(page)
    scene.given(other)
    refuse(scene, E_GIVEN, {
        "a page that was given back": (entry, scene.entry(CHILD), page,
                                       NONE),
        "mine for one that was given back": (good, with_, good_page, other),
    }, "what was given back goes nowhere else")


def test_swap_not_its_owner(scene):
    """A holder may not give away what it only holds."""
    entry, page = scene.linked(ME, OTHER)
    child, child_page = scene.linked(CHILD, ME)
    mine, my_page = scene.linked(ME, CHILD)
    good, good_page = held(scene, ME)
    refuse(scene, E_OWNER, {
        "a stranger's page that I hold": (entry, scene.entry(CHILD), page,
                                          NONE),
        "my page that my child holds": (child, scene.entry(ME), child_page,
                                        NONE),
        "my child's page that I hold": (mine, scene.entry(ME), my_page,
                                        NONE),
        "mine for my page that my child holds":
            (good, child, good_page, child_page),
    }, "the owner of the table and the owner of the resource are the same")


def test_swap_shared(scene):
    entry, page = held(scene, ME)
    scene.world.link(scene.entry(OTHER), page, R, R)
    good, good_page = held(scene, ME)
    with_, other = held(scene, CHILD)
    scene.world.link(scene.entry(ME), other, R, R)
    own, context = scene.entry(ME), scene.page(ME)
    scene.world.link(own, context, RW, RW)
    scene.world.prepare()
    scene.world.model.frame(context).refs += 1      # as a context has
    refuse(scene, E_SHARED, {
        "a page that a stranger holds too": (entry, scene.entry(CHILD), page,
                                             NONE),
        "mine for one that I hold too": (good, with_, good_page, other),
        "a page that something else refers to":
            (own, scene.entry(CHILD), context, NONE),
    }, "what other entries hold too stays where it is")
    scene.world.prepare()
    scene.world.model.frame(context).refs -= 1


def test_swap_vital(scene):
    entry, page = held(scene, ME)
    good, good_page = held(scene, ME)
    with_, other = held(scene, CHILD)
    scene.world.prepare()
    for n, owner in ((page, ME), (other, CHILD)):
        scene.world.model.frame(n).flags |= w.VITAL_FRAME
        scene.world.model.processes[owner].vitals += 1
    refuse(scene, E_VITAL, {
        "a vital page of mine": (entry, scene.entry(CHILD), page, NONE),
        "mine for a vital one of my child's": (good, with_, good_page,
                                               other),
    }, "a vital page is not taken, not by its owner either")


def test_swap_busy(scene):
    entry, page = held(scene, ME)
    with_, _ = held(scene, CHILD)
    theirs, _ = held(scene, OTHER)
    refuse(scene, E_BUSY, {
        "to an entry of my child's that is live": (entry, with_, page, NONE),
        "to a stranger's that is live": (entry, theirs, page, NONE),
    }, "what moves goes to an empty entry")


def test_swap_not_accepted(scene):
    world = scene.world
    generation = world.model.processes[ME].generation

    def posted(giver=ME, kind=MEMORY, level=1, number=None, top=ALL):
        entry, page = held(scene, ME)
        with_ = scene.entry(OTHER)
        world.post(with_, giver, kind, level, top, number)
        return entry, with_, page, NONE
    entry, page = held(scene, ME)
    refuse(scene, E_OWNER, {
        "it accepts nothing": (entry, scene.entry(OTHER), page, NONE),
        "it accepts from another process": posted(giver=CHILD),
        "it accepts from an earlier process of my number":
            posted(number=generation - 1),
        "it accepts a table": posted(kind=TABLE),
        "it accepts level 2": posted(level=2),
        "a table of my child's child":
            (entry, scene.entry(GRANDCHILD), page, NONE),
    }, "an acceptance names its giver, the giver's generation, a kind and a "
       "level, and all must fit")
    refuse(scene, E_RIGHTS, {
        "SHARE, which it does not accept": posted(top=RWX),
        "W, which it does not accept": posted(top=R | w.X | SHARE),
        "only R is accepted": posted(top=R),
    }, "the ceiling that moves stays within the acceptance's")


def test_swap_allowance(scene):
    world = scene.world
    entry, page = held(scene, ME)
    with_ = scene.entry(CHILD)
    huge, huge_frame = held(scene, ME, 2)
    table_at, table = held(scene, CHILD, 2, TABLE)
    own, other = held(scene, CHILD, 2)
    mine, my_table = held(scene, ME, 2, TABLE)
    world.prepare()
    processes = world.model.processes
    before = [(n, processes[n].allowance) for n in (ME, CHILD)]
    processes[CHILD].allowance = 0
    rule = "each receiver's allowance has room for what it gets more"
    refuse(scene, E_ALLOWANCE, {
        "a page to a child that may own no more": (entry, with_, page, NONE),
    }, rule)
    world.prepare()
    processes[CHILD].allowance, processes[ME].allowance = 510, 510
    refuse(scene, E_ALLOWANCE, {
        "2 MiB of mine for a table, when my child may own 510 more":
            (huge, table_at, huge_frame, table),
        "a table of mine for 2 MiB, when I may own 510 more":
            (mine, own, my_table, other),
        "2 MiB to a child that may own 510 more":
            (huge, scene.entry(CHILD, 2), huge_frame, NONE),
    }, rule)
    world.prepare()
    for n, allowance in before:
        processes[n].allowance = allowance


def test_swap_order(scene):
    """Two things wrong at once."""
    entry, page = held(scene, ME)
    with_, other = held(scene, CHILD)
    theirs, their_page = held(scene, OTHER)
    lost = scene.table(ME, 2)
    scene.given(lost)
    gone, gone_page = scene.linked(ME, OTHER)
    scene.given(gone_page)
    several, several_page = scene.linked(ME, OTHER)
    scene.world.link(scene.entry(ME), several_page, R, R)
    shared, shared_page = held(scene, ME)
    scene.world.link(scene.entry(ME), shared_page, R, R)
    scene.world.prepare()
    before = scene.process(CHILD).allowance
    scene.process(CHILD).allowance = 0
    scene.world.model.frame(page).flags |= w.VITAL_FRAME
    scene.world.model.processes[ME].vitals += 1
    free, inner = scene.entry(CHILD), scene.inside(page)
    for error, about, args in scene.world.mixed((
            (E_RANGE, "the same entry twice, in no table",
             (inner, inner, page, NONE)),
            (E_KIND, "no table, and one that was given back",
             (inner, scene.at(lost, 0), page, NONE)),
            (E_GIVEN, "a given-back table of another level",
             (scene.entry(ME, 2), scene.at(lost, 0), page, NONE)),
            (E_LEVEL, "another level, and a stranger's",
             (theirs, scene.entry(ME, 2), their_page, NONE)),
            (E_OWNER, "a stranger's entry, which holds something else",
             (theirs, free, page, NONE)),
            (E_MATCH, "not held, and a live entry",
             (entry, with_, other, NONE)),
            (E_GIVEN, "given back, and not its table's owner's",
             (gone, free, gone_page, NONE)),
            (E_OWNER, "not its table's owner's, and shared",
             (several, free, several_page, NONE)),
            (E_SHARED, "shared, to a live entry",
             (shared, with_, shared_page, NONE)),
            (E_VITAL, "vital, to a live entry",
             (entry, with_, page, NONE)))):
        scene.world.swap(ME, args + (0,), error, about)
    scene.world.judge(ORDER, "after swaps that were refused")
    late, late_page = held(scene, ME)
    for error, about, args in scene.world.mixed((
            (E_BUSY, "a stranger's live entry", (late, theirs, late_page,
                                                 NONE)),
            (E_OWNER, "exchanging, a stranger's entry that holds something "
             "else", (late, theirs, late_page, page)),
            (E_MATCH, "exchanging, not held, and no room",
             (late, with_, late_page, page)))):
        scene.world.swap(ME, args + (0,), error, about)
    scene.world.judge(ORDER, "after swaps that were refused")
    scene.process(CHILD).allowance = before
