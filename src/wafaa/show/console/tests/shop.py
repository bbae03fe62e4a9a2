"""A small shop that has gone the real way: events, stream, drain, facts; its figures can be counted by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.build import make_business, make_orders, order_event, refund_event

from wafaa.config.facts import FACT_TABLES
from wafaa.kit import clock
from wafaa.learn.facts.actions import sync_facts
from wafaa.learn.facts.queries import close_facts

# The moment at which every page is looked at: the last counted day is 30 June 2026.
NOW = datetime(2026, 6, 30, 18, tzinfo=UTC)


def day(month: int, of_month: int) -> datetime:
    return datetime(2026, month, of_month, 9, tzinfo=UTC)


def tell_shop() -> None:
    """Forty customers in January in two stores; thirty of them came again in April, ten of those in June.

    Five new ones came in June; one of them has a name that a spreadsheet would run as a formula in its store's.
    """
    january = [
        order_event(
            f"J{n}",
            customer=f"C{n}",
            at=day(1, 5),
            store="RUH-1" if n % 2 else "JED-1",
            lines=[("A", 1, "100.00")],
        )
        for n in range(40)
    ]
    april = [
        order_event(f"A{n}", customer=f"C{n}", at=day(4, 10), store="RUH-1", lines=[("A", 2, "100.00")])
        for n in range(30)
    ]
    june = [
        order_event(f"K{n}", customer=f"C{n}", at=day(6, 20), store="RUH-1", lines=[("B", 1, "50.00")])
        for n in range(10)
    ]
    new = [
        order_event(f"N{n}", customer=f"D{n}", at=day(6, 21), store="=SUM(1)", lines=[("B", 1, "10.00")])
        for n in range(5)
    ]
    anonymous = [order_event(f"X{n}", customer=None, at=day(6, 1) + timedelta(hours=n)) for n in range(20)]
    refund = [refund_event("R1", order="K1", customer="C1", at=day(6, 22), lines=[("B", 1, "50.00")])]
    make_orders(*january, *april, *june, *new, *anonymous, *refund)


@pytest.fixture
def shop(db, settings, olaya):
    """The shop with its facts, on the evening of 30 June 2026."""
    with clock.fixed_at(NOW):
        make_business(currency="SAR", time_zone="Asia/Riyadh", lapse_window_days=90)
        tell_shop()
        sync_facts(FACT_TABLES)
        yield
    close_facts(settings.FACTS_ROOT)
