"""What a version says, as JSON with fixed fields, and what is wrong with it. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from wafaa.decide.loyalty.rules import ONCE_BP, SCORED, SCORELESS, Effect, Rounding, Span, Trigger
from wafaa.decide.loyalty.rules.ending import BACK_DAYS, WARNS, find_wrong_ends
from wafaa.decide.loyalty.rules.tiers import TierSet, find_wrong_tiers, name_tiers

RULES_MAX: Final = 1_000
LISTED_MAX: Final = 1_000  # stores, products … in one rule
POINTS_MAX: Final = 10**9
MINUTES_A_DAY: Final = 24 * 60
DURATION: Final = re.compile(r"P(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?|PT\d{1,5}H")
CURRENCY: Final = re.compile(r"[A-Z]{3}")
UNIT: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
ROUND_TO: Final = frozenset({"", "month", "quarter", "year"})
Words = dict[str, str]  # language -> words
Caps = dict[Span, int]


class Earn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A rule. Its `id` stays the same in all versions; lists that are empty are no condition."""

    id: int
    name: Words = {}
    trigger: Trigger = Trigger.ORDER
    event: str = ""
    given: dict[str, str | int | bool] = {}
    unit: str = "points"
    effect: Effect = Effect.MONEY
    points: int
    per: int = 1
    currency: str = ""
    before_discounts: bool = False
    with_tax: bool = True
    with_shipping: bool = False
    rounding: Rounding = Rounding.DOWN
    from_day: date | None = None
    to_day: date | None = None
    weekdays: list[int] = []
    from_minute: int | None = None
    to_minute: int | None = None
    stores: list[str] = []
    channels: list[str] = []
    segments: list[UUID] = []
    tiers: list[str] = []
    skus: list[str] = []
    categories: list[str] = []
    not_skus: list[str] = []
    not_categories: list[str] = []
    minimum: int | None = None
    is_first: bool = False
    cap_points: Caps = {}
    cap_uses: Caps = {}
    budget_points: int | None = None
    budget_uses: int | None = None
    budget_minor: int | None = None  # in money, by what the programme says that a point is worth
    grouping: str = ""
    pending: str = ""
    lives: str = ""
    lives_to: str = ""
    ends_on: date | None = None

    @property
    def takes_all(self) -> bool:
        return not (self.skus or self.categories or self.not_skus or self.not_categories)


class Worth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many points of the main unit are worth so much money."""

    points: int
    minor: int
    currency: str


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    rules: list[Earn] = []
    cap_points: Caps = {}  # of a customer, of the main unit, by all rules
    worth: Worth | None = None
    tier_sets: list[TierSet] = []
    warns: tuple[int, ...] = WARNS  # so many days before something ends its owner is told; () never
    idle_months: int = 0  # what has no end of its own ends after so many months without an activity
    back_days: int = BACK_DAYS  # so long staff can bring back what ended


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, by a code that words know, and where: rule 0 is the programme itself."""

    rule: int
    field: str
    code: str


def read_content(told: Mapping[str, Any]) -> Content:
    """Raises ValueError where a field is unknown or of another type."""
    try:
        return msgspec.convert(told, Content)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def write_content(content: Content) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(content)
    return plain


def list_units(content: Content) -> list[str]:
    return sorted({one.unit for one in content.rules})


def find_faults(content: Content) -> list[Fault]:
    """All of them, so that a page can show each beside its field. Nothing found: it can be published."""
    faults = [Fault(rule=0, field="cap_points", code="amount")] if _are_wrong(content.cap_points) else []
    faults += [Fault(rule=0, field=field, code="amount") for field in find_wrong_ends(content)]
    faults += [Fault(rule=0, field=field, code=code) for field, code in find_wrong_tiers(content.tier_sets)]
    if len(content.rules) > RULES_MAX:
        faults.append(Fault(rule=0, field="rules", code="too_many"))
    if content.worth is not None and min(content.worth.points, content.worth.minor) < 1:
        faults.append(Fault(rule=0, field="worth", code="amount"))
    often = Counter(one.id for one in content.rules)
    for one in content.rules:
        if often[one.id] > 1 or one.id < 1:
            faults.append(Fault(rule=one.id, field="id", code="not_unique"))
        faults += [Fault(rule=one.id, field=field, code=code) for field, code in _find(one, content)]
    multiplies = {one.grouping: one.effect is Effect.TIMES for one in content.rules if one.grouping}
    for one in content.rules:
        if one.grouping and multiplies[one.grouping] is not (one.effect is Effect.TIMES):
            faults.append(Fault(rule=one.id, field="grouping", code="mixed_group"))
    return faults


def _find(one: Earn, content: Content) -> Iterator[tuple[str, str]]:
    yield from _find_in_trigger(one)
    yield from _find_in_effect(one)
    yield from _find_in_times(one)
    yield from _find_in_limits(one, content)
    for field in ("pending", "lives"):
        if getattr(one, field) and not DURATION.fullmatch(getattr(one, field)):
            yield field, "duration"
    if one.lives_to not in ROUND_TO:
        yield "lives_to", "unknown"
    if one.lives and one.ends_on:
        yield "ends_on", "two_ends"


