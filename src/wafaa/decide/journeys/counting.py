"""What takes too long for a page: everybody of a dry run counted, simulations, and many messages taken back. The worker does it;
what came of counting, and how far it is, is kept for an hour.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from procrastinate.contrib.django import app

from wafaa.access.staff.models import Staff
from wafaa.decide.journeys.actions import cancel_campaign, change_automation, switch_off
from wafaa.decide.journeys.actions.automations import end_waiting, mark_off
from wafaa.decide.journeys.audience import get_segments
from wafaa.decide.journeys.models import Automation, AutomationVersion, Campaign, Run
from wafaa.decide.journeys.queries import get_automation, get_campaign, list_dry_run, simulate
from wafaa.decide.journeys.rules import RunState, Why
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.ids import new_id
from wafaa.learn.segments.queries import count_members

KEPT_S: Final = 3_600
# Counted while somebody waits for the page: half a second.
AT_ONCE_MAX: Final = 1_000
# Of each group of a simulation so many are kept to be shown.
ROWS_KEPT: Final = 100
COUNT_TASK: Final = "wafaa.decide.journeys.tasks.count_people"
SIMULATE_TASK: Final = "wafaa.decide.journeys.tasks.simulate_past"
CANCEL_TASK: Final = "wafaa.decide.journeys.tasks.cancel"
END_TASK: Final = "wafaa.decide.journeys.tasks.end"
# More who are on the way are let go by the worker; a request ends so many in some seconds.
ENDED_IN_REQUEST_MAX: Final = 10_000

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many of a dry run by (state, reason), of `total` members of the segment so far `done`."""

    done: int
    total: int
    counts: Counts
    at: datetime
    is_done: bool = True
    error: str = ""  # a code

    @property
    def people(self) -> int:
        return sum(self.counts.values())


def count_people(campaign: Campaign, *, anew: bool = False) -> Counted:
    """At once where they are few; else what the worker has counted so far, which is asked to where nobody did yet.

    Raises SegmentMissing, SegmentNotBuilt, TemplateNotReady.
    """
    segment, _exclusions = get_segments(campaign)
    total = count_members([segment])[segment.pk]
    if total <= AT_ONCE_MAX:
        return _count_now(campaign, total)
    key = _name_count(campaign)
    if anew:
        cache.delete(key)
    begun = _tell(done=0, total=total, counts={}, is_done=False)
    if cache.add(key, begun, KEPT_S):
        app.configure_task(COUNT_TASK).defer(campaign=str(campaign.uuid), key=key, total=total)
    return _read(cache.get(key) or begun)


def _count_now(campaign: Campaign, total: int) -> Counted:
    rows, after = list_dry_run(campaign)
    while after is not None:
        more, after = list_dry_run(campaign, after=after)
        rows += more
    counts = dict(Counter((one.then, one.cause) for one in rows))
    return Counted(done=len(rows), total=total, counts=counts, at=clock.now())


def do_count(*, campaign_uuid: uuid.UUID, key: str, total: int) -> None:
    """The worker's part: a thousand at a time, and after each how far it is."""
    counts: Counter[tuple[str, str]] = Counter()
    after: int | None = 0
    try:
        campaign = get_campaign(campaign_uuid)
        while after is not None:
            rows, after = list_dry_run(campaign, after=after)
            counts.update((one.then, one.cause) for one in rows)
            done = counts.total()
            told = _tell(done=done, total=max(done, total), counts=counts, is_done=after is None)
            cache.set(key, told, KEPT_S)
    except WafaaError as error:
        cache.set(key, _tell(done=0, total=total, counts={}, is_done=True, error=error.code), KEPT_S)


def _name_count(campaign: Campaign) -> str:
    """Whatever changes who gets it is another count."""
    segment, exclusions = get_segments(campaign)
    told = (
        campaign.uuid, campaign.template, segment.build_id, [one.build_id for one in exclusions], campaign.channel,
        campaign.control_bp, campaign.starts_at, campaign.local_at, campaign.patience_hours,
    )  # fmt: skip
    return f"campaign-count:{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"


def _tell(*, done: int, total: int, counts: Counts, is_done: bool, error: str = "") -> dict[str, Any]:
    return {
        "done": done,
        "total": total,
        "counts": [[then, why, many] for (then, why), many in counts.items()],
        "is_done": is_done,
        "error": error,
        "at": clock.now(),
    }


