"""Exercise 5.3: programs over min. They say what they find; what is mapped is
read from outside."""

from grade.lab5.given import GIVEN, Dice
from grade.lab5.machines import said
from grade.lab5.watch import IMAGE, PAGE, file_pages
from grade.verdict import check, equal

ENOENT, E2BIG, ENOEXEC, EACCES, ENOTDIR = -2, -7, -8, -13, -20
VARIABLES = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=/",
             "TERM=vt100", "PS1=\\w \\$ "]


def word(n):
    """A word that nobody can know."""
    return f"w{GIVEN.n * n % 1000003}"


def ends_with():
    """The status of a program that says its arguments."""
    return 1 + Dice().below(90)


def test_exec_arguments(machines):
    run = machines.program(f"/bin/probe args {word(1)} 'two {word(2)}'")
    said(run, "argv and envp lie on the stack; rsp is a multiple of 16; all "
         "other registers are 0",
         ["flags 0", "/bin/probe", "args", word(1), f"two {word(2)}",
          *VARIABLES], ends_with())


def test_exec_auxiliary(machines):
    run = machines.program("/bin/probe aux")
    seen = sum(1 << n for n in (3, 4, 5, 6, 9, 11, 12, 13, 14, 23, 25))
    said(run, "the auxiliary vector says what the program needs", [
        f"seen {seen}", "entry 1", "page 4096", "size 56", "load 1", "brk 1",
        "bss 0", "data 50", "random 1"])


def test_exec_frames(machines):
    rule = "what a program does not change are the image's own frames"
    run = machines.program("/bin/probe look")
    first, size = file_pages(machines.standard(), "bin/probe")
    for which, wanted in ((1, "r-x"), (2, "r--")):
        look = run.look(which, rule)
        page = look.page(look.at)
        check(page is not None, rule, run.asked, f"{look.at:#x} is not there")
        equal(page[1], wanted, "rights are the segment's", run.asked)
        own = [look.frame(IMAGE + (first + n) * PAGE)
               for n in range((size + PAGE - 1) // PAGE)]
        check(page[0] in own, rule, run.asked, f"{look.at:#x} lies in frame "
              f"{page[0]}, which is none of the file's")


def test_exec_data(machines):
    rule = "what a program changes are pages of its own, W and not X"
    run = machines.program("/bin/probe look")
    first, size = file_pages(machines.standard(), "bin/probe")
    for which in (3, 4):
        look = run.look(which, rule)
        page = look.page(look.at)
        check(page and page[1] == "rw-", rule, run.asked,
              f"{look.at:#x}: {page}")
        own = [look.frame(IMAGE + (first + n) * PAGE)
               for n in range((size + PAGE - 1) // PAGE)]
        check(page[0] not in own, rule, run.asked,
              f"{look.at:#x} is the image's own frame, and W")


def test_exec_image_whole(machines):
    rule = "the image is as it was: nobody stores to it"
    run = machines.program("/bin/probe look")
    look = run.look(4, rule)
    rights = {page[1] for va, page in look.pages.items()
              if IMAGE <= va < IMAGE + (1 << 30)}
    check(rights and "w" not in "".join(rights), rule, run.asked,
          f"rights there: {rights}")
    again = machines.program("/bin/probe exec /bin/probe aux")
    check("data 50" in again.text, rule, "the program run a second time",
          again.why())


def test_exec_gone(machines):
    rule = "nothing of the old program is in the new one's memory"
    run = machines.program("/bin/probe gone")
    old, new = run.look(1, rule), run.look(2, rule)
    check(old.page(old.at) is not None, rule, run.asked,
          "the old heap was not there")
    check(new.page(old.at) is None, rule, run.asked,
          f"{old.at:#x}, in the old heap, is mapped")
    said(run, rule, ["data 1"])


def test_exec_replaces(machines):
    run = machines.program(f"/bin/probe exec /bin/probe one {word(3)} b")
    said(run, "exec runs another program in the same process",
         ["flags 0", "/bin/probe", "one", word(3), "b", *VARIABLES],
         ends_with())


REFUSED = (("/bin/nothing", ENOENT), ("/plain", EACCES), ("/bin", EACCES),
           ("/bin/probe/x", ENOTDIR), ("/bin/text", ENOEXEC),
           ("/bin/none", ENOEXEC))
DAMAGED = ("short", "class", "machine", "object", "count", "headers",
           "outside", "kernel", "shrinks", "place")


def shuffled(things):
    """In practice as they are; else in another order."""
    return GIVEN.secret.shuffled(things, "exec", len(things))


def test_exec_refused(machines):
    asked = shuffled(REFUSED)
    run = machines.program("/bin/probe errors "
                           + " ".join(name for name, _ in asked))
    said(run, "exec of no program is an error, and the old one goes on",
         [f"{name} {error}" for name, error in asked]
         + [f"long {E2BIG}", "data 4"])


def test_exec_damaged(machines):
    names = shuffled(DAMAGED)
    for part in (names[:5], names[5:]):
        run = machines.program("/bin/probe errors "
                               + " ".join(f"/bin/{n}" for n in part))
        said(run, "a damaged program is -ENOEXEC, and the old one goes on",
             [f"/bin/{n} {ENOEXEC}" for n in part]
             + [f"long {E2BIG}", "data 4"])


def test_exec_bound(machines):
    run = machines.program("/bin/bound args")
    said(run, "a program may name min as its interpreter",
         ["flags 0", "/bin/bound", "args", *VARIABLES], ends_with())
    run = machines.program("/bin/probe errors /bin/stranger")
    said(run, "one that names another is -ENOEXEC",
         [f"/bin/stranger {ENOEXEC}", f"long {E2BIG}", "data 4"])
