"""What lab 3's tests ask: machines beside models, and whole boots."""

import pytest

from grade.lab3.scene import Scene
from grade.lab3.world import World
from grade.ops.machines import (  # noqa: F401  pylint: disable=unused-import
    pytest_runtest_makereport, scene, scenes)
from grade.ops.programs import Programs

# Functions that are another exercise's, and not to be in the way.
EMPTY = {"update": ("flush_change",), "told": ("flush_change",),
         "random": ("flush_change",)}


@pytest.fixture(scope="session")
def new_scene(settings):
    """Makes the scene of a boot."""
    return lambda boot: Scene(World(settings, boot, EMPTY.get(boot, ())))


@pytest.fixture(scope="session")
def programs(settings):
    """The user programs that this lab boots."""
    return Programs(settings)
