"""What `make gdb TEST=name` boots: the first machine that the test asks for.
GDB stops where a function of the test's exercise is first called."""

import importlib
from pathlib import Path
from types import SimpleNamespace

from grade.lab5.machines import Machines, disk_of
from grade.lab5.watch import BASE

FUNCTIONS = {
    "5.1": ("pager_fault", "pager_brk"),
    "5.2": ("fork_share", "fork_table", "fork_page"),
    "5.3": ("exec_program",),
    "5.4": ("pipe_make", "pipe_read", "pipe_write", "pipe_close",
            "pipe_inherit"),
    "5.5": ("call_read", "call_write", "call_close", "call_dup2", "call_pipe",
            "call_fork", "call_wait", "call_exit"),
}


class Asked(Exception):
    """A test asked for a machine."""


class Recorder(Machines):
    """Runs nothing: says what a test asks for."""

    def _run(self, boot, program, words, image, watch):
        raise Asked(program, disk_of(program, words, image))


def plan_of(test, folder):
    """(files of the second disk, GDB's commands) for a test; `folder` is what
    was built."""
    part = {"pager": "pager", "fork": "fork", "exec": "exec", "pipe": "pipe"}
    name = part.get(test["name"].split("_")[1], "calls")
    module = importlib.import_module(f"grade.lab5.test_{name}")
    try:
        getattr(module, test["name"])(Recorder(SimpleNamespace(build=folder)))
    except Asked as asked:
        program, files = asked.args
    return files, [*symbols(Path(folder).resolve(), program),
                   *(f"tbreak {name}" for name in FUNCTIONS[test["exercise"]]),
                   "continue"]


def symbols(folder, program):
    """GDB's commands for the symbols of min, where the launcher puts it. The
    loader's go: GDB would unwind min's stack by the loader's tables."""
    return [f"with confirm off -- {command}" for command in (
        f"remove-symbol-file {folder}/loader.elf",
        f"add-symbol-file {folder}/libos/{program}.so -o {BASE:#x}")]
