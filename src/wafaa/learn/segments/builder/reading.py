"""A row of the form as a condition, or what is wrong with each of its fields."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from wafaa.kit.calendars import Calendar
from wafaa.kit.money import to_minor
from wafaa.kit.text import latin_digits, without_marks
from wafaa.learn.segments.builder.rows import Row
from wafaa.learn.segments.errors import SegmentUnreadable
from wafaa.learn.segments.rules import DefinitionBroken, read_tree, write_tree
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import COUNT_MAX, Between, DayWindow, Ever, Last, Next, Unit, Window

# Of an event, so many properties can be asked for in a form.
PROPERTIES_MAX: Final = 5


class RowWrong(ValueError):
    """`errors`: the field's name and what is wrong; "" is the whole row."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = dict(errors)


def read_row(row: Row, currency: str) -> t.Tree:
    """Raises RowWrong."""
    condition = _read(row, currency)
    try:
        read_tree(write_tree(condition))
    except DefinitionBroken as broken:
        raise RowWrong({"": str(SegmentUnreadable.of(broken).facts["problem"])}) from broken
    return t.Not(condition) if row.is_not else condition


def _read(row: Row, currency: str) -> t.Condition:
    family, _dot, rest = row.what.partition(".")
    if family not in _READERS:
        raise RowWrong({"what": _("Choose what this condition is about.")})
    return _READERS[family](row, rest, currency)


def _read_orders(row: Row, measure: str, currency: str) -> t.Condition:
    chosen = row.get("currency")
    where = t.Where(
        stores=tuple(row.list("stores")),
        channels=tuple(row.list("channels")),
        products=tuple(row.list("products")),
        categories=tuple(row.list("categories")),
        currency=chosen,
    )
    asked = t.Measure(measure)
    if asked in {t.Measure.FIRST, t.Measure.LAST}:
        return t.Orders(asked, where, read_window(row))
    is_money = asked in {t.Measure.SUM, t.Measure.AVERAGE}
    wanted = read_range(row, money=(chosen or currency) if is_money else None)
    return t.Orders(asked, where, read_window(row), wanted)


def _read_event(row: Row, measure: str, _currency: str) -> t.Condition:
    name = row.get("name")
    if not name:
        raise RowWrong({"name": _("Name the event.")})
    if name in t.OWN_EVENTS:
        raise RowWrong({"name": _("Ask for the segment itself, not for who entered or left it.")})
    where = tuple(_read_properties(row))
    asked = t.Measure(measure)
    if asked == t.Measure.COUNT:
        return t.Events(name, asked, where, read_window(row), read_range(row))
    return t.Events(name, asked, where, read_window(row))


def _read_properties(row: Row) -> list[t.Property]:
    found = []
    for place in range(PROPERTIES_MAX):
        name = row.get(f"p{place}-name")
        if name:
            found.append(t.Property(name, _read_property(row, f"p{place}")))
    return found


def _read_property(row: Row, prefix: str) -> t.Test:
    test, field = row.get(f"{prefix}-test", "one_of"), f"{prefix}-value"
    text = row.get(field)
    match test:
        case "known" | "unknown":
            return t.Known(test == "known")
        case "yes" | "no":
            return t.IsYes(test == "yes")
    if not text:
        raise RowWrong({field: _("Say which value.")})
    match test:
        case "contains":
            return t.Contains(text)
        case "begins":
            return t.Begins(text)
        case "least":
            return t.Range(_as_number(_read_decimal(text, field)), None)
        case "most":
            return t.Range(None, _as_number(_read_decimal(text, field)))
        case "between" | "exactly":
            low = _as_number(_read_decimal(text, field))
            high = row.get(f"{prefix}-high")
            return t.Range(low, _as_number(_read_decimal(high, f"{prefix}-high")) if high else low)
    return t.OneOf(tuple(split_values([text])))


def _read_store(row: Row, did: str, _currency: str) -> t.Condition:
    stores = tuple(row.list("stores"))
    if not stores:
        raise RowWrong({"stores": _("Choose at least one store.")})
    return t.AtStore(t.Did(did), stores, read_window(row), read_range(row))


def _read_profile(row: Row, field: str, _currency: str) -> t.Condition:
    test = row.get("test")
    match test:
        case "known" | "unknown":
            return t.Profile(field, t.Known(test == "known"))
        case "yes" | "no":
            return t.Profile(field, t.IsYes(test == "yes"))
        case "least" | "most" | "between" | "exactly":
            return t.Profile(field, read_range(row, is_whole=field == "age"))
        case "in":
            return t.Profile(field, t.Within(_read_day_window(row)))
        case "yearly":
            first, last = read_whole(row, "first_day"), read_whole(row, "last_day")
            if first > last:
                raise RowWrong({"last_day": _("The end lies before the beginning.")})
            is_hijri = row.get("calendar") == Calendar.HIJRI
            return t.Profile(field, t.Yearly(first, last, Calendar.HIJRI if is_hijri else Calendar.GREGORIAN))
        case "contains" | "begins":
            text = row.get("text")
            if not text:
                raise RowWrong({"text": _("Say which text.")})
            return t.Profile(field, t.Contains(text) if test == "contains" else t.Begins(text))
    return t.Profile(field, t.OneOf(_read_values(row, field)))


