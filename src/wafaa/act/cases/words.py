"""Cases in words: how low a score was, how much time is left, what was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wafaa.act.cases.models import SEVERITIES, Case
from wafaa.act.cases.rules import Deed, Severity, Target, count_hours
from wafaa.design.formats import format_number
from wafaa.kit.text import isolate

# Up to an hour and a half people count in minutes, beyond two days nobody counts in hours.
HOURS_FROM = 1.5
HOURS_SHOWN_MAX = 48

SCORES: dict[str, Promise] = {
    "nps": gettext_lazy("Would recommend: %(value)s of %(points)s"),
    "csat": gettext_lazy("Satisfied: %(value)s of %(points)s"),
    "ces": gettext_lazy("Easy: %(value)s of %(points)s"),
    "rating": gettext_lazy("Rating: %(value)s of %(points)s"),
}
DEEDS: dict[str, Promise] = {
    Deed.TAKE: gettext_lazy("took it on"),
    Deed.ASSIGN: gettext_lazy("assigned it"),
    Deed.NOTE: gettext_lazy("noted"),
    Deed.CONTACT: gettext_lazy("spoke to the customer"),
    Deed.CLOSE: gettext_lazy("called it done"),
    Deed.REOPEN: gettext_lazy("opened it again"),
}
WEEKDAYS: dict[int, Promise] = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}


def say_score(lowest: Mapping[str, Any]) -> str:
    """Of the lowest score that was given; "" where none was."""
    value = lowest.get("value")
    if value is None:
        return ""
    words = SCORES.get(str(lowest.get("type")), SCORES["rating"])
    points = lowest.get("points") or 10
    return str(words) % {"value": format_number(value), "points": format_number(points)}


def say_clock(case: Case, now: datetime) -> str:
    """How much time is left, by how much it is over, or how long it took."""
    if case.closed_at is not None:
        took = (case.closed_at - case.opened_at).total_seconds() / 3600
        return _("took %(time)s") % {"time": say_hours(took)}
    if case.hours_over(now):
        return _("%(time)s over") % {"time": say_hours(case.hours_over(now))}
    return _("%(time)s left") % {"time": say_hours(count_hours(now, case.due_at))}


def say_hours(hours: float) -> str:
    """In the unit in which people would say it."""
    if hours < HOURS_FROM:
        minutes = max(1, round(hours * 60))
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=format_number(minutes))
    if hours < HOURS_SHOWN_MAX:
        whole = round(hours)
        return ngettext("%(shown)s hour", "%(shown)s hours", whole) % {"shown": format_number(whole)}
    days = round(hours / 24)
    return ngettext("%(shown)s day", "%(shown)s days", days) % {"shown": format_number(days)}


def say_target(target: Target) -> str:
    """One sentence that states the clock."""
    hours = {severity: say_hours_exactly(target.hours[severity]) for severity in Severity}
    said = {
        "high": f"{SEVERITIES[Severity.HIGH]}: {hours[Severity.HIGH]}",
        "normal": f"{SEVERITIES[Severity.NORMAL]}: {hours[Severity.NORMAL]}",
        "low": f"{SEVERITIES[Severity.LOW]}: {hours[Severity.LOW]}",
    }
    if target.office is None:
        return _("Time to answer, day and night: %(high)s; %(normal)s; %(low)s.") % said
    said |= {"opens": say_minute(target.office.opens), "closes": say_minute(target.office.closes)}
    return (
        _(
            "Time to answer, counted while the office is open (%(opens)s to %(closes)s): %(high)s; %(normal)s; %(low)s."
        )
        % said
    )


def say_hours_exactly(hours: int) -> str:
    return ngettext("%(shown)s hour", "%(shown)s hours", hours) % {"shown": format_number(hours)}


def say_minute(minute: int) -> str:
    return isolate(f"{minute // 60:02}:{minute % 60:02}")
