"""Writing the trail."""

from collections.abc import Callable, Collection
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q

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


def forget_subject(
    *, subjects: Collection[str], deeds: Collection[str], names_person: Callable[[str], bool]
) -> int:
    """Takes a person out of the trail: of `deeds` about one of `subjects` only who did what when stays; of all others what
    names the person goes. Nothing but erasure changes the trail. Returns how many lines.
    """
    about = Q(subject__in=subjects) | Q(before__merged__in=subjects) | Q(after__merged__in=subjects)
    told = Change.objects.filter(about, deed__in=deeds)
    count = told.update(subject="", before={}, after={})
    for one in Change.objects.iterator(chunk_size=2_000):
        named = [field for field in ("subject", "before", "after") if names_person(str(getattr(one, field)))]
        if named:
            emptied: dict[str, Any] = {field: "" if field == "subject" else {} for field in named}
            Change.objects.filter(pk=one.pk).update(**emptied)
            count += 1
    return count
