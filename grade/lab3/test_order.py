"""Exercises 3.1 and 3.2: in which order the operations write, forget, tell
and free. The kernel is stepped through one call, with a look at memory after
each instruction; and update is called while the processor knows a translation
that is stale."""

from grade.lab3.stepping import Stepper
from grade.ops import state
from grade.ops import words as w
from grade.ops.scene import ALL, CHILD, ME, OTHER
from grade.ops.script import (FORGOTTEN, OP_ATTACH, OP_UPDATE, Failed,
                              operation, stale)
from grade.ops.words import R, RW, RWX, RX, rights
from grade.ops.world import error_name, told
from grade.verdict import LetIn, Wrong, check

ORDER = "first the store, then the flush, and only then what was held is freed"
ONCE = "an entry is written by one store, of what it is to be"
NOTICE = "who loses something is told once it is lost"
STALE = "a loss of R, W or X is forgotten by every processor, whosever it is"


def stepped(scene, number, args, about, rule=ORDER):
    """([(place, whether CR3 was loaded, (the entry's word, the resource's
    record, what its table's owner was told))], what was asked)."""
    world, function = scene.world, f"op_{w.OPERATIONS[number]}"
    world.prepare()
    world.sync()
    entry, resource = args[:2]
    owner = world.model.frame(entry // w.ENTRIES).owner
    context = world.model.processes[owner].context

    def look():
        word = world.word(entry)
        events, = world.peek(context, w.CONTEXT_WORDS["events"])
        return (word & w.COMPARED if word & w.P else word,
                world.books.get(resource), (events, world.peek(
                    context, w.CONTEXT_WORDS["taken"], w.C["TAKEN_MAX"])))
    world.model.call(ME, number, args)
    step = operation(ME, number, *args)
    asked = told(step, about)
    stepper = Stepper(world, function)
    try:
        found, answer = stepper.history(step, look)
    except Failed as error:
        raise Wrong(rule, asked, str(error)) from None
    world.written(answer, rule, asked)
    check(found is not None, rule, asked, f"{function} did not return")
    check(answer.value == w.OK, rule, asked,
          f"it answered {error_name(answer.value)}")
    return [(stepper.line(at), loaded, what)
            for at, loaded, what in found], asked


def last_flush(found, asked):
    """What was so when CR3 was loaded for the last time."""
    flushes = [what for _, loaded, what in found if loaded]
    if not flushes:
        raise LetIn(ORDER, asked, "CR3 was never loaded")
    return flushes[-1]


def written_once(found, before, after, asked):
    """Wrong unless the entry was `before`, and then `after`."""
    for place, _, (word, _, _) in found:
        check(word in (before, after), ONCE, asked,
              f"at {place} the entry held {state.describe(word)}")
    words = [what[0] for _, _, what in found]
    check(after in words, ONCE, asked,
          f"it never held {state.describe(after)}")
    check(before not in words[words.index(after):], ONCE, asked,
          f"it held {state.describe(before)} again")


def test_update_store_before_flush(scene):
    for word, about in scene.world.in_order((
            (rights(R, RWX), "W and X go"), (0, "detached"))):
        entry, page = scene.linked(ME, OTHER, RWX, RWX)
        wanted = w.entry_with(scene.world.model.entry(entry), word)
        found, asked = stepped(scene, OP_UPDATE, (entry, page, word), about)
        last = last_flush(found, asked)[0]
        check(last == wanted, ORDER, asked, "when CR3 was loaded for the "
              f"last time, the entry held {state.describe(last)}")
        scene.world.judge(ORDER, asked)


def test_update_flush_before_free(scene):
    for owner in scene.world.in_order((ME, OTHER)):
        entry, page = scene.linked(ME, owner, RW, ALL)
        scene.given(page)
        found, asked = stepped(scene, OP_UPDATE, (entry, page, 0),
                               "the last entry of a page that was given back")
        record = last_flush(found, asked)[1]
        check(record.kind == w.MEMORY and record.refs == 1, ORDER, asked,
              "when CR3 was loaded for the last time, the page was "
              f"{state.kind_name(record.kind)} with refs {record.refs}")
        scene.world.judge(ORDER, asked)


def test_update_written_once(scene):
    """No state in between, for another processor to see."""
    for about, table, now, word in scene.world.in_order((
            ("W goes, also from the ceiling, and X comes", ME, RW,
             rights(RX, RX)),
            ("X goes, and comes to the ceiling with W", ME, RX,
             rights(R, RWX)),
            ("my page in a stranger's table loses W", OTHER, RW,
             rights(R, R)),
            ("my page is detached from a stranger's table", OTHER, RW, 0))):
        entry, page = scene.linked(table, ME, now, now)
        scene.world.sync()
        before = scene.world.model.entry(entry)
        found, asked = stepped(scene, OP_UPDATE, (entry, page, word), about,
                               ONCE)
        after = scene.world.model.entry(entry)
        written_once(found, before, after, asked)
        first = found[0][2][2]
        for place, _, (held, _, heard) in found:
            check(heard == first or held == after, NOTICE, asked,
                  f"at {place} the table's owner was told of it, and the "
                  f"entry held {state.describe(held)}")
        scene.world.judge(ONCE, asked)


def test_attach_written_once(scene):
    accepts = scene.entry(OTHER)
    scene.world.post(accepts, ME, w.MEMORY, 1, ALL)
    for about, entry in scene.world.in_order((
            ("into an empty entry", scene.entry(ME)),
            ("into one that accepts", accepts))):
        page = scene.page(ME)
        scene.world.sync()
        before = scene.world.model.entry(entry)
        found, asked = stepped(scene, OP_ATTACH,
                               (entry, page, rights(R, RW), 0, 0),
                               f"a page of mine {about}", ONCE)
        written_once(found, before, scene.world.model.entry(entry), asked)
        scene.world.judge(ONCE, asked)


LOSSES = (("W goes", RWX, RX), ("X alone goes", RWX, RW),
          ("X goes, and W never was", RX, R), ("it is detached", RWX, None),
          ("the last it had is detached", R, None))


def losing(scene):
    """{about: (entry, resource, rights word)} of losses: of pages, large
    pages and tables, by the table's editor and by the resource's owner."""
    cases = {}
    for what, before, after in LOSSES:
        word = 0 if after is None else rights(after, after)
        for whose, table, owner in (
                ("a stranger's page in my table", ME, OTHER),
                ("my page in a stranger's table", OTHER, ME),
                ("a page in my child's table", CHILD, ME)):
            cases[f"{whose}: {what}"] = (
                *scene.linked(table, owner, before, before), word)
        for about, resource in (("2 MiB", scene.page(ME, 2)),
                                ("a table", scene.table(ME, 2))):
            entry = scene.entry(ME, 2)
            scene.world.link(entry, resource, before, ALL)
            cases[f"{about} in my table: {what}"] = entry, resource, word
    entry, page = scene.linked(ME, ME, RW, RW)
    scene.given(page)
    cases["a given-back page: W goes"] = entry, page, rights(R, R)
    return cases


def test_update_forgets(scene):
    world = scene.world
    cases = dict(world.in_order(losing(scene).items()))
    world.prepare()
    world.sync()
    for args in cases.values():
        world.model.call(ME, OP_UPDATE, args)
    calls = [stale(ME, OP_UPDATE, *args) for args in cases.values()]
    answers = world.steps(calls, STALE, list(cases))
    for n, (answer, step, about) in enumerate(zip(answers, calls, cases)):
        world.session.at = n
        asked = told(step, about)
        world.written(answer, STALE, asked)
        check(answer.value & ~FORGOTTEN == w.OK, STALE, asked,
              f"it answered {error_name(answer.value & ~FORGOTTEN)}")
        if not answer.value & FORGOTTEN:
            raise LetIn(STALE, asked, "the processor still uses a "
                        "translation that it knew before")
    world.judge(STALE, "after updates that must be done")
