"""Exercise 5.2: copy-on-write. Tables are shared, copied and opened inside of
min, without the pager; what is mapped is read from outside, in the process
that runs at each look."""

from grade.lab5.given import GIVEN, Dice
from grade.lab5.machines import said
from grade.lab5.watch import GIB, PAGE
from grade.lab5.show import answers, at, number
from grade.verdict import check, equal

ENOMEM, EAGAIN = -12, -11
OK = 0
G = GIVEN


def both():
    """The root's entries for the two places."""
    return G.a // GIB, G.b // GIB


def places():
    """Where the four pages are."""
    return G.a, G.a + PAGE, G.a + 2 * PAGE, G.b


def shown(found):
    """What was found of each page, in words."""
    return at(places())(found)


def gibs(found):
    """What was found of each GiB, in words."""
    return at((G.a, G.b))(found)


def rights(look):
    """Rights of the four pages."""
    return [(look.page(va) or (0, "none"))[1] for va in places()]


def frames(look):
    """Their frames."""
    return [look.frame(va) for va in places()]


def other(before, after):
    """Which of them lie in another frame than before."""
    return ["the same frame" if x == y else "another frame"
            for x, y in zip(frames(before), frames(after))]


SAME, SECOND = ["the same frame"] * 4, ["the same frame", "another frame",
                                        "the same frame", "the same frame"]


def test_fork_share(machines):
    rule = "a fork shares whole GiB: both hold the same tables, barred"
    run = machines.inside("share")
    before, parent, child = (run.look(n, rule) for n in (1, 3, 2))
    equal(rights(before), ["rw-"] * 4, rule, "the parent before its fork",
          shown)
    equal(rights(parent), ["r--"] * 4, rule, "the parent after its fork",
          shown)
    equal(rights(child), ["r--"] * 4, rule, "the child at its first step",
          shown)
    equal(other(before, parent), SAME, rule, "the parent's pages", shown)
    equal(other(before, child), SAME, rule, "the child's pages", shown)
    for n in both():
        had, has, gets = (look.gibs.get(n, ("none",))[0]
                          for look in (before, parent, child))
        check(had == has == gets, rule, f"the frame of the table that the "
              f"root's entry {n} holds", f"{had} before the fork; then the "
              f"parent {has}, the child {gets}")
    run.last(rule)


def test_fork_share_barred(machines):
    rule = "the entry of each GiB lets no store through, in both"
    run = machines.inside("share")
    for which, who in ((3, "parent"), (2, "child")):
        look = run.look(which, rule)
        equal([look.gibs.get(n, (0, True))[1] for n in both()], [False, False],
              rule, f"W of the {who}'s two entries of level 3", gibs)
    answers(run.look(2, rule).results,
            "the child reads what the parent wrote",
            (f"the word at {G.a:#x}", G.n),
            (f"the word at {G.b:#x}", G.n + 100))


def test_fork_ceiling(machines):
    rule = "a child cannot raise what it holds of its parent's"
    run = machines.inside("ceiling")
    found = run.look(2, rule).results[:2]
    check(OK not in found, rule, "the child raises its GiB's entry to W by "
          "update", "update answered OK")
    found = run.look(3, rule).results[:4]
    check(OK not in found, rule, "the child raises the entry of a parent's "
          "page in a table of its own", "update answered OK")


def test_fork_child_page(machines):
    rule = "who stores gets a page of its own; all else stays shared"
    run = machines.inside("child_page")
    before, after, parent = (run.look(n, rule) for n in (2, 3, 4))
    answers(after.results, rule, ("fork_page in the child", 0),
            (f"what it then reads at {G.a + 2 * PAGE:#x}", G.n + 2))
    equal(rights(after), ["r--", "rw-", "r--", "r--"], rule,
          "the child's rights after a store to the second page", shown)
    equal(other(before, after), SECOND, "only that page is another frame",
          run.asked, shown)
    equal(parent.results[0], G.n + 1, "the parent keeps what it wrote",
          f"the word at {G.a + PAGE:#x} after the child stored there")
    equal(rights(parent), ["r--"] * 4, rule, "the parent, meanwhile", shown)
    equal(other(before, parent), SAME, rule, "the parent's pages, meanwhile",
          shown)


def test_fork_child_tables(machines):
    rule = "only the tables on the way to the page become the child's own"
    run = machines.inside("child_page")
    before, after = run.look(2, rule), run.look(3, rule)
    changed = [before.gibs[n][0] != after.gibs[n][0] for n in both()]
    equal(changed, [True, False], rule, f"a store of the child's at "
          f"{G.a + PAGE:#x}: has its root another directory?", gibs)
    equal([after.gibs[n][1] for n in both()], [True, False], rule,
          "then W of the root's entries", gibs)


def test_fork_parent_page(machines):
    rule = "a parent that stores first gets the copy; the child sees the old"
    run = machines.inside("parent_page")
    before, after, child = (run.look(n, rule) for n in (1, 2, 3))
    equal(other(before, after), SECOND, rule,
          f"the parent's pages after a store at {G.a + PAGE:#x}", shown)
    equal(rights(after), ["r--", "rw-", "r--", "r--"], rule,
          "the parent's rights", shown)
    answers(child.results, rule, (f"what the child reads at {G.a:#x}", G.n),
            (f"what it reads at {G.a + PAGE:#x}", G.n + 1))
    equal(other(before, child), SAME, rule, "the child's pages", shown)
    answers(run.last(rule), rule, ("fork_page in the parent", 0),
            (f"what the parent reads at {G.a + PAGE:#x}", G.n + 455))


