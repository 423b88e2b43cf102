"""pytest in a copy of this process: what it needs has been read and compiled
here already, once for hundreds of runs. A run can change nothing here: it is
another process, which ends with its last test. Its machines are Resumed ones.
"""

import importlib
import os
import signal
import sys
from pathlib import Path

import pytest

import grade.plugin
from grade import guest
from grade.lab5 import machines
from tests.resume import Resumed

TOP = Path(__file__).resolve().parents[2]
PLUGINS = ("-p", grade.plugin.__name__, "-p", "no:cacheprovider",
           "-p", "no:xdist", "-p", "no:faulthandler")


def run_tests(nodes, variables, log, seconds):
    """Runs these tests, whose names are "FILE::NAME" (or an option of pytest
    stands among them), with these variables
    in their environment; what pytest prints goes to the file `log`. After
    `seconds` they are ended."""
    _read(nodes)
    child = os.fork()
    if child == 0:
        try:
            _become(log, variables, seconds)
            guest.Machine = machines.Machine = Resumed
            pytest.main(["-q", *PLUGINS, *nodes])
        finally:
            os._exit(0)         # nothing of the outer run is cleaned up here
    os.waitpid(child, 0)


def _read(nodes):
    """Imports what the tests are written in, for all copies."""
    for file in sorted({node.partition("::")[0] for node in nodes
                        if not node.startswith("-")}):
        path = Path(file).relative_to(TOP).with_suffix("")
        importlib.import_module(".".join(path.parts))
        importlib.import_module(".".join((*path.parts[:-1], "conftest")))


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