def _find_in_limits(one: Earn, content: Content) -> Iterator[tuple[str, str]]:
    if content.tier_sets and not set(one.tiers) <= name_tiers(content.tier_sets).keys():
        yield "tiers", "unknown"
    for field in ("cap_points", "cap_uses"):
        if _are_wrong(getattr(one, field)):
            yield field, "amount"
    for field in ("budget_points", "budget_uses", "budget_minor", "minimum"):
        told = getattr(one, field)
        if told is not None and told < 0:
            yield field, "amount"
    if one.budget_minor is not None and content.worth is None:
        yield "budget_minor", "needs_worth"
    for field in (
        "stores",
        "channels",
        "segments",
        "tiers",
        "skus",
        "categories",
        "not_skus",
        "not_categories",
    ):
        if len(getattr(one, field)) > LISTED_MAX:
            yield field, "too_many"


def _find_in_trigger(one: Earn) -> Iterator[tuple[str, str]]:
    if (one.trigger is Trigger.EVENT) is not bool(one.event.strip()):
        yield "event", "event"
    if one.given and one.trigger is not Trigger.EVENT:
        yield "given", "event"
    if one.event in SCORED and not SCORELESS.issuperset(one.given):
        yield "given", "score"  # the answering earns, never the score
    if one.trigger is not Trigger.ORDER:
        if one.effect is not Effect.FIXED:
            yield "effect", "needs_order"
        if one.minimum is not None or one.is_first or not one.takes_all:
            yield "minimum", "needs_order"


def _find_in_effect(one: Earn) -> Iterator[tuple[str, str]]:
    if not 0 < one.points <= POINTS_MAX:
        yield "points", "amount"
    if not 0 < one.per <= POINTS_MAX:
        yield "per", "amount"
    if not UNIT.fullmatch(one.unit):
        yield "unit", "unknown"
    if one.effect is Effect.TIMES and one.points <= ONCE_BP:
        yield "points", "times"
    if one.effect is Effect.TIMES and not one.takes_all:
        yield "skus", "times_goods"
    needs = one.effect is Effect.MONEY or one.minimum is not None
    if (needs or one.currency) and not CURRENCY.fullmatch(one.currency):
        yield "currency", "currency"
    if one.with_shipping and not one.takes_all:
        yield "with_shipping", "whole_order"


def _find_in_times(one: Earn) -> Iterator[tuple[str, str]]:
    if one.from_day and one.to_day and one.from_day > one.to_day:
        yield "to_day", "before"
    if not set(one.weekdays) <= set(range(1, 8)):
        yield "weekdays", "unknown"
    minutes = (one.from_minute, one.to_minute)
    if (one.from_minute is None) is not (one.to_minute is None):
        yield "to_minute", "half"
    elif one.from_minute is not None and (
        one.from_minute == one.to_minute or not all(0 <= (told or 0) <= MINUTES_A_DAY for told in minutes)
    ):
        yield "to_minute", "unknown"


def _are_wrong(caps: Caps) -> bool:
    return any(not 0 <= told <= POINTS_MAX for told in caps.values())


def make_rows(content: Content, units: Mapping[str, int]) -> list[dict[str, Any]]:
    """The rules as the columns of their table; `units` are ids by code."""
    return [
        {
            **{field: getattr(one, field) for field in _PLAIN},
            **{field: getattr(one, field) or None for field in _LISTS},
            "number": one.id,
            "ordinal": ordinal,
            "unit_id": units[one.unit],
            "given": one.given or None,
            "takes_all": one.takes_all,
            "cap_points": list_caps(one.cap_points),
            "cap_uses": list_caps(one.cap_uses),
            "budget_points": _find_budget(one, content.worth),
        }
        for ordinal, one in enumerate(content.rules, 1)
    ]


_PLAIN: Final = (
    "trigger", "event", "effect", "points", "per", "currency", "before_discounts", "with_tax", "with_shipping", "rounding",
    "from_day", "to_day", "from_minute", "to_minute", "minimum", "is_first", "budget_uses", "grouping", "pending", "lives",
    "lives_to", "ends_on",
)  # fmt: skip
_LISTS: Final = (
    "weekdays", "stores", "channels", "segments", "tiers", "skus", "categories", "not_skus", "not_categories",
)  # fmt: skip


def list_caps(caps: Caps) -> list[int | None] | None:
    """In the order of the spans; None where there is none."""
    return [caps.get(span) for span in Span] if caps else None


def _find_budget(one: Earn, worth: Worth | None) -> int | None:
    """In points: money by what a point is worth, rounded down."""
    told = [one.budget_points]
    if one.budget_minor is not None and worth is not None:
        told.append(int(Decimal(one.budget_minor) * worth.points // worth.minor))
    return min((points for points in told if points is not None), default=None)
