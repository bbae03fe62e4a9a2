"""Programmes: made, written, published, paused, ended. A version that was published never changes."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, ProtectedError
from django.utils.module_loading import import_string

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.act.points.actions import make_unit
from wafaa.act.points.models import Unit
from wafaa.act.points.rules import Policy, UnitKind
from wafaa.decide.loyalty.actions.moving import note_refunded
from wafaa.decide.loyalty.errors import (
    NothingToDrop,
    NothingToPublish,
    ProgrammeMissing,
    ProgrammeNotLive,
    ProgrammeOver,
    RulesWrong,
)
from wafaa.decide.loyalty.models import Budget, Occasion, Programme, Rule, Version
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.content import (
    Content,
    Fault,
    find_faults,
    list_caps,
    list_units,
    make_rows,
    read_content,
    write_content,
)
from wafaa.decide.loyalty.rules.presets import PRESETS, UNITS
from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.sql import load_sql
from wafaa.know.orders.models import Refund

MAIN_UNIT: Final = "points"
_A_MOMENT: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a programme is, apart from its rules. What is None stays as it is."""

    name: Mapping[str, str] | None = None
    is_automatic: bool | None = None
    policy: Policy | None = None


@transaction.atomic
def make_programme(
    *, name: Mapping[str, str], by: Staff | None, preset: str = "", key: uuid.UUID | None = None
) -> Programme:
    """A draft, with the rules of a preset in the business's money where one is named; with the same key, its uuid, again it is
    the one from before. Raises KeyError for an unknown preset.
    """
    ready = PRESETS[preset] if preset else None
    business = get_business()
    content = ready.write(business.currency) if ready else Content()
    units = _make_units(content)
    main = ready.unit if ready else MAIN_UNIT
    programme, is_new = Programme.objects.get_or_create(
        uuid=key or new_id(),
        defaults={
            "name": dict(name),
            "unit": units.get(main) or _make_unit(main),
            "is_automatic": ready.is_automatic if ready else True,
            "preset": preset,
            "created_at": clock.now(),
            "created_by": by,
        },
    )
    if not is_new:
        return programme
    _write_draft(programme, content)
    record_change(
        staff=by, deed="make_programme", subject=str(programme), after={"preset": preset} if preset else {}
    )
    for hook in settings.PROGRAMME_MADE:
        import_string(hook)(programme=programme, by=by)
    return programme


@transaction.atomic
def change_programme(*, programme: Programme, plan: Plan, by: Staff | None) -> Programme:
    """Name, membership and policy. Raises ProgrammeMissing."""
    held = _hold(programme)
    before = {
        "name": held.name.get("en", ""),
        "is_automatic": held.is_automatic,
        "policy": held.policy,
    }
    held.name = dict(plan.name) if plan.name is not None else held.name
    held.is_automatic = held.is_automatic if plan.is_automatic is None else plan.is_automatic
    held.policy = plan.policy or held.policy
    held.save(update_fields=["name", "is_automatic", "policy"])
    if held.policy != before["policy"]:
        refunded = Occasion.objects.filter(programme=held, order_id__in=Refund.objects.values("order"))
        note_refunded(list(refunded.values_list("pk", flat=True)))
    after = {"name": held.name.get("en", ""), "is_automatic": held.is_automatic, "policy": held.policy}
    if before != after:
        record_change(staff=by, deed="change_programme", subject=str(held), before=before, after=after)
    return held


@transaction.atomic
def save_draft(*, programme: Programme, content: Mapping[str, Any], by: Staff | None) -> Version:
    """What is written so far, with whatever faults; nobody earns by it. Raises RulesWrong (it cannot be read), ProgrammeOver."""
    held = _hold(programme)
    if held.state == State.ENDED:
        raise ProgrammeOver
    try:
        read = read_content(content)
    except ValueError as error:
        raise RulesWrong(why=str(error)) from error
    return _write_draft(held, read)


@transaction.atomic
def publish(*, programme: Programme, by: Staff | None) -> Version:
    """The draft holds from now on, for what happens from now on. Raises NothingToPublish, RulesWrong, ProgrammeOver."""
    held = _hold(programme)
    if held.state == State.ENDED:
        raise ProgrammeOver
    draft = Version.objects.filter(programme=held, published_at=None).first()
    content = read_content(draft.content) if draft else Content()
    if draft is None or not content.rules:
        raise NothingToPublish
    if faults := find_faults(content):
        raise RulesWrong(why=_say_faults(faults), faults=msgspec.to_builtins(faults))
    add_rules(draft, content)
    _publish(held, draft, by)
    for row in Rule.objects.filter(version=draft).exclude(budget_points=None, budget_uses=None):
        Budget.objects.get_or_create(programme=held, rule=row.number)
    held.state = State.LIVE
    held.started_at = held.started_at or draft.published_at
    held.save(update_fields=["state", "started_at"])
    record_change(
        staff=by,
        deed="publish_programme",
        subject=str(held),
        after={"version": draft.number, "rules": len(content.rules)},
    )
    return draft


