"""Grouping all customers by recency, frequency and money, and by how much of the gross they make; ready-made segments of these.

The cut points are those of the measures (science.histogram, science.rfm); the values are customers' totals in PostgreSQL, which
are in step with the orders at every moment.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.know.orders.models import Order
from wafaa.learn.segments.actions.defining import create_segment, follow_settings
from wafaa.learn.segments.actions.refreshing import ask
from wafaa.learn.segments.models import Segment
from wafaa.science.rfm import GROUPS, find_group
from wafaa.stream.actions import keep_silent

# Those who make 80 % of the gross, the next 15 %, the rest: the classes that everybody means by A, B and C.
PARETO_SHARES = (0.80, 0.95)
# The key of those who bought, and nothing within the lapse window.
LAPSED = "lapsed"
LAPSED_NAME = gettext_noop("Inactive customers")
# Key, name as it is before it is translated, definition.
READY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("rfm.champions", gettext_noop("Champions"), {"rfm": {"groups": ["champions"]}}),
    ("rfm.loyal", gettext_noop("Loyal"), {"rfm": {"groups": ["loyal"]}}),
    (
        "rfm.potential_loyalists",
        gettext_noop("Potentially loyal"),
        {"rfm": {"groups": ["potential_loyalists"]}},
    ),
    ("rfm.new", gettext_noop("New"), {"rfm": {"groups": ["new"]}}),
    ("rfm.promising", gettext_noop("Promising"), {"rfm": {"groups": ["promising"]}}),
    ("rfm.need_attention", gettext_noop("Need attention"), {"rfm": {"groups": ["need_attention"]}}),
    ("rfm.about_to_sleep", gettext_noop("About to fall asleep"), {"rfm": {"groups": ["about_to_sleep"]}}),
    ("rfm.cannot_lose", gettext_noop("Must not be lost"), {"rfm": {"groups": ["cannot_lose"]}}),
    ("rfm.at_risk", gettext_noop("At risk"), {"rfm": {"groups": ["at_risk"]}}),
    ("rfm.hibernating", gettext_noop("Asleep"), {"rfm": {"groups": ["hibernating"]}}),
    ("rfm.lost", gettext_noop("Lost"), {"rfm": {"groups": ["lost"]}}),
    ("pareto.a", gettext_noop("Make 80% of sales"), {"pareto": {"classes": ["a"]}}),
    ("pareto.b", gettext_noop("Make the next 15% of sales"), {"pareto": {"classes": ["b"]}}),
    ("pareto.c", gettext_noop("Make the last 5% of sales"), {"pareto": {"classes": ["c"]}}),
)


@dataclass(frozen=True, kw_only=True)
class Borders:
    """Upper bounds of days, orders and gross of classes 1 to 4; the least gross of classes a and b. In minor units."""

    days: tuple[int, ...]
    orders: tuple[int, ...]
    gross: tuple[int, ...]
    pareto: tuple[int, int]


@transaction.atomic
def refresh_standings(*, day: date | None = None) -> int:
    """Groups everybody as of `day` (today); returns how many came into another group or class, who are then looked at again.

    One silent statement over the totals: seconds at a million customers.
    """
    keep_silent()
    zone = get_business().time_zone
    values: dict[str, Any] = {"zone": zone, "day": day or clock.today(get_business().zone)}
    borders = _find_borders(values)
    if borders is None:
        return 0
    for letter, bounds in (("d", borders.days), ("f", borders.orders), ("m", borders.gross)):
        values |= {f"{letter}{place}": bound for place, bound in enumerate(bounds, start=1)}
    values |= {"p1": borders.pareto[0], "p2": borders.pareto[1], "now": clock.now(), "groups": _list_cells()}
    return int(ask("refresh_standings", values)[0][0])


_refreshed: dict[str, Any] = {}


def refresh_moved_standings() -> int:
    """Groups everybody where orders were written or a day began since this process did it last; returns as refresh_standings."""
    newest = Order.objects.order_by("-changed_in").values_list("changed_in", flat=True).first()
    seen = {"day": clock.today(get_business().zone), "orders": newest}
    if _refreshed == seen:
        return 0
    moved = refresh_standings()
    _refreshed.update(seen)
    return moved


def _find_borders(values: dict[str, Any]) -> Borders | None:
    """None without orders."""
    # numpy is loaded by who counts, not by every process that knows of segments
    from wafaa.science.histogram import find_cuts
    from wafaa.science.pareto import find_borders

    histograms: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for what, value, count in ask("count_totals", values):
        histograms[what][0].append(value)
        histograms[what][1].append(count)
    if not histograms:
        return None
    cuts = {what: find_cuts(*histogram).bounds or (0, 0, 0, 0) for what, histogram in histograms.items()}
    first, second = find_borders(*histograms["gross"], shares=PARETO_SHARES)
    return Borders(days=cuts["days"], orders=cuts["orders"], gross=cuts["gross"], pareto=(first, second))


def _list_cells() -> list[str]:
    """The group of each recency score (1 to 5) and frequency-monetary score (1 to 5), one after another."""
    return [find_group(recency, score, score) for recency in range(1, 6) for score in range(1, 6)]


def ensure_ready() -> int:
    """Makes the ready-made segments that are missing; returns how many. The inactive are made by whom begins something with their
    entering, as every import of old orders tells of each of them; once there, they follow the lapse window.
    """
    assert {key.removeprefix("rfm.") for key, _name, _definition in READY if key.startswith("rfm.")} == set(
        GROUPS
    )
    present = set(Segment.objects.filter(kind=Segment.Kind.READY).values_list("key", flat=True))
    missing = [key for key, _name, _definition in READY if key not in present]
    for key in missing:
        ensure_ready_segment(key=key)
    if LAPSED in present:
        follow_settings(key=LAPSED, definition=_define_lapsed())
    return len(missing)


def ensure_ready_segment(*, key: str) -> Segment:
    """The ready-made segment of this key, made where it is not there yet. Two at once make it once."""
    there = Segment.objects.filter(key=key).first()
    if there is not None:
        return there
    told = {one: (name, definition) for one, name, definition in READY}
    name, definition = (LAPSED_NAME, _define_lapsed()) if key == LAPSED else told[key]
    try:
        return create_segment(name=name, definition=definition, kind=Segment.Kind.READY, key=key, by=None)
    except IntegrityError:  # somebody else made it meanwhile; ours was a transaction of its own
        return Segment.objects.get(key=key)


def _define_lapsed() -> dict[str, Any]:
    window = {"last": get_business().lapse_window_days, "unit": "days"}
    return {
        "all": [
            {"orders": {"measure": "count", "min": 1}},
            {"orders": {"measure": "count", "max": 0, "window": window}},
        ]
    }
