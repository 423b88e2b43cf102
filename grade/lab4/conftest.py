"""What lab 4's tests ask: machines beside models, and whole boots."""

import pytest

from grade.lab3.scene import Scene
from grade.lab4.programs import Programs
from grade.lab4.world import World
from grade.ops.machines import (  # noqa: F401  pylint: disable=unused-import
    pytest_runtest_makereport, scene, scenes)
from grade.ops.words import E_KIND, E_VITAL, MORE, OK, Error
from grade.secret import of_this_run

# Boots in which flush_change, lab 3's, is not to be in the way.
WITHOUT_FLUSH = ("move", "refused", "cpu", "lease", "random")
# What cpu_hand answers where swap is looked at.
HANDED = of_this_run().pick(int(E_VITAL), lambda dice: int(dice.choice([
    error for error in Error if error not in (OK, MORE, E_KIND)])), "handed")


@pytest.fixture(scope="session")
def new_scene(settings):
    """Makes the scene of a boot."""
    def make(boot):
        empty = ("flush_change",) if boot in WITHOUT_FLUSH else ()
        world = World(settings, boot, empty)
        if boot in ("move", "refused"):
            world.hands_slots(HANDED)
        if boot in ("cpu", "lease", "handing"):
            world.hands_alone()
        return Scene(world)
    return make


@pytest.fixture(scope="session")
def programs(settings):
    """The user programs that this lab boots."""
    return Programs(settings)
