"""Keeping memberships true: customers of whom something was said (those whose moment has come: flipping).

One transaction at a time does this (a lock of the database), so that what it reads is never older than what stands there.
Entering and leaving are events, recorded in the same transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.learn.segments.compiling import compile_tree
from wafaa.learn.segments.live import (
    LiveBuild,
    find_needs_of,
    list_coming,
    list_live_builds,
)
from wafaa.learn.segments.models import Build, Membership
from wafaa.learn.segments.people import load_people
from wafaa.learn.segments.rules import NEVER, Finding
from wafaa.stream.actions import record_selected

ROOM = "wafaa.learn.segments"
LOCK = 0x57414641_05
KEEPING = 0x57414641_07
SOURCE = "segments"
ENTERED, EXITED = "Segment Entered", "Segment Exited"
# In well under half a second, as readers of the stream wait for those who record (Consumer.tells): a customer and a segment
# take some 20 microseconds.
CUSTOMERS_AT_ONCE = 500
JUDGED_AT_ONCE = 10_000


class Verdict(NamedTuple):
    """How somebody stands by a build up to `flips_at` (None is for good), and how from then on (None: not known yet)."""

    is_member: bool
    flips_at: datetime | None = None
    then_member: bool | None = None
    then_flips_at: datetime | None = None


NOT_IN, IN = Verdict(False), Verdict(True)
Verdicts = dict[tuple[int, int], Verdict]  # by build and customer
# Who is to be judged: by the builds that hear of one of these names, or (None) by all.
Asked = Mapping[int, Collection[str] | None]


class Crossing(NamedTuple):
    """Somebody entered a segment, or left it."""

    build: LiveBuild
    customer_id: int
    has_entered: bool


def hold_lock() -> None:
    """Until the caller's transaction ends nobody else writes memberships."""
    execute("hold_lock", {"key": LOCK})
    execute("plan_plainly", {})


def begin_alone() -> bool:
    """Whether no other worker is at looking at who was touched or is due; until the caller's transaction ends none will be.

    Several that waited for the lock behind one another would keep the stream's consumer from it.
    """
    return bool(ask("try_keeping", {"key": KEEPING})[0][0])


def execute(name: str, values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)


