"""Conditions on a customer's own row, and tests of texts, as expressions of SQL."""

from datetime import UTC, date, datetime
from math import ceil, floor
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

from wafaa.kit.calendars import Calendar, list_hijri_months
from wafaa.learn.segments.compiling.parts import UNKNOWN, Parts
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.values import as_decimal, list_words, lower
from wafaa.learn.segments.rules.windows import (
    HORIZON_DAYS,
    SLOTS,
    Between,
    DayWindow,
    Last,
    Unit,
    find_end,
    find_latest_birth,
    find_next_birthday,
    find_span,
    find_start,
    judge_round,
    list_exits,
    list_slots,
)

_NEVER: Final = "'infinity'::timestamptz"


def say_test(test: t.Test, text: str, parts: Parts) -> str:
    """values.make_text_test of an expression of text that may be null."""
    match test:
        case t.OneOf(values):
            return f"coalesce({text} = ANY ({parts.add(list(values), 'text[]')}), false)"
        case t.Contains(part):
            return f"coalesce(strpos({_lower(text)}, {parts.add(lower(part), 'text')}) > 0, false)"
        case t.Begins(part):
            return f"coalesce(starts_with({_lower(text)}, {parts.add(lower(part), 'text')}), false)"
        case t.Known(is_known):
            return f"(coalesce({text}, '') {'<>' if is_known else '='} '')"
        case t.IsYes(is_yes):
            words = parts.add(list_words(is_yes=is_yes), "text[]")
            return f"coalesce({_lower(text)} = ANY ({words}), false)"
        case t.Range():
            return f"coalesce({say_range(test, f'learn_segments_number({text})', parts)}, false)"
    raise AssertionError(f"{test} is no test of texts")


def _lower(text: str) -> str:
    return f"translate({text}, '{ascii_uppercase}', '{ascii_lowercase}')"


def say_range(wanted: t.Range, number: str, parts: Parts) -> str:
    ends = [
        f"{number} {sign} {parts.add(as_decimal(end), 'numeric')}"
        for sign, end in ((">=", wanted.low), ("<=", wanted.high))
        if end is not None
    ]
    return "(" + " AND ".join(ends) + ")"


def say_profile(condition: t.Profile, parts: Parts) -> tuple[str, str, str]:
    """Expressions (holds, flips_at, then)."""
    field, test = condition.field, condition.test
    if field in t.TEXT_FIELDS:
        return say_test(test, f"person.{field}", parts), _NEVER, UNKNOWN
    if field.startswith(t.OWN):
        return _say_own(field.removeprefix(t.OWN), test, parts)
    if field in {"owner", "tags"}:
        return _say_ids(field, test, parts), _NEVER, UNKNOWN
    if isinstance(test, t.Range):
        return _say_age(test, parts)
    if field == "birth_date":
        return _say_date(test, "person.birth_date", parts)
    assert isinstance(test, t.Within)
    return say_moment(test.window, "person.created_at", parts)


def _say_own(key: str, test: t.Test, parts: Parts) -> tuple[str, str, str]:
    text = f"learn_segments_text(person.attributes -> {parts.add(key, 'text')})"
    if isinstance(test, t.Within | t.Yearly):
        return _say_date(test, f"learn_segments_day({text})", parts)
    return say_test(test, text, parts), _NEVER, UNKNOWN


def _say_ids(field: str, test: t.Test, parts: Parts) -> str:
    """Of the responsible, and of tags."""
    value = "person.owner_id" if field == "owner" else f"{parts.get_join('join_tags')}.tags"
    if isinstance(test, t.Known):
        return f"({value} IS {'NOT ' if test.is_known else ''}NULL)"
    assert isinstance(test, t.OneOf)
    ids = parts.add(list(test.values), "bigint[]")
    return f"coalesce({value} {'= ANY' if field == 'owner' else '&&'} ({ids}), false)"


def say_moment(window: Any, at: str, parts: Parts) -> tuple[str, str, str]:
    """Whether a moment (null: none) lies in the window, when it leaves it, and that it does not hold from then on."""
    holds = f"coalesce({say_within(window, at, parts)}, false)"
    if not isinstance(window, Last):
        return holds, _NEVER, UNKNOWN
    flips_at = f"(CASE WHEN {holds} THEN {say_exit(window, at, parts)} ELSE {_NEVER} END)"
    return holds, flips_at, f"(CASE WHEN {say_leaving(window, at, parts)} THEN false END)"


def say_within(window: Any, at: str, parts: Parts) -> str:
    ends = [
        f"{at} {sign} {parts.add(end, 'timestamptz')}"
        for sign, end in ((">=", find_start(window, parts.moment)), ("<", find_end(window, parts.moment)))
        if end is not None
    ]
    return "(" + (" AND ".join(ends) or f"{at} IS NOT NULL") + ")"


def say_exit(window: Last, at: str, parts: Parts) -> str:
    """windows.find_exit: days are looked up among the window's, whose ends Python counted."""
    if window.unit == Unit.HOURS:
        return f"({at} + make_interval(hours => {parts.add(window.count, 'integer')}))"
    starts, exits = (
        parts.add(as_texts(times), "timestamptz[]") for times in list_exits(window, parts.moment)
    )
    return f"({exits})[width_bucket({at}, {starts})]"