def test_fork_alone_again(machines):
    rule = "what is only mine again is opened, and not copied"
    run = machines.inside("alone_again")
    before, after = run.look(1, rule), run.look(3, rule)
    equal(run.last(rule)[0], 0, rule, "fork_page after the child was buried",
          number)
    equal(other(before, after), SAME, rule, "the pages, before the fork and "
          "after the store", shown)
    equal(rights(after)[0], "rw-", rule, "the page that was stored to")
    check(after.gibs[both()[0]][1], rule, f"the root's entry {both()[0]} "
          "after the store", "it lets no store through")
    equal(after.gibs[both()[0]][0], before.gibs[both()[0]][0], rule,
          f"the frame of the table that the root's entry {both()[0]} holds")
    check(not after.gibs[both()[1]][1], "what nobody stored to stays barred",
          run.asked, f"W stands in the root's entry {both()[1]}")


def test_fork_opened(machines):
    rule = "an opened table lets no store through to pages that others hold"
    run = machines.inside("opened")
    look, child = run.look(1, rule), run.look(3, rule)
    equal(rights(look)[0], "r--", rule, "a page that the child holds in a "
          "table of its own, after the parent's table was opened for another")
    equal(rights(look)[2], "rw-", rule, "the page that is stored to")
    answers(child.results[1:], rule,
            (f"what the child reads at {G.a + 2 * PAGE:#x}, where its parent "
             "has stored 1", G.n + 2),
            (f"what it reads at {G.a:#x}", G.n))
    answers(run.last(rule), rule, ("fork_page in the parent", 0),
            (f"what the parent reads at {G.a + PAGE:#x}, where its child has "
             "stored", G.n + 1))


def test_fork_generations(machines):
    rule = "a child's child shares what is its grandparent's"
    run = machines.inside("generations")
    grand, child, later, first = (run.look(n, rule) for n in (3, 4, 5, 6))
    answers(grand.results[1:], rule,
            (f"what the grandchild reads at {G.a:#x}", G.n),
            (f"its fork_page at {G.a:#x}", 0),
            (f"its fork_page at {G.b:#x}", 0))
    equal(rights(grand), ["rw-", "r--", "r--", "rw-"], rule,
          "the grandchild's rights then", shown)
    answers(child.results[1:], rule,
            (f"what the child then reads at {G.a:#x}", G.n),
            (f"what it reads at {G.b:#x}", G.n + 100))
    equal(frames(child)[2], frames(grand)[2], rule, "the frame at "
          f"{G.a + 2 * PAGE:#x}, where nobody stored: the grandchild's is "
          "right")
    equal(rights(later)[0], "rw-", rule, "the child's own store, after the "
          "grandchild's burial")
    answers(run.last(rule), rule,
            (f"what the first process reads at {G.a:#x} in the end", G.n),
            (f"what it reads at {G.a + PAGE:#x}", G.n + 1),
            (f"its fork_page at {G.a + PAGE:#x}", 0))
    equal(len(first.processes), 2, "buried processes leave nothing",
          "processes in the books: the launcher, and the first")


def test_fork_no_memory(machines):
    rule = "a fork without memory says so, and leaves nothing of the child"
    run = machines.inside("fork_no_memory", "small")
    noted = run.last(rule)
    check(noted[0] in (ENOMEM, EAGAIN), rule, "process_fork with memory for "
          "60 frames", f"it answered {number(noted[0])}\n"
          f"       where {number(ENOMEM)} or {number(EAGAIN)} is right")
    answers(noted[1:], rule, ("children in the books then", 0))
    answers(noted[3:], rule, (f"fork_page at {G.a:#x} then", 0))
    equal(noted[4], noted[2], "a page that is only mine is not copied",
          f"the frame at {G.a:#x}, after that fork_page")


def test_fork_page_no_memory(machines):
    rule = "a copy without memory is -ENOMEM, and changes nothing"
    run = machines.inside("page_no_memory", "small")
    noted = run.last(rule)
    check(noted[0] > 0, "a child can be forked", run.asked,
          f"it answered {number(noted[0])}")
    answers(noted[1:], rule,
            ("fork_page of a page that a child shares", ENOMEM),
            ("space_reach and fork_page of a page in a shared table", ENOMEM),
            ("fork_table of that table: 1 for NULL", 1))
    equal(rights(run.look(1, rule)), ["r--"] * 4, rule, run.asked, shown)


def test_fork_program(machines):
    run = machines.program("/bin/probe fork")
    rule = "a forked program goes on in both, each with its own memory"
    dice = Dice()
    stored, status = dice.below(1 << 30), 1 + dice.below(100)
    said(run, rule, [f"child {stored}", f"status {status << 8}", "parent 1",
                     "self 1"])
    spoke = [space for space, _ in run.said]
    check(len(set(spoke[1:])) == 1 and spoke[0] != spoke[1], rule, run.asked,
          "who said the child's line had the same tables as its parent")
