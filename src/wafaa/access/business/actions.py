"""Changing how the business counts."""

from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.business.models import Business
from wafaa.access.business.queries import forget_business
from wafaa.access.staff.models import Staff


@transaction.atomic
def save_settings(*, changes: dict[str, Any], by: Staff | None) -> Business:
    """Sets the given fields of the one business and notes what they were before; nothing new, nothing noted.

    The facts carry time zone, week start and currency in their manifest, so a change of those rebuilds them at the next
    sync. Values are validated by the caller's form or by full_clean() here.
    """
    business, _ = Business.objects.select_for_update().get_or_create(id=1)
    before = {name: getattr(business, name) for name in changes}
    differing = sorted(name for name, value in changes.items() if before[name] != value)
    if not differing:
        return business
    for name in differing:
        setattr(business, name, changes[name])
    business.full_clean()
    business.save(update_fields=differing)
    forget_business()
    record_change(
        staff=by,
        deed="change_settings",
        subject=str(business),
        before={name: _plain(before[name]) for name in differing},
        after={name: _plain(changes[name]) for name in differing},
    )
    return business


def _plain(value: Any) -> Any:
    """As JSON keeps it: decimals as text, so that they stay exact."""
    return value if isinstance(value, (bool, int, str)) or value is None else str(value)
