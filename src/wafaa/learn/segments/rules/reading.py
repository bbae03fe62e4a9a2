"""A definition's JSON: read with the place of what is wrong, written back as it was."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import isnan
from typing import Any, Final, NoReturn, TypeVar

from wafaa.kit.calendars import Calendar
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import (
    COUNT_MAX,
    YEARLY_DAYS_MAX,
    Between,
    Ever,
    Last,
    Next,
    Unit,
    Window,
)
from wafaa.science.rfm import GROUPS

E = TypeVar("E")
Readers = Mapping[str, Callable[[Mapping[str, Any], str], t.Condition]]
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Beyond this JSON numbers lose digits.
NUMBER_MAX: Final = 10**15


class DefinitionBroken(ValueError):
    """`path` is where, `reason` a word of REASONS, `facts` its values."""

    def __init__(self, path: str, reason: str, **facts: Any) -> None:
        super().__init__(f"{path}: {reason} {facts or ''}".strip())
        self.path, self.reason, self.facts = path, reason, facts


# What may be wrong with a place; errors.py has the words.
REASONS: Final = (
    "not_an_object",
    "not_one_key",
    "unknown_key",
    "missing",
    "unknown_value",
    "not_a_list",
    "not_a_text",
    "not_a_number",
    "not_a_day",
    "not_a_truth",
    "empty",
    "too_long",
    "too_many",
    "too_deep",
    "out_of_range",
    "no_range",
    "range_is_empty",
    "test_does_not_fit",
    "own_event",
)


def read_tree(told: Any, *, is_expanded: bool = False) -> t.Tree:
    """The tree that JSON tells. `is_expanded` reads back what this room wrote: there "listed" may stand, which nobody else may
    say, as it asks for a list past circles and dependents. Raises DefinitionBroken.
    """
    return _Reader(_EXPANDED if is_expanded else _CONDITIONS).read(told, "", 0)


def _fail(path: str, reason: str, **facts: Any) -> NoReturn:
    raise DefinitionBroken(path or "$", reason, **facts)


def _under(path: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


class _Reader:
    """Counts the conditions of one tree."""

    def __init__(self, readers: Readers) -> None:
        self.readers, self.conditions = readers, 0

    def read(self, told: Any, path: str, depth: int) -> t.Tree:
        if depth > t.DEPTH_MAX:
            _fail(path, "too_deep", limit=t.DEPTH_MAX)
        node = _read_object(told, path)
        if len(node) != 1:
            _fail(path, "not_one_key", found=", ".join(sorted(node)))
        ((kind, inner),) = node.items()
        path = _under(path, kind)
        if kind in {"all", "any"}:
            if not isinstance(inner, list):
                _fail(path, "not_a_list")
            parts = tuple(self.read(part, _under(path, place), depth + 1) for place, part in enumerate(inner))
            return t.All(parts) if kind == "all" else t.Some(parts)
        if kind == "not":
            return t.Not(self.read(inner, path, depth + 1))
        if kind not in self.readers:
            _fail(path, "unknown_key", known=", ".join(["all", "any", "not", *self.readers]))
        self.conditions += 1
        if self.conditions > t.CONDITIONS_MAX:
            _fail(path, "too_many", limit=t.CONDITIONS_MAX)
        return self.readers[kind](_read_object(inner, path), path)


def _read_object(told: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        _fail(path, "not_an_object")
    return told


def _close(node: Mapping[str, Any], path: str, *known: str) -> None:
    """Nothing else stands there."""
    for key in node:
        if key not in known:
            _fail(_under(path, key), "unknown_key", known=", ".join(known))


def _need(node: Mapping[str, Any], path: str, key: str) -> Any:
    if key not in node:
        _fail(_under(path, key), "missing")
    return node[key]


def _read_text(told: Any, path: str) -> str:
    if not isinstance(told, str) or "\x00" in told:
        _fail(path, "not_a_text")
    if not told:
        _fail(path, "empty")
    if len(told) > t.TEXT_MAX:
        _fail(path, "too_long", limit=t.TEXT_MAX)
    return told


def _read_number(told: Any, path: str) -> t.Number:
    if isinstance(told, bool) or not isinstance(told, int | float) or isnan(told):
        _fail(path, "not_a_number")
    if abs(told) > NUMBER_MAX:
        _fail(path, "out_of_range", low=-NUMBER_MAX, high=NUMBER_MAX)
    return told


def _read_whole(told: Any, path: str, low: int, high: int) -> int:
    if isinstance(told, bool) or not isinstance(told, int):
        _fail(path, "not_a_number")
    if not low <= told <= high:
        _fail(path, "out_of_range", low=low, high=high)
    return told


def _read_truth(told: Any, path: str) -> bool:
    if not isinstance(told, bool):
        _fail(path, "not_a_truth")
    return told


def _read_day(told: Any, path: str) -> date | None:
    try:
        return date.fromisoformat(told) if told is not None else None
    except (TypeError, ValueError):
        _fail(path, "not_a_day")


def _read_list(told: Any, path: str, read: Callable[[Any, str], E]) -> tuple[E, ...]:
    if not isinstance(told, list):
        _fail(path, "not_a_list")
    if not told:
        _fail(path, "empty")
    if len(told) > t.VALUES_MAX:
        _fail(path, "too_many", limit=t.VALUES_MAX)
    return tuple(read(one, _under(path, place)) for place, one in enumerate(told))


def _choose(kinds: Sequence[str] | type[Any]) -> Callable[[Any, str], Any]:
    known = [str(one) for one in kinds]

    def read(told: Any, path: str) -> Any:
        if told not in known:
            _fail(path, "unknown_value", known=", ".join(known))
        return kinds(told) if isinstance(kinds, type) else told

    return read


def _read_id(told: Any, path: str) -> int:
    return _read_whole(told, path, 1, 2**62)


def _read_uuid(told: Any, path: str) -> uuid.UUID:
    try:
        return uuid.UUID(told)
    except (TypeError, ValueError, AttributeError):
        _fail(path, "unknown_value", known="uuid")


def _read_range(node: Mapping[str, Any], path: str, *, whole: bool = False) -> t.Range:
    ends: list[t.Number | None] = []
    for key in ("min", "max"):
        told, place = node.get(key), _under(path, key)
        if told is None:
            ends.append(None)
        else:
            ends.append(_read_whole(told, place, 0, NUMBER_MAX) if whole else _read_number(told, place))
    low, high = ends
    if low is None and high is None:
        _fail(path, "no_range")
    if low is not None and high is not None and low > high:
        _fail(path, "range_is_empty")
    return t.Range(low, high)


def read_window(told: Any, path: str) -> Window | Next:
    node = _read_object(told, path)
    for key, kind in (("last", Last), ("next", Next)):
        if key in node:
            _close(node, path, key, "unit")
            unit = _choose(Unit)(_need(node, path, "unit"), _under(path, "unit"))
            return kind(_read_whole(node[key], _under(path, key), 1, COUNT_MAX[unit]), unit)
    _close(node, path, "from", "to")
    first, last = (_read_day(node.get(key), _under(path, key)) for key in ("from", "to"))
    if first is None and last is None:
        _fail(path, "no_range")
    if first and last and first > last:
        _fail(path, "range_is_empty")
    return Between(first, last)


def _read_past(node: Mapping[str, Any], path: str) -> Window:
    """The window of things that happened; ever where none is told."""
    if "window" not in node:
        return Ever()
    window = read_window(node["window"], _under(path, "window"))
    if isinstance(window, Next):
        _fail(_under(path, "window"), "test_does_not_fit")
    return window


def _read_yearly(told: Any, path: str) -> t.Yearly:
    node = _read_object(told, path)
    _close(node, path, "from", "to", "calendar")
    calendar = _choose(Calendar)(node.get("calendar", Calendar.GREGORIAN), _under(path, "calendar"))
    first, last = (
        _read_whole(_need(node, path, key), _under(path, key), 0, YEARLY_DAYS_MAX) for key in ("from", "to")
    )
    if first > last:
        _fail(path, "range_is_empty")
    return t.Yearly(first, last, calendar)


_TESTS: Final[Mapping[str, Callable[[Any, str], t.Test]]] = {
    "one_of": lambda told, path: t.OneOf(_read_list(told, path, _read_text)),
    "contains": lambda told, path: t.Contains(_read_text(told, path)),
    "begins": lambda told, path: t.Begins(_read_text(told, path)),
    "known": lambda told, path: t.Known(_read_truth(told, path)),
    "yes": lambda told, path: t.IsYes(_read_truth(told, path)),
    "in": lambda told, path: t.Within(read_window(told, path)),
    "yearly": _read_yearly,
}
_OF_TEXT: Final = ("one_of", "contains", "begins", "known")
_OF_IDS: Final = ("one_of", "known")
_OF_PROPERTY: Final = (*_OF_TEXT, "yes", "range")
_OF_OWN: Final = (*_OF_PROPERTY, "in", "yearly")
_FITTING: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(t.TEXT_FIELDS, _OF_TEXT),
    "owner": _OF_IDS,
    "tags": _OF_IDS,
    "age": ("range",),
    "birth_date": ("known", "yearly", "in"),
    "created_at": ("in",),
}


def _read_test(node: Mapping[str, Any], path: str, fitting: Sequence[str], named: str) -> t.Test:
    """The one test that stands beside the name of what is tested."""
    told = [key for key in node if key != named]
    if set(told) <= {"min", "max"} and told:
        if "range" not in fitting:
            _fail(path, "test_does_not_fit")
        return _read_range(node, path)
    if len(told) != 1:
        _fail(path, "not_one_key", found=", ".join(told))
    (key,) = told
    if key not in _TESTS:
        _fail(_under(path, key), "unknown_key", known=", ".join([*_TESTS, "min", "max"]))
    if key not in fitting:
        _fail(_under(path, key), "test_does_not_fit")
    return _TESTS[key](node[key], _under(path, key))


def _read_profile(node: Mapping[str, Any], path: str) -> t.Profile:
    field = _read_text(_need(node, path, "field"), _under(path, "field"))
    is_own = field.startswith(t.OWN) and len(field) > len(t.OWN)
    if not is_own and field not in _FITTING:
        _fail(_under(path, "field"), "unknown_value", known=", ".join([*t.FIELDS, f"{t.OWN}…"]))
    if field in {"owner", "tags"} and "one_of" in node:
        _close(node, path, "field", "one_of")
        return t.Profile(field, t.OneOf(_read_list(node["one_of"], _under(path, "one_of"), _read_id)))
    test = _read_test(node, path, _OF_OWN if is_own else _FITTING[field], "field")
    if isinstance(test, t.Within):
        _check_window(test.window, path, is_day=field != "created_at")
    return t.Profile(field, test)


def _check_window(window: Any, path: str, *, is_day: bool) -> None:
    """Days have no hours, and months of different lengths; what was, is not to come."""
    unit = getattr(window, "unit", Unit.DAYS)
    if (is_day and unit not in {Unit.DAYS, Unit.WEEKS}) or (not is_day and isinstance(window, Next)):
        _fail(_under(path, "in"), "test_does_not_fit")


def _read_where(told: Any, path: str) -> t.Where:
    node = _read_object(told, path)
    lists = ("stores", "channels", "products", "categories")
    _close(node, path, *lists, "currency")
    currency = node.get("currency", "")
    if currency and not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        _fail(_under(path, "currency"), "unknown_value", known="ISO 4217")
    given = {key: _read_list(node[key], _under(path, key), _read_text) for key in lists if key in node}
    return t.Where(**given, currency=currency)


def _read_orders(node: Mapping[str, Any], path: str) -> t.Orders:
    _close(node, path, "measure", "where", "window", "min", "max")
    measure = _choose(t.Measure)(_need(node, path, "measure"), _under(path, "measure"))
    where = _read_where(node["where"], _under(path, "where")) if "where" in node else t.Where()
    window = _read_past(node, path)
    return t.Orders(measure, where, window, _read_measured(node, path, measure))


def _read_measured(node: Mapping[str, Any], path: str, measure: t.Measure) -> t.Range:
    if measure in {t.Measure.FIRST, t.Measure.LAST}:
        _close(node, path, "name", "measure", "where", "window")
        return t.Range()
    return _read_range(node, path, whole=True)


def _read_events(node: Mapping[str, Any], path: str) -> t.Events:
    _close(node, path, "name", "measure", "where", "window", "min", "max")
    name = _read_text(_need(node, path, "name"), _under(path, "name"))
    if name in t.OWN_EVENTS:
        _fail(_under(path, "name"), "own_event")
    known = [t.Measure.COUNT, t.Measure.FIRST, t.Measure.LAST]
    measure = t.Measure(_choose(known)(_need(node, path, "measure"), _under(path, "measure")))
    where = _read_list(node["where"], _under(path, "where"), _read_property) if "where" in node else ()
    return t.Events(name, measure, where, _read_past(node, path), _read_measured(node, path, measure))


def _read_property(told: Any, path: str) -> t.Property:
    node = _read_object(told, path)
    name = _read_text(_need(node, path, "property"), _under(path, "property"))
    return t.Property(name, _read_test(node, path, _OF_PROPERTY, "property"))


def _read_consent(node: Mapping[str, Any], path: str) -> t.Consent:
    _close(node, path, "channel", "purpose", "is")
    channel, purpose = (_read_word(node, path, key) for key in ("channel", "purpose"))
    return t.Consent(channel, purpose, _choose(t.ConsentIs)(_need(node, path, "is"), _under(path, "is")))


def _read_word(node: Mapping[str, Any], path: str, key: str) -> str:
    word = _read_text(_need(node, path, key), _under(path, key))
    if not _WORD.fullmatch(word):
        _fail(_under(path, key), "unknown_value", known="a-z, 0-9, _")
    return word


def _read_rfm(node: Mapping[str, Any], path: str) -> t.Rfm:
    _close(node, path, "groups")
    return t.Rfm(_read_list(_need(node, path, "groups"), _under(path, "groups"), _choose(GROUPS)))


def _read_pareto(node: Mapping[str, Any], path: str) -> t.Pareto:
    _close(node, path, "classes")
    told = _need(node, path, "classes")
    return t.Pareto(_read_list(told, _under(path, "classes"), _choose(t.ParetoClass)))


def _read_store(node: Mapping[str, Any], path: str) -> t.AtStore:
    _close(node, path, "did", "stores", "window", "min", "max")
    did = _choose(t.Did)(_need(node, path, "did"), _under(path, "did"))
    stores = _read_list(_need(node, path, "stores"), _under(path, "stores"), _read_text)
    return t.AtStore(did, stores, _read_past(node, path), _read_range(node, path, whole=True))


def _read_segment(node: Mapping[str, Any], path: str) -> t.InSegment:
    _close(node, path, "uuid", "in")
    found = _read_uuid(_need(node, path, "uuid"), _under(path, "uuid"))
    return t.InSegment(found, _read_truth(_need(node, path, "in"), _under(path, "in")))


def _read_listed(node: Mapping[str, Any], path: str) -> t.Listed:
    """Written by this room itself, where it keeps an expanded tree."""
    _close(node, path, "uuid")
    return t.Listed(_read_uuid(_need(node, path, "uuid"), _under(path, "uuid")))


_CONDITIONS: Final[Readers] = {
    "profile": _read_profile,
    "orders": _read_orders,
    "events": _read_events,
    "consent": _read_consent,
    "rfm": _read_rfm,
    "pareto": _read_pareto,
    "store": _read_store,
    "segment": _read_segment,
}
_EXPANDED: Final[Readers] = {**_CONDITIONS, "listed": _read_listed}
