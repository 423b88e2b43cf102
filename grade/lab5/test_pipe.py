"""Exercise 5.4: pipes, asked from inside of min; who has which pages is read
from outside."""

from grade.lab5.given import GIVEN as G
from grade.lab5.watch import OWN, PAGE
from grade.lab5.show import answers, number
from grade.verdict import check, equal

EPIPE, EMFILE = -32, -24


PARTS = ("ring", "ring", "reader's", "writer's")
BOTH, READER, WRITER = PARTS, PARTS[:3], PARTS[:2] + PARTS[3:]


def held(look, n):
    """Which of pipe n's four pages the process has, with R and W."""
    return tuple(part for k, part in enumerate(PARTS)
                 if (look.page(OWN + (4 * n + k) * PAGE) or (0, ""))[1]
                 == "rw-")


def parts(found):
    """The pages of a pipe as a line."""
    return "pages with R and W: " + (", ".join(found) or "none")


def test_pipe_pages(machines):
    rule = "a pipe is four pages: two of the ring, and one for each end"
    run = machines.inside("pipe_pages")
    first = run.look(1, rule)
    ok, a, b = first.results[:3]
    check(ok, "pipe_make answers a number that no open pipe has", run.asked,
          f"it answered {number(a)} and {number(b)}")
    for n in (a, b):
        equal(held(first, n), BOTH, rule, f"pipe {n}, both ends open", parts)
    frames = {first.frame(OWN + (4 * n + k) * PAGE)
              for n in (a, b) for k in range(4)}
    equal(len(frames), 8, "every page has a frame of its own",
          "frames of two pipes")


def test_pipe_close(machines):
    rule = "closing an end detaches its page; with the second goes the ring"
    run = machines.inside("pipe_pages")
    a, b = run.look(1, rule).results[1:3]
    second, third, last = (run.look(n, rule) for n in (2, 3, 4))
    equal(held(second, a), WRITER, rule, "the reading end closed", parts)
    equal(held(third, a), (), rule, "then the writing end", parts)
    equal(held(third, b), READER, rule,
          "of the other pipe only the writing end closed", parts)
    equal(held(last, b), (), rule, "then its reading end", parts)


def test_pipe_many(machines):
    rule = "pages of a pipe that nobody holds are used again"
    run = machines.inside("pipe_many")
    noted = run.last(rule)
    check(noted[1] <= 4, rule, "100 pipes, made and closed one by one",
          f"the process owns {noted[1]} frames more than after the first")
    answers(noted[2:], "16 pipes can be open, and no more",
            ("how many pipe_make makes, none of them closed", 16),
            ("what it answers then", EMFILE))


def test_pipe_order(machines):
    rule = "bytes come out as they went in, around the ring's end too"
    run = machines.inside("pipe_order")
    noted = run.last(rule)
    answers(noted, rule,
            *((f"write {n} of {G.part} bytes, each read again", G.part)
              for n in range(1, 13)),
            ("how many bytes were wrong", 0), ("how many were missing", 0))


def test_pipe_eof(machines):
    rule = "a read takes what waits; without a writer it then answers 0"
    run = machines.inside("pipe_eof")
    answers(run.last(rule), rule, (f"a write of {G.few} bytes", G.few),
            ("the writing end closed, a read of 2 bytes", 2),
            (f"a read of {G.few} bytes", G.few - 2), ("a third one", 0),
            ("a read of 0 bytes", 0))


def test_pipe_no_reader(machines):
    rule = "a write to a pipe that nobody reads is -EPIPE"
    run = machines.inside("pipe_no_reader")
    answers(run.last(rule), rule, (f"a write of {G.few} bytes", G.few),
            (f"the reading end closed, a write of {G.few} bytes", EPIPE),
            ("a write of 10000 bytes", EPIPE))


def test_pipe_fork(machines):
    rule = "a child has its parent's pipes: the same frames, R and W"
    run = machines.inside("pipe_fork")
    parent, child = run.look(1, rule), run.look(2, rule)
    equal(held(parent, 0), BOTH, rule, "the parent, both ends open", parts)
    equal(held(child, 0), WRITER, rule,
          "the child, which closed the reading end", parts)
    for k in (0, 1, 3):
        equal(child.frame(OWN + k * PAGE), parent.frame(OWN + k * PAGE), rule,
              f"the frame of the child's page {k} of the pipe ({PARTS[k]})")


def test_pipe_waits(machines):
    rule = "who finds no room, or no bytes, waits, and others have the CPU"
    run = machines.inside("pipe_fork")
    answers(run.last(rule), rule,
            (f"{G.much} bytes from child to parent: the last read", 0),
            ("bytes that were read in all", G.much),
            ("how many of them were wrong", 0),
            (f"the child's status: 0 if its write answered {G.much}", 0))


def test_pipe_reader_goes(machines):
    rule = "a writer that waits learns that the reader has gone"
    run = machines.inside("pipe_reader_goes")
    answers(run.last(rule), rule,
            ("has the writer of 20000 bytes ended after one turn?", 0),
            ("a read of 100 bytes", 100))
    child = run.look(2, rule).results
    check(0 < child[0] < 20000, rule, "a write of 20000 bytes, whose reader "
          "takes 100 and goes", f"it answered {number(child[0])}\n"
          "       where what had room is right")
    equal(child[1], EPIPE, rule, "the next write", number)


def test_pipe_crash(machines):
    rule = "a process that crashes has no end open any more"
    run = machines.inside("pipe_crash")
    answers(run.last(rule), rule,
            ("a read of what the child wrote before it crashed", G.few),
            ("the child's status: 11 is SIGSEGV", 11),
            ("a read after the child's burial", 0),
            ("children in the books then", 0))


def test_pipe_together(machines):
    rule = "up to 4096 bytes of one write stay together"
    run = machines.inside("pipe_together")
    answers(run.look(2, rule).results, rule,
            (f"bytes of three writers' 18 writes of {G.part} bytes",
             18 * G.part),
            ("how many of them were among those of another write", 0))
