"""Exercise 5.1: demand zero, the stack, brk. The pager is asked from inside
of min; what is mapped is read from outside."""

from grade.lab5.machines import IMAGE, PAGE, file_pages
from grade.verdict import check, equal

A, B = 0x80000000, 0x140000000
EFAULT, ENOMEM = -14, -12
STACK = 0x800000


def mapped(look, start=A, pages=4096):
    """{page number: rights} of what is mapped from `start` on."""
    return look.between(start, start + pages * PAGE)


def test_pager_zero(machines):
    rule = "a fault brings one page of zeros, with its region's rights"
    run = machines.inside("zero")
    noted = run.last(rule)
    equal(noted[:5], [0, 0, 0, 0, 77], rule, run.asked)
    equal(mapped(run.look(1, rule)), {5: "rw-"}, rule,
          "pager_fault at page 5 of a region")
    equal(mapped(run.look(2, rule)), {5: "rw-", 7: "rw-", 20: "r-x"}, rule,
          "then at page 7, for a read, and page 20 of an R-X region")
    look = run.look(2, rule)
    frames = [look.frame(A + n * PAGE) for n in (5, 7, 20)]
    equal(len(set(frames)), 3, "each page has a frame of its own", run.asked)


def test_pager_touch(machines):
    rule = "memory comes when it is touched, in more than one table"
    run = machines.inside("touch")
    equal(run.last(rule)[:64], [0] * 64, rule, run.asked)
    equal(mapped(run.look(1, rule)), {n: "rw-" for n in range(0, 600, 3)},
          rule, "each third of 600 pages touched")


def test_pager_refused(machines):
    rule = "an access that no region allows is -EFAULT, and changes nothing"
    run = machines.inside("refused")
    equal(run.last(rule)[:5], [EFAULT] * 5, rule, "a store to R, a fetch of "
          "RW, behind a region, before one, and far away")
    look = run.look(1, rule)
    equal((mapped(look), mapped(look, B)), ({}, {}), rule, run.asked)


def test_pager_image(machines):
    rule = "a file's page is the image's own frame, and never W"
    run = machines.inside("image")
    noted = run.last(rule)
    equal(noted[:4], [0, 0, ENOMEM, EFAULT], rule, "two pages of the image, "
          "a page that it has not, and a store where only R is")
    look = run.look(1, rule)
    equal(mapped(look), {2: "r--", 9: "r-x"}, rule, run.asked)
    equal([look.frame(A + 2 * PAGE), look.frame(A + 9 * PAGE)],
          [look.frame(IMAGE + 3 * PAGE), look.frame(IMAGE + 3 * PAGE)], rule,
          "page 3 of the image, at two places")


def test_pager_stack(machines):
    rule = "the stack grows to the page that is touched, to 8 MiB"
    run = machines.inside("stack")
    noted = run.last(rule)
    equal(noted[:6], [0, 3 * PAGE, EFAULT, 0, STACK, EFAULT], rule,
          "stores below the stack: 3 pages, too far, just not too far, and "
          "above it")
    below = A + 2 * STACK - 4 * PAGE
    equal(mapped(run.look(1, rule), below - 64 * PAGE, 68), {61: "rw-"}, rule,
          "only the page that was touched")


def test_pager_stack_blocked(machines):
    rule = "the stack grows over no other region"
    run = machines.inside("stack_blocked")
    equal(run.last(rule)[:4], [EFAULT, 0, 0, 6 * PAGE], rule,
          "below another region, above it, and in it")


def test_pager_brk(machines):
    rule = "brk moves the heap's end; pages come when they are touched"
    run = machines.inside("brk")
    noted = run.last(rule)
    end = 5 * PAGE + 100
    equal(noted[0], 0, rule, "pager_brk without a heap")
    equal(noted[1:3], [0, end], rule, "pager_brk(0), and 5 pages and 100 "
          "bytes more")
    equal(noted[3:6], [0, EFAULT, 0], rule, "stores at the heap's last page, "
          "behind it, and at its first")
    equal(mapped(run.look(1, rule), A, 30), {0: "rw-", 5: "rw-"}, rule,
          "the two pages that were touched")


def test_pager_brk_shrinks(machines):
    rule = "what brk takes away is gone, and zeros when it comes back"
    run = machines.inside("brk")
    noted = run.last(rule)
    end = 5 * PAGE + 100
    equal(noted[6:9], [end, end, 5 * PAGE], rule, "over another region, below "
          "the heap's start, and one page less")
    equal(mapped(run.look(2, rule), A, 30), {0: "rw-"}, rule,
          "the heap one page smaller")
    equal(noted[9:13], [EFAULT, 32 * PAGE, 0, 0], rule, "a store there, brk "
          "up again, a store, and what was there")


def test_pager_no_memory(machines):
    rule = "without memory the pager says -ENOMEM, and what is there stays"
    run = machines.inside("no_memory", "small")
    equal(run.last(rule)[:4], [0, ENOMEM, ENOMEM, 0], rule, "a page, then "
          "another with no memory left, one in another GiB, the first again")
    equal(mapped(run.look(1, rule), A, 16), {0: "rw-"}, rule, run.asked)
    check(not mapped(run.look(1, rule), B, 16), rule, run.asked,
          "a page is there")


def test_pager_program(machines):
    rule = "a program's pages come when it touches them"
    run = machines.program("/bin/probe look")
    deep = run.look(5, rule)
    check(deep.page(deep.at) and deep.page(deep.at)[1] == "rw-", rule,
          "a store 200000 bytes below rsp", f"{deep.page(deep.at)}")
    first, _ = file_pages(machines.standard(), "bin/probe")
    check(deep.frame(deep.at) != deep.frame(IMAGE + first * PAGE), rule,
          run.asked, "the stack lies in the image")
