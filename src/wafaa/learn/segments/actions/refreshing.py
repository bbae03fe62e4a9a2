"""Keeping memberships true: customers of whom something was said, and those whose moment has come.

One transaction at a time does this (a lock of the database), so that what it reads is never older than what stands there.
Entering and leaving are events, recorded in the same transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.learn.segments.compiling import compile_tree
from wafaa.learn.segments.live import LiveBuild, find_needs_of, list_coming, list_live_builds
from wafaa.learn.segments.models import Build, Membership
from wafaa.learn.segments.people import load_people
from wafaa.learn.segments.rules import NEVER
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

ROOM = "wafaa.learn.segments"
LOCK = 0x57414641_05
SOURCE = "segments"
ENTERED, EXITED = "Segment Entered", "Segment Exited"
# In well under half a second, as readers of the stream wait for those who record (Consumer.tells): a customer and a segment
# take some 20 microseconds.
CUSTOMERS_AT_ONCE = 500
JUDGED_AT_ONCE = 10_000
DUE_AT_ONCE = 2_000


class Verdict(NamedTuple):
    """How somebody stands by a build; flips_at None is never."""

    is_member: bool
    flips_at: datetime | None


NOT_IN = Verdict(False, None)
Verdicts = dict[tuple[int, int], Verdict]  # by build and customer


class Crossing(NamedTuple):
    """Somebody entered a segment, or left it."""

    build: LiveBuild
    customer_id: int
    has_entered: bool


def hold_lock() -> None:
    """Until the caller's transaction ends nobody else writes memberships."""
    execute("hold_lock", {"key": LOCK})


def execute(name: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)


