"""By when cases are to be answered."""

from collections.abc import Collection

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.cases.errors import TargetWrong
from wafaa.act.cases.models import CaseSettings
from wafaa.act.cases.queries import get_target, list_on_duty
from wafaa.act.cases.rules import Target, read_target, write_target
from wafaa.kit import clock


@transaction.atomic
def change_target(*, target: Target, duty: Collection[Staff] = (), by: Staff | None) -> Target:
    """For cases that open from now on; those that are open keep clock and owner. `duty` are those to whom new ones go.

    Raises TargetWrong.
    """
    told = {**write_target(target), "duty": sorted(one.pk for one in duty)}
    try:
        read_target(told)
    except (ValueError, KeyError, TypeError) as error:
        raise TargetWrong from error
    before = {**write_target(get_target()), "duty": sorted(one.pk for one in list_on_duty())}
    if told != before:
        CaseSettings.objects.update_or_create(id=1, defaults={"told": told, "changed_at": clock.now()})
        record_change(staff=by, deed="change_case_target", before=before, after=told)
    return target
