"""Exercise 5.5, and all of min: programs that call, and busybox."""

from dataclasses import replace
from pathlib import Path

from grade.lab5.machines import said
from grade.verdict import Wrong, check, equal

BUSYBOX = Path("/bin/busybox")
APPLETS = ("sh", "ls", "cat", "sort", "wc", "echo", "head", "yes")


def shell(machines, name, line):
    """The Run of one line in busybox's shell."""
    if not BUSYBOX.exists():
        raise Wrong("busybox is there", "/bin/busybox of Debian's package "
                    "busybox-static", "it is not installed")
    files = {"bin/busybox": BUSYBOX.read_bytes(), "motd": b"hi\n",
             "numbers": b"".join(b"%d\n" % (n * 7919 % 1000)
                                 for n in range(1000)),
             "line": line.encode() + b"\n"}
    image = machines.image(name, files,
                           [("bin/" + a, "busybox") for a in APPLETS])
    return replace(machines.program("/bin/sh /line", "shell", image),
                   asked=line)


def test_call_descriptors(machines):
    run = machines.program("/bin/probe descriptors")
    said(run, "pipe, dup2, close, read and write do as Linux's", [
        "pipe 0", "reader 3", "writer 4", "wrong end -9", "wrong end -9",
        "dup2 9", "close 0", "again -9", "waits 1", "write 4", "same 9",
        "dup2 9",
        "read 4", "end 0", "abcd", "bad -9", "bad -9", "bad -9", "bad -9",
        "bad -9", "bad -9", "flags -22", "ends 1", "ends 0"])


def test_call_pipe_many(machines):
    run = machines.program("/bin/probe many")
    said(run, "pipe fails with -EMFILE when nothing is left, and takes "
         "nothing then", ["error -24", "some 1", "again 1"])


def test_call_wait(machines):
    run = machines.program("/bin/probe wait")
    said(run, "wait4 waits for the child that is meant, or for any", [
        "none -10", "other -10", "now 0", "untouched -1", "second 1",
        f"status {5 << 8}", "first 1", f"status {44 << 8}", "none -10",
        "option -22"])


def test_call_signals(machines):
    run = machines.program("/bin/probe signals")
    said(run, "a program that does what it must not ends as by a signal",
         ["store 11", "constant 11", "ud2 4", "data 11"])


def test_call_sigpipe(machines):
    run = machines.program("/bin/probe sigpipe")
    said(run, "who writes to a pipe that nobody reads ends as by SIGPIPE",
         ["read 10", "status 13"])


def test_call_exit_tree(machines):
    run = machines.program("/bin/probe tree")
    said(run, "a process ends when its children have, its pipes closed",
         ["too early 0", "read 1", "end 0", f"status {4 << 8}", "none -10"])


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
         "afterwards", ["refused 1", "some 1", "left 0", f"again {6 << 8}"])


def test_shell_pipeline(machines):
    said(shell(machines, "hello", "echo hello | cat"),
         "busybox's shell runs a pipeline", ["hello"])


def test_shell_three(machines):
    names = ("busybox",) + APPLETS
    size = sum(len(name) + 1 for name in names)
    said(shell(machines, "three", "ls /bin | sort | wc"),
         "busybox's shell runs a longer one",
         [f"{len(names):9} {len(names):9} {size:9}"])


def test_shell_mixed(machines):
    said(shell(machines, "mixed",
               "sort -n /numbers | tail -n 2; (echo a; echo b) | "
               "(cat; echo c); x=$(cat /motd); echo $x; yes | head -n 2; "
               "/bin/none; exit 7"),
         "groups, substitution, and a writer whose reader has gone",
         ["998", "999", "a", "b", "c", "hi", "y", "y",
          "/line: line 1: /bin/none: not found"], 7)
