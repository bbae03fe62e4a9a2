"""What the rules advise, and when they hold their tongue."""

from datetime import date

import pytest

from wafaa.learn.measures.rules import Summary
from wafaa.show.console.advice import Advice, Health, advise
from wafaa.show.console.tests.figures import (
    AS_OF,
    RECEIPT,
    make_gaps,
    make_money,
    make_pareto,
    make_rfm,
    make_row,
    make_standing,
)


def make_health(**given) -> Health:
    return Health(**{"today": AS_OF, "lapse_window_days": 180, "standing": make_standing(), **given})


def make_refunds(now: tuple[int, int], before: tuple[int, int]) -> Summary:
    (refunds, gross), (refunds_before, gross_before) = now, before
    row = make_row(
        make_money("refunds", refunds),
        make_money("gross", gross),
        previous=(make_money("refunds", refunds_before), make_money("gross", gross_before)),
    )
    return Summary(total=row, rows=[], receipt=RECEIPT)


def test_an_installation_without_orders_is_only_asked_for_orders():
    health = make_health(standing=make_standing(orders=0, last_day=None), rfm=make_rfm(at_risk=3))

    assert advise(health) == [Advice(kind="bring_orders")]


def test_healthy_figures_give_no_advice():
    health = make_health(
        summary=make_refunds((100, 10_000), (100, 10_000)),
        rfm=make_rfm(loyal=10, at_risk=0),
        gaps=make_gaps(30.0, 80.0),
        pareto=make_pareto(400, 120),
        single_buyers=0,
    )

    assert advise(health) == []


def test_customers_who_should_not_be_lost_come_before_those_at_risk_and_the_champions_last():
    health = make_health(
        rfm=make_rfm(champions=5, at_risk=7, cannot_lose=2), single_buyers=9, gaps=make_gaps(30.0, 80.0)
    )

    assert advise(health) == [
        Advice(kind="win_back", group="cannot_lose", count=2, minor=2000),
        Advice(kind="hold", group="at_risk", count=7, minor=7000),
        Advice(kind="second_order", count=9, days=30.0),
        Advice(kind="thank_the_best", group="champions", count=5, minor=5000),
    ]


def test_a_week_without_orders_asks_for_newer_ones():
    fresh = make_health(today=date(2011, 12, 16))
    stale = make_health(today=date(2011, 12, 17))

    assert advise(fresh) == []
    assert advise(stale) == [Advice(kind="bring_newer_orders", day=date(2011, 12, 9))]


@pytest.mark.parametrize(
    ("now", "before", "is_told"),
    [
        ((500, 10_000), (300, 10_000), True),  # 3 % to 5 %
        ((350, 10_000), (300, 10_000), False),  # half a point is the usual up and down
        ((1150, 10_000), (1000, 10_000), False),  # 10 % to 11.5 % is no quarter more
        ((200, 10_000), (0, 10_000), True),  # none to 2 %
        ((500, 10_000), (0, 0), False),  # nothing to compare with
    ],
)
def test_refunds_are_told_when_they_rose_by_a_quarter_and_a_point(now, before, is_told):
    advice = advise(make_health(summary=make_refunds(now, before)))

    assert [one.kind for one in advice] == (["refunds_up"] if is_told else [])


def test_one_order_in_ten_without_a_customer_asks_for_the_phone():
    some = make_standing(orders_without_customer=99, gross_without_customer_minor=5)
    many = make_standing(orders_without_customer=100, gross_without_customer_minor=123_45)

    assert advise(make_health(standing=some)) == []
    assert advise(make_health(standing=many)) == [
        Advice(kind="ask_for_phone", count=100, minor=123_45, share=0.1)
    ]


@pytest.mark.parametrize(
    ("window", "kind"),
    [(59, ["lapse_window_short"]), (60, []), (240, []), (241, ["lapse_window_long"])],
)
def test_the_lapse_window_lies_between_the_upper_quartile_and_four_times_it(window, kind):
    health = make_health(lapse_window_days=window, gaps=make_gaps(30.0, 60.0))

    assert [one.kind for one in advise(health)] == kind


def test_depending_on_few_customers_is_told_from_fifty_customers_on():
    assert [one.kind for one in advise(make_health(pareto=make_pareto(100, 10)))] == ["depends_on_few"]
    assert advise(make_health(pareto=make_pareto(100, 11))) == []
    assert advise(make_health(pareto=make_pareto(49, 1))) == []


def test_whoever_sees_some_stores_only_gets_no_advice_about_the_whole_shop():
    standing = make_standing(orders_without_customer=500, orders_in_other_currencies={"USD": 4})

    assert [one.kind for one in advise(make_health(standing=standing))] == [
        "ask_for_phone",
        "other_currencies",
    ]
    assert advise(make_health(standing=standing, speaks_of_all_stores=False)) == []
