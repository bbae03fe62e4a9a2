"""What roles and programs put right without a second person."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.points.models import Limit, MovedAlone, Unit
from wafaa.act.points.queries import find_limits
from wafaa.act.points.rules import Limits


@transaction.atomic
def set_limits(*, limits: Mapping[tuple[str, int], Limits], by: Staff) -> int:
    """(holder, unit) -> limits; what is as it was is not written. Returns how many changed."""
    units = {one.pk: one for one in Unit.objects.select_for_update().order_by("id")}
    changed = 0
    for (holder, unit_id), wanted in sorted(limits.items(), key=lambda item: item[0]):
        unit = units[unit_id]
        before = find_limits(holder, unit)
        if before == wanted:
            continue
        Limit.objects.update_or_create(
            holder=holder, unit=unit, defaults={"per_deed": wanted.per_deed, "per_day": wanted.per_day}
        )
        record_change(
            staff=by,
            deed="change_limit",
            subject=f"{holder}: {unit.code}",
            before={"per_deed": before.per_deed, "per_day": before.per_day},
            after={"per_deed": wanted.per_deed, "per_day": wanted.per_day},
        )
        changed += 1
    return changed


@transaction.atomic
def count_moved(*, moved: Mapping[str, int], by: Staff, at: datetime) -> None:
    """Code of a unit -> what a deed of another room moves of it: from now on it is in sum_day. Locks who does it: whoever looked
    at the limits before holds that lock already.
    """
    Staff.objects.select_for_update(no_key=True).get(pk=by.pk)
    MovedAlone.objects.bulk_create(
        MovedAlone(by=by, unit=unit, amount=moved[unit.code], at=at)
        for unit in Unit.objects.filter(code__in=moved).order_by("pk")
        if moved[unit.code]
    )
