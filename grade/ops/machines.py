"""The machines that a lab's tests ask: one for each boot of lab.toml, made
once in the worker that needs it, and again after a test that left it in
another state than it should be in.

A lab's conftest.py takes the fixtures from here, and says in one of its own,
new_scene, how the scene of a boot is made.
"""

import pytest

from grade.ops.script import Failed
from grade.verdict import Wrong

FRUITLESS = 3       # machines in a row that did not come up: give up


class Scenes:
    """The scene of each boot, and below it the machine."""

    def __init__(self, make):
        self.make, self.made, self.failed = make, {}, {}

    def get(self, boot):
        """The scene of a boot; Wrong if it cannot be booted."""
        if boot not in self.made:
            self.made[boot] = self._new(boot)
            self.made[boot].world.keep()
        return self.made[boot]

    def _new(self, boot):
        failed = self.failed.setdefault(boot, [])
        if len(failed) >= FRUITLESS:
            raise failed[-1]
        try:
            return self.make(boot)
        except Failed as error:
            failed.append(Wrong("the kernel boots as far as ring 3",
                                "this test's machine", str(error)))
            raise failed[-1] from None

    def drop(self, boot):
        """Ends a machine; the next get makes another."""
        if boot in self.made:
            self.made.pop(boot).world.close()


@pytest.fixture(scope="session")
def scenes(new_scene):
    made = Scenes(new_scene)
    yield made
    for boot in list(made.made):
        made.drop(boot)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    item.failed = outcome.get_result().failed or getattr(item, "failed",
                                                         False)


@pytest.fixture
def scene(request, settings, scenes):
    """The scene of the test that asks; scene.world is its machine."""
    boot = settings.tests[request.node.name]["boot"]
    made = scenes.get(boot)
    made.world.begin(request.node.name)
    Wrong.counted = made.world.session.case
    yield made
    Wrong.counted = staticmethod(lambda: None)
    if request.node.failed and made.world.unwritten:
        made.world.start_again()
    elif request.node.failed:
        scenes.drop(boot)
