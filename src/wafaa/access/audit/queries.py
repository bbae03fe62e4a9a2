"""Reading the trail."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from wafaa.access.audit.models import Change
from wafaa.kit.clock import start_of_day


def list_changes(
    *,
    search: str = "",
    person: str = "",
    deed: str = "",
    since: date | None = None,
    until: date | None = None,
    zone: ZoneInfo | None = None,
) -> QuerySet[Change]:
    """Newest first. `search` looks in subject, person and key; `since` and `until` are whole days in `zone`, both inclusive."""
    changes = Change.objects.order_by("-at", "-id")
    if search:
        changes = changes.filter(
            Q(subject__icontains=search) | Q(staff_email__icontains=search) | Q(via__icontains=search)
        )
    if person:
        changes = changes.filter(staff_email=person)
    if deed:
        changes = changes.filter(deed=deed)
    utc = ZoneInfo("UTC")
    if since:
        changes = changes.filter(at__gte=start_of_day(since, zone or utc))
    if until:
        changes = changes.filter(at__lt=start_of_day(date.fromordinal(until.toordinal() + 1), zone or utc))
    return changes


def list_people() -> list[str]:
    """E-mails of everybody who ever changed something."""
    return list(
        Change.objects.exclude(staff_email="")
        .order_by("staff_email")
        .values_list("staff_email", flat=True)
        .distinct()
    )


def list_deeds() -> list[str]:
    return list(Change.objects.order_by("deed").values_list("deed", flat=True).distinct())
