"""Where members stand, judged anew from what they bought and earned. Judged again it changes nothing.

Locks: members by id, as decide.loyalty takes them first, too. Nobody judges a member whom somebody else judges or reckons for.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection, transaction

from wafaa.decide.loyalty.actions import lock_members, set_tiers
from wafaa.decide.loyalty.models import Member
from wafaa.decide.loyalty.rules.tiers import Basis, Span, Stays, TierSet
from wafaa.decide.loyalty.rules.windows import Window, find_window
from wafaa.decide.tiers.actions.telling import Told, tell
from wafaa.decide.tiers.queries.defining import Defined, list_defined
from wafaa.decide.tiers.queries.facts import ROOM, write_statement, write_values
from wafaa.kit import clock
from wafaa.kit.clock import end_of_day
from wafaa.kit.sql import load_sql

# In about a second.
AT_ONCE: Final = 5_000
FEW: Final = 100


def judge_members(
    *,
    member_ids: Collection[int],
    at: datetime | None = None,
    tells: bool = True,
    is_placing: bool = False,
    bases: Collection[Basis] = tuple(Basis),
) -> None:
    """In all sets of their programmes that count one of these. Each chunk in its own transaction, or all in the caller's.

    `is_placing`: it is new definitions that may move them, which nobody is told of.
    """
    ids = sorted(member_ids)
    for first in range(0, len(ids), AT_ONCE):
        _judge_chunk(ids[first : first + AT_ONCE], at or clock.now(), tells, is_placing, bases)


@transaction.atomic
def _judge_chunk(
    ids: Sequence[int], at: datetime, tells: bool, is_placing: bool, bases: Collection[Basis]
) -> None:
    if len(ids) > FEW:
        with connection.cursor() as cursor:
            cursor.execute(load_sql(ROOM, "plan_plainly"))
    members: dict[int, list[int]] = defaultdict(list)
    for member, programme in Member.objects.filter(pk__in=ids).values_list("pk", "programme_id"):
        members[programme].append(member)
    defined = list_defined(list(members))
    if not any(one.sets for one in defined) and not is_placing:
        return
    lock_members(ids)
    told: list[Told] = []
    for one in defined:
        if is_placing:
            _drop_sets(one, members[one.programme_id], at)
        for tier_set in one.sets:
            if tier_set.basis in bases:
                told += _judge_set(one, tier_set, members[one.programme_id], at, is_placing)
    if tells and told:
        tell(told, at)


def _judge_set(
    one: Defined, tier_set: TierSet, members: Sequence[int], at: datetime, is_placing: bool
) -> list[Told]:
    version, zone = one.version, ZoneInfo(one.version.zone)
    window = find_window(tier_set, at, zone)
    values = {
        **write_values(tier_set, window, members),
        **_write_lasting(tier_set, window, at, zone),
        "programme": one.programme_id,
        "version": version.pk,
        "is_placing": is_placing,
    }
    with connection.cursor() as cursor:
        cursor.execute(write_statement("judge", tier_set), values)
        rows = [Moved(*row) for row in cursor.fetchall()]
    set_tiers(set_code=tier_set.code, tiers={row.member_id: row.after for row in rows if row.is_moved})
    return [
        Told(
            member_id=row.member_id,
            programme_id=one.programme_id,
            tier_set=tier_set,
            change=row.change,
            before=row.before,
            after=row.after,
            why=row.why or "",
            is_up=row.is_up,
            ends_at=row.ends_at,
            grace_until=row.grace_until,
            missing=row.missing,
            is_ending=row.is_warned or row.begins_grace,
        )
        for row in rows
        if row.change or row.is_warned or row.begins_grace
    ]


@dataclass(frozen=True)
class Moved:
    """A row of sql/judge.sql."""

    member_id: int
    change: int | None
    before: str
    after: str
    why: str | None
    is_up: bool
    ends_at: datetime | None
    grace_until: datetime | None
    is_warned: bool
    begins_grace: bool
    missing: int | None

    @property
    def is_moved(self) -> bool:
        return self.before != self.after


def _write_lasting(tier_set: TierSet, window: Window, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """The tiers, and how long each lasts."""
    is_calendar = tier_set.span not in {Span.ROLLING, Span.LIFE}
    renews = tier_set.stays is Stays.NEXT and tier_set.span is not Span.LIFE
    today = at.astimezone(zone).date()
    tiers = [
        {"place": place, "code": tier.code, "needs": tier.needs, "keeps": tier.least}
        for place, tier in enumerate(tier_set.tiers, 1)
    ]
    kept_by = ("before" if renews else "") if is_calendar else "amount"
    return {
        "set": tier_set.code,
        "basis": tier_set.basis_key,
        "tiers": msgspec.json.encode(tiers).decode(),
        "at": at,
        "zone": zone.key,
        "tomorrow": end_of_day(today, zone),
        "span": tier_set.span.value,
        "lasts": tier_set.lasts if tier_set.span is Span.ROLLING else "P1D",
        "before": window.before,
        "until": window.until,
        "step_until": window.step_until,
        "proof_end": end_of_day(today, zone) if tier_set.span is Span.ROLLING else window.end,
        "kept_by": kept_by,
        "renews": renews,
        "guards": is_calendar or renews,
        "falls": tier_set.falls.value,
        "grace": tier_set.grace,
        "warns_days": tier_set.warns_days,
    }


def _drop_sets(one: Defined, members: Sequence[int], at: datetime) -> None:
    """Standings in sets that there are no more."""
    sets = [tier_set.code for tier_set in one.sets]
    values: dict[str, Any] = {"members": list(members), "sets": sets, "at": at, "version": one.version.pk}
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "drop_sets"), values)
        gone = cursor.fetchall()
    for code in {code for _member, code in gone}:
        set_tiers(set_code=code, tiers={member: "" for member, other in gone if other == code})
