"""What an automation is: when EVENT or day, for SEGMENT, after DELAY, unless EVENT, send TEMPLATE, at most once per what.

Frozen, read from JSON with the path of what is wrong, and written back the same.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from wafaa.kit.calendars import Calendar

NAMES_MAX: Final = 20
NAME_CHARS_MAX: Final = 200
DELAY_DAYS_MAX: Final = 3 * 366
PATIENCE_HOURS: Final = 72
PATIENCE_HOURS_MAX: Final = 31 * 24
# Longer before a birthday it is no greeting.
DAYS_BEFORE_MAX: Final = 60
CONTROL_BP: Final = 1_000
CONTROL_BP_MAX: Final = 5_000
_DAY_MINUTES: Final = 24 * 60


class Once(StrEnum):
    """At most one message per this, for each customer and automation."""

    EVENT = "event"
    ORDER = "order"
    CART = "cart"
    PRODUCT = "product"
    YEAR = "year"
    EVER = "ever"


# By which properties an event tells what it is about.
ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    Once.ORDER: ("order_id",),
    Once.CART: ("checkout_id", "cart_id"),
    Once.PRODUCT: ("product_id", "sku"),
    Once.EVENT: ("order_id", "checkout_id", "cart_id"),
}


class Yearly(StrEnum):
    """A day that comes every year."""

    BIRTHDAY = "birthday"
    PURCHASE = "purchase"  # the day of the first order


class Reach(StrEnum):
    """Whom an event wakes an automation for."""

    OWN = "own"  # whoever it happened to
    KIND = "kind"  # whoever bought goods of the category that it names


@dataclass(frozen=True, kw_only=True)
class OnEvent:
    """One of these events, with these properties (as text); nobody else's if `reach` is OWN."""

    names: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()
    reach: Reach = Reach.OWN

    def fits(self, name: str, properties: Mapping[str, Any]) -> bool:
        return name in self.names and all(_say(properties.get(key)) == value for key, value in self.where)


@dataclass(frozen=True, kw_only=True)
class OnDay:
    """A yearly day, or some days before it, at a minute of the customer's own clock."""

    day: Yearly
    calendar: Calendar = Calendar.GREGORIAN
    days_before: int = 0
    at: int = 9 * 60


@dataclass(frozen=True, kw_only=True)
class Delay:
    """`minutes` after the event; or `days` after its day, at the minute `at` of the customer's clock, and never before it."""

    minutes: int = 0
    days: int = 0
    at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Unless:
    """An event after which nothing is sent any more; with `same` only one about the same order, cart or product."""

    name: str
    same: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One version of an automation. `patience` is how long after its moment the message still makes sense."""

    trigger: OnEvent | OnDay
    template: uuid.UUID | None = None
    segment: uuid.UUID | None = None  # everybody
    delay: Delay = Delay()
    unless: tuple[Unless, ...] = ()
    once: Once = Once.EVENT
    patience_hours: int = PATIENCE_HOURS
    priority: int = 0
    channel: str = ""  # the usual one
    control_bp: int = CONTROL_BP

    @property
    def patience(self) -> timedelta:
        return timedelta(hours=self.patience_hours)

    @property
    def names(self) -> frozenset[str]:
        """The events that it has to hear."""
        begins = self.trigger.names if isinstance(self.trigger, OnEvent) else ()
        return frozenset(begins) | {one.name for one in self.unless}


class PlanBroken(Exception):
    """What is told is no plan; `path` says where."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why = path, why


