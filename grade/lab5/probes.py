"""What `make gdb TEST=name` boots: min with one of the grader's tests inside,
or with the program of a test. GDB stops where the kernel first runs an
operation of it; the handout says how to go on from there."""

from grade.lab5.machines import CONFIG, make_image

STOPS = {"5.1": "op_attach", "5.2": "op_create", "5.3": "op_attach",
         "5.4": "op_swap", "5.5": "op_swap"}
ELSEWHERE = {"fork_no_memory": "fork_no_memory", "share_barred": "share",
             "child_tables": "child_page", "brk_shrinks": "brk",
             "pipe_close": "pipe_pages", "pipe_waits": "pipe_fork"}


def disk_of(test, seeds, case=None):
    """What the second disk of the test's machine holds."""
    name = test["name"].removeprefix("test_")
    if not name.startswith("pipe_"):
        name = name.partition("_")[2]
    name = ELSEWHERE.get(name, name)
    config = CONFIG.format(program="min-inside", words=f"test:{name}")
    return {"xo5.cfg": config.encode(),
            "root": make_image({"text": b"text\n" * 4000}, ())}


def stop_of(test):
    """The function at which GDB stops first."""
    return STOPS[test["exercise"]]
