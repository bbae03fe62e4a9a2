"""Fixtures of the room: a shop on a Sunday morning, and the mail server of the room that sends."""

import pytest

from wafaa.act.messages.tests.conftest import mailserver
from wafaa.decide.journeys.tests.build import MORNING, make_shop
from wafaa.kit import clock

__all__ = ["mailserver"]


@pytest.fixture
def shop():
    """The clock stands still until a test moves it."""
    with clock.fixed_at(MORNING):
        make_shop()
        yield
