"""A condition as a row of the form."""

from decimal import Decimal
from typing import Any

from wafaa.kit.money import from_minor
from wafaa.learn.segments.builder.rows import make_values
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import Between, DayWindow, Ever, Last, Next, Window

Told = tuple[str, dict[str, list[str]]]


def write_condition(condition: t.Condition, currency: str) -> Told:
    """What the row is about, and its values."""
    match condition:
        case t.Profile(field, test):
            return f"profile.{field}", make_values(**write_test(test))
        case t.Orders():
            return f"orders.{condition.measure}", make_values(
                **_write_measured(condition.range, condition.measure, condition.where.currency or currency),
                **_write_window(condition.window),
                stores=condition.where.stores,
                channels=condition.where.channels,
                products=condition.where.products,
                categories=condition.where.categories,
                currency=condition.where.currency or None,
            )
        case t.Events(name, measure, where):
            return f"event.{measure}", make_values(
                name=name,
                **_write_measured(condition.range, measure),
                **_write_window(condition.window),
                **_write_properties(where),
            )
        case t.AtStore(did, stores):
            return f"store.{did}", make_values(
                stores=stores,
                **_write_measured(condition.range, t.Measure.COUNT),
                **_write_window(condition.window),
            )
    return _write_membership(condition)


def _write_membership(condition: t.Condition) -> Told:
    match condition:
        case t.Consent(channel, purpose, stands):
            return "consent", make_values(channel=channel, purpose=purpose, stands=str(stands))
        case t.Rfm(groups):
            return "rfm", make_values(groups=groups)
        case t.Pareto(classes):
            return "pareto", make_values(classes=classes)
        case t.InSegment(uuid, is_in):
            return "segment", make_values(segment=str(uuid), test="in" if is_in else "out")
    raise ValueError(condition)  # a Listed is written by this room only, and never by people


def write_test(test: t.Test) -> dict[str, Any]:
    match test:
        case t.OneOf(values):
            return {"test": "one_of", "values": values}
        case t.Contains(text):
            return {"test": "contains", "text": text}
        case t.Begins(text):
            return {"test": "begins", "text": text}
        case t.Known(is_known):
            return {"test": "known" if is_known else "unknown"}
        case t.IsYes(is_yes):
            return {"test": "yes" if is_yes else "no"}
        case t.Range():
            return _write_range(test)
        case t.Within(window):
            return {"test": "in", **_write_window(window)}
        case t.Yearly(first, last, calendar):
            return {"test": "yearly", "first_day": first, "last_day": last, "calendar": str(calendar)}


def _write_measured(told: t.Range, measure: t.Measure, currency: str = "") -> dict[str, Any]:
    """Of what happened: only there "not at all" is offered."""
    match measure:
        case t.Measure.FIRST | t.Measure.LAST:
            return {}
        case t.Measure.COUNT:
            return {"test": "never"} if told.high == 0 else _write_range(told)
    return _write_range(told, currency)


def _write_range(told: t.Range, currency: str | None = None) -> dict[str, Any]:
    """Of amounts with their currency."""

    def say(end: t.Number | None) -> str | None:
        if end is None:
            return None
        value = Decimal(str(end)) if currency is None else from_minor(round(end), currency).normalize()
        return f"{value:f}"

    low, high = told.low, told.high
    if low is not None and low == high:
        return {"test": "exactly", "low": say(low)}
    test = "between" if low is not None and high is not None else "least" if low is not None else "most"
    return {"test": test, "low": say(low), "high": say(high)}


def _write_window(window: Window | DayWindow) -> dict[str, Any]:
    match window:
        case Ever():
            return {"when": "ever"}
        case Last(count, unit):
            return {"when": "last", "count": count, "unit": str(unit)}
        case Next(count, unit):
            return {"when": "next", "count": count, "unit": str(unit)}
        case Between(first, last):
            return {
                "when": "between",
                "from": first.isoformat() if first else None,
                "to": last.isoformat() if last else None,
            }


def _write_properties(where: tuple[t.Property, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, one in enumerate(where):
        told = write_test(one.test)
        texts = told.get("values") or [told.get("text") or told.get("low") or told.get("high") or ""]
        values |= {
            f"p{place}-name": one.name,
            f"p{place}-test": told["test"],
            f"p{place}-value": ", ".join(str(text) for text in texts),
            f"p{place}-high": told.get("high"),
        }
    return values
