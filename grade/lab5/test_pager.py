"""Exercise 5.1: demand zero, the stack, brk. The pager is asked from inside
of min; what is mapped is read from outside."""

from grade.lab5.given import GIVEN
from grade.lab5.watch import IMAGE, PAGE, file_pages
from grade.lab5.show import answers, pages
from grade.verdict import check, equal

EFAULT, ENOMEM = -14, -12
STACK = 0x800000
END = 5 * PAGE + 100    # the heap's size in the tests of brk
G = GIVEN


def mapped(look, start=None, pages=4096):
    """{page number: rights} of what is mapped from `start` on, or G.a."""
    start = start or G.a
    return look.between(start, start + pages * PAGE)


def test_pager_zero(machines):
    rule = "a fault brings one page of zeros, with its region's rights"
    run = machines.inside("zero")
    answers(run.last(rule), rule,
            ("pager_fault for W at page 5 of a region", 0),
            ("the word that is read there then", 0),
            ("pager_fault for R at page 7", 0),
            ("pager_fault for X at page 20, in a region of R and X", 0),
            ("what was stored to page 5 before the other two faults",
             G.n - 23))
    equal(mapped(run.look(1, rule)), {5: "rw-"}, rule,
          "what is mapped after pager_fault at page 5 of a region", pages)
    equal(mapped(run.look(2, rule)), {5: "rw-", 7: "rw-", 20: "r-x"}, rule,
          "then at page 7, for a read, and page 20 of an R-X region", pages)
    look = run.look(2, rule)
    frames = [look.frame(G.a + n * PAGE) for n in (5, 7, 20)]
    equal(len(set(frames)), 3, "each page has a frame of its own", run.asked)


def test_pager_touch(machines):
    rule = "memory comes when it is touched, in more than one table"
    run = machines.inside("touch")
    answers(run.last(rule), rule, *(
        (f"page {3 * n}: what is read where {3 * n} was added to a zero, or 0 "
         "if that is right", 0) for n in range(64)))
    equal(mapped(run.look(1, rule)), {n: "rw-" for n in range(0, 600, 3)},
          rule, "each third of 600 pages touched", pages)


ASKED = (("W in a region of R", EFAULT),
         ("X in a region of R and W", EFAULT),
         ("R behind a region's end", EFAULT),
         ("R in the byte before a region", EFAULT),
         ("W far away from all regions", EFAULT),
         ("R in a region of R", 0), ("W in a region of R and W", 0),
         ("R in a region of R and W", 0))


def test_pager_refused(machines):
    rule = "an access that no region allows is -EFAULT, and changes nothing"
    run = machines.inside("refused")
    asked = [ASKED[(G.n + 3 * n) % len(ASKED)] for n in range(len(ASKED))]
    answers(run.last(rule), rule, *((f"pager_fault for {what}", right)
                                    for what, right in asked))
    look = run.look(1, rule)
    equal(mapped(look) | mapped(look, G.b),
          {1: "r--", 5: "rw-", 6: "rw-"}, rule, run.asked, pages)


def test_pager_image(machines):
    rule = "a file's page is the image's own frame, and never W"
    run = machines.inside("image")
    answers(run.last(rule), rule,
            ("pager_fault for R, page 2 of a region from page 1 of the image",
             0),
            ("pager_fault for X, page 1 of a region from page 2 of the image",
             0),
            ("pager_fault for a page that the image does not have", ENOMEM),
            ("pager_fault for W in a region of R", EFAULT))
    look = run.look(1, rule)
    equal(mapped(look), {2: "r--", 9: "r-x"}, rule, run.asked, pages)
    for n in (2, 9):
        equal(look.frame(G.a + n * PAGE), look.frame(IMAGE + 3 * PAGE), rule,
              f"the frame at page {n}, which is page 3 of the image")


def test_pager_stack(machines):
    rule = "the stack grows to the page that is touched, to 8 MiB"
    run = machines.inside("stack")
    answers(run.last(rule), rule,
            ("pager_fault for W, 2 pages and 8 bytes below the stack", 0),
            ("by how many bytes its region has grown", 3 * PAGE),
            ("pager_fault 8 MiB and 8 bytes below the stack's end", EFAULT),
            ("pager_fault 8 MiB below the stack's end", 0),
            ("bytes of the stack's region now", STACK),
            ("pager_fault at the stack's end, which is not in it", EFAULT))
    below = G.a + 2 * STACK - 4 * PAGE
    equal(mapped(run.look(1, rule), below - 64 * PAGE, 68), {61: "rw-"}, rule,
          "64 pages below the stack, and its 4: only page 61 was touched",
          pages)


def test_pager_stack_blocked(machines):
    rule = "the stack grows over no other region"
    run = machines.inside("stack_blocked")
    answers(run.last(rule), rule,
            ("pager_fault below another region, which is below the stack",
             EFAULT),
            ("pager_fault between that region and the stack", 0),
            ("pager_fault in that region", 0),
            ("bytes of the stack's region then", (5 + G.n % 3) * PAGE))


def test_pager_brk(machines):
    rule = "brk moves the heap's end; pages come when they are touched"
    run = machines.inside("brk")
    answers(run.last(rule), rule,
            ("pager_brk without a heap", 0),
            (f"pager_brk(0), less the heap's start {G.a:#x}", 0),
            ("pager_brk(start + 5 pages + 100 bytes), less the start", END),
            ("pager_fault for W in the heap's last page, behind its last "
             "byte", 0),
            ("pager_fault for W in the page behind that one", EFAULT),
            ("pager_fault for W in the heap's first page", 0))
    equal(mapped(run.look(1, rule), G.a, 30), {0: "rw-", 5: "rw-"}, rule,
          "the two pages that were touched", pages)


def test_pager_brk_shrinks(machines):
    rule = "what brk takes away is gone, and zeros when it comes back"
    run = machines.inside("brk")
    noted = run.last(rule)
    answers(noted[6:], rule,
            ("pager_brk into another region: the end stays, less the start",
             END),
            ("pager_brk to below the heap's start: the same", END),
            ("pager_brk(start + 5 pages), less the start", 5 * PAGE))
    equal(mapped(run.look(2, rule), G.a, 30), {0: "rw-"}, rule,
          "what is mapped when the heap is one page smaller", pages)
    answers(noted[9:], rule,
            ("pager_fault for W where the heap was", EFAULT),
            ("pager_brk up to the next region, less the start", 32 * PAGE),
            ("pager_fault for W at that address again", 0),
            ("what is read there", 0),
            ("pager_brk to 6 bytes below 2 to the 64th: the end stays, less "
             "the start", 32 * PAGE))


def test_pager_no_memory(machines):
    rule = "without memory the pager says -ENOMEM, and what is there stays"
    run = machines.inside("no_memory", "small")
    answers(run.last(rule), rule,
            ("pager_fault for W while there is memory", 0),
            ("pager_fault in the next page, without memory", ENOMEM),
            ("pager_fault in another GiB, without memory", ENOMEM),
            ("pager_fault in the first page again: it is there", 0))
    equal(mapped(run.look(1, rule), G.a, 16), {0: "rw-"}, rule, run.asked,
          pages)
    check(not mapped(run.look(1, rule), G.b, 16), rule, run.asked,
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
