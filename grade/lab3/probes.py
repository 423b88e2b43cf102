"""What `make gdb TEST=name` boots for a test of lab 3: a program in ring 3
that comes to the same function."""

from grade import qemu

FUNCTION = {"3.1": "attach.c:op_attach", "3.2": "update.c:op_update",
            "3.3": "flush.c:flush_change",
            "3.4": "upcall.c:upcall_deliver"}


def program_of(test):
    """The program of user/tests/ for a test."""
    name = test["name"]
    if name.startswith("test_program_"):
        return name.removeprefix("test_program_")
    return "faults" if test["exercise"] == "3.4" else "pages"


def disk_of(test, _seeds, _case):
    """The second disk's files."""
    return {"xo5.cfg": qemu.settings("", program_of(test))}


def stop_of(test):
    """The function to stop at."""
    return FUNCTION[test["exercise"]]
