"""A cafe with a live programme, a cashier at its till, a member."""

import pytest
from tests.build import NOON, make_business, make_customer

from wafaa.decide.loyalty.tests.build import SPEND, make_live
from wafaa.kit import clock
from wafaa.show.till.tests.build import Till


@pytest.fixture
def shop(db):
    """One point for each ten riyals; its clock stands at noon."""
    make_business(name="Palm", currency="SAR")
    make_live({**SPEND, "name": {"en": "Points on purchases"}})
    with clock.fixed_at(NOON):
        yield


@pytest.fixture
def till(shop, cashier) -> Till:
    return Till(cashier)


@pytest.fixture
def sara(shop):
    return make_customer("1", name="Sara Ali", phone="+966501234567", email="sara@example.com")
