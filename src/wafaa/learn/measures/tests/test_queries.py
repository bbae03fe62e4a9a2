"""Asking from a web process: light, remembered, and equal to the engine."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.build import make_business

from wafaa.config.facts import FACT_TABLES
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import CustomerTotals
from wafaa.learn.facts.actions import sync_facts
from wafaa.learn.facts.errors import FactsMissing
from wafaa.learn.facts.queries import close_facts, get_manifest
from wafaa.learn.measures import queries
from wafaa.learn.measures.actions import prune_answers, warm_answers
from wafaa.learn.measures.definitions import MEASURES
from wafaa.learn.measures.models import Answer
from wafaa.learn.measures.periods import add_months, cut_period, find_as_of, find_previous, find_year_before
from wafaa.learn.measures.rules import Period, Question
from wafaa.learn.measures.tests.oracle import Oracle
from wafaa.learn.measures.tests.shops import FIRST_DAY, make_shop
from wafaa.science.rfm import GROUPS

AS_OF = date(2025, 6, 1)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(queries.__file__).parents[3])}


@pytest.fixture
def shop(settings):
    """Facts of a random shop in place of the installation's own."""
    shop = make_shop(3)
    shop.write(settings.FACTS_ROOT)
    yield shop
    close_facts(settings.FACTS_ROOT)


def ask(**changes):
    return replace(Question(as_of=AS_OF, lapse_window_days=90, currency="SAR"), **changes)


def test_asking_loads_no_engine():
    script = (
        "import django, sys; django.setup(); import wafaa.learn.measures.queries, wafaa.learn.measures.definitions;"
        "print([name for name in ('duckdb', 'ibis', 'pyarrow', 'numpy', 'scipy') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    assert told.stdout.strip() == "[]"


@pytest.mark.django_db
def test_without_facts_there_is_an_error_that_a_page_can_show():
    with pytest.raises(FactsMissing):
        queries.get_summary(ask())


@pytest.mark.django_db
def test_an_answer_is_counted_once_and_kept_until_the_facts_change(shop, settings, django_assert_num_queries):
    first = queries.get_summary(ask(by="store"))
    assert Answer.objects.count() == 1
    with django_assert_num_queries(1):
        again = queries.get_summary(ask(by="store"))
    assert again == first
    assert queries.get_summary(ask()) != first
    assert Answer.objects.count() == 2

    other = make_shop(4)
    other.write(settings.FACTS_ROOT)
    assert queries.get_summary(ask(by="store")).receipt.facts_version != first.receipt.facts_version
    assert prune_answers() == 2
    assert Answer.objects.count() == 1


@pytest.mark.django_db
def test_every_kind_of_answer_survives_being_kept(shop):
    question = ask(period=Period(start=date(2024, 3, 1), end=date(2024, 9, 1)))
    kinds = [
        lambda: queries.get_summary(question),
        lambda: queries.get_series(question, "month"),
        lambda: queries.get_cohorts(question),
        lambda: queries.get_pareto(question),
        lambda: queries.get_rfm(question),
        lambda: queries.get_gaps(question),
        lambda: queries.get_standing("SAR", as_of=AS_OF),
    ]
    assert [kind() for kind in kinds] == [kind() for kind in kinds]
    assert Answer.objects.count() == len(kinds)


@pytest.mark.django_db
def test_a_receipt_holds_the_sql_that_ran_again_with_the_same_result(shop, settings):
    import duckdb

    pareto = queries.get_pareto(ask())
    manifest = get_manifest()
    with duckdb.connect() as engine:
        for table in manifest.tables.values():
            path = settings.FACTS_ROOT / table.parts[0].file
            engine.execute(f"CREATE VIEW {table.name} AS SELECT * FROM read_parquet('{path}')")
        result = [engine.execute(sql).fetchall() for sql in pareto.receipt.query.split(";\n\n")][-1]
    assert sum(gross * count for gross, count in result) == pareto.gross_minor
    assert pareto.receipt.facts_version == manifest.version
    assert pareto.receipt.engine.startswith("DuckDB ")


@pytest.mark.django_db
def test_standing_tells_what_no_figure_counts(shop):
    standing = queries.get_standing("SAR", as_of=AS_OF)
    orders = shop.tables["orders"]
    anonymous = [order for order in orders if order["customer_id"] is None and order["counted_lines"]]
    own = [order for order in orders if order["counted"] and order["currency"] == "SAR"]
    assert standing.orders == len(orders)
    assert standing.counted_orders == len(own)
    assert standing.counted_lines == sum(order["counted_lines"] for order in own)
    assert standing.customers == len({order["customer_id"] for order in own})
    assert (standing.first_day, standing.last_day) == (min(o["day"] for o in own), max(o["day"] for o in own))
    assert standing.orders_without_customer == len(anonymous)
    gross = sum(order["gross_minor"] for order in anonymous if order["currency"] == "SAR")
    assert standing.gross_without_customer_minor == gross
    dollars = [order for order in orders if order["counted"] and order["currency"] == "USD"]
    assert standing.orders_in_other_currencies == {"USD": len(dollars)}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [3, 5, 8])
