"""Fixtures of the room."""

import pytest

from wafaa.act.messages.tests.samples import make_shop
from wafaa.decide.asking.tests.build import MORNING
from wafaa.kit import clock


@pytest.fixture
def shop():
    """The clock stands still until a test moves it."""
    with clock.fixed_at(MORNING):
        make_shop()
        yield
