"""Exercise 5.2: copy-on-write. Tables are shared, copied and opened inside of
min, without the pager; what is mapped is read from outside, in the process
that runs at each look."""

from grade.lab5.machines import GIB, PAGE, said
from grade.verdict import check, equal

A, B = 0x80000000, 0x140000000
BOTH = (A // GIB, B // GIB)
ENOMEM = -12
E_RIGHTS, E_OWNER, OK = 10, 7, 0


def rights(look):
    """Rights of the three pages in A, and the one in B."""
    return [(look.page(va) or (0, "none"))[1]
            for va in (A, A + PAGE, A + 2 * PAGE, B)]


def frames(look):
    """Their frames."""
    return [look.frame(va) for va in (A, A + PAGE, A + 2 * PAGE, B)]


def test_fork_share(machines):
    rule = "a fork shares whole GiB: both hold the same tables, barred"
    run = machines.inside("share")
    before, parent, child = (run.look(n, rule) for n in (1, 3, 2))
    equal(rights(before), ["rw-"] * 4, rule, "the parent before its fork")
    equal(rights(parent), ["r--"] * 4, rule, "the parent after its fork")
    equal(rights(child), ["r--"] * 4, rule, "the child at its first step")
    equal(frames(parent), frames(before), rule, "the parent's pages")
    equal(frames(child), frames(before), rule, "the child's pages")
    for n in BOTH:
        tables = {look.gibs.get(n, (0,))[0]
                  for look in (before, parent, child)}
        equal(len(tables), 1, rule, f"the tables of GiB {n}, before and in "
              "both after")
    run.last(rule)


def test_fork_share_barred(machines):
    rule = "the entry of each GiB lets no store through, in both"
    run = machines.inside("share")
    for number, who in ((3, "parent"), (2, "child")):
        look = run.look(number, rule)
        equal([look.gibs.get(n, (0, True))[1] for n in BOTH], [False, False],
              rule, f"W of the {who}'s two entries")
    equal(run.look(2, rule).results[:2], [100, 200],
          "the child reads what the parent wrote", run.asked)


def test_fork_ceiling(machines):
    rule = "a child cannot raise what it holds of its parent's"
    run = machines.inside("ceiling")
    found = run.look(2, rule).results[:2]
    check(OK not in found, rule, "the child raises its GiB's entry to W by "
          "update", f"update answered {found}")
    found = run.look(3, rule).results[:4]
    check(OK not in found, rule, "the child raises the entry of a parent's "
          "page in a table of its own", f"update answered {found[2:]}")


def test_fork_child_page(machines):
    rule = "who stores gets a page of its own; all else stays shared"
    run = machines.inside("child_page")
    before, after, parent = (run.look(n, rule) for n in (2, 3, 4))
    equal(after.results[:2], [0, 102], rule, "fork_page in the child")
    equal(rights(after), ["r--", "rw-", "r--", "r--"], rule,
          "the child's rights after a store to the second page")
    same = [x == y for x, y in zip(frames(before), frames(after))]
    equal(same, [True, False, True, True], "only that page is another frame",
          run.asked)
    equal(parent.results[0], 101, "the parent keeps what it wrote", run.asked)
    equal((rights(parent), frames(parent)), (["r--"] * 4, frames(before)),
          rule, "the parent, meanwhile")


def test_fork_child_tables(machines):
    rule = "only the tables on the way to the page become the child's own"
    run = machines.inside("child_page")
    before, after = run.look(2, rule), run.look(3, rule)
    changed = [before.gibs[n][0] != after.gibs[n][0] for n in BOTH]
    equal(changed, [True, False], rule, "another table for GiB 2, and not for "
          "GiB 5")
    equal([after.gibs[n][1] for n in BOTH], [True, False], rule,
          "W of the entries of GiB 2 and 5")


def test_fork_parent_page(machines):
    rule = "a parent that stores first gets the copy; the child sees the old"
    run = machines.inside("parent_page")
    before, after, child = (run.look(n, rule) for n in (1, 2, 3))
    same = [x == y for x, y in zip(frames(before), frames(after))]
    equal(same, [True, False, True, True], rule, run.asked)
    equal(rights(after), ["r--", "rw-", "r--", "r--"], rule,
          "the parent's rights")
    equal(child.results[:2], [100, 101], rule, "what the child reads")
    equal(frames(child), frames(before), rule, "the child's pages")
    equal(run.last(rule)[:2], [0, 555], rule, "what the parent has")


def test_fork_alone_again(machines):
    rule = "what is only mine again is opened, and not copied"
    run = machines.inside("alone_again")
    before, after = run.look(1, rule), run.look(3, rule)
    equal(run.last(rule)[0], 0, rule, "fork_page after the child was buried")
    equal(frames(after), frames(before), rule, "the frames")
    equal(rights(after)[0], "rw-", rule, "the page that was stored to")
    equal(after.gibs[BOTH[0]], before.gibs[BOTH[0]], rule, "the GiB's table")
    check(not after.gibs[BOTH[1]][1], "what nobody stored to stays barred",
          run.asked, "W stands in the other GiB's entry")


def test_fork_opened(machines):
    rule = "an opened table lets no store through to pages that others hold"
    run = machines.inside("opened")
    look, child = run.look(1, rule), run.look(3, rule)
    equal(rights(look)[0], "r--", rule, "a page that the child holds in a "
          "table of its own, after the parent's table was opened for another")
    equal(rights(look)[2], "rw-", rule, "the page that is stored to")
    equal(child.results[1:3], [102, 100], rule,
          "what the child reads afterwards")
    equal(run.last(rule)[:2], [0, 101], rule, "what the parent has")


def test_fork_generations(machines):
    rule = "a child's child shares what is its grandparent's"
    run = machines.inside("generations")
    grand, child, later, first = (run.look(n, rule) for n in (3, 4, 5, 6))
    equal(grand.results[1:4], [100, 0, 0], rule, "the grandchild's page, and "
          "its two stores")
    equal(rights(grand), ["rw-", "r--", "r--", "rw-"], rule,
          "the grandchild's rights")
    equal(child.results[1:3], [100, 200], rule, "what the child then reads")
    equal(frames(child)[2], frames(grand)[2], rule, "the page nobody stored "
          "to")
    equal(rights(later)[0], "rw-", rule, "the child's own store")
    equal(run.last(rule)[:3], [100, 101, 0], rule, "what the first has")
    equal(len(first.processes), 2, "buried processes leave nothing",
          run.asked)


def test_fork_no_memory(machines):
    rule = "a fork without memory says so, and leaves nothing of the child"
    run = machines.inside("fork_no_memory", "small")
    noted = run.last(rule)
    check(noted[0] in (ENOMEM, -11), rule, run.asked, f"it answered "
          f"{noted[0]}")
    equal((noted[1], noted[3]), (0, 0), rule, "children, and a store after it")
    equal(noted[2], noted[4], "a page that is only mine is not copied",
          run.asked)


def test_fork_page_no_memory(machines):
    rule = "a copy without memory is -ENOMEM, and changes nothing"
    run = machines.inside("page_no_memory", "small")
    noted = run.last(rule)
    check(noted[0] > 0, "a child can be forked", run.asked,
          f"it answered {noted[0]}")
    equal(noted[1:4], [ENOMEM, ENOMEM, 1], rule, "fork_page of a page, "
          "another in a table that is shared, and fork_table of that")
    equal(rights(run.look(1, rule)), ["r--"] * 4, rule, run.asked)


def test_fork_program(machines):
    run = machines.program("/bin/probe fork")
    said(run, "a forked program goes on in both, each with its own memory",
         ["child 7", "status 768", "parent 1", "self 1"])
