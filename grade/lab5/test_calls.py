"""Exercise 5.5, and all of min: programs that call, and busybox."""

from dataclasses import replace
from grade.lab5.given import GIVEN, Dice
from grade.lab5.machines import BUSYBOX, said
from grade.verdict import Wrong, check, equal

APPLETS = ("sh", "ls", "cat", "sort", "wc", "echo", "head", "tail", "yes")


def shell(machines, name, line):
    """The Run of one line in busybox's shell."""
    if not BUSYBOX.exists():
        raise Wrong("busybox is there", "/bin/busybox of Debian's package "
                    "busybox-static", "it is not installed")
    files = {"bin/busybox": BUSYBOX.read_bytes(),
             "motd": motd().encode() + b"\n",
             "numbers": b"".join(b"%d\n" % n for n in numbers()),
             "line": line.encode() + b"\n"}
    image = machines.image(name, files,
                           [("bin/" + a, "busybox") for a in APPLETS])
    return replace(machines.program("/bin/sh /line", "shell", image),
                   asked=line)


def motd():
    """A word in a file."""
    return f"hi{GIVEN.n}"


def numbers():
    """Numbers in a file, in no order."""
    return [(n * 7919 + GIVEN.n) % (1000 + GIVEN.n % 97)
            for n in range(1000)]


def answered(run, rule, wanted, status=0):
    """Wrong unless busybox says that, after it began out of its own file: for
    the shell, and for a program at least that the shell starts. (Which ones
    it runs without exec, versions of busybox differ in.)"""
    said(run, rule, wanted, status)
    check("/bin/sh" in run.entered and len(run.entered) > 1,
          "the programs of the line run, out of their files", run.asked,
          f"programs that began: {', '.join(run.entered) or 'none'}")


def test_call_descriptors(machines):
    run = machines.program("/bin/probe descriptors")
    dice = Dice()
    high, _ = 6 + dice.below(26), dice.below(20)
    text = "".join(chr(ord("a") + dice.below(26)) for _ in range(4))
    said(run, "pipe, dup2, close, read and write do as Linux's", [
        "pipe 0", "reader 3", "writer 4", "wrong end -9", "wrong end -9",
        f"dup2 {high}", "close 0", "again -9", "waits 1", "write 4",
        f"same {high}", f"dup2 {high}", "read 4", "end 0", text,
        *["bad -9"] * 6, "flags -22", "ends 1", "ends 0"])


def test_call_pipe_many(machines):
    run = machines.program("/bin/probe many")
    said(run, "pipe fails with -EMFILE when nothing is left, and takes "
         "nothing then", ["error -24", "some 1", "again 1"])


def test_call_wait(machines):
    run = machines.program("/bin/probe wait")
    dice = Dice()
    first, second = dice.below(256), dice.below(256)
    said(run, "wait4 waits for the child that is meant, or for any", [
        "none -10", "other -10", "now 0", "untouched -1", "second 1",
        f"status {second << 8}", "first 1", f"status {first << 8}", "none -10",
        "option -22"])


SIGNALS = ("store 11", "constant 11", "ud2 4", "data 11")


def test_call_signals(machines):
    run = machines.program("/bin/probe signals")
    dice = Dice()
    said(run, "a program that does what it must not ends as by a signal",
         [SIGNALS[dice.below(4)] for _ in range(5)])


def test_call_sigpipe(machines):
    run = machines.program("/bin/probe sigpipe")
    said(run, "who writes to a pipe that nobody reads ends as by SIGPIPE",
         [f"read {1 + Dice().below(900)}", "status 13"])


def test_call_exit_tree(machines):
    run = machines.program("/bin/probe tree")
    said(run, "a process ends when its children have, its pipes closed",
         ["too early 0", "read 1", "end 0",
          f"status {Dice().below(256) << 8}", "none -10"])


def test_call_nothing_left(machines):
    rule = "processes that ended leave nothing: no slot and no frame"
    run = machines.program("/bin/probe loop")
    said(run, rule, ["wrong 0"])
    before, middle, after = (run.look(n, rule) for n in (1, 2, 3))
    equal(sorted(after.processes), sorted(before.processes), rule,
          "processes after 40 forks")
    owned = [sum(p[1] for p in look.processes.values())
             for look in (middle, after)]
    check(owned[1] <= owned[0] + 4, rule, "frames owned after 10 forks and "
          "after 40", f"{owned[0]}, and then {owned[1]}")


def test_call_fork_limit(machines):
    run = machines.program("/bin/probe limit", "small")
    said(run, "forks end with an error when nothing is left, and can go on "
         "afterwards", ["refused 1", "some 1", "left 0",
                        f"again {Dice().below(256) << 8}"])


def test_shell_pipeline(machines):
    answered(shell(machines, "hello", f"echo hello{GIVEN.n} | cat"),
             "busybox's shell runs a pipeline",
             [f"hello{GIVEN.n}"])


def test_shell_three(machines):
    names = ("busybox",) + APPLETS
    size = sum(len(name) + 1 for name in names)
    answered(shell(machines, "three", "ls /bin | sort | wc; "
                   "cat /numbers | sort -n | tail -n 1"),
             "busybox's shell runs a longer one",
             [f"{len(names):9} {len(names):9} {size:9}",
              str(max(numbers()))])


def test_shell_mixed(machines):
    last = [str(n) for n in sorted(numbers())[-2:]]
    status = 1 + GIVEN.n % 90
    answered(shell(machines, "mixed",
                   "sort -n /numbers | tail -n 2; (echo a; echo b) | "
                   "(cat; echo c); x=$(cat /motd); echo $x; yes | "
                   f"head -n 2; /bin/none; exit {status}"),
             "groups, substitution, and a writer whose reader has gone",
             [*last, "a", "b", "c", motd(), "y", "y",
              "/line: line 1: /bin/none: not found"], status)
