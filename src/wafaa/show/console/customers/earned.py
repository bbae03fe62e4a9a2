"""What loyalty tells on the timeline, with its amounts in the unit's own writing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wafaa.act.points.models import Unit
from wafaa.act.points.words import say_counted
from wafaa.design.formats import format_date

EARNED: Final[Mapping[str, Promise]] = {
    "Points Awarded": _("Earned: %(amount)s"),
    "Points Reversed": _("Taken back: %(amount)s"),
    "Points Activated": _("Can be used now: %(amount)s"),
    "Points Expiring": _("Ends on %(day)s: %(amount)s"),
    "Points Expired": _("Expired: %(amount)s"),
    "Member Joined": _("Joined the loyalty programme"),
    "Member Left": _("Left the loyalty programme"),
    "Tier Changed": _("New tier: %(tier)s"),
    "Tier Ending": _("The tier is about to end: %(tier)s"),
    "Reward Redeemed": _("Reward redeemed: %(reward)s"),
    "Reward Returned": _("Reward returned: %(reward)s"),
    "Gift Given": _("Got a gift"),
    "Voucher Given": _("Got the code %(code)s"),
    "Voucher Redeemed": _("Used the code %(code)s"),
    "Voucher Rolled Back": _("The use of the code %(code)s was taken back"),
}


class Earned:
    """A page of events costs one look at the units, and none where nothing was earned."""

    def __init__(self, names: Iterable[str]) -> None:
        is_asked = any(name in EARNED for name in names)
        self._units = {one.code: one for one in Unit.objects.all()} if is_asked else {}

    def say(self, name: str, properties: Mapping[str, Any]) -> SafeString:
        parts = {
            "amount": self._say_amount(properties),
            "day": _say_day(properties.get("expires_on")),
            "tier": _name_tier(properties),
            "reward": _name_reward(properties),
            "code": properties.get("code") or "",
        }
        words = str(EARNED[name])
        for key in parts:
            words = words.replace(f"%({key})s", f"{{{key}}}")
        isolated = {
            key: value if isinstance(value, SafeString) else format_html("<bdi>{}</bdi>", value)
            for key, value in parts.items()
        }
        return format_html(words, **isolated)

    def _say_amount(self, properties: Mapping[str, Any]) -> SafeString | str:
        code, points = str(properties.get("unit") or ""), properties.get("points")
        if code not in self._units or not isinstance(points, int):
            return f"{points or ''} {code}".strip()
        return say_counted(points, self._units[code])


def _name_tier(properties: Mapping[str, Any]) -> Any:
    """As the reader's language calls it; of one that nobody named its code."""
    words = properties.get(f"tier_name_{_language()}") or properties.get("tier_name_en")
    return words or properties.get("tier") or properties.get("to") or ""


def _name_reward(properties: Mapping[str, Any]) -> Any:
    words = properties.get("reward_name")
    return (words.get(_language()) if isinstance(words, dict) else "") or properties.get("reward") or ""


def _language() -> str:
    return (get_language() or "")[:2]


def _say_day(told: Any) -> str:
    try:
        return format_date(date.fromisoformat(str(told)[:10]), get_language() or "")
    except ValueError:
        return ""