def ask(name: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return list(cursor.fetchall())


@transaction.atomic
def follow_speakers(spoken: Mapping[str, Collection[str]]) -> int:
    """Looks again at the customers of these ids, by the segments that ask for the names of what they said, and at who was
    touched meanwhile; returns how many entered or left.

    Beyond CUSTOMERS_AT_ONCE they are left to catch_up.
    """
    hold_lock()
    heard: dict[int, set[str]] = {}
    for customer_id, distinct_id in ask("find_speakers", {"distinct_ids": list(spoken)}):
        heard.setdefault(customer_id, set()).update(spoken[distinct_id])
    ids = sorted(heard)
    limit = choose_customers_at_once()
    if ids[limit:]:
        note_touched(ids[limit:])
    touched = take_touched(limit=limit - len(ids))
    return look_again({**{one: heard[one] for one in ids[:limit]}, **dict.fromkeys(touched)})


def choose_customers_at_once() -> int:
    """How many customers a transaction may judge by all segments."""
    segments = Build.objects.filter(state=Build.State.SHOWN).count()
    return min(CUSTOMERS_AT_ONCE, 1 + JUDGED_AT_ONCE // max(1, segments))


@transaction.atomic
def catch_up_touched(*, alone: bool = False) -> int:
    """Looks again at customers whose rows somebody wrote, the longest waiting first; returns how many rows said so.

    `alone` leaves it to another worker that is at it.
    """
    if alone and not begin_alone():
        return 0
    hold_lock()
    ids = take_touched(limit=choose_customers_at_once())
    look_again(dict.fromkeys(ids))
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


def look_again(asked: Asked) -> int:
    """Judges these customers by segments that are kept up to date; returns how many entered or left. Needs the lock.

    Builds under way are told whom to look at once they have counted.
    """
    if not asked:
        return 0
    if coming := list_coming():
        note_touched(sorted(asked), builds=coming)
    builds = list_live_builds()
    return _settle(builds, asked) if builds else 0


def judge_customers(builds: Sequence[LiveBuild], asked: Asked) -> Verdicts:
    """Who is not among the verdicts does not exist any more. Those of whom the same was said are judged together: of them only
    that is read which the builds that hear it ask for.
    """
    alike: dict[frozenset[str] | None, list[int]] = {}
    for customer_id, names in asked.items():
        alike.setdefault(None if names is None else frozenset(names), []).append(customer_id)
    verdicts: Verdicts = {}
    for names, ids in alike.items():
        if hearing := [build for build in builds if is_asked(build, names)]:
            verdicts |= _judge_alike(hearing, ids)
    return verdicts


def _judge_alike(builds: Sequence[LiveBuild], ids: Sequence[int]) -> Verdicts:
    """By the closures; those with long histories by SQL."""
    moments = {build.zone: build.moment for build in builds}
    people = load_people(ids, find_needs_of(builds), moments.values())
    verdicts: Verdicts = {}
    for build in builds:
        judge, moment = build.judge, build.moment
        for customer_id, person in people.persons.items():
            verdicts[build.build_id, customer_id] = _as_verdict(judge(person, moment))
        if people.long:
            verdicts |= judge_set(build, sorted(people.long))
    return verdicts


def is_asked(build: LiveBuild, names: Collection[str] | None) -> bool:
    """Whether what was said may change how somebody stands by the build."""
    return names is None or not build.heard.isdisjoint(names)


def _as_verdict(found: Finding) -> Verdict:
    if found.flips_at == NEVER:
        return IN if found.holds else NOT_IN
    if found.then is None:
        return Verdict(found.holds, found.flips_at)
    then_flips_at = None if found.then.flips_at == NEVER else found.then.flips_at
    return Verdict(found.holds, found.flips_at, found.then.holds, then_flips_at)


def judge_set(build: LiveBuild, ids: Sequence[int]) -> Verdicts:
    """By SQL."""
    sql, values = compile_tree(build.tree, build.moment, ids=ids, foresees=True)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {(build.build_id, customer_id): Verdict(*found) for customer_id, *found in cursor.fetchall()}


def _settle(builds: Sequence[LiveBuild], asked: Asked) -> int:
    """Writes what differs from what stands there, and tells who crossed."""
    crossings = write_verdicts(builds, judge_customers(builds, asked), read_stored(builds, asked))
    tell(crossings)
    return len(crossings)


def read_stored(builds: Sequence[LiveBuild], asked: Asked) -> Verdicts:
    """How these customers stand by these builds; of others there is no row."""
    by_id = {build.build_id: build for build in builds}
    rows = Membership.objects.filter(build__in=list(by_id), customer__in=list(asked))
    return {
        (build_id, customer_id): Verdict(*found)
        for build_id, customer_id, *found in rows.values_list("build_id", "customer_id", *Verdict._fields)
        if is_asked(by_id[build_id], asked[customer_id])
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
    save_memberships(kept)
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


def save_memberships(told: Sequence[tuple[tuple[int, int], Verdict]]) -> None:
    """Of (build, customer)."""
    if not told:
        return
    execute(
        "save_memberships",
        {
            "build_ids": [build_id for (build_id, _customer), _verdict in told],
            "customer_ids": [customer_id for (_build, customer_id), _verdict in told],
            "members": [verdict.is_member for _key, verdict in told],
            "flips": [verdict.flips_at for _key, verdict in told],
            "then_members": [verdict.then_member for _key, verdict in told],
            "then_flips": [verdict.then_flips_at for _key, verdict in told],
            "now": clock.now(),
        },
    )


def tell(crossings: Sequence[Crossing]) -> None:
    """Who entered and who left, as events."""
    tell_crossings(
        [one.build for one in crossings],
        [one.build.build_id for one in crossings],
        [one.customer_id for one in crossings],
        [one.has_entered for one in crossings],
    )


def tell_crossings(
    builds: Iterable[LiveBuild],
    build_ids: Sequence[int] | str,
    customer_ids: Sequence[int] | str,
    deeds: Sequence[bool] | str,
) -> None:
    """`deeds`: who has entered; arrays, or PostgreSQL's texts of them, which need not be read to be handed back."""
    if not customer_ids or customer_ids == "{}":
        return
    now, known = clock.now(), {build.build_id: build for build in builds}
    properties = [
        {"segment": str(build.segment_uuid), "name": build.name, "version": build.version}
        for build in known.values()
    ]
    record_selected(
        query=load_sql(ROOM, "tell_crossings"),
        values={
            "build_ids": build_ids,
            "customer_ids": customer_ids,
            "deeds": deeds,
            "builds": list(known),
            "uuids": [build.segment_uuid for build in known.values()],
            "properties": [msgspec.json.encode(one).decode() for one in properties],
            "now": now,
            "moment": now.isoformat(),
            "entered": ENTERED,
            "exited": EXITED,
            "source": SOURCE,
        },
    )