def _read_values(row: Row, field: str) -> tuple[str, ...] | tuple[int, ...]:
    given = row.list("values")
    if field in {"tags", "owner"}:
        ids = tuple(int(one) for one in given if one.isdecimal())
        if not ids:
            raise RowWrong({"values": _("Choose at least one.")})
        return ids
    values = tuple(given if field.startswith(t.OWN) else split_values(given))
    if not values:
        raise RowWrong({"values": _("Say at least one value.")})
    return values


def split_values(given: list[str]) -> list[str]:
    """Several may be typed into one field, with commas of either script or line ends between."""
    texts = (part.strip() for one in given for part in one.replace("،", ",").replace("\n", ",").split(","))
    return list(dict.fromkeys(text for text in texts if text))


def _read_consent(row: Row, _rest: str, _currency: str) -> t.Condition:
    stands = row.get("stands", str(t.ConsentIs.ALLOWED))
    known = {str(one) for one in t.ConsentIs}
    channel, purpose = row.get("channel", "email"), row.get("purpose", "marketing")
    return t.Consent(channel, purpose, t.ConsentIs(stands if stands in known else t.ConsentIs.ALLOWED))


def _read_rfm(row: Row, _rest: str, _currency: str) -> t.Condition:
    if not row.list("groups"):
        raise RowWrong({"groups": _("Choose at least one.")})
    return t.Rfm(tuple(row.list("groups")))


def _read_pareto(row: Row, _rest: str, _currency: str) -> t.Condition:
    classes = tuple(t.ParetoClass(one) for one in row.list("classes") if one in set(t.ParetoClass))
    if not classes:
        raise RowWrong({"classes": _("Choose at least one.")})
    return t.Pareto(classes)


def _read_segment(row: Row, _rest: str, _currency: str) -> t.Condition:
    try:
        return t.InSegment(UUID(row.get("segment")), row.get("test", "in") == "in")
    except ValueError as error:
        raise RowWrong({"segment": _("Choose a segment.")}) from error


_READERS: Final[Mapping[str, Callable[[Row, str, str], t.Condition]]] = {
    "orders": _read_orders,
    "event": _read_event,
    "store": _read_store,
    "profile": _read_profile,
    "consent": _read_consent,
    "rfm": _read_rfm,
    "pareto": _read_pareto,
    "segment": _read_segment,
}


def read_range(row: Row, *, money: str | None = None, is_whole: bool = True) -> t.Range:
    """`money` is the currency of amounts, which stand in whole units in the form. Raises RowWrong."""

    def read(name: str) -> t.Number:
        if money is not None:
            return to_minor(_read_decimal(row.get(name), name), money)
        value = _read_decimal(row.get(name), name)
        if is_whole and (value < 0 or value != value.to_integral_value()):
            raise RowWrong({name: _("A whole number is needed, 0 or more.")})
        return _as_number(value)

    match row.get("test", "least"):
        case "never":
            return t.Range(None, 0)
        case "most":
            return t.Range(None, read("high"))
        case "exactly":
            return t.Range(read("low"), read("low"))
        case "between":
            low, high = read("low"), read("high")
            if low > high:
                raise RowWrong({"high": _("The end lies before the beginning.")})
            return t.Range(low, high)
    return t.Range(read("low"), None)


def _as_number(value: Decimal) -> t.Number:
    return int(value) if value == value.to_integral_value() else float(value)


def _read_decimal(text: str, name: str) -> Decimal:
    """In digits of either shape, with or without thousands separators."""
    told = latin_digits(without_marks(text)).replace(",", "").replace(" ", "")
    try:
        value = Decimal(told)
    except InvalidOperation as error:
        raise RowWrong({name: _("A number is needed.")}) from error
    if not value.is_finite() or abs(value) > 10**12:
        raise RowWrong({name: _("A number is needed.")})
    return value


def read_whole(row: Row, name: str) -> int:
    value = _read_decimal(row.get(name, "0"), name)
    if value < 0 or value != value.to_integral_value():
        raise RowWrong({name: _("A whole number is needed, 0 or more.")})
    return int(value)


def _read_unit(row: Row) -> tuple[int, Unit]:
    unit = row.get("unit", str(Unit.DAYS))
    chosen = Unit(unit if unit in set(Unit) else Unit.DAYS)
    count = read_whole(row, "count")
    if not 1 <= count <= COUNT_MAX[chosen]:
        limit = {"max": COUNT_MAX[chosen]}
        raise RowWrong({"count": _("A number from 1 to %(max)s is needed.") % limit})
    return count, chosen


def read_window(row: Row) -> Window:
    """Raises RowWrong."""
    match row.get("when", "ever"):
        case "last":
            return Last(*_read_unit(row))
        case "between":
            return _read_between(row)
    return Ever()


def _read_day_window(row: Row) -> Window | DayWindow:
    match row.get("when", "last"):
        case "next":
            return Next(*_read_unit(row))
        case "between":
            return _read_between(row)
    return Last(*_read_unit(row))


def _read_between(row: Row) -> Between:
    first, last = _read_day(row, "from"), _read_day(row, "to")
    if first is None and last is None:
        raise RowWrong({"from": _("Choose at least one of the two days.")})
    if first and last and first > last:
        raise RowWrong({"to": _("The end lies before the beginning.")})
    return Between(first, last)


def _read_day(row: Row, name: str) -> date | None:
    text = latin_digits(row.get(name))
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RowWrong({name: _("A day such as 2026-03-15 is needed.")}) from error