def _say(value: Any) -> str:
    """A property as people write it in a condition."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def read_plan(told: Any) -> Plan:
    """Raises PlanBroken."""
    node = _Node(told, "")
    plan = Plan(
        trigger=_read_trigger(node.under("trigger")),
        template=node.uuid("template"),
        segment=node.uuid("segment"),
        delay=_read_delay(node.under("delay")),
        unless=tuple(
            Unless(name=one.text("name"), same=one.flag("same"))
            for one in node.each("unless", most=NAMES_MAX)
        ),
        once=Once(node.choice("once", Once, Once.EVENT)),
        patience_hours=node.number("patience_hours", 1, PATIENCE_HOURS_MAX, PATIENCE_HOURS),
        priority=node.number("priority", -100, 100, 0),
        channel=node.text("channel", ""),
        control_bp=node.number("control_bp", 0, CONTROL_BP_MAX, CONTROL_BP),
    )
    if isinstance(plan.trigger, OnDay) and plan.once is not Once.YEAR:
        raise PlanBroken("once", "year")
    if (
        isinstance(plan.trigger, OnEvent)
        and plan.trigger.reach is Reach.KIND
        and plan.once is not Once.PRODUCT
    ):
        raise PlanBroken("once", "product")
    if any(one.same for one in plan.unless) and plan.once not in ABOUT:
        raise PlanBroken("unless", "same")
    return plan


def _read_trigger(node: "_Node") -> OnEvent | OnDay:
    if "day" in node.told:
        return OnDay(
            day=Yearly(node.choice("day", Yearly)),
            calendar=Calendar(node.choice("calendar", Calendar, Calendar.GREGORIAN)),
            days_before=node.number("days_before", 0, DAYS_BEFORE_MAX, 0),
            at=node.number("at", 0, _DAY_MINUTES - 1, 9 * 60),
        )
    names = node.told.get("names")
    if not isinstance(names, list) or not 1 <= len(names) <= NAMES_MAX:
        raise PlanBroken(f"{node.path}.names", "list")
    where = node.told.get("where", {})
    if not isinstance(where, dict) or len(where) > NAMES_MAX:
        raise PlanBroken(f"{node.path}.where", "object")
    return OnEvent(
        names=tuple(_check_text(name, f"{node.path}.names") for name in names),
        where=tuple((str(key), _say(value)) for key, value in sorted(where.items())),
        reach=Reach(node.choice("reach", Reach, Reach.OWN)),
    )


def _read_delay(node: "_Node") -> Delay:
    if "at" not in node.told:
        return Delay(
            minutes=node.number("minutes", 0, DELAY_DAYS_MAX * _DAY_MINUTES, 0),
            days=0,
        )
    return Delay(
        days=node.number("days", 0, DELAY_DAYS_MAX, 0), at=node.number("at", 0, _DAY_MINUTES - 1, 9 * 60)
    )


def _check_text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > NAME_CHARS_MAX:
        raise PlanBroken(path, "text")
    return value.strip()


class _Node:
    """An object of the JSON, and where it stands."""

    def __init__(self, told: Any, path: str) -> None:
        if not isinstance(told, Mapping):
            raise PlanBroken(path, "object")
        self.told, self.path = told, path

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def under(self, key: str) -> "_Node":
        return _Node(self.told.get(key, {}), self._at(key))

    def each(self, key: str, *, most: int) -> "list[_Node]":
        told = self.told.get(key, [])
        if not isinstance(told, list) or len(told) > most:
            raise PlanBroken(self._at(key), "list")
        return [_Node(one, f"{self._at(key)}.{place}") for place, one in enumerate(told)]

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and not self.told.get(key):
            return default
        return _check_text(self.told.get(key), self._at(key))

    def flag(self, key: str) -> bool:
        return self.told.get(key, False) is True

    def number(self, key: str, least: int, most: int, default: int) -> int:
        value = self.told.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise PlanBroken(self._at(key), f"{least}-{most}")
        return value

    def choice(self, key: str, known: type[StrEnum], default: StrEnum | None = None) -> StrEnum:
        try:
            return known(self.told.get(key, default))
        except ValueError as error:
            raise PlanBroken(self._at(key), ", ".join(known)) from error

    def uuid(self, key: str) -> uuid.UUID | None:
        value = self.told.get(key)
        try:
            return uuid.UUID(str(value)) if value else None
        except ValueError as error:
            raise PlanBroken(self._at(key), "uuid") from error


def write_plan(plan: Plan) -> dict[str, Any]:
    """What read_plan reads again."""
    return {
        "trigger": _write_trigger(plan.trigger),
        "template": str(plan.template) if plan.template else None,
        "segment": str(plan.segment) if plan.segment else None,
        "delay": {"minutes": plan.delay.minutes}
        if plan.delay.at is None
        else {"days": plan.delay.days, "at": plan.delay.at},
        "unless": [{"name": one.name, "same": one.same} for one in plan.unless],
        "once": str(plan.once),
        "patience_hours": plan.patience_hours,
        "priority": plan.priority,
        "channel": plan.channel,
        "control_bp": plan.control_bp,
    }


def _write_trigger(trigger: OnEvent | OnDay) -> dict[str, Any]:
    if isinstance(trigger, OnDay):
        return {
            "day": str(trigger.day),
            "calendar": str(trigger.calendar),
            "days_before": trigger.days_before,
            "at": trigger.at,
        }
    return {"names": list(trigger.names), "where": dict(trigger.where), "reach": str(trigger.reach)}
