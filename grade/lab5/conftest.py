"""What lab 5's tests ask: machines that run min."""

import pytest

from grade.lab5.given import GIVEN
from grade.lab5.machines import Machines


@pytest.fixture(scope="session")
def machines(settings):
    GIVEN.choose(settings.secret)
    return Machines(settings)
