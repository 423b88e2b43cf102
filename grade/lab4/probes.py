"""What `make gdb TEST=name` boots: the test's program; for a test that calls
the kernel's functions one by one, a program that calls them too."""

from grade.qemu import settings

STOPS = {"4.1": "op_swap", "4.2": "cpu_hand", "4.3": "op_swap"}
PROGRAMS = {"4.1": "swapmem", "4.2": "child", "4.3": "turns"}


def disk_of(test, seeds, case=None):
    """What the second disk of the test's machine holds."""
    name, arguments = PROGRAMS[test["exercise"]], ""
    if test["name"].startswith("test_program_"):
        name = test["name"].removeprefix("test_program_")
    elif test["exercise"] == "4.3":
        arguments = f"seed={(seeds['sched'] + [0])[case or 0]}"
    return {"xo5.cfg": settings(arguments, name)}


def stop_of(test):
    """The function at which GDB stops first."""
    return STOPS[test["exercise"]]
