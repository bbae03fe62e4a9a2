"""Parts of sentences: what somebody told, counts, amounts, windows, and how parts are joined. All of it is safe HTML."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from wafaa.design.formats import format_number, format_short_date
from wafaa.kit.money import format_money
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import Between, DayWindow, Ever, Last, Next, Unit, Window


def put(words: str, **parts: Any) -> SafeString:
    """Our own words, which hold no markup, with parts in their places."""
    return SafeString(words % {name: conditional_escape(part) for name, part in parts.items()})


def told(value: Any) -> SafeString:
    """What somebody told: of unknown direction, and set apart from our words."""
    return format_html("<bdi>{}</bdi>", value)


def number(value: t.Number) -> SafeString:
    digits = 0 if float(value).is_integer() else 2
    return format_html('<bdi dir="ltr">{}</bdi>', format_number(value, digits))


def amount(minor: t.Number, currency: str) -> SafeString:
    return told(format_money(round(minor), currency, get_language() or ""))


def day(value: date) -> SafeString:
    return told(format_short_date(value, get_language() or ""))


def line(*parts: str) -> SafeString:
    """The parts that say something, one after the other."""
    return SafeString(" ".join(conditional_escape(part) for part in parts if part))


def join_and(parts: Sequence[SafeString]) -> SafeString:
    """“a, b and c”."""
    return _join(
        parts, pgettext("join and", "%(first)s, %(second)s"), pgettext("join", "%(first)s and %(second)s")
    )


def join_or(parts: Sequence[SafeString]) -> SafeString:
    return _join(
        parts, pgettext("join or", "%(first)s, %(second)s"), pgettext("join", "%(first)s or %(second)s")
    )


def _join(parts: Sequence[SafeString], between: str, last: str) -> SafeString:
    if len(parts) < 2:
        return parts[0] if parts else SafeString("")
    head = reduce(lambda first, second: put(between, first=first, second=second), parts[:-1])
    return put(last, first=head, second=parts[-1])


def any_of(names: Iterable[str]) -> SafeString:
    return join_or([told(name) for name in names])


def times(count: t.Number) -> SafeString:
    words = ngettext("%(count)s time", "%(count)s times", int(count))
    return put(words, count=number(count))


def say_times(asked: t.Range) -> SafeString:
    """How often."""
    low, high = asked.low, asked.high
    if low is not None and low == high:
        return put(_("exactly %(times)s"), times=times(low))
    if low is not None and high is not None:
        return put(_("from %(low)s to %(times)s"), low=number(low), times=times(high))
    if low is not None:
        return put(_("at least %(times)s"), times=times(low))
    return put(_("at most %(times)s"), times=times(high or 0))


def say_range(asked: t.Range, currency: str | None = None) -> SafeString:
    """Numbers, or with a currency amounts."""

    def say(value: t.Number) -> SafeString:
        return number(value) if currency is None else amount(value, currency)

    low, high = asked.low, asked.high
    if low is not None and low == high:
        return put(_("exactly %(number)s"), number=say(low))
    if low is not None and high is not None:
        return put(_("from %(low)s to %(high)s"), low=say(low), high=say(high))
    if low is not None:
        return put(_("at least %(number)s"), number=say(low))
    return put(_("at most %(number)s"), number=say(high or 0))


def say_window(window: Window | DayWindow) -> SafeString:
    """When; nothing of what may have been at any time."""
    match window:
        case Ever():
            return SafeString("")
        case Last(1, Unit.DAYS) | Next(1, Unit.DAYS):
            return put(_("today"))
        case Last(count, unit):
            return put(_say_last(count, unit), count=number(count))
        case Next(count, unit):
            return put(_say_next(count, unit), count=number(count))
        case Between(first, last) if first and last:
            return put(_("from %(first)s to %(last)s"), first=day(first), last=day(last))
        case Between(first, _last) if first:
            return put(_("since %(day)s"), day=day(first))
        case Between(_first, last) if last:
            return put(_("until %(day)s"), day=day(last))
    return SafeString("")


def _say_last(count: int, unit: Unit) -> str:
    match unit:
        case Unit.HOURS:
            return ngettext("in the last %(count)s hour", "in the last %(count)s hours", count)
        case Unit.WEEKS:
            return ngettext("in the last %(count)s week", "in the last %(count)s weeks", count)
        case Unit.MONTHS:
            return ngettext("in the last %(count)s month", "in the last %(count)s months", count)
    return ngettext("in the last %(count)s day", "in the last %(count)s days", count)


def _say_next(count: int, unit: Unit) -> str:
    if unit == Unit.WEEKS:
        return ngettext("in the next %(count)s week", "in the next %(count)s weeks", count)
    return ngettext("in the next %(count)s day", "in the next %(count)s days", count)