def _read(told: Mapping[str, Any]) -> Counted:
    counts = {(then, why): many for then, why, many in told["counts"]}
    return Counted(**{**told, "counts": counts})


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A simulation that was asked for; `told` is None until it is done."""

    automation: uuid.UUID
    number: int
    since: datetime
    until: datetime
    told: Mapping[str, Any] | None = None
    error: str = ""


def ask_simulation(*, version: AutomationVersion, since: datetime, until: datetime) -> str:
    """Returns the key by which find_simulation knows it."""
    key = str(new_id())
    asked = Looked(automation=version.automation.uuid, number=version.number, since=since, until=until)
    cache.set(_name_simulation(key), asked, KEPT_S)
    app.configure_task(SIMULATE_TASK).defer(key=key)
    return key


def find_simulation(key: str) -> Looked | None:
    """None where nobody knows of it any more."""
    found = cache.get(_name_simulation(key))
    return found if isinstance(found, Looked) else None


def do_simulate(*, key: str) -> None:
    """The worker's part."""
    asked = find_simulation(key)
    if asked is None:
        return
    told, error = None, ""
    try:
        automation = get_automation(asked.automation)
        version = AutomationVersion.objects.get(automation=automation, number=asked.number)
        told = _simulate(automation, version, asked)
    except (WafaaError, AutomationVersion.DoesNotExist) as gone:
        error = getattr(gone, "code", "automation_missing")
    done = Looked(
        automation=asked.automation,
        number=asked.number,
        since=asked.since,
        until=asked.until,
        told=told,
        error=error,
    )
    cache.set(_name_simulation(key), done, KEPT_S)


def _simulate(automation: Any, version: AutomationVersion, asked: Looked) -> dict[str, Any]:
    found = simulate(automation, version.plan, since=asked.since, until=asked.until)
    kept: Counter[tuple[str, str]] = Counter()
    rows = []
    for row in found.rows:
        group = (row.then, row.why)
        if kept[group] < ROWS_KEPT:
            kept[group] += 1
            rows.append(row)
    return {"rows": rows, "counts": found.counts, "events": found.events, "is_cut": found.is_cut}


def _name_simulation(key: str) -> str:
    return f"automation-simulation:{key}"


def ask_cancel(campaign: Campaign, by: Staff) -> None:
    """Of many messages: the worker writes them off."""
    app.configure_task(CANCEL_TASK).defer(campaign=str(campaign.uuid), staff_id=by.pk)


def do_cancel(*, campaign_uuid: uuid.UUID, staff_id: int) -> None:
    cancel_campaign(campaign=get_campaign(campaign_uuid), by=Staff.objects.filter(pk=staff_id).first())


def end_automation(automation: Automation, by: Staff) -> int | None:
    """Switches it off. Returns how many were let go; None where they are so many that the worker does it."""
    if not _are_many(automation):
        return switch_off(automation=automation, by=by)
    with transaction.atomic():
        mark_off(automation, by)
        _ask_end(automation, Why.SWITCHED_OFF, None)
    return None


def change_and_end(
    *, automation: Automation, definition: Mapping[str, Any], name: str | None, by: Staff
) -> Automation:
    """As change_automation with `ends_waiting`; of many the worker lets them go. Raises what that raises."""
    if not _are_many(automation):
        return change_automation(
            automation=automation, definition=definition, name=name, by=by, ends_waiting=True
        )
    with transaction.atomic():
        changed = change_automation(automation=automation, definition=definition, name=name, by=by)
        if changed.latest_id != automation.latest_id:
            _ask_end(changed, Why.CHANGED, changed.latest_id)
    return changed


def _are_many(automation: Automation) -> bool:
    found = Run.objects.filter(automation=automation).order_by()
    waiting = found.filter(state=RunState.WAITING)[: ENDED_IN_REQUEST_MAX + 1].count()
    sent = found.filter(state=RunState.SENT, deadline__gt=clock.now())[: ENDED_IN_REQUEST_MAX + 1].count()
    return waiting + sent > ENDED_IN_REQUEST_MAX


def _ask_end(automation: Automation, why: Why, before: int | None) -> None:
    app.configure_task(END_TASK).defer(automation=str(automation.uuid), why=str(why), before=before)


def do_end(*, automation_uuid: uuid.UUID, why: str, before: int | None) -> None:
    """The worker's part; killed and begun again it ends what is left."""
    end_waiting(get_automation(automation_uuid), Why(why), before=before)
