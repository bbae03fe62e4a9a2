"""What a template may do with a value between the bars. All of it is bounded, and what is absent stays absent."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import wraps
from html import escape
from typing import Any
from urllib.parse import quote

from liquid.exceptions import FilterArgumentError

from wafaa.act.messages.rendering.marks import clean
from wafaa.act.messages.rendering.rules import Digits
from wafaa.act.messages.rendering.values import Amount, Code, is_absent
from wafaa.act.messages.rendering.words import (
    DATES,
    say,
    say_date,
    say_digits,
    say_hijri,
    say_money,
    say_number,
    say_plural,
)

# No text that one person reads is longer.
TEXT_CHARS_MAX = 20_000
NUMBER_MAX = Decimal(10) ** 18
Filter = Callable[..., Any]


class Written(str):
    """Safe as it stands: made by a filter of ours, never by a value."""

    __slots__ = ()


def _known(function: Filter) -> Filter:
    """Called with what is there only; hands on what is not. Texts stay within their limit."""

    @wraps(function)
    def filtered(value: Any, *arguments: Any, **named: Any) -> Any:
        if is_absent(value) or value is None:
            return value
        absent = next((one for one in (*arguments, *named.values()) if is_absent(one)), None)
        if absent is not None:
            return absent
        made = function(value, *arguments, **named)
        if isinstance(made, str) and len(made) > TEXT_CHARS_MAX:
            raise FilterArgumentError("too long", token=None)
        return made

    return filtered


def _with_context(function: Filter) -> Filter:
    function = _known(function)
    function.with_context = True  # type: ignore[attr-defined]  # how the library finds who wants it
    return function


def _text(value: Any, context: Any) -> str:
    return say(value, context.language, context.setting)


def _number(value: Any) -> Decimal | int:
    if isinstance(value, bool):
        raise FilterArgumentError("a number is needed", token=None)
    try:
        number: Decimal | int = value if isinstance(value, int | Decimal) else Decimal(str(value))
        if not Decimal(number).is_finite() or abs(Decimal(number)) > NUMBER_MAX:
            raise FilterArgumentError("too large a number", token=None)
    except InvalidOperation as error:
        raise FilterArgumentError("a number is needed", token=None) from error
    return number


def _like(value: Any, number: Decimal | int) -> Any:
    """What is reckoned of money is money."""
    checked = _number(number)
    if isinstance(value, Amount):
        made = Amount(checked)
        made.currency = value.currency
        return made
    return int(checked) if checked == int(checked) else checked


def default(value: Any, instead: Any = "", *, allow_false: bool = False) -> Any:
    """What to write where there is nothing."""
    if is_absent(value) or value is None or (value is False and not allow_false):
        return instead
    return instead if isinstance(value, str | list) and not value else value


def _upcase(value: Any, *, context: Any) -> str:
    return _text(value, context).upper()


def _downcase(value: Any, *, context: Any) -> str:
    return _text(value, context).lower()


def _capitalize(value: Any, *, context: Any) -> str:
    return _text(value, context).capitalize()


def _append(value: Any, more: Any, *, context: Any) -> str:
    return _text(value, context) + _text(more, context)


def _prepend(value: Any, before: Any, *, context: Any) -> str:
    return _text(before, context) + _text(value, context)


def _replace(value: Any, old: Any, new: Any = "", *, context: Any) -> str:
    text, old, new = _text(value, context), _text(old, context), _text(new, context)
    if not old:
        return text
    if len(text) + text.count(old) * len(new) > TEXT_CHARS_MAX:
        raise FilterArgumentError("too long", token=None)
    return text.replace(old, new)


def _truncate(value: Any, length: Any = 50, end: Any = "…", *, context: Any) -> str:
    """At a word's end where there is one."""
    text, room = _text(value, context), max(1, min(int(_number(length)), TEXT_CHARS_MAX))
    if len(text) <= room:
        return text
    cut = text[: max(0, room - len(str(end)))]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ،,.") + str(end)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, list) and value else None


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | range) else 0


def _plus(value: Any, other: Any) -> Any:
    return _like(value, Decimal(_number(value)) + Decimal(_number(other)))


def _minus(value: Any, other: Any) -> Any:
    return _like(value, Decimal(_number(value)) - Decimal(_number(other)))


def _times(value: Any, other: Any) -> Any:
    return _like(value, Decimal(_number(value)) * Decimal(_number(other)))


def _divided_by(value: Any, other: Any) -> Any:
    if not _number(other):
        raise FilterArgumentError("divided by zero", token=None)
    return _like(value, Decimal(_number(value)) / Decimal(_number(other)))


