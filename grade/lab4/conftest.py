"""The machines that lab 4's tests ask: one for each boot of lab.toml, made
once in the worker that needs it, and again after a test that left it in
another state than it should be in."""

import pytest

from grade.lab3.scene import Scene
from grade.lab4.programs import Programs
from grade.lab4.world import World
from grade.ops.script import Failed
from grade.ops.words import E_VITAL
from grade.verdict import Wrong

FRUITLESS = 3       # machines in a row that did not come up: give up
# Boots in which flush_change, lab 3's, is not to be in the way.
WITHOUT_FLUSH = ("move", "refused", "cpu", "lease", "random")
HANDED = int(E_VITAL)       # what cpu_hand answers where swap is looked at


class Worlds:
    """The machine of each boot."""

    def __init__(self, settings):
        self.settings, self.made, self.failed = settings, {}, {}

    def get(self, boot):
        """The scene of a boot; Wrong if it cannot be booted."""
        if boot not in self.made:
            self.made[boot] = self._make(boot)
        return self.made[boot]

    def _make(self, boot):
        failed = self.failed.setdefault(boot, [])
        if len(failed) >= FRUITLESS:
            raise failed[-1]
        empty = ("flush_change",) if boot in WITHOUT_FLUSH else ()
        try:
            world = World(self.settings, boot, empty)
        except Failed as error:
            failed.append(Wrong("the kernel boots as far as ring 3",
                                "this test's machine", str(error)))
            raise failed[-1] from None
        if boot in ("move", "refused"):
            world.answers("cpu_hand", HANDED)
        if boot in ("cpu", "lease", "handing"):
            world.hands_alone()
        return Scene(world)

    def drop(self, boot):
        """Ends a machine; the next get makes another."""
        if boot in self.made:
            self.made.pop(boot).world.close()


@pytest.fixture(scope="session")
def _worlds(settings):
    worlds = Worlds(settings)
    yield worlds
    for boot in list(worlds.made):
        worlds.drop(boot)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    item.failed = outcome.get_result().failed or getattr(item, "failed",
                                                         False)


@pytest.fixture
def scene(request, settings, _worlds):
    """The scene of the test that asks; scene.world is its machine."""
    boot = settings.tests[request.node.name]["boot"]
    made = _worlds.get(boot)
    yield made
    if request.node.failed and made.world.unwritten:
        made.world.start_over()
    elif request.node.failed:
        _worlds.drop(boot)


@pytest.fixture(scope="session")
def programs(settings):
    """The user programs that this lab boots."""
    return Programs(settings)
