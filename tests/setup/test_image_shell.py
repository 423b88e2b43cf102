"""image_shell.py: the names by which a busybox can be called."""

import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "setup"))
import image_shell  # noqa: E402
from image_write import Refused  # noqa: E402

NAMES = ["[", "[[", "arch", "ash", "sh"]
LIST = "\0".join(NAMES).encode() + b"\0"
FOREIGN = b"\x7fELF\2\1\1" + bytes(9) + b"\2\0\xf3\0"     # RISC-V's
BANNER = b"\0BusyBox v1.37.0\0"


@pytest.fixture
def busybox(tmp_path):
    """Writes a file that can be executed, and returns its path."""
    def write(data):
        path = tmp_path / "busybox"
        path.write_bytes(data)
        path.chmod(0o755)
        return str(path)
    return write


def test_asks_itself(busybox):
    """It says more than is found in its bytes, as it may be built."""
    script = b"#!/bin/sh\n# BusyBox v1.37.0\n[ \"$1\" = --list ] && echo a sh\n"
    assert image_shell.program_names(busybox(script)) == ["a", "sh"]


@pytest.mark.parametrize("before", [b"\0", b"\1", b"ed", b"Z[\0"])
def test_another_architectures_is_read(busybox, before):
    """Whatever stands before the names: from 1.37 on, it is no zero."""
    data = FOREIGN + BANNER + before + LIST + b"\0\1\2junk\0"
    assert image_shell.program_names(busybox(data)) == NAMES


def test_without_its_rights_it_is_read(busybox):
    path = busybox(FOREIGN + BANNER + b"\7" + LIST)
    Path(path).chmod(0o644)
    assert image_shell.program_names(path) == NAMES


@pytest.mark.parametrize("data", [
    b"", FOREIGN, FOREIGN + LIST, FOREIGN + BANNER,
    FOREIGN + BANNER + b"[\0[[\0sh\0ash\0"])
def test_what_is_none_is_refused(busybox, data):
    with pytest.raises(Refused, match="not busybox"):
        image_shell.program_names(busybox(data))


def test_what_is_none_is_not_run(busybox, tmp_path):
    ran = tmp_path / "ran"
    with pytest.raises(Refused):
        image_shell.program_names(busybox(b"#!/bin/sh\n:>%s\n"
                                          % str(ran).encode()))
    assert not ran.exists()


def test_this_computers_own():
    """The bytes tell what it tells itself."""
    path = "/bin/busybox"
    assert image_shell.asked_names(path) == image_shell.stored_names(
        Path(path).read_bytes())
