"""The engine's answers equal a brute-force oracle's on small random shops."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from wafaa.learn.facts.queries import close_facts
from wafaa.learn.measures import queries
from wafaa.learn.measures.periods import cut_period, find_previous, find_year_before
from wafaa.learn.measures.rules import Period, Question
from wafaa.learn.measures.tests.oracle import Oracle
from wafaa.learn.measures.tests.shops import FIRST_DAY, make_shop

SEEDS = range(12)
BREAKDOWNS = ("store", "channel", "country", "category", "rfm_group", "acquisition_month")


@pytest.fixture(params=SEEDS)
def asked(request, tmp_path):
    """(folder, shop, question) of one random shop."""
    shop = make_shop(request.param)
    shop.write(tmp_path)
    chance = random.Random(1000 + request.param)
    start = FIRST_DAY + timedelta(days=chance.randint(0, 400))
    period = chance.choice(
        [
            None,
            Period(start=start, end=start + timedelta(days=chance.randint(1, 200))),
            Period(start=start.replace(day=1), end=(start + timedelta(days=70)).replace(day=1)),
        ]
    )
    question = Question(
        as_of=chance.choice(
            [FIRST_DAY + timedelta(days=501), FIRST_DAY + timedelta(days=chance.randint(1, 500))]
        ),
        lapse_window_days=chance.choice([30, 90, 180]),
        currency="SAR",
        period=period,
        stores=chance.choice([None, None, (1,), (1, 2), ()]),
    )
    yield tmp_path, shop, question
    close_facts(tmp_path)


def values(figures):
    return {key: figure.value for key, figure in figures.items()}


def test_the_summary_is_the_oracles(asked):
    folder, shop, question = asked
    summary, oracle = queries.get_summary(question, folder=folder), Oracle(shop, question)
    assert summary.receipt.period == oracle.period
    assert values(summary.total.figures) == oracle.figures(oracle.period, oracle.orders, oracle.refunds)
    others = {"previous": find_previous(oracle.period), "year_before": find_year_before(oracle.period)}
    for name, period in others.items():
        told = values(getattr(summary.total, name))
        if question.period and oracle.first_day and period.start >= oracle.first_day:
            assert told == oracle.figures(period, oracle.orders, oracle.refunds)
        else:
            assert told == {}


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_each_breakdown_is_the_oracles(asked, by):
    folder, shop, question = asked
    question = replace(question, by=by)
    rows, oracle = queries.get_summary(question, folder=folder).rows, Oracle(shop, question)
    expected = {key: oracle.figures(oracle.period, *rows) for key, rows in oracle.groups().items()}
    assert {row.group: values(row.figures) for row in rows} == expected
    assert len(rows) == len(expected)
    assert [row.figures["gross"].value for row in rows] == sorted(
        (f["gross"] for f in expected.values()), reverse=True
    )


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_a_series_is_the_oracles_point_by_point(asked, grain):
    folder, shop, question = asked
    oracle = Oracle(shop, question)
    end = min(oracle.period.end, oracle.period.start + timedelta(days=40 if grain == "day" else 300))
    question = replace(question, period=Period(start=oracle.period.start, end=end))
    series = queries.get_series(question, grain, week_start=7, folder=folder)
    assert [point.period for point in series.points] == cut_period(question.period, grain, 7)
    for point in series.points:
        assert values(point.figures) == oracle.figures(point.period, oracle.orders, oracle.refunds)


def test_cohorts_gaps_and_pareto_are_the_oracles(asked):
    folder, shop, question = asked
    oracle = Oracle(shop, question)
    cohorts = queries.get_cohorts(question, folder=folder).cohorts
    assert [(c.month, c.customers, c.active, c.gross_minor) for c in cohorts] == oracle.cohorts()

    assert queries.get_gaps(question, folder=folder).histogram == oracle.gaps()

    pareto = queries.get_pareto(question, folder=folder)
    amounts, needed = oracle.pareto()
    assert (pareto.customers, pareto.gross_minor, pareto.customers_for_80) == (
        len(amounts),
        sum(amounts),
        needed,
    )
    for share_of_customers, share in pareto.curve:
        top = len(amounts) * round(share_of_customers * 100) // 100
        assert share == sum(amounts[:top]) / sum(amounts)
    assert len(pareto.curve) == (101 if sum(amounts) else 0)


def test_rfm_is_the_oracles(asked):
    folder, shop, question = asked
    rfm, oracle = queries.get_rfm(question, folder=folder), Oracle(shop, replace(question, period=None))
    scores = oracle.rfm_scores()
    cells = {(cell.recency, cell.frequency, cell.monetary): cell.customers for cell in rfm.cells}
    assert cells == {cell: list(scores.values()).count(cell) for cell in set(scores.values())}
    if scores:
        cuts = [rfm.cuts.recency_days, rfm.cuts.frequency, rfm.cuts.monetary_minor]
        assert [list(bounds) for bounds in cuts] == oracle.bounds
    else:
        assert rfm.cuts is None
    groups = oracle.rfm_groups()
    assert {group.key: group.customers for group in rfm.groups if group.customers} == {
        key: list(groups.values()).count(key) for key in set(groups.values())
    }
    assert sum(group.gross_minor for group in rfm.groups) == sum(
        order["gross_minor"] for order in oracle.orders
    )
