"""What members hold of a unit: by the months of award and of end, and what of it will probably be spent."""

import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import sum_unit
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries.measuring import find_worth_of
from wafaa.decide.loyalty.rules.content import Worth
from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.learn.measures.periods import add_months

if TYPE_CHECKING:
    from wafaa.science.redemption import Forecast


@dataclass(frozen=True, kw_only=True)
class Lots:
    """What is left of awards of a month that end in a month, both by their first day; `pending` of it cannot be used yet."""

    cohort: date
    ends: date | None
    amount: int
    pending: int


@dataclass(frozen=True, kw_only=True)
class Outstanding:
    """`sums` are all wallets' balances: active, pending, held, owed. `lots` are what can be spent now or later; what ended and
    waits to be swept is in the balances only.
    """

    sums: dict[str, int]
    lots: tuple[Lots, ...]
    forecast: "Forecast"
    worth: Worth | None
    counted_at: datetime
    took_ms: float

    @property
    def total(self) -> int:
        return sum(one.amount for one in self.lots)

    @property
    def pending(self) -> int:
        return sum(one.pending for one in self.lots)


def count_outstanding(programme: Programme, unit: Unit) -> Outstanding:
    """From the rows themselves, as they are now; see counting.find_outstanding."""
    from wafaa.science.redemption import Flow, Open, forecast  # numpy, which few pages need

    started, now, zone = time.perf_counter(), clock.now(), get_business().zone
    values: dict[str, Any] = {"unit": unit.pk, "zone": str(zone), "now": now}
    told = _ask("outstanding_lots", values)
    flows = _ask("outstanding_flows", values)
    here = now.astimezone(zone)
    month = here.date().replace(day=1)
    begins = clock.start_of_day(month, zone)
    passed = (now - begins) / (clock.start_of_day(add_months(month, 1), zone) - begins)
    return Outstanding(
        sums=sum_unit(unit.pk),
        lots=tuple(
            Lots(cohort=cohort, ends=ends, amount=amount, pending=pending)
            for cohort, ends, amount, _late, pending in told
        ),
        forecast=forecast(
            [
                Flow(
                    cohort=_number(cohort),
                    month=_number(happened),
                    kind=kind,
                    amount=amount,
                    late=float(late),
                )
                for cohort, happened, kind, amount, late in flows
            ],
            [
                Open(
                    cohort=_number(cohort),
                    ends=_number(ends) if ends else None,
                    amount=amount,
                    late=float(late) / amount,
                )
                for cohort, ends, amount, late, _pending in told
            ],
            now=_number(month),
            passed=passed,
        ),
        worth=find_worth_of(programme, unit),
        counted_at=now,
        took_ms=round((time.perf_counter() - started) * 1000, 1),
    )


def _number(month: date) -> int:
    """Months counted through."""
    return month.year * 12 + month.month - 1


def _ask(name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return list(cursor.fetchall())