def _round(value: Any, digits: Any = 0) -> Any:
    places = max(0, min(int(_number(digits)), 6))
    return _like(value, round(Decimal(_number(value)), places))


def _at_least(value: Any, other: Any) -> Any:
    return _like(value, max(_number(value), _number(other)))


def _at_most(value: Any, other: Any) -> Any:
    return _like(value, min(_number(value), _number(other)))


def _number_filter(value: Any, *, context: Any) -> Any:
    return _like(None, _number(value))


def _percent(value: Any, *, context: Any) -> str:
    """10 as `10%`: one run of digits and sign that no direction pulls apart."""
    return say_digits(f"{say_number(_number(value))}%", context.language, context.setting.digits)


def _money(value: Any, currency: Any = None, *, context: Any) -> str:
    """`{{ order.total | money }}`; a bare number takes the named currency or the business's."""
    code = str(currency) if currency else getattr(value, "currency", "") or context.setting.currency
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise FilterArgumentError("a currency has three letters", token=None)
    said = say_money(Decimal(_number(value)), code.upper(), context.language)
    return say_digits(said, context.language, context.setting.digits)


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _date(value: Any, shape: Any = "long", *, context: Any) -> Any:
    """`long`, `full`, `short`, `day`, `weekday`, `time`, `year`."""
    if shape not in DATES:
        raise FilterArgumentError(f"date: {', '.join(DATES)}", token=None)
    day = _day(value)
    if day is None:
        return None
    said = say_date(day, str(shape), context.language, context.setting.zone)
    return say_digits(said, context.language, context.setting.digits)


def _hijri(value: Any, *, context: Any) -> Any:
    day = _day(value)
    if isinstance(day, datetime):
        day = day.astimezone(context.setting.zone).date()
    said = say_hijri(day, context.language) if day else None
    return None if said is None else say_digits(said, context.language, context.setting.digits)


def _digits(value: Any, shape: Any = Digits.LATIN, *, context: Any) -> str:
    """`latin` or `arabic`, whatever the business has set."""
    if shape not in set(Digits):
        raise FilterArgumentError("digits: latin, arabic", token=None)
    said = _text(value, context)
    return say_digits(said, "ar", Digits.ARABIC) if shape == Digits.ARABIC else said


def _plural(value: Any, *, context: Any, **forms: Any) -> Any:
    """`{{ n | plural: one: "عام", two: "عامين", few: "# أعوام", many: "# عامًا", other: "# عام" }}`."""
    said = say_plural(_number(value), {name: str(form) for name, form in forms.items()}, context.language)
    if said is None:
        raise FilterArgumentError("plural: one, two, few, many, other", token=None)
    return say_digits(said, context.language, context.setting.digits)


def _code(value: Any, *, context: Any) -> Code:
    """Runs from left to right, whatever its letters are."""
    return Code(_text(value, context))


def _attribute(value: Any, *, context: Any) -> Written:
    """Set by the compiler inside an attribute, where there is no markup."""
    return Written(escape(clean(_text(value, context))))


def _whole(value: Any, *, context: Any) -> Written:
    """Set by the compiler at the beginning of an address."""
    return Written(clean(_text(value, context)))


def _part(value: Any, *, context: Any) -> Written:
    """Set by the compiler inside an address: nothing of the value ends the part in which it stands."""
    return Written(quote(clean(_text(value, context)), safe=""))


_WITH_CONTEXT: dict[str, Filter] = {
    "upcase": _upcase,
    "downcase": _downcase,
    "capitalize": _capitalize,
    "append": _append,
    "prepend": _prepend,
    "replace": _replace,
    "truncate": _truncate,
    "number": _number_filter,
    "percent": _percent,
    "money": _money,
    "date": _date,
    "hijri": _hijri,
    "digits": _digits,
    "plural": _plural,
    "code": _code,
}
_WITHOUT: dict[str, Filter] = {
    "first": _first,
    "last": _last,
    "size": _size,
    "plus": _plus,
    "minus": _minus,
    "times": _times,
    "divided_by": _divided_by,
    "round": _round,
    "at_least": _at_least,
    "at_most": _at_most,
}
FILTERS: dict[str, Filter] = {
    "default": default,
    **{name: _with_context(function) for name, function in _WITH_CONTEXT.items()},
    **{name: _known(function) for name, function in _WITHOUT.items()},
}
# The compiler's own, which it sets where a value came to lie.
OWN_FILTERS: dict[str, Filter] = {
    "_attribute": _with_context(_attribute),
    "_whole": _with_context(_whole),
    "_part": _with_context(_part),
}
