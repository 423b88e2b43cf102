"""What lab 2's tests ask: machines beside models, and whole boots."""

import pytest

from grade.lab2.programs import Programs
from grade.lab2.scene import Scene
from grade.lab2.world import World
from grade.ops.machines import (  # noqa: F401  pylint: disable=unused-import
    pytest_runtest_makereport, scene, scenes)


@pytest.fixture(scope="session")
def new_scene(settings):
    """Makes the scene of a boot."""
    return lambda boot: Scene(World(settings, boot))


@pytest.fixture(scope="session")
def programs(settings):
    """What this lab boots as a whole."""
    return Programs(settings)