@transaction.atomic
def drop_draft(*, programme: Programme, by: Staff | None) -> Programme | None:
    """The rules that hold stay. A programme that never held is deleted whole, its rewards too: None. Raises NothingToDrop."""
    held = _hold(programme)
    if held.started_at:
        if not Version.objects.filter(programme=held, published_at=None).delete()[0]:
            raise NothingToDrop
        record_change(staff=by, deed="drop_draft", subject=str(held))
        return held
    record_change(staff=by, deed="drop_programme", subject=str(held))
    try:
        for hook in settings.PROGRAMME_DROPPED:
            import_string(hook)(programme=held)
        held.delete()
    except ProtectedError:
        raise NothingToDrop from None
    return None


@transaction.atomic
def pause(*, programme: Programme, by: Staff | None) -> Programme:
    """What happens from now on earns nothing; refunds of what was earned go on. Raises ProgrammeNotLive."""
    return _silence(programme, State.PAUSED, "pause_programme", by)


@transaction.atomic
def end(*, programme: Programme, by: Staff | None) -> Programme:
    """For good. What members have stays theirs. Raises ProgrammeNotLive."""
    return _silence(programme, State.ENDED, "end_programme", by)


@transaction.atomic
def resume(*, programme: Programme, by: Staff | None) -> Programme:
    """The rules from before the pause hold again. Raises ProgrammeNotLive where it is not paused."""
    held = _hold(programme)
    last = Version.objects.filter(programme=held, is_silent=False, published_at__isnull=False)
    found = last.order_by("-number").first()
    if held.state != State.PAUSED or found is None:
        raise ProgrammeNotLive
    again = _make_version(held, read_content(found.content))
    add_rules(again, read_content(found.content))
    _publish(held, again, by)
    held.state = State.LIVE
    held.save(update_fields=["state"])
    record_change(staff=by, deed="resume_programme", subject=str(held), after={"version": again.number})
    return held


def _silence(programme: Programme, state: State, deed: str, by: Staff | None) -> Programme:
    held = _hold(programme)
    if held.state not in {State.LIVE, State.PAUSED} or held.state == state:
        raise ProgrammeNotLive
    silent = _make_version(held, Content(), is_silent=True)
    _publish(held, silent, by)
    held.state = state
    held.save(update_fields=["state"])
    record_change(staff=by, deed=deed, subject=str(held), after={"version": silent.number})
    return held


def _hold(programme: Programme) -> Programme:
    found = Programme.objects.select_for_update().filter(pk=programme.pk).first()
    if found is None:
        raise ProgrammeMissing
    return found


def _write_draft(programme: Programme, content: Content) -> Version:
    draft = Version.objects.filter(programme=programme, published_at=None).first()
    if draft is None:
        return _make_version(programme, content)
    draft.content = write_content(content)
    draft.changed_at = clock.now()
    draft.save(update_fields=["content", "changed_at"])
    return draft


def _make_version(programme: Programme, content: Content, *, is_silent: bool = False) -> Version:
    """With the number that comes next; a draft that waits keeps the last one."""
    Version.objects.filter(programme=programme, published_at=None).update(
        number=(_last_number(programme) or 0) + 1
    )
    numbers = Version.objects.filter(programme=programme, published_at__isnull=False)
    number = (numbers.aggregate(last=Max("number"))["last"] or 0) + 1
    business = get_business()
    return Version.objects.create(
        programme=programme,
        number=number,
        content=write_content(content),
        is_silent=is_silent,
        zone=business.time_zone,
        week_start=business.week_start,
        includes_tax=business.prices_include_tax,
        tax_bp=int(business.tax_percent * 100),
        changed_at=clock.now(),
    )


def _last_number(programme: Programme) -> int | None:
    last: int | None = Version.objects.filter(programme=programme).aggregate(last=Max("number"))["last"]
    return last


def _publish(programme: Programme, version: Version, by: Staff | None) -> None:
    """Now, or just after the version before, so that of any moment it is clear which one holds."""
    last = Version.objects.filter(programme=programme).aggregate(last=Max("published_at"))["last"]
    now = clock.now()
    version.published_at = now if last is None or now > last else last + _A_MOMENT
    version.published_by = by
    version.save()


def add_rules(version: Version, content: Content) -> None:
    """The typed rows, and what the version itself has to know."""
    business = get_business()
    version.zone, version.week_start = business.time_zone, business.week_start
    version.includes_tax, version.tax_bp = business.prices_include_tax, int(business.tax_percent * 100)
    version.minds_goods = any(not one.takes_all for one in content.rules)
    version.minds_first = any(one.is_first for one in content.rules)
    version.minds_discounts = any(one.before_discounts for one in content.rules)
    version.segments = sorted({segment for one in content.rules for segment in one.segments})
    version.cap_points = list_caps(content.cap_points)
    version.idle_months = content.idle_months
    units = {code: unit.pk for code, unit in _make_units(content).items()}
    rows = msgspec.json.encode(make_rows(content, units)).decode()
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "add_rules"), {"version": version.pk, "rules": rows})


def _make_units(content: Content) -> dict[str, Unit]:
    return {code: _make_unit(code) for code in list_units(content)}


def _make_unit(code: str) -> Unit:
    ready = UNITS.get(code)
    name = ready.name if ready else {"en": code, "ar": code}
    return make_unit(code=code, name=name, kind=ready.kind if ready else UnitKind.COUNT)


def _say_faults(faults: list[Fault]) -> str:
    return ", ".join(f"{one.rule}.{one.field}: {one.code}" for one in faults)
