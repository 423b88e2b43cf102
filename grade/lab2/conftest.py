"""The machines that lab 2's tests ask: one for each boot of lab.toml, made
once in the worker that needs it, and again after a test that left it in
another state than it should be in."""

import pytest

from grade.lab2.programs import Programs
from grade.lab2.scene import Scene
from grade.lab2.world import World
from grade.ops.script import Failed
from grade.verdict import Wrong

FRUITLESS = 3       # machines in a row that did not come up: give up


class Worlds:
    """The machine of each boot."""

    def __init__(self, settings):
        self.settings, self.made = settings, {}
        self.failed = {}

    def get(self, boot):
        """(world, scene) of a boot; Wrong if it cannot be booted."""
        if boot not in self.made:
            self.made[boot] = self._make(boot)
        return self.made[boot]

    def _make(self, boot):
        failed = self.failed.setdefault(boot, [])
        if len(failed) >= FRUITLESS:
            raise failed[-1]
        try:
            world = World(self.settings, boot)
        except Failed as error:
            failed.append(Wrong("the kernel boots as far as ring 3",
                                "this test's machine", str(error)))
            raise failed[-1] from None
        return world, Scene(world)

    def drop(self, boot):
        """Ends a machine; the next get makes another."""
        if boot in self.made:
            self.made.pop(boot)[0].close()


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
    world, made = _worlds.get(boot)
    yield made
    if request.node.failed and world.unwritten:
        world.start_over()
    elif request.node.failed:
        _worlds.drop(boot)


@pytest.fixture(scope="session")
def programs(settings):
    """What this lab boots as a whole."""
    return Programs(settings)
