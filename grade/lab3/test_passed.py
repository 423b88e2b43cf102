"""Exercise 3.1: op_attach into entries that accept, and of what others
own."""

from grade.lab3.judge import fine, refuse
from grade.ops import words as w
from grade.ops.scene import ALL, CHILD, ME, OTHER
from grade.ops.words import (E_KIND, E_MATCH, E_OWNER, E_RIGHTS, R, RW, RWX,
                             RX, SHARE, rights)

FAR = 1 << 32       # frames further up
PASSED = "what is passed on stays within the AND of the ceilings passed"


def test_attach_accepted(scene):
    """An acceptance lets me in, once, up to its ceiling."""
    for top, now, kind, level in scene.world.in_order((
            (RW, RW, w.MEMORY, 1), (ALL, RX, w.MEMORY, 1),
            (R | SHARE, R, w.TABLE, 2))):
        entry = scene.entry(OTHER, level)
        gift = (scene.page(ME) if kind == w.MEMORY
                else scene.table(ME, level))
        scene.world.post(entry, ME, kind, level, top)
        fine(scene, {"an entry that accepts it from me":
                     (entry, gift, rights(now, top), 0, 0)})
        scene.world.prepare()
        scene.world.model.store(entry, 0)
        scene.world.model.frame(gift).refs -= 1
        refuse(scene, E_OWNER, {
            "the same again, once that was detached":
                (entry, gift, rights(now, top), 0, 0),
        }, "an acceptance is used up by the first who fills its entry")


def test_attach_not_accepted(scene):
    page, world = scene.page(ME), scene.world
    good = scene.rights()
    generation = world.model.processes[ME].generation

    def posted(giver=ME, kind=w.MEMORY, level=1, number=None):
        entry = scene.entry(OTHER)
        world.post(entry, giver, kind, level, ALL, number)
        return entry, page, good, 0, 0
    cases = {
        "it accepts from another process": posted(giver=CHILD),
        "it accepts from an earlier process of my number":
            posted(number=generation - 1),
        "it accepts from a later process of my number":
            posted(number=generation + 1),
        "it accepts a table": posted(kind=w.TABLE),
        "it accepts a device": posted(kind=w.DEVICE),
        "it accepts level 2": posted(level=2),
    }
    refuse(scene, E_OWNER, cases, "an acceptance names its giver, the "
           "giver's generation, a kind and a level, and all must fit")
    entry = scene.entry(OTHER)
    world.post(entry, ME, w.MEMORY, 1, RW)
    refuse(scene, E_RIGHTS, {
        "more than it accepts": (entry, page, rights(R, RX), 0, 0),
        "SHARE, which it does not accept":
            (entry, page, rights(R, RW | SHARE), 0, 0),
    }, "the ceiling stays within the acceptance's")


def test_attach_source(scene):
    """What I hold with SHARE I may pass on, up to its ceiling."""
    cases = {}
    for top, now, asked in ((ALL, RWX, ALL), (R | SHARE, R, R),
                            (RW | SHARE, R, RW)):
        source, page = scene.linked(ME, OTHER, R, top)
        about = f"a stranger's page that I hold with ceiling {top}"
        cases[about] = (scene.entry(ME), page, rights(now, asked), source, 0)
        cases[about + ", into my child's table"] = (
            scene.entry(CHILD), page, rights(R, R), source, 0)
    held, page = scene.linked(CHILD, OTHER, R, ALL)
    cases["a stranger's page that my child holds"] = (
        scene.entry(ME), page, rights(R, R), held, 0)
    fine(scene, cases)


def test_attach_source_refused(scene):
    entry = scene.entry(ME)
    source, page = scene.linked(ME, OTHER, R, RW | SHARE)
    plain, other = scene.linked(ME, OTHER, RWX, RWX)
    theirs, third = scene.linked(OTHER, OTHER, R, ALL)
    good = rights(R, R)
    refuse(scene, E_OWNER, {
        "a source in a stranger's table": (entry, third, good, theirs, 0),
        "a source in no table": (entry, page, good, scene.inside(page), 0),
    }, "a source without via is in a table that I may edit")
    refuse(scene, E_MATCH, {
        "a source that holds another page": (entry, other, good, source, 0),
        "a source that is empty":
            (entry, page, good, scene.entry(ME), 0),
    }, "the source holds the resource")
    refuse(scene, E_RIGHTS, {
        "a source without SHARE": (entry, other, good, plain, 0),
        "X, which is outside the source's ceiling":
            (entry, page, rights(R, RX), source, 0),
        "W and X": (entry, page, rights(RWX, RWX), source, 0),
    }, PASSED)


