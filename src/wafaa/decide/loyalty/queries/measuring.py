"""What a programme's ledger, members and orders add up to: a few statements, each over all rows of the period at once."""

import time
from collections import defaultdict
from datetime import date
from typing import Any, Final

from django.db import connection

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Unit
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries.programmes import find_published
from wafaa.decide.loyalty.rules.content import Content, Worth, list_units, read_content
from wafaa.decide.loyalty.rules.measuring import Orders, Sums
from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit import clock
from wafaa.kit.money import decimals_of
from wafaa.kit.sql import load_sql
from wafaa.learn.measures.periods import add_months
from wafaa.learn.measures.rules import Period

# The picture of the months reaches so far back, however short the period is.
MONTHS_SHOWN: Final = 12


def list_measured_units(programme: Programme) -> list[Unit]:
    """The main unit first, then what else its rules give."""
    version = find_published(programme)
    codes = list_units(read_content(version.content)) if version else []
    found = Unit.objects.filter(code__in=[*codes, programme.unit.code]).order_by("id")
    return sorted(found, key=lambda one: one.pk != programme.unit_id)


def find_worth_of(programme: Programme, unit: Unit) -> Worth | None:
    """What the rules that hold say that points of the main unit are worth."""
    version = find_published(programme)
    content = read_content(version.content) if version else Content()
    return content.worth if unit.pk == programme.unit_id else None


def count_measures(programme: Programme, unit: Unit, period: Period) -> Sums:
    """From the rows themselves, as they are now; with a million members that takes some seconds, see counting.find_measures."""
    started, business = time.perf_counter(), get_business()
    chart_since = min(period.start, add_months(period.end.replace(day=1), 1 - MONTHS_SHOWN))
    values: dict[str, Any] = {
        "programme": programme.pk,
        "unit": unit.pk,
        "currency": business.currency,
        "zone": business.time_zone,
        "since": clock.start_of_day(period.start, business.zone),
        "until": clock.start_of_day(period.end, business.zone),
        "chart_since": clock.start_of_day(chart_since, business.zone),
    }
    months: dict[date, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    moves: dict[int, int] = defaultdict(int)
    rows: dict[int, int] = defaultdict(int)
    for month, is_in, kind, amount, count in _ask("measure_ledger", values):
        months[month][kind] += amount
        if is_in:
            moves[kind] += amount
            rows[kind] += count
    (customers, members, active), *_ = _ask("measure_members", values)
    return Sums(
        start=period.start,
        end=period.end,
        customers=customers,
        members=members,
        active=active,
        moves=dict(moves),
        rows=dict(rows),
        months={month: dict(kinds) for month, kinds in months.items()},
        lots={kind: amount for kind, amount, _count in _ask("measure_lots", values)},
        orders=_count_orders(values),
        worth=find_worth_of(programme, unit),
        currency=business.currency,
        decimals=decimals_of(business.currency),
        counted_at=clock.now(),
        took_ms=round((time.perf_counter() - started) * 1000, 1),
    )


def _count_orders(values: dict[str, Any]) -> Orders:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "measure_orders"), values)
        names = [column.name for column in cursor.description or ()]
        row = cursor.fetchone() or ()
    return Orders(**{name: int(value) for name, value in zip(names, row, strict=True)})


def _ask(name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return list(cursor.fetchall())
