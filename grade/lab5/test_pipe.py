"""Exercise 5.4: pipes, asked from inside of min; who has which pages is read
from outside."""

from grade.lab5.machines import OWN, PAGE
from grade.verdict import check, equal

EPIPE, EMFILE = -32, -24


def held(look, n):
    """Which of pipe n's four pages the process has, with R and W."""
    return [(look.page(OWN + (4 * n + k) * PAGE) or (0, ""))[1] == "rw-"
            for k in range(4)]


def test_pipe_pages(machines):
    rule = "a pipe is four pages: two of the ring, and one for each end"
    run = machines.inside("pipe_pages")
    first = run.look(1, rule)
    ok, a, b = first.results[:3]
    check(ok, "pipe_make answers a number that no open pipe has", run.asked,
          f"it answered {a} and {b}")
    equal((held(first, a), held(first, b)), ([True] * 4, [True] * 4), rule,
          "two pipes with both ends open")
    frames = {first.frame(OWN + (4 * n + k) * PAGE)
              for n in (a, b) for k in range(4)}
    equal(len(frames), 8, "every page has a frame of its own", run.asked)


def test_pipe_close(machines):
    rule = "closing an end detaches its page; with the second goes the ring"
    run = machines.inside("pipe_pages")
    a, b = run.look(1, rule).results[1:3]
    second, third, last = (run.look(n, rule) for n in (2, 3, 4))
    equal(held(second, a), [True, True, False, True], rule,
          "the reading end closed")
    equal(held(third, a), [False] * 4, rule, "then the writing end")
    equal(held(third, b), [True, True, True, False], rule,
          "of the other pipe only the writing end closed")
    equal(held(last, b), [False] * 4, rule, "then its reading end")


def test_pipe_many(machines):
    rule = "pages of a pipe that nobody holds are used again"
    run = machines.inside("pipe_many")
    noted = run.last(rule)
    check(noted[1] <= 4, rule, "100 pipes, made and closed one by one",
          f"the process owns {noted[1]} frames more than after the first")
    equal(noted[2:4], [16, EMFILE], "16 pipes can be open, and no more",
          run.asked)


def test_pipe_order(machines):
    rule = "bytes come out as they went in, around the ring's end too"
    run = machines.inside("pipe_order")
    noted = run.last(rule)
    equal(noted[:12], [3001] * 12, rule, "12 writes of 3001 bytes")
    equal(noted[12:14], [0, 0], rule, "bytes that were wrong; bytes missing")


def test_pipe_eof(machines):
    rule = "a read takes what waits; without a writer it then answers 0"
    run = machines.inside("pipe_eof")
    equal(run.last(rule)[:5], [3, 2, 1, 0, 0], rule, "3 bytes written, the "
          "writing end closed, reads of 2, 2, 2 and 0 bytes")


def test_pipe_no_reader(machines):
    rule = "a write to a pipe that nobody reads is -EPIPE"
    run = machines.inside("pipe_no_reader")
    equal(run.last(rule)[:3], [3, EPIPE, EPIPE], rule, run.asked)


def test_pipe_fork(machines):
    rule = "a child has its parent's pipes: the same frames, R and W"
    run = machines.inside("pipe_fork")
    parent, child = run.look(1, rule), run.look(2, rule)
    equal(held(parent, 0), [True] * 4, rule, "the parent, both ends open")
    equal(held(child, 0), [True, True, False, True], rule,
          "the child, which closed the reading end")
    same = [parent.frame(OWN + k * PAGE) == child.frame(OWN + k * PAGE)
            for k in (0, 1, 3)]
    equal(same, [True] * 3, rule, run.asked)


def test_pipe_waits(machines):
    rule = "who finds no room, or no bytes, waits, and others have the CPU"
    run = machines.inside("pipe_fork")
    equal(run.last(rule)[:4], [0, 20000, 0, 0], rule, "20000 bytes from child "
          "to parent: the last read, bytes, wrong bytes, the child's status")


def test_pipe_reader_goes(machines):
    rule = "a writer that waits learns that the reader has gone"
    run = machines.inside("pipe_reader_goes")
    noted = run.last(rule)
    equal(noted[:2], [0, 100], rule, "has the writer ended, and 100 bytes "
          "read")
    child = run.look(2, rule).results
    check(0 < child[0] < 20000, rule, "a write of 20000 bytes",
          f"it answered {child[0]}")
    equal(child[1], EPIPE, rule, "the next write")


def test_pipe_crash(machines):
    rule = "a process that crashes has no end open any more"
    run = machines.inside("pipe_crash")
    equal(run.last(rule)[:4], [3, 11, 0, 0], rule, "bytes of the child, its "
          "status, a read after its burial, children")


def test_pipe_together(machines):
    rule = "up to 4096 bytes of one write stay together"
    run = machines.inside("pipe_together")
    equal(run.look(2, rule).results[:2], [54000, 0], rule, "18 records of "
          "3000 bytes from three writers: bytes, and bytes among another's")
