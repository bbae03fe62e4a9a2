"""The ladder of notices: so many days before something ends its owner is told, once for each step and day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Unit
from wafaa.decide.loyalty.actions.moving import SOURCE
from wafaa.decide.loyalty.models import Notice, Programme, Version
from wafaa.decide.loyalty.rules import EXPIRING, State
from wafaa.decide.loyalty.rules.content import Content, list_units, read_content
from wafaa.decide.loyalty.rules.ending import list_steps
from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit import clock
from wafaa.kit.money import decimals_of
from wafaa.kit.sql import load_sql
from wafaa.stream.actions import record_selected

# A transaction holds readers of the stream back, so it stays well below a second.
AT_ONCE: Final = 5_000
LISTED: Final = 200_000
KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """By whose steps the owners of a unit are told."""

    programme: Programme
    content: Content
    unit: Unit


def warn_owners() -> int:
    """What is due today and was not told; returns how many were told. Done again, or by two at once, it tells nothing twice."""
    today = clock.today(get_business().zone)
    count = sum(
        _warn(ladder, step, day, today)
        for ladder in list_ladders()
        for step, day in list_steps(ladder.content.warns, today)
    )
    Notice.objects.filter(expires_on__lt=today - KEPT).delete()
    return count


def list_ladders() -> Iterator[Ladder]:
    """One for each unit: of the first programme that gives it, also while that is paused, and after its end."""
    units = {one.code: one for one in Unit.objects.all()}
    seen: set[str] = set()
    for programme in Programme.objects.exclude(state=State.DRAFT).select_related("unit").order_by("id"):
        versions = Version.objects.filter(programme=programme, is_silent=False, published_at__isnull=False)
        version = versions.order_by("-number").first()
        content = read_content(version.content) if version else Content()
        for code in dict.fromkeys((programme.unit.code, *list_units(content))):
            if code in units and code not in seen:
                seen.add(code)
                yield Ladder(programme=programme, content=content, unit=units[code])


def _warn(ladder: Ladder, step: int, day: date, today: date) -> int:
    zone = get_business().zone
    # what ends at the first moment after a day can be used through that day
    values: dict[str, Any] = {
        "unit_id": ladder.unit.pk,
        "step": step,
        "day": day,
        "since": clock.start_of_day(day, zone),
        "until": clock.end_of_day(day, zone),
        "at_most": LISTED,
    }
    count = 0
    while wallets := [one for (one,) in _ask("list_ending", values)]:
        for first in range(0, len(wallets), AT_ONCE):
            count += _tell(
                ladder, wallets[first : first + AT_ONCE], {**values, "days_left": (day - today).days}
            )
    return count


@transaction.atomic
def _tell(ladder: Ladder, wallets: Sequence[int], values: dict[str, Any]) -> int:
    mine = [one for (one,) in _ask("note_warnings", {**values, "wallets": list(wallets)})]
    worth = ladder.content.worth if ladder.unit.pk == ladder.programme.unit_id else None
    return record_selected(
        query=load_sql(ROOM, "tell_ending"),
        values={
            **values,
            "wallets": mine,
            "programme": str(ladder.programme.uuid),
            "unit": ladder.unit.code,
            "minor": worth.minor if worth else None,
            "per": worth.points if worth else None,
            "currency": worth.currency if worth else None,
            "decimals": decimals_of(worth.currency) if worth else 0,
            "name": EXPIRING,
            "source": SOURCE,
            "now": clock.now(),
        },
    )


def _ask(name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return list(cursor.fetchall())
