"""Writing the trail."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from wafaa.access.audit.models import Change
from wafaa.kit import clock


def record_change(
    *,
    staff: AbstractBaseUser | None,
    deed: str,
    subject: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    via: str = "",
) -> Change:
    """Notes one change in the caller's transaction, so that neither stands without the other. No secrets in `after`.

    `deed` is verb_noun, for instance change_settings. `staff` None is the command line, or a program by the
    API key that `via` names.
    """
    return Change.objects.create(
        at=clock.now(),
        staff_id=staff.pk if staff else None,
        staff_email=staff.get_username() if staff else "",
        deed=deed,
        subject=subject[:200],
        via=via[:200],
        before=before or {},
        after=after or {},
    )
