"""pytest in a copy of this process: what it needs has been read and compiled
here already, once for hundreds of runs. A run can change nothing here: it is
another process, which ends with its last test.
"""

import importlib
import os
import signal
import sys
import traceback
from pathlib import Path

import pytest

import grade.plugin
from grade.secret import of_this_run

TOP = Path(__file__).resolve().parents[2]
MOVED = "grade.lab2", "grade.lab3", "grade.lab4", "grade.ops.scene"
PLUGINS = ("-p", grade.plugin.__name__, "-p", "no:cacheprovider",
           "-p", "no:xdist", "-p", "no:faulthandler")


def run_tests(nodes, variables, log, seconds, prepare=lambda: []):
    """Runs these tests, whose names are "FILE::NAME" (or an option of pytest
    stands among them), with these variables
    in their environment; what pytest prints goes to the file `log`. After
    `seconds` they are ended. prepare: called there before they begin; gives
    plugins of pytest's."""
    _read(nodes)
    child = os.fork()
    if child == 0:
        try:
            _become(log, variables, seconds)
            _forget_cases()
            pytest.main(["-q", *PLUGINS, *nodes], plugins=prepare())
        except BaseException:
            traceback.print_exc()       # into the log
        finally:
            sys.stderr.flush()
            os._exit(0)         # nothing of the outer run is cleaned up here
    os.waitpid(child, 0)


def _read(nodes):
    """Imports what the tests are written in, for all copies."""
    for file in sorted({node.partition("::")[0] for node in nodes
                        if node.partition("::")[0].endswith(".py")}):
        path = Path(file).relative_to(TOP).with_suffix("")
        importlib.import_module(".".join(path.parts))
        importlib.import_module(".".join((*path.parts[:-1], "conftest")))


def _forget_cases():
    """Has what the run's secret moves be read anew (grade/ops/scene.py)."""
    if of_this_run().text is None:
        return
    for name in list(sys.modules):
        if name.startswith(MOVED):
            parent, _, own = name.rpartition(".")
            vars(sys.modules.get(parent, sys)).pop(own, None)
            del sys.modules[name]


def _become(log, variables, seconds):
    """Makes this copy a process of its own: its input, its output, its time
    and its environment."""
    signal.alarm(seconds)
    null = os.open(os.devnull, os.O_RDONLY)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for number, end in enumerate((null, said, said)):
        os.dup2(end, number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)
        for number, mode in enumerate("rww"))
    for name in [n for n in os.environ if n.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ.update(variables)
