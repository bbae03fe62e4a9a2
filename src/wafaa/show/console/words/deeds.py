"""The audit trail in words: what was done, and from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wafaa.access.staff.models import ROLE_LABELS
from wafaa.access.staff.rules import Role

DEEDS = {
    "change_settings": gettext_lazy("Changed the settings"),
    "create_staff": gettext_lazy("Added to staff"),
    "change_staff": gettext_lazy("Changed a member of staff"),
    "set_password": gettext_lazy("Set a new password"),
    "set_stores": gettext_lazy("Changed the stores of a member of staff"),
    "load_demo": gettext_lazy("Loaded the demo shop"),
    "remove_demo": gettext_lazy("Removed the demo shop"),
    "upload_file": gettext_lazy("Uploaded a file"),
    "publish_import": gettext_lazy("Published an import"),
    "cancel_import": gettext_lazy("Cancelled an import"),
    "replace_demo": gettext_lazy("Replaced the demo shop by real orders"),
}

FIELDS = {
    "email": gettext_lazy("E-mail"),
    "name": gettext_lazy("Name"),
    "role": gettext_lazy("Role"),
    "is_active": gettext_lazy("May sign in"),
    "stores": gettext_lazy("Stores"),
    "language": gettext_lazy("Language"),
    "currency": gettext_lazy("Currency"),
    "time_zone": gettext_lazy("Time zone"),
    "week_start": gettext_lazy("Week starts on"),
    "prices_include_tax": gettext_lazy("Prices include tax"),
    "tax_percent": gettext_lazy("Tax rate in per cent"),
    "lapse_window_days": gettext_lazy("Lapse window in days"),
    "shows_demo": gettext_lazy("Demo shop"),
}


@dataclass(frozen=True, kw_only=True)
class Detail:
    field: str
    before: str
    after: str


def say_deed(deed: str) -> str:
    """A deed that has no words yet shows its name."""
    return str(DEEDS.get(deed, deed))


def say_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Detail]:
    """The fields that differ, in the order in which they stand."""
    names = [*after, *(name for name in before if name not in after)]
    return [
        Detail(
            field=str(FIELDS.get(name, name)),
            before=_say(name, before.get(name)),
            after=_say(name, after.get(name)),
        )
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def _say(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "role" and value in set(Role):
        return str(ROLE_LABELS[Role(value)])
    if isinstance(value, list):
        return " · ".join(map(str, value))
    return str(value)
