"""Figures of programmes that take too long for a page: the worker counts them, and what it found is kept for a day.

A small shop's are counted while somebody waits, from the rows as they are.
"""

import uuid
from datetime import date
from typing import Any, Final

from django.core.cache import cache
from procrastinate.contrib.django import app

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Transfer, Unit
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries.measuring import count_measures, list_measured_units
from wafaa.decide.loyalty.queries.outstanding import Outstanding, count_outstanding
from wafaa.decide.loyalty.queries.programmes import get_programme
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.measuring import Sums
from wafaa.kit import clock
from wafaa.know.orders.models import Order
from wafaa.learn.measures.periods import ONE_DAY, read_period
from wafaa.learn.measures.rules import Period

# A day; other days are other figures.
KEPT_S: Final = 24 * 3_600
# Asked for again after this time where no answer came: a worker may have died over it.
ASKED_S: Final = 600
# Up to so many rows are counted in well under a second.
ROWS_AT_ONCE: Final = 200_000
DEFAULT_PERIOD: Final = "90d"
AHEAD: Final = ("30d", "90d", "365d")
MEASURE_TASK: Final = "wafaa.decide.loyalty.tasks.count_measures"
OUTSTANDING_TASK: Final = "wafaa.decide.loyalty.tasks.count_outstanding"


def read_days(told: str, programme: Programme) -> Period:
    """The days that an address or a program names: 30d, 2026-03, …; `all` is since the programme began. Raises ValueError."""
    zone = get_business().zone
    as_of = clock.today(zone) + ONE_DAY
    period = read_period(told, as_of)
    if period is not None:
        return period
    began = programme.started_at or clock.now()
    return Period(start=min(began.astimezone(zone).date(), as_of - ONE_DAY), end=as_of)


def find_measures(programme: Programme, unit: Unit, period: Period, *, anew: bool = False) -> Sums | None:
    """None while the worker counts."""
    if _is_small():
        return count_measures(programme, unit, period)
    told = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    found: Sums | None = _find(MEASURE_TASK, programme, unit, told, anew)
    return found


def find_outstanding(programme: Programme, unit: Unit, *, anew: bool = False) -> Outstanding | None:
    """None while the worker counts."""
    if _is_small():
        return count_outstanding(programme, unit)
    found: Outstanding | None = _find(OUTSTANDING_TASK, programme, unit, {}, anew)
    return found


def do_measures(*, programme_uuid: uuid.UUID, unit_id: int, start: str, end: str) -> None:
    """The worker's part."""
    programme, unit = get_programme(programme_uuid), Unit.objects.get(pk=unit_id)
    period = Period(start=date.fromisoformat(start), end=date.fromisoformat(end))
    _keep(
        MEASURE_TASK, programme, unit, {"start": start, "end": end}, count_measures(programme, unit, period)
    )


def do_outstanding(*, programme_uuid: uuid.UUID, unit_id: int) -> None:
    """The worker's part."""
    programme, unit = get_programme(programme_uuid), Unit.objects.get(pk=unit_id)
    _keep(OUTSTANDING_TASK, programme, unit, {}, count_outstanding(programme, unit))


def count_ahead() -> int:
    """What is asked for most, once a day, where a page could not wait for it. Returns how many were counted now."""
    if _is_small():
        return 0
    count = 0
    for programme in Programme.objects.select_related("unit").filter(state__in=[State.LIVE, State.PAUSED]):
        for unit in list_measured_units(programme):
            for asked in AHEAD:
                period = read_days(asked, programme)
                told = {"start": period.start.isoformat(), "end": period.end.isoformat()}
                if cache.get(_name(MEASURE_TASK, programme, unit, told)) is None:
                    do_measures(programme_uuid=programme.uuid, unit_id=unit.pk, **told)
                    count += 1
            if cache.get(_name(OUTSTANDING_TASK, programme, unit, {})) is None:
                do_outstanding(programme_uuid=programme.uuid, unit_id=unit.pk)
                count += 1
    return count


def _is_small() -> bool:
    """By the highest numbers, which are known without counting."""
    last = [model.objects.order_by("-pk").values_list("pk", flat=True).first() for model in (Transfer, Order)]
    return max(one or 0 for one in last) <= ROWS_AT_ONCE


def _find(task: str, programme: Programme, unit: Unit, told: dict[str, str], anew: bool) -> Any:
    name = _name(task, programme, unit, told)
    if anew:
        cache.delete(name)
    found = cache.get(name)
    if found is None and cache.add(f"{name}:asked", True, ASKED_S):
        app.configure_task(task).defer(programme=str(programme.uuid), unit=unit.pk, **told)
    return found


def _keep(task: str, programme: Programme, unit: Unit, told: dict[str, str], found: Any) -> None:
    name = _name(task, programme, unit, told)
    cache.set(name, found, KEPT_S)
    cache.delete(f"{name}:asked")


def _name(task: str, programme: Programme, unit: Unit, told: dict[str, str]) -> str:
    return ":".join((task.rpartition(".")[2], str(programme.pk), str(unit.pk), *told.values()))