def ask(name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return list(cursor.fetchall())


@transaction.atomic
def follow_speakers(distinct_ids: Collection[str]) -> int:
    """Looks again at the customers of these ids, and at who was touched meanwhile; returns how many entered or left.

    Beyond CUSTOMERS_AT_ONCE they are left to catch_up.
    """
    hold_lock()
    wanted = {one for (one,) in ask("find_speakers", {"distinct_ids": list(distinct_ids)})}
    ids = sorted(wanted)
    limit = choose_customers_at_once()
    if len(ids) > limit:
        note_touched(ids[limit:])
        ids = ids[:limit]
    return look_again({*ids, *take_touched(limit=limit - len(ids))})


def choose_customers_at_once() -> int:
    """How many customers a transaction may judge by all segments."""
    segments = Build.objects.filter(state=Build.State.SHOWN).count()
    return min(CUSTOMERS_AT_ONCE, 1 + JUDGED_AT_ONCE // max(1, segments))


@transaction.atomic
def catch_up_touched() -> int:
    """Looks again at customers whose rows somebody wrote, the longest waiting first; returns how many rows said so."""
    hold_lock()
    ids = take_touched(limit=choose_customers_at_once())
    look_again(set(ids))
    return len(ids)


def take_touched(*, limit: int) -> list[int]:
    """Who was touched, once for each time; starts anew what hangs on more than one customer. Needs the lock."""
    from wafaa.learn.segments.actions.building import rebuild_asking

    rows = ask("take_touched", {"limit": limit}) if limit > 0 else []
    if any(what == "categories" for _customer_id, what in rows):
        rebuild_asking("categories")
    return [customer_id for customer_id, _what in rows if customer_id is not None]


def note_touched(customer_ids: Iterable[int], *, builds: Sequence[int | None] = (None,)) -> None:
    """These customers are to be looked at again, by these builds or (None) by all that are shown."""
    execute("note_touched", {"customer_ids": list(customer_ids), "build_ids": list(builds)})


def look_again(customer_ids: Collection[int]) -> int:
    """Judges these customers by all segments that are kept up to date; returns how many entered or left. Needs the lock.

    Builds under way are told whom to look at once they have counted.
    """
    ids = sorted(customer_ids)
    if not ids:
        return 0
    if coming := list_coming():
        note_touched(ids, builds=coming)
    builds = list_live_builds()
    return _settle(builds, judge_customers(builds, ids), ids) if builds else 0


def judge_customers(builds: Sequence[LiveBuild], ids: Sequence[int]) -> Verdicts:
    """By the closures; those with long histories by SQL. Who is not among the verdicts does not exist any more."""
    people = load_people(ids, find_needs_of(builds))
    verdicts: Verdicts = {}
    for build in builds:
        judge, moment = build.judge, build.moment
        for customer_id, person in people.persons.items():
            found = judge(person, moment)
            verdicts[build.build_id, customer_id] = Verdict(
                found.holds, None if found.flips_at == NEVER else found.flips_at
            )
        if people.long:
            verdicts |= judge_set(build, sorted(people.long))
    return verdicts


def judge_set(build: LiveBuild, ids: Sequence[int]) -> Verdicts:
    """By SQL."""
    sql, values = compile_tree(build.tree, build.moment, ids=ids)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {
            (build.build_id, customer_id): Verdict(holds, flips_at)
            for customer_id, holds, flips_at in cursor.fetchall()
        }


@transaction.atomic
def flip_due(*, limit: int = DUE_AT_ONCE) -> int:
    """Looks at memberships whose moment has come, set by set; returns how many those were."""
    hold_lock()
    builds = {build.build_id: build for build in list_live_builds()}
    values = {"build_ids": list(builds), "now": clock.now(), "limit": limit}
    stored = {
        (build_id, customer_id): Verdict(is_member, flips_at)
        for build_id, customer_id, is_member, flips_at in ask("find_due", values)
    }
    due: dict[int, list[int]] = {}
    for build_id, customer_id in stored:
        due.setdefault(build_id, []).append(customer_id)
    verdicts: Verdicts = {}
    for build_id, ids in due.items():
        verdicts |= judge_set(builds[build_id], sorted(ids))
    tell(write_verdicts(list(builds.values()), verdicts, stored))
    return len(stored)


def find_next_flip() -> datetime | None:
    """When the next membership may change without anything being said."""
    builds = [build.build_id for build in list_live_builds()]
    return ask("find_next_flip", {"build_ids": builds})[0][0] if builds else None


def catch_up() -> int:
    """Until nobody is touched or due; returns how many were. For tests, commands and after a start."""
    total = 0
    while done := catch_up_touched() + flip_due():
        total += done
    return total


def _settle(builds: Sequence[LiveBuild], verdicts: Verdicts, ids: Sequence[int]) -> int:
    """Writes what differs from what stands there, and tells who crossed."""
    crossings = write_verdicts(builds, verdicts, read_stored(builds, ids))
    tell(crossings)
    return len(crossings)


def read_stored(builds: Sequence[LiveBuild], ids: Sequence[int]) -> Verdicts:
    """How these customers stand by these builds; of others there is no row."""
    rows = Membership.objects.filter(
        build__in=[build.build_id for build in builds], customer__in=list(ids)
    ).values_list("build_id", "customer_id", "is_member", "flips_at")
    return {
        (build_id, customer_id): Verdict(is_member, flips_at)
        for build_id, customer_id, is_member, flips_at in rows
    }


def write_verdicts(
    builds: Sequence[LiveBuild], verdicts: Verdicts, stored: Mapping[tuple[int, int], Verdict]
) -> list[Crossing]:
    """Writes verdicts where they differ from what is stored; who is stored without a verdict is no more. Returns who crossed."""
    by_id = {build.build_id: build for build in builds}
    changed = [
        (key, verdict)
        for key in sorted(stored.keys() | verdicts.keys())
        if (verdict := verdicts.get(key, NOT_IN)) != stored.get(key, NOT_IN)
    ]
    kept = [(key, verdict) for key, verdict in changed if verdict != NOT_IN]
    gone = [key for key, verdict in changed if verdict == NOT_IN]
    if kept:
        execute(
            "save_memberships",
            {
                "build_ids": [build_id for (build_id, _customer), _verdict in kept],
                "customer_ids": [customer_id for (_build, customer_id), _verdict in kept],
                "members": [verdict.is_member for _key, verdict in kept],
                "flips": [verdict.flips_at for _key, verdict in kept],
                "now": clock.now(),
            },
        )
    if gone:
        execute(
            "delete_memberships",
            {"build_ids": [build_id for build_id, _ in gone], "customer_ids": [one for _, one in gone]},
        )
    return [
        Crossing(by_id[build_id], customer_id, verdict.is_member)
        for (build_id, customer_id), verdict in changed
        if verdict.is_member != stored.get((build_id, customer_id), NOT_IN).is_member
    ]


def tell(crossings: Sequence[Crossing]) -> None:
    """Who entered and who left, as events; of a customer without any id (merged, erased) nothing is told."""
    if not crossings:
        return
    now = clock.now()
    named = {
        customer_id: (uuid, distinct_id)
        for customer_id, uuid, distinct_id in ask(
            "name_customers", {"ids": sorted({one.customer_id for one in crossings})}
        )
    }
    record_events(
        events=[
            _make_event(one, *named[one.customer_id], now) for one in crossings if one.customer_id in named
        ]
    )


def _make_event(crossing: Crossing, customer: Any, distinct_id: str, now: datetime) -> NewEvent:
    build, deed = crossing.build, "entered" if crossing.has_entered else "exited"
    return NewEvent(
        message_id=f"segment:{build.segment_uuid}:{customer}:{now.isoformat()}:{deed}",
        type="track",
        name=ENTERED if crossing.has_entered else EXITED,
        distinct_id=distinct_id,
        occurred_at=now,
        properties={"segment": str(build.segment_uuid), "name": build.name, "version": build.version},
        source=SOURCE,
    )
