"""What the kit's own tests share: the top folder and the built ISO."""

from pathlib import Path

import pytest

from grade.elf import Symbols
from tests import hostile

TOP = Path(__file__).resolve().parents[1]
NAME_LONG = 60


def pytest_make_parametrize_id(config, val, argname):
    """What a test is given names it, unless that is data: a name must be the
    same in each process that collects, and a line that can be read."""
    data = isinstance(val, bytes) or isinstance(val, str) and (
        len(val) > NAME_LONG or not val.isprintable())
    return argname if data else None


@pytest.fixture(scope="session")
def top():
    return TOP


@pytest.fixture(scope="session")
def checked(top, tmp_path_factory):
    """The folder of a hostile build, for tests of the group "checked"."""
    if hostile.BUILT:
        return hostile.BUILT
    return hostile.build(top, tmp_path_factory.mktemp("checked"),
                         "parts", "{}/xo5.iso", "{}/unix-host")


@pytest.fixture(scope="session")
def built():
    """The folder that `make` has built; `make test` makes first."""
    build = hostile.BUILT or TOP / "build"
    assert (build / "xo5.iso").exists(), "type make first"
    return build


@pytest.fixture
def symbols(built):
    """Read for each test: a test may have made the kernel anew."""
    return Symbols(built / "kernel.elf")