def test_the_filter_finds_exactly_the_engines_groups(seed, settings):
    make_business()
    shop = make_shop(seed)
    shop.write(settings.FACTS_ROOT)
    question = ask(as_of=date(2025, 7, 1))
    rfm, oracle = queries.get_rfm(question), Oracle(shop, question)
    _save_totals(oracle)
    groups = oracle.rfm_groups()
    for key in GROUPS:
        found = queries.filter_by_rfm_group(Customer.objects.all(), key, rfm.cuts, question.as_of)
        expected = {str(person) for person, group in groups.items() if group == key}
        assert set(found.values_list("external_id", flat=True)) == expected
        for customer in found:
            one = queries.get_customer_rfm(customer.totals, rfm.cuts, question.as_of)
            assert one.group == key
    close_facts(settings.FACTS_ROOT)


@pytest.mark.django_db
def test_a_customer_without_orders_has_no_scores(shop):
    cuts = queries.get_rfm(ask()).cuts
    assert queries.get_customer_rfm(None, cuts, AS_OF) is None
    assert queries.get_customer_rfm(CustomerTotals(orders=0, gross_minor=0), cuts, AS_OF) is None
    assert queries.get_customer_rfm(CustomerTotals(orders=1, gross_minor=0), None, AS_OF) is None


def _save_totals(oracle):
    for person, orders in oracle._by_customer().items():
        customer = Customer.objects.create(
            external_id=str(person), created_at=datetime(2024, 1, 1, tzinfo=UTC)
        )
        CustomerTotals.objects.update_or_create(
            customer=customer,
            defaults={
                "orders": len(orders),
                "gross_minor": sum(order["gross_minor"] for order in orders),
                "refunded_minor": 0,
                "last_at": max(order["at"] for order in orders).replace(tzinfo=UTC),
            },
        )


@pytest.mark.django_db
def test_the_default_question_ends_today_or_with_a_sleeping_shop(shop):
    business = make_business(lapse_window_days=180)
    last = max(row["day"] for name in ("orders", "refunds") for row in shop.tables[name])
    soon = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    with clock.fixed_at(soon):
        question = queries.get_default_question(business, stores=(1,))
    assert question.as_of == date.fromordinal(last.toordinal() + 1)
    assert question.period == Period(
        start=date.fromordinal(question.as_of.toordinal() - 30), end=question.as_of
    )
    assert (question.stores, question.currency, question.lapse_window_days) == ((1,), "SAR", 180)
    with clock.fixed_at(soon.replace(year=soon.year + 3)):
        assert queries.get_default_question(business).as_of == question.as_of


def test_as_of_is_tomorrow_unless_the_facts_ended_before_the_lapse_window():
    today = date(2026, 7, 1)
    assert find_as_of(None, today, 180) == date(2026, 7, 2)
    assert find_as_of(date(2026, 1, 2), today, 180) == date(2026, 7, 2)
    assert find_as_of(date(2026, 1, 1), today, 180) == date(2026, 1, 2)


def test_periods_compare_by_months_where_they_are_whole_months():
    quarter = Period(start=date(2024, 1, 1), end=date(2024, 4, 1))
    assert find_previous(quarter) == Period(start=date(2023, 10, 1), end=date(2024, 1, 1))
    ten_days = Period(start=date(2024, 3, 5), end=date(2024, 3, 15))
    assert find_previous(ten_days) == Period(start=date(2024, 2, 24), end=date(2024, 3, 5))
    leap = Period(start=date(2024, 2, 29), end=date(2024, 3, 31))
    assert find_year_before(leap) == Period(start=date(2023, 2, 28), end=date(2023, 3, 31))
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


def test_weeks_begin_on_the_business_day_and_pieces_fill_the_period():
    period = Period(start=date(2026, 1, 1), end=date(2026, 1, 20))  # a Thursday
    starts = [piece.start for piece in cut_period(period, "week", 7)]
    assert starts == [date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 11), date(2026, 1, 18)]
    assert cut_period(period, "month", 7) == [period]
    assert len(cut_period(period, "day", 7)) == 19


def test_each_figure_has_a_definition_in_both_languages(tmp_path):
    from django.utils import translation

    make_shop(1).write(tmp_path)
    figures = queries.get_summary(ask(), folder=tmp_path).total.figures
    assert set(figures) == set(MEASURES)
    for key, measure in MEASURES.items():
        assert (measure.key, measure.unit) == (key, figures[key].unit)
        assert measure.direction in {"up", "down"}
        with translation.override("en"):
            assert str(measure.label)
    close_facts(tmp_path)


@pytest.mark.django_db
def test_warming_counts_what_today_asks(shop):
    make_business()
    assert warm_answers() == Answer.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_warming_an_empty_shop_fails_nowhere(settings):
    make_business()
    sync_facts(FACT_TABLES)
    assert warm_answers() == 9
    close_facts(settings.FACTS_ROOT)


def test_a_folder_is_counted_without_a_database(tmp_path):
    # pytest-django forbids the database here: a query would fail this test
    make_shop(2).write(tmp_path)
    question = queries.get_whole_question(tmp_path, currency="SAR")
    assert queries.get_summary(question, folder=tmp_path).total.figures["orders"].value > 0
    assert queries.get_series(question, "week", folder=tmp_path).points
    assert queries.get_standing("SAR", folder=tmp_path).as_of == question.as_of
    assert question.as_of > FIRST_DAY
    close_facts(tmp_path)
