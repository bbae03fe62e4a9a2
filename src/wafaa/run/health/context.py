"""What the shell of every page shows of the installation's health."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wafaa.access.staff.rules import Capability


def health(request: HttpRequest) -> dict[str, Any]:
    """`troubles`, for those who may change settings; looked at only where a page shows them."""
    staff = getattr(request, "staff", None)
    if staff is None or not staff.may(Capability.CHANGE_SETTINGS):
        return {}
    return {"troubles": SimpleLazyObject(_list)}


def _list() -> list[str]:
    from wafaa.run.health.troubles import list_troubles

    return list_troubles()
