"""Memberships whose moment has come: what becomes of most is known beforehand, the others are looked at."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from wafaa.kit import clock
from wafaa.learn.segments.actions.refreshing import (
    Crossing,
    Verdict,
    Verdicts,
    ask,
    begin_alone,
    catch_up_touched,
    hold_lock,
    judge_set,
    tell,
    tell_crossings,
    write_verdicts,
)
from wafaa.learn.segments.live import LiveBuild, list_heard_names, list_live_builds
from wafaa.stream.queries import get_consumer, list_waiting_ids

CONSUMER = "learn.segments"
# In some 0.2 s each: readers of the stream wait for those who record (Consumer.tells).
TURNED_AT_ONCE = 4_000
LOOKED_AT_ONCE = 1_000
# While of more than so many something was said that nobody looked at, whoever is due is looked at.
UNSETTLED_MAX = 5_000


@transaction.atomic
def flip_due(*, alone: bool = False) -> int:
    """Turns memberships whose moment has come, then looks at those of which it is not known how; returns how many were due.

    `alone` as catch_up_touched.
    """
    if alone and not begin_alone():
        return 0
    hold_lock()
    builds = {build.build_id: build for build in list_live_builds()}
    unsettled = find_unsettled()
    values = {
        "build_ids": list(builds),
        "now": clock.now(),
        "limit": TURNED_AT_ONCE,
        "settled": unsettled is not None,
        "unsettled": sorted(unsettled or ()),
    }
    if unsettled is not None:
        turned, *crossings = ask("turn_due", values)[0]
        tell_crossings(builds.values(), *crossings)
        if turned:
            return int(turned)
    return _look_at_due(builds, {**values, "limit": LOOKED_AT_ONCE})


def _look_at_due(builds: Mapping[int, LiveBuild], values: Mapping[str, Any]) -> int:
    looked_at, crossings = _judge_due(builds, values)
    tell(crossings)
    return looked_at


def turn_due(build: LiveBuild, *, until: datetime) -> int:
    """Looks at the next of one build whose moment comes up to `until` and tells who crosses; returns how many. Needs the lock."""
    return _look_at_due({build.build_id: build}, _ask_for_all(build, until))


@transaction.atomic
def settle_due(build: LiveBuild, *, until: datetime) -> int:
    """As turn_due, for a build that is not shown yet: nobody is told."""
    hold_lock()
    return _judge_due({build.build_id: build}, _ask_for_all(build, until))[0]


def _ask_for_all(build: LiveBuild, until: datetime) -> dict[str, Any]:
    """What find_due takes to look at everybody who is due."""
    return {
        "build_ids": [build.build_id],
        "now": until,
        "limit": LOOKED_AT_ONCE,
        "settled": False,
        "unsettled": [],
    }


def _judge_due(builds: Mapping[int, LiveBuild], values: Mapping[str, Any]) -> tuple[int, Sequence[Crossing]]:
    """How many were due, and who of them crossed."""
    stored = {
        (build_id, customer_id): Verdict(*found) for build_id, customer_id, *found in ask("find_due", values)
    }
    due: dict[int, list[int]] = {}
    for build_id, customer_id in stored:
        due.setdefault(build_id, []).append(customer_id)
    verdicts: Verdicts = {}
    for build_id, ids in due.items():
        verdicts |= judge_set(builds[build_id], sorted(ids))
    return len(stored), write_verdicts(list(builds.values()), verdicts, stored)


def find_unsettled() -> set[int] | None:
    """Customers of whom something was said that nobody looked at yet; None where they are too many to tell.

    Of all others what was foreseen comes about. Needs the lock: whoever is being looked at has been.
    """
    names = list_heard_names()
    waiting = list_waiting_ids(get_consumer(CONSUMER), names=names, limit=UNSETTLED_MAX) if names else set()
    if waiting is None:
        return None
    said = ask("find_speakers", {"distinct_ids": list(waiting)}) if waiting else ()
    touched = ask("list_touched", {"limit": UNSETTLED_MAX + 1})
    if len(touched) > UNSETTLED_MAX:
        return None
    return {customer_id for customer_id, *_id in (*said, *touched)}


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
