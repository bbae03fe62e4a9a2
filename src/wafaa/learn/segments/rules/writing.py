"""A definition as JSON: what reading.read_tree reads as the same tree."""

from typing import Any

from wafaa.kit.calendars import Calendar
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import Between, DayWindow, Ever, Last, Next, Window


def write_tree(tree: t.Tree) -> dict[str, Any]:
    match tree:
        case t.All(parts):
            return {"all": [write_tree(part) for part in parts]}
        case t.Some(parts):
            return {"any": [write_tree(part) for part in parts]}
        case t.Not(part):
            return {"not": write_tree(part)}
        case t.Profile(field, test):
            return {"profile": {"field": field, **_write_test(test)}}
        case t.Orders():
            return {"orders": _write_orders(tree)}
        case t.Events():
            return {"events": _write_events(tree)}
        case t.AtStore():
            return {"store": _write_store(tree)}
    return _write_membership(tree)


def _write_membership(tree: t.Tree) -> dict[str, Any]:
    match tree:
        case t.Consent(channel, purpose, stands):
            return {"consent": {"channel": channel, "purpose": purpose, "is": str(stands)}}
        case t.Rfm(groups):
            return {"rfm": {"groups": list(groups)}}
        case t.Pareto(classes):
            return {"pareto": {"classes": [str(one) for one in classes]}}
        case t.InSegment(uuid, is_in):
            return {"segment": {"uuid": str(uuid), "in": is_in}}
        case t.Listed(uuid):
            return {"listed": {"uuid": str(uuid)}}
    raise AssertionError(tree)


def _write_test(test: t.Test) -> dict[str, Any]:
    match test:
        case t.OneOf(values):
            return {"one_of": list(values)}
        case t.Contains(text):
            return {"contains": text}
        case t.Begins(text):
            return {"begins": text}
        case t.Known(is_known):
            return {"known": is_known}
        case t.IsYes(is_yes):
            return {"yes": is_yes}
        case t.Range():
            return _write_range(test)
        case t.Within(window):
            return {"in": write_window(window)}
        case t.Yearly(first, last, calendar):
            other = {} if calendar is Calendar.GREGORIAN else {"calendar": str(calendar)}
            return {"yearly": {"from": first, "to": last, **other}}


def _write_range(told: t.Range) -> dict[str, Any]:
    ends = {"min": told.low, "max": told.high}
    return {key: end for key, end in ends.items() if end is not None}


def write_window(window: Window | DayWindow) -> dict[str, Any]:
    match window:
        case Last(count, unit):
            return {"last": count, "unit": str(unit)}
        case Next(count, unit):
            return {"next": count, "unit": str(unit)}
        case Between(first, last):
            ends = {"from": first, "to": last}
            return {key: day.isoformat() for key, day in ends.items() if day}
    return {}


def _write_past(window: Window) -> dict[str, Any]:
    return {} if isinstance(window, Ever) else {"window": write_window(window)}


def _write_orders(tree: t.Orders) -> dict[str, Any]:
    where: dict[str, Any] = {
        key: list(given)
        for key in ("stores", "channels", "products", "categories")
        if (given := getattr(tree.where, key))
    }
    if tree.where.currency:
        where["currency"] = tree.where.currency
    return {
        "measure": str(tree.measure),
        **({"where": where} if where else {}),
        **_write_past(tree.window),
        **_write_range(tree.range),
    }


def _write_events(tree: t.Events) -> dict[str, Any]:
    where = [{"property": one.name, **_write_test(one.test)} for one in tree.where]
    return {
        "name": tree.name,
        "measure": str(tree.measure),
        **({"where": where} if where else {}),
        **_write_past(tree.window),
        **_write_range(tree.range),
    }


def _write_store(tree: t.AtStore) -> dict[str, Any]:
    return {
        "did": str(tree.did),
        "stores": list(tree.stores),
        **_write_past(tree.window),
        **_write_range(tree.range),
    }
