"""Answers of a few people, counted by hand."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from wafaa.learn.facts.queries import close_facts
from wafaa.learn.measures.rules import Period
from wafaa.learn.scores import queries
from wafaa.learn.scores.rules import Sieve
from wafaa.learn.scores.tests.answered import Answered

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
SIEVE = Sieve(as_of=date(2026, 7, 1), survey=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    """Survey 1: ten promoters, five detractors who came by phone in April, two who gave up, one test."""
    told = Answered()
    for n in range(10):
        told.answer(
            ("q1", "nps", 10),
            ("q2", "multiple", 0, "price"),
            ("q2", "multiple", 1, "staff"),
            ("q3", "short_text", None),
            customer=n,
            agent="Sara",
            collector_id=1 if n < 4 else 2,
        )
    for n in range(5):
        told.answer(
            ("q1", "nps", 0),
            ("q2", "multiple", 1, "staff"),
            day=APRIL,
            customer=100 + n,
            agent="Omar",
            channel="phone",
            seconds=20,
            is_flagged=True,
        )
    told.answer(("q1", "nps", 8), state="partial", seconds=5)
    told.answer(state="started", seconds=1)
    told.answer(("q1", "nps", 0), is_test=True)
    told.answer(("q1", "csat", 4, "", "", 5), survey=2, product_id=7, customer=0)
    told.answer(("q1", "csat", 10, "", "", 10), survey=2, product_id=7, customer=1)
    told.answer(("q1", "csat", 6, "", "", 10), survey=2, product_id=8, customer=2)
    for customer in (0, 1, 2, 100):
        told.buy(customer, date(2026, 4, 20), product=7)
    told.give_back(7, date(2026, 4, 25), 10_000)
    told.tables["products"] = [
        {"product_id": 7, "sku": "P7", "name": "Cup", "category": "cups"},
        {"product_id": 8, "sku": "P8", "name": "Plate", "category": "plates"},
    ]
    told.tables["customers"] = [
        {"customer_id": n, "country": "SA" if n < 5 else "AE", "city": "", "language": "ar"}
        for n in range(10)
    ]
    folder = told.write(tmp_path_factory.mktemp("answers"))
    yield folder
    close_facts(folder)


def test_a_survey_tells_who_began_who_finished_and_where_people_stopped(folder: Path):
    found = queries.get_results(SIEVE, folder=folder)

    turnout = found.turnout
    assert (turnout.started, turnout.complete, turnout.partial, turnout.flagged) == (17, 15, 2, 5)
    assert turnout.completion is not None
    assert turnout.completion.value == 15 / 17
    assert turnout.seconds == 60
    assert {question.question: (question.n, question.stopped) for question in found.questions} == {
        "q1": (16, 1),
        "q2": (15, 0),
        "q3": (10, 0),
    }
    assert [(one.value, one.n) for one in found.listed["channel"]] == [("mail", 12), ("phone", 5)]
    assert found.listed["version"] == []
    assert "GROUP BY" in found.receipt.query
    assert found.receipt.as_of == date(2026, 7, 1)


def test_a_question_is_scored_with_its_margin_and_its_shares_are_of_people(folder: Path):
    nps, reasons, _text = queries.get_results(SIEVE, folder=folder).questions

    assert nps.score is not None
    assert (nps.score.kind, nps.score.value, nps.score.n, nps.score.is_enough) == (
        "nps",
        100 * 5 / 16,
        16,
        True,
    )
    assert nps.score.low < 31.25 < nps.score.high
    assert [(one.value, one.n) for one in nps.choices if one.n] == [(0, 5), (8, 1), (10, 10)]
    assert [(one.key, one.n, one.share.value) for one in reasons.choices] == [
        ("staff", 15, 1.0),
        ("price", 10, 10 / 15),
    ]


def test_a_trend_is_flagged_only_where_chance_does_not_explain_it(folder: Path):
    sieve = replace(SIEVE, period=Period(start=MARCH, end=date(2026, 12, 1)))
    (nps, *_others) = queries.get_results(replace(sieve, as_of=date(2026, 12, 1)), folder=folder).questions

    assert [(point.start, point.score.value, point.is_change) for point in nps.trend] == [
        (MARCH, 100 * 10 / 11, False),
        (APRIL, -100.0, False),  # five answers are not enough
    ]


def test_a_filter_narrows_the_figures_but_not_what_one_may_filter_by(folder: Path):
    found = queries.get_results(replace(SIEVE, channel="phone"), folder=folder)

    assert found.turnout.started == 5
    assert found.questions[0].n == 5
    assert found.questions[0].score is not None
    assert not found.questions[0].score.is_enough
    assert [one.value for one in found.listed["channel"]] == ["mail", "phone"]


def test_whoever_sees_no_store_sees_no_answer(folder: Path):
    found = queries.get_results(replace(SIEVE, stores=()), folder=folder)

    assert (found.turnout.started, found.questions) == (0, [])


def test_two_agents_are_compared_with_an_interval(folder: Path):
    found = queries.get_breakdown(SIEVE, "agent", question="q1", against=("Sara", "Omar"), folder=folder)

    assert [(group.group, group.score.value, group.score.n) for group in found.groups] == [
        ("Sara", 100.0, 10),
        ("Omar", -100.0, 5),
    ]
    assert found.difference is not None
    assert found.difference.value == 200
    assert not found.difference.is_enough


def test_two_questions_stand_against_each_other(folder: Path):
    found = queries.get_crosstab(SIEVE, "q1", "q2", folder=folder)

    assert (found.rows, found.n) == (["0", "10"], 25)
    assert dict(zip(found.columns, [cell.n for cell in found.cells[0]], strict=True)) == {
        "staff": 5,
        "price": 0,
    }


def test_a_question_is_compared_before_and_after(folder: Path):
    before, after = Period(start=MARCH, end=APRIL), Period(start=APRIL, end=date(2026, 5, 1))

    found = queries.compare_periods(1, "q1", before, after, sieve=SIEVE, folder=folder)

    assert (found.before.n, found.after.n) == (11, 5)
    assert found.difference.value == pytest.approx(-100 - 100 * 10 / 11)


def test_satisfaction_over_the_shop_joins_scales_of_different_length(folder: Path):
    found = queries.get_satisfaction(
        replace(SIEVE, survey=None, as_of=date(2026, 12, 1)), "SAR", folder=folder
    )

    assert {one.kind: (one.score.n, one.score.value) for one in found.headlines} == {
        "nps": (16, 31.25),
        "csat": (3, 2 / 3),
    }
    assert [(month.start, month.gross_minor) for month in found.months] == [(MARCH, 0), (APRIL, 40_000)]
    assert {one.product: (one.score.n, one.gross_minor) for one in found.products} == {
        7: (2, 40_000),
        8: (1, 0),
    }


def test_what_people_say_stands_beside_what_they_do(folder: Path):
    sieve = replace(SIEVE, survey=None)

    found = queries.get_grid(sieve, "nps", 60, folder=folder)

    assert {cell.name: cell.n for cell in found.cells} == {
        "satisfied_who_return": 3,
        "satisfied_who_leave": 7,
        "unhappy_who_stay": 1,
        "unhappy_who_leave": 4,
    }
    assert (found.n, found.waiting) == (15, 0)
    leaving = queries.list_people(sieve, "nps", "satisfied_who_leave", 60, folder=folder, limit=2)
    assert (leaving.n, [person.customer for person in leaving.people]) == (7, [3, 4])
    assert leaving.people[0].last_order is None


def test_whose_time_to_come_back_is_not_over_is_in_no_cell(folder: Path):
    sieve = replace(SIEVE, survey=None, as_of=APRIL + timedelta(days=5))

    found = queries.get_grid(sieve, "nps", 30, folder=folder)

    assert (found.n, found.waiting) == (10, 5)


def test_answers_of_one_link_are_told_apart(folder: Path):
    found = queries.get_results(replace(SIEVE, collector=1), folder=folder)

    assert found.turnout.started == 4
    assert [(one.value, one.n) for one in found.listed["collector"]] == [("", 7), ("2", 6), ("1", 4)]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("country", {"SA": 5, "AE": 5}),
        ("acquisition_month", {"2026-04": 4}),
        ("rfm_group", {"champions": 4}),
        ("collector", {"1": 4, "2": 6}),
    ],
)
def test_what_customers_are_breaks_a_score_down(by, groups, folder: Path):
    sieve = replace(SIEVE, currency="SAR")
    found = queries.get_breakdown(sieve, by, question="q1", folder=folder)

    assert sum(group.score.n for group in found.groups) == sum(groups.values())
    if by != "rfm_group":
        assert {group.group: group.score.n for group in found.groups} == groups


def test_products_stand_for_their_categories(folder: Path):
    found = queries.get_breakdown(replace(SIEVE, survey=None), "category", kind="csat", folder=folder)

    assert {group.group: group.score.n for group in found.groups} == {"cups": 2, "plates": 1}


def test_a_product_is_told_beside_its_sales_and_returns(folder: Path):
    sieve = replace(SIEVE, survey=None, product=7, currency="SAR", as_of=date(2026, 12, 1))
    found = queries.get_product(sieve, folder=folder)

    assert (found.satisfied.kind, found.satisfied.n, found.satisfied.value) == ("csat", 2, 1.0)
    assert [(one.start, one.gross_minor, one.refunds_minor) for one in found.sold] == [
        (MARCH, 0, 0),
        (APRIL, 40_000, 10_000),
    ]
    assert [one.score.n for one in found.satisfied_trend] == [2, 0]
    assert found.stars.n == 0


def test_the_busiest_surveys_come_first(folder: Path):
    assert queries.list_busiest(replace(SIEVE, survey=None, as_of=date(2026, 4, 30)), folder=folder) == [1, 2]
