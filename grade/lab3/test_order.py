"""Exercise 3.2: in which order op_update writes, forgets and frees. The
kernel is stepped through one call, with a look at memory after each load of
CR3."""

from grade.lab3.stepping import Stepper
from grade.ops import state
from grade.ops import words as w
from grade.ops.scene import ALL, ME, OTHER
from grade.ops.script import OP_UPDATE, Failed, operation
from grade.ops.words import R, RW, RWX, rights
from grade.verdict import Wrong, check

ORDER = "first the store, then the flush, and only then what was held is freed"


def stepped(scene, entry, page, word, about):
    """[(entry's word, page's record) after each load of CR3]."""
    world = scene.world
    world.prepare()
    world.sync()

    def look():
        return world.word(entry), world.books.get(page)
    args = entry, page, word
    world.model.call(ME, OP_UPDATE, args)
    asked = f"{about}: update({entry:#x}, {page:#x}, {word:#x})"
    try:
        found, answer = Stepper(world, "op_update").looks(
            operation(ME, OP_UPDATE, *args), look)
    except Failed as error:
        raise Wrong(ORDER, asked, str(error)) from None
    world.written(answer, ORDER, asked)
    check(found is not None, ORDER, asked, "op_update did not return")
    check(found, ORDER, asked, "CR3 was never loaded")
    return found, asked


def test_update_store_before_flush(scene):
    for word, about in ((rights(R, RWX), "W and X go"), (0, "detached")):
        entry, page = scene.linked(ME, OTHER, RWX, RWX)
        wanted = w.entry_with(scene.world.model.entry(entry), word)
        found, asked = stepped(scene, entry, page, word, about)
        last = found[-1][0]
        last = last & w.COMPARED if last & w.P else last
        check(last == wanted, ORDER, asked, "when CR3 was loaded for the "
              f"last time, the entry held {state.describe(last)}")
        scene.world.judge(ORDER, asked)


def test_update_flush_before_free(scene):
    for owner in (ME, OTHER):
        entry, page = scene.linked(ME, owner, RW, ALL)
        scene.given(page)
        found, asked = stepped(scene, entry, page, 0, "the last entry of a "
                               "page that was given back")
        record = found[-1][1]
        check(record.kind == w.MEMORY and record.refs == 1, ORDER, asked,
              "when CR3 was loaded for the last time, the page was "
              f"{state.kind_name(record.kind)} with refs {record.refs}")
        scene.world.judge(ORDER, asked)