def say_leaving(window: Last, at: str, parts: Parts) -> str:
    """Whether it leaves it then indeed: judging._leave."""
    if window.unit == Unit.HOURS:
        return "true"
    return f"({at} < {parts.add(parts.moment.tomorrow, 'timestamptz')})"


def as_texts(times: list[datetime]) -> list[str]:
    return [at.astimezone(UTC).isoformat() for at in times]


def _say_age(wanted: t.Range, parts: Parts) -> tuple[str, str, str]:
    """By the days of birth of those who are just as old: comparing days costs less than counting years."""
    born, today = "person.birth_date", parts.moment.today
    ends, stays = [], "false"
    if wanted.low is not None:
        stays = f"{born} <= {_add_day(find_latest_birth(ceil(wanted.low), today), parts)}"
        ends.append(stays)
    if wanted.high is not None:
        older = _add_day(find_latest_birth(floor(wanted.high) + 1, today), parts)
        ends.append(f"{born} > {older}")
        stays = f"{born} <= {older}"
    birthdays = {
        place: find_next_birthday(date(2000, *yearly), parts.moment).isoformat()
        for place, yearly in list_slots()
    }
    grows = _say_slots(birthdays, "infinity", "timestamptz[]", _say_slot(born, parts), parts)
    return (
        f"coalesce({' AND '.join(ends)}, false)",
        f"(CASE WHEN {born} IS NULL OR {stays} THEN {_NEVER} ELSE {grows} END)",
        UNKNOWN,
    )


def _say_slot(day: str, parts: Parts, calendar: Calendar = Calendar.GREGORIAN) -> str:
    """windows.find_slot; null outside the calendar. Of a Hijri day the month is looked up among the first days of all."""
    if calendar is Calendar.GREGORIAN:
        return f"(extract(month FROM {day})::integer * 32 + extract(day FROM {day})::integer)"
    months = parts.add(list(list_hijri_months()), "date[]")
    place = f"width_bucket({day}, {months})"
    slot = f"(mod({place} + 11, 12) + 1) * 32 + ({day} - ({months})[{place}]) + 1"
    return f"(CASE WHEN {day} < {_add_day(list_hijri_months()[-1], parts)} THEN {slot} END)"


def _say_slots(found: dict[int, Any], other: Any, kind: str, slot: str, parts: Parts) -> str:
    """The place of a yearly day in an array of all of them."""
    array = [found.get(place, other) for place in range(1, SLOTS)]
    return f"({parts.add(array, kind)})[{slot}]"


def _say_date(test: t.Test, day: str, parts: Parts) -> tuple[str, str, str]:
    """Of a day that may be null."""
    if isinstance(test, t.Known):
        return f"({day} IS {'NOT ' if test.is_known else ''}NULL)", _NEVER, UNKNOWN
    if isinstance(test, t.Yearly):
        found = {
            place: judge_round(test.first, test.last, yearly, parts.moment, test.calendar)
            for place, yearly in list_slots(test.calendar)
        }
        slot = _say_slot(day, parts, test.calendar)
        holds = {place: is_near for place, (is_near, _flips_at) in found.items()}
        flips = {place: flips_at.isoformat() for place, (_is_near, flips_at) in found.items()}
        return (
            f"coalesce({_say_slots(holds, False, 'boolean[]', slot, parts)}, false)",
            f"coalesce({_say_slots(flips, 'infinity', 'timestamptz[]', slot, parts)}, {_NEVER})",
            UNKNOWN,
        )
    assert isinstance(test, t.Within)
    return _say_day_window(test.window, day, parts)  # type: ignore[arg-type]  # reading.py lets no Ever through


def _say_day_window(window: DayWindow, day: str, parts: Parts) -> tuple[str, str, str]:
    """windows.judge_day."""
    if isinstance(window, Between):
        ends = [
            f"{day} {sign} {_add_day(end, parts)}"
            for sign, end in ((">=", window.first), ("<=", window.last))
            if end is not None
        ]
        return f"coalesce({' AND '.join(ends)}, false)", _NEVER, UNKNOWN
    enters, leaves = find_span(window)
    ahead = f"({day} - {_add_day(parts.moment.today, parts)})"
    days = [parts.moment.in_days(days) for days in range(1, HORIZON_DAYS + 1)]
    starts = parts.add(as_texts(days), "timestamptz[]")
    flips = (
        f"(CASE WHEN {ahead} > {enters} THEN ({starts})[least({ahead} - {enters}, {HORIZON_DAYS})]"
        f" WHEN {ahead} > {leaves} THEN ({starts})[least({ahead} - ({leaves}), {HORIZON_DAYS})] ELSE {_NEVER} END)"
    )
    holds = f"coalesce({ahead} <= {enters} AND {ahead} > {leaves}, false)"
    return holds, flips, f"(CASE WHEN {holds} AND {ahead} - ({leaves}) < {HORIZON_DAYS} THEN false END)"


def _add_day(day: date, parts: Parts) -> str:
    return parts.add(day, "date")
