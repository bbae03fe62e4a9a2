"""Which fields a row has, after what it is about and what was chosen so far."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.kit.calendars import Calendar
from wafaa.know.customers.rules import Kind
from wafaa.learn.segments.builder.rows import Row
from wafaa.learn.segments.offers import CLASS_LABELS, Choice, Offers, name_group
from wafaa.learn.segments.rules import tree as t
from wafaa.science.rfm import GROUPS

Words = Mapping[str, Promise]

KIND_WORDS: Final[Words] = {
    "orders.count": pgettext_lazy("condition", "ordered"),
    "orders.sum": pgettext_lazy("condition", "spent"),
    "orders.average": pgettext_lazy("condition", "spend per order, on average"),
    "orders.first": pgettext_lazy("condition", "ordered for the first time"),
    "orders.last": pgettext_lazy("condition", "ordered for the last time"),
    "store.ordered": pgettext_lazy("condition", "ordered at a store"),
    "store.visited": pgettext_lazy("condition", "entered a store"),
    "event.count": pgettext_lazy("condition", "did, or met with"),
    "event.first": pgettext_lazy("condition", "did for the first time"),
    "event.last": pgettext_lazy("condition", "did for the last time"),
    "rfm": pgettext_lazy("condition", "are in the group"),
    "pareto": pgettext_lazy("condition", "are of the class"),
    "segment": pgettext_lazy("condition", "are in another segment"),
    "consent": pgettext_lazy("condition", "allowed us"),
    "profile.city": pgettext_lazy("condition", "city"),
    "profile.country": pgettext_lazy("condition", "country"),
    "profile.language": pgettext_lazy("condition", "language"),
    "profile.age": pgettext_lazy("condition", "age"),
    "profile.birth_date": pgettext_lazy("condition", "birthday"),
    "profile.tags": pgettext_lazy("condition", "tags"),
    "profile.owner": pgettext_lazy("condition", "who is responsible"),
    "profile.created_at": pgettext_lazy("condition", "known to us"),
    "profile.name": pgettext_lazy("condition", "name"),
    "profile.email": pgettext_lazy("condition", "e-mail"),
    "profile.phone": pgettext_lazy("condition", "phone"),
    "profile.external_id": pgettext_lazy("condition", "customer number"),
}
_COUNTED: Final[Words] = {
    "least": gettext_lazy("at least"),
    "most": gettext_lazy("at most"),
    "exactly": gettext_lazy("exactly"),
    "between": gettext_lazy("between"),
    "never": gettext_lazy("not at all"),
}
_NUMBERED: Final[Words] = {key: word for key, word in _COUNTED.items() if key != "never"}
_TEXTS: Final[Words] = {
    "one_of": gettext_lazy("is one of"),
    "contains": gettext_lazy("contains"),
    "begins": gettext_lazy("begins with"),
    "known": gettext_lazy("is known"),
    "unknown": gettext_lazy("is not known"),
}
_CHOSEN: Final[Words] = {key: _TEXTS[key] for key in ("one_of", "known", "unknown")}
_DAYS: Final[Words] = {
    "yearly": gettext_lazy("comes round"),
    "in": gettext_lazy("lies"),
    "known": _TEXTS["known"],
    "unknown": _TEXTS["unknown"],
}
_CALENDARS: Final[Words] = {
    str(Calendar.GREGORIAN): gettext_lazy("by the Gregorian calendar"),
    str(Calendar.HIJRI): gettext_lazy("by the Hijri calendar"),
}
_YES_NO: Final[Words] = {
    "yes": gettext_lazy("is yes"),
    "no": gettext_lazy("is no"),
    "known": _TEXTS["known"],
    "unknown": _TEXTS["unknown"],
}
_WHEN: Final[Words] = {
    "ever": gettext_lazy("at any time"),
    "last": gettext_lazy("in the last"),
    "between": gettext_lazy("between the days"),
}
_DAY_WHEN: Final[Words] = {
    "last": gettext_lazy("in the last"),
    "next": gettext_lazy("in the next"),
    "between": gettext_lazy("between the days"),
}
_UNITS: Final[Words] = {
    "days": pgettext_lazy("unit", "days"),
    "weeks": pgettext_lazy("unit", "weeks"),
    "months": pgettext_lazy("unit", "months"),
    "hours": pgettext_lazy("unit", "hours"),
}
_STANDS: Final[Words] = {
    "allowed": gettext_lazy("may be reached by"),
    "given": gettext_lazy("allowed"),
    "refused": gettext_lazy("refused"),
    "unasked": gettext_lazy("never said anything about"),
}


@dataclass(frozen=True, kw_only=True)
class Input:
    """One field of a row. `kind`: select, number, text, texts (several), checks, day, words (only read).

    A select that `is_shape` changes which fields there are. `suggests` names what is offered while typing. Those `folded`
    stand behind “only some”.
    """

    name: str
    kind: str
    label: str
    values: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    after: str = ""
    suggests: str = ""
    is_shape: bool = False
    is_folded: bool = False

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


def list_kinds(offers: Offers) -> list[tuple[str, list[Choice]]]:
    """What a condition may be about, in groups."""

    def list_words(*keys: str) -> list[Choice]:
        return [(key, str(KIND_WORDS[key])) for key in keys]

    profile = list_words(*(key for key in KIND_WORDS if key.startswith("profile.")))
    own = [(f"profile.{t.OWN}{key}", str(field)) for key, field in offers.own_fields.items()]
    groups = [
        (_("who (orders)"), list_words(*(key for key in KIND_WORDS if key.startswith("orders.")))),
        (_("who (stores)"), list_words("store.ordered", "store.visited") if offers.stores else []),
        (_("whose (profile)"), [*profile, *own]),
        (_("who (events)"), list_words("event.count", "event.last", "event.first")),
        (_("who (groups and segments)"), list_words("rfm", "pareto", "segment")),
        (_("who (consents)"), list_words("consent")),
    ]
    return [(name, choices) for name, choices in groups if choices]


def list_inputs(row: Row, offers: Offers) -> list[Input]:
    """The fields of a row with their values; what nobody chose yet has its usual value."""
    family, _dot, rest = row.what.partition(".")
    make = _SHAPES.get(family)
    return list(make(row, rest, offers)) if make else []


def complete_row(row: Row, offers: Offers) -> Row:
    """The row with the usual values where nobody chose."""
    usual = {one.name: list(one.values) for one in list_inputs(row, offers) if one.name not in row.values}
    return row.with_values(**usual)


def _select(
    row: Row, name: str, words: Words | Sequence[Choice], label: str, *, is_shape: bool = True, **more: Any
) -> Input:
    choices = [(key, str(word)) for key, word in (words.items() if isinstance(words, Mapping) else words)]
    chosen = row.get(name)
    if chosen not in dict(choices):
        chosen = choices[0][0] if choices else ""
    return Input(
        name=name, kind="select", label=label, values=[chosen], choices=choices, is_shape=is_shape, **more
    )


def _number(row: Row, name: str, label: str, usual: str = "", after: str = "") -> Input:
    return Input(name=name, kind="number", label=label, values=[row.get(name, usual)], after=after)


def _checks(row: Row, name: str, label: str, choices: Sequence[Choice], **more: Any) -> Input:
    """Ticked ones that are not offered any more stay, or saving would lose them."""
    ticked = row.list(name)
    missing = [(one, one) for one in ticked if one not in dict(choices)]
    return Input(name=name, kind="checks", label=label, values=ticked, choices=[*choices, *missing], **more)


def _texts(row: Row, name: str, label: str, suggests: str = "", **more: Any) -> Input:
    """As many as there are, and an empty one."""
    return Input(
        name=name, kind="texts", label=label, values=[*row.list(name), ""], suggests=suggests, **more
    )


def _range(row: Row, words: Words, after: str, usual: str = "1") -> Iterator[Input]:
    test = _select(row, "test", words, _("How many"))
    yield test
    low, high = _("Number"), _("Largest number")
    match test.value:
        case "least" | "exactly":
            yield _number(row, "low", low, usual, after)
        case "most":
            yield _number(row, "high", high, usual, after)
        case "between":
            yield _number(row, "low", _("Smallest number"), usual, _("and"))
            yield _number(row, "high", high, "", after)


def _window(row: Row, words: Words = _WHEN, units: Sequence[str] = tuple(_UNITS)) -> Iterator[Input]:
    when = _select(row, "when", words, _("When"))
    yield when
    if when.value in {"last", "next"}:
        yield _number(row, "count", _("How many"), "30")
        offered = {unit: _UNITS[unit] for unit in units}
        yield _select(row, "unit", offered, _("Unit"), is_shape=False)
    elif when.value == "between":
        yield Input(name="from", kind="day", label=_("First day"), values=[row.get("from")], after=_("and"))
        yield Input(name="to", kind="day", label=_("Last day"), values=[row.get("to")])


def _shape_orders(row: Row, measure: str, offers: Offers) -> Iterator[Input]:
    currency = row.get("currency") or offers.currency
    match measure:
        case "count":
            yield from _range(row, _COUNTED, _("times"))
        case "sum" | "average":
            yield from _range(row, _NUMBERED, currency, "100")
    yield from _window(row)
    if offers.stores or row.list("stores"):
        yield _checks(row, "stores", _("At the store"), offers.stores, is_folded=True)
    if offers.channels or row.list("channels"):
        yield _checks(row, "channels", _("By the channel"), offers.channels, is_folded=True)
    yield _texts(row, "products", _("Product number"), "products", is_folded=True)
    yield _texts(row, "categories", _("Category"), "categories", is_folded=True)
    if row.get("currency"):
        told = row.get("currency")
        choices = [(told, told), ("", _("any"))]
        yield _select(row, "currency", choices, _("Currency"), is_folded=True)


def _shape_store(row: Row, _did: str, offers: Offers) -> Iterator[Input]:
    yield _checks(row, "stores", _("Stores"), offers.stores)
    yield from _range(row, _COUNTED, _("times"))
    yield from _window(row)


def _shape_event(row: Row, measure: str, offers: Offers) -> Iterator[Input]:
    yield Input(name="name", kind="text", label=_("Event"), values=[row.get("name")], suggests="events")
    if measure == "count":
        yield from _range(row, _COUNTED, _("times"))
    yield from _window(row)
    tests: dict[str, Promise] = {**_TEXTS, **_NUMBERED, "yes": _YES_NO["yes"], "no": _YES_NO["no"]}
    filled = 0
    while row.get(f"p{filled}-name"):
        filled += 1
    for place in range(min(filled + 1, 5)):
        prefix = f"p{place}"
        yield Input(
            name=f"{prefix}-name",
            kind="text",
            label=_("Property"),
            values=[row.get(f"{prefix}-name")],
            choices=offers.list_properties(row.get("name")),
            is_folded=True,
        )
        if row.get(f"{prefix}-name"):
            test = _select(row, f"{prefix}-test", tests, _("Test"), is_folded=True)
            yield test
            if test.value not in {"known", "unknown", "yes", "no"}:
                value = [row.get(f"{prefix}-value")]
                yield Input(
                    name=f"{prefix}-value", kind="text", label=_("Value"), values=value, is_folded=True
                )
            if test.value == "between":
                high = [row.get(f"{prefix}-high")]
                yield Input(
                    name=f"{prefix}-high", kind="text", label=_("Largest number"), values=high, is_folded=True
                )


def _shape_profile(row: Row, field: str, offers: Offers) -> Iterator[Input]:
    match field:
        case "age":
            yield from _range(row, _NUMBERED, _("years"), "18")
        case "created_at":
            yield Input(name="test", kind="hidden", label="", values=["in"])
            yield from _window(row, {key: _WHEN[key] for key in ("last", "between")})
        case "birth_date":
            yield from _shape_days(row)
        case "country":
            yield from _shape_choices(row, offers.countries)
        case "language":
            yield from _shape_choices(row, offers.languages)
        case "tags":
            yield from _shape_choices(row, offers.tags)
        case "owner":
            yield from _shape_choices(row, offers.staff)
        case _ if field.startswith(t.OWN):
            yield from _shape_own(row, field.removeprefix(t.OWN), offers)
        case _:
            yield from _shape_texts(row, "cities" if field == "city" else "")


def _shape_texts(row: Row, suggests: str, words: Words = _TEXTS) -> Iterator[Input]:
    test = _select(row, "test", words, _("Test"))
    yield test
    match test.value:
        case "one_of":
            yield _texts(row, "values", _("Value"), suggests)
        case "contains" | "begins":
            yield Input(name="text", kind="text", label=_("Text"), values=[row.get("text")])
        case "least" | "most" | "exactly" | "between":
            yield from list(_range(row, words, ""))[1:]


def _shape_choices(row: Row, choices: Sequence[Choice]) -> Iterator[Input]:
    """Free text too, where a program asked for it."""
    if row.get("test") in {"contains", "begins"}:
        yield from _shape_texts(row, "")
        return
    test = _select(row, "test", _CHOSEN, _("Test"))
    yield test
    if test.value == "one_of":
        yield _checks(row, "values", _("Value"), choices)


def _shape_days(row: Row) -> Iterator[Input]:
    test = _select(row, "test", _DAYS, _("Test"))
    yield test
    if test.value == "yearly":
        yield _number(row, "first_day", _("Smallest number"), "0", _("to"))
        yield _number(row, "last_day", _("Largest number"), "7", _("days from today"))
        yield _select(row, "calendar", _CALENDARS, _("Calendar"), is_shape=False)
    elif test.value == "in":
        yield from _window(row, _DAY_WHEN, ("days", "weeks"))


def _shape_own(row: Row, key: str, offers: Offers) -> Iterator[Input]:
    own = offers.own_fields.get(key)
    asked = row.get("test")
    match own.kind if own else Kind.TEXT:
        case Kind.NUMBER if asked not in {"contains", "begins", "one_of", "yes", "no"}:
            yield from _shape_texts(
                row, "", {**_NUMBERED, "known": _TEXTS["known"], "unknown": _TEXTS["unknown"]}
            )
        case Kind.DATE if asked in {*_DAYS, ""}:
            yield from _shape_days(row)
        case Kind.YES_NO if asked in {*_YES_NO, ""}:
            yield _select(row, "test", _YES_NO, _("Test"))
        case Kind.CHOICE if asked in {*_CHOSEN, ""}:
            choices = [(one, one) for one in own.choices] if own else []
            yield from _shape_choices(row, choices)
        case _:
            yield from _shape_texts(
                row,
                "",
                {**_TEXTS, **_NUMBERED, **_YES_NO, **_DAYS} if asked in {*_NUMBERED, *_YES_NO} else _TEXTS,
            )


def _shape_consent(row: Row, _rest: str, offers: Offers) -> Iterator[Input]:
    channels, purposes = list(offers.consent_channels), list(offers.purposes)
    for name, offered in (("channel", channels), ("purpose", purposes)):
        if (told := row.get(name)) and told not in dict(offered):
            offered.append((told, told))
    yield _select(row, "stands", _STANDS, _("Answer"), is_shape=False)
    yield _select(row, "channel", channels, _("Way"), is_shape=False, after=_("for"))
    yield _select(row, "purpose", purposes, _("What for"), is_shape=False)


def _shape_rfm(row: Row, _rest: str, _offers: Offers) -> Iterator[Input]:
    yield _checks(row, "groups", _("Group"), [(one, name_group(one)) for one in GROUPS])


def _shape_pareto(row: Row, _rest: str, _offers: Offers) -> Iterator[Input]:
    yield _checks(row, "classes", _("Class"), [(key, str(word)) for key, word in CLASS_LABELS.items()])


def _shape_segment(row: Row, _rest: str, offers: Offers) -> Iterator[Input]:
    yield _select(row, "test", [("in", _("in")), ("out", _("not in"))], _("In or out"), is_shape=False)
    choices = [("", _("Choose")), *offers.segments]
    if (told := row.get("segment")) not in dict(
        choices
    ):  # was removed, or is this one itself: saving says so
        choices.append((told, told))
    yield _select(row, "segment", choices, _("Segment"), is_shape=False)


_SHAPES: Final[Mapping[str, Callable[[Row, str, Offers], Iterator[Input]]]] = {
    "orders": _shape_orders,
    "store": _shape_store,
    "event": _shape_event,
    "profile": _shape_profile,
    "consent": _shape_consent,
    "rfm": _shape_rfm,
    "pareto": _shape_pareto,
    "segment": _shape_segment,
}