def subtree(scene, via_top, source_top):
    """(via, source, page): a stranger's table of level 2 with a page in it,
    and my entry that holds the table."""
    table, page = scene.table(OTHER, 2), scene.page(OTHER)
    source, via = scene.at(table, 9), scene.entry(ME, 2)
    scene.world.link(source, page, R, source_top)
    scene.world.link(via, table, R, via_top)
    return via, source, page


def test_attach_via(scene):
    cases = {}
    for via_top, source_top, asked in (
            (ALL, ALL, ALL), (ALL, RW | SHARE, RW | SHARE),
            (RX | SHARE, ALL, RX), (RW | SHARE, RX | SHARE, R | SHARE)):
        via, source, page = subtree(scene, via_top, source_top)
        cases["a page in a stranger's subtree that I hold, ceilings "
              f"{via_top} and {source_top}"] = (
            scene.entry(ME), page, rights(R, asked), source, via)
    fine(scene, cases)


def test_attach_via_ceiling(scene):
    entry = scene.entry(ME)
    cases = {}
    for about, via_top, source_top, asked in (
            ("W is not in via's ceiling", RX | SHARE, ALL, RW),
            ("X is not in the source's", ALL, RW | SHARE, RX),
            ("W and X, each in one of them only", RX | SHARE, RW | SHARE,
             RWX),
            ("via has no SHARE", RWX, ALL, R),
            ("the source has no SHARE", ALL, RWX, R)):
        via, source, page = subtree(scene, via_top, source_top)
        cases[about] = entry, page, rights(R, asked), source, via
    refuse(scene, E_RIGHTS, cases, PASSED)


def test_attach_via_refused(scene):
    entry, good = scene.entry(ME), scene.rights()
    via, source, page = subtree(scene, ALL, ALL)
    other_via, other_source, _ = subtree(scene, ALL, ALL)
    table = source // 512
    theirs = scene.entry(OTHER, 2)
    scene.world.link(theirs, table, R, ALL)
    refuse(scene, E_OWNER, {
        "via in a stranger's table": (entry, page, good, source, theirs),
        "via in no table": (entry, page, good, source, scene.inside(page)),
    }, "via is in a table that I may edit")
    refuse(scene, E_MATCH, {
        "via holds another table": (entry, page, good, source, other_via),
        "via is empty": (entry, page, good, source, scene.entry(ME, 2)),
        "the source holds another page": (entry, page, good, other_source,
                                          other_via),
        "the source is empty": (entry, page, good,
                                scene.beside(source, 1), via),
    }, "via holds the source's table, and the source the resource")


def test_attach_page_is_no_table(scene):
    """A page that I hold is not believed to be a table."""
    page, wanted = scene.page(ME), scene.page(OTHER)
    via = scene.entry(ME)
    _, source, held = subtree(scene, ALL, ALL)
    scene.world.link(via, page, RW, ALL)
    scene.world.sync()
    bits, at = w.P | w.PU | w.CEILING, scene.number(1, 0, w.ENTRIES - 1)
    scene.world.poke(page, 8 * at, wanted << 12 | bits,
                     source // 512 << 12 | bits)
    rule = "what lies in a page is no entry: its words are mine to choose"
    good = rights(R, R)
    refuse(scene, E_MATCH, {
        "via holds a page of mine, in which I wrote what I want":
            (scene.entry(ME), wanted, good, page * 512 + at, via),
    }, rule)
    refuse(scene, E_OWNER, {
        "the source is in a page of mine, in which I wrote what I want":
            (scene.entry(ME), wanted, good, page * 512 + at, 0),
        "via is in a page of mine, in which I wrote a stranger's table":
            (scene.entry(ME), held, good, source, page * 512 + at + 1),
    }, rule)


def test_attach_far(scene):
    """Numbers that are in range, and lead nowhere: to no memory, or to
    mine if their highest bits are lost."""
    entry, good = scene.entry(ME), scene.rights()
    via, source, page = subtree(scene, ALL, ALL)
    held, mine = scene.linked(ME, ME)
    rule = "an entry is read once its table is known, by its whole number"
    none, far = scene.no_entry(), FAR * w.ENTRIES
    refuse(scene, E_OWNER, {
        "a source where no memory is": (entry, mine, good, none, 0),
        "via where no memory is": (entry, page, good, source, none),
        "a source 2^32 frames above one of mine":
            (entry, mine, good, held + far, 0),
        "via 2^32 frames above one of mine":
            (entry, page, good, source, via + far),
    }, rule)
    refuse(scene, E_MATCH, {
        "a source where no memory is, with a via of mine":
            (entry, page, good, none, via),
        "a source 2^32 frames above the one that via leads to":
            (entry, page, good, source + far, via),
    }, rule)
    refuse(scene, E_KIND, {
        "an entry 2^32 frames above one of mine":
            (entry + far, mine, good, 0, 0),
        "a resource 2^32 frames above one of mine":
            (entry, mine + FAR, good, 0, 0),
    }, rule)
