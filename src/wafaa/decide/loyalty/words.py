"""Rules as sentences, and why a rule gave nothing or less than it might, in people's language.

A unit's name stands before its number ("Points: 1 for every SAR 10.00"), so that no language has to bend it.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.decide.loyalty.queries.judging import Judged
from wafaa.decide.loyalty.rules import (
    ANSWERED,
    NIGHTS,
    ONCE_BP,
    REVIEWED,
    Effect,
    Refusal,
    Rounding,
    Span,
    Trigger,
)
from wafaa.decide.loyalty.rules.content import Content, Earn, Fault
from wafaa.decide.loyalty.rules.tiers import name_tiers
from wafaa.design.formats import format_date, format_number
from wafaa.kit.money import format_money
from wafaa.kit.text import isolate
from wafaa.know.journey.words import LABELS

TRIGGERS: Final[Mapping[str, Promise]] = {
    Trigger.ORDER: gettext_lazy("for each order"),
    Trigger.BIRTHDAY: gettext_lazy("on the birthday"),
    Trigger.BIRTHDAY_HIJRI: gettext_lazy("on the Hijri birthday"),
    Trigger.ANNIVERSARY: gettext_lazy("each year on the day of joining"),
    Trigger.ANNIVERSARY_HIJRI: gettext_lazy("each Hijri year on the day of joining"),
    Trigger.JOINING: gettext_lazy("on joining"),
}
# What the house itself tells, where the journey has no word for it.
EVENTS: Final[Mapping[str, Promise]] = {
    REVIEWED: pgettext_lazy("loyalty", "a review"),
    ANSWERED: pgettext_lazy("loyalty", "an answered survey"),
}
ROUNDINGS: Final[Mapping[str, Promise]] = {
    Rounding.DOWN: gettext_lazy("rounded down"),
    Rounding.HALF_UP: gettext_lazy("rounded to the nearest"),
    Rounding.UP: gettext_lazy("rounded up"),
}
LIVES_TO: Final[Mapping[str, Promise]] = {
    "month": pgettext_lazy("ends after a time", "at the end of that month"),
    "quarter": pgettext_lazy("ends after a time", "at the end of that quarter"),
    "year": pgettext_lazy("ends after a time", "at the end of that year"),
}
SPANS: Final[Mapping[str, Promise]] = {
    Span.DAY: pgettext_lazy("cap", "a day"),
    Span.WEEK: pgettext_lazy("cap", "a week"),
    Span.MONTH: pgettext_lazy("cap", "a month"),
    Span.YEAR: pgettext_lazy("cap", "a year"),
    Span.EVER: pgettext_lazy("cap", "altogether"),
}
WEEKDAYS: Final[Mapping[int, Promise]] = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}
REFUSALS: Final[Mapping[Refusal, Promise]] = {
    Refusal.DATES: gettext_lazy("The rule does not hold on this day."),
    Refusal.WEEKDAY: gettext_lazy("The rule does not hold on this day of the week."),
    Refusal.HOUR: gettext_lazy("The rule does not hold at this hour."),
    Refusal.STORE: gettext_lazy("The rule does not hold in this store."),
    Refusal.CHANNEL: gettext_lazy("The rule does not hold in this channel."),
    Refusal.SEGMENT: gettext_lazy("The rule is for certain customers."),
    Refusal.TIER: gettext_lazy("The rule is for another tier."),
    Refusal.CURRENCY: gettext_lazy("The order is in another currency."),
    Refusal.GOODS: gettext_lazy("Nothing of what the rule asks for was bought and kept."),
    Refusal.MINIMUM: gettext_lazy("The amount is below the minimum."),
    Refusal.FIRST: gettext_lazy("It was not the first order."),
    Refusal.GIVEN: gettext_lazy("It is not what the rule asks for."),
    Refusal.GROUP: gettext_lazy("Another rule gave more; only the best one counts."),
    Refusal.CAP: gettext_lazy("The most that one customer can get by this rule is reached."),
    Refusal.BUDGET: gettext_lazy("The budget of this rule is used up."),
    Refusal.PROGRAMME_CAP: gettext_lazy("The most that one customer can get in this programme is reached."),
    Refusal.SMALL: gettext_lazy("The amount is too small for one point."),
}
FAULTS: Final[Mapping[str, Promise]] = {
    "amount": gettext_lazy("The number is too small or too large."),
    "too_many": gettext_lazy("These are too many."),
    "not_unique": gettext_lazy("Two rules have the same number."),
    "mixed_group": gettext_lazy("A group holds either rules that multiply or others, not both."),
    "needs_worth": gettext_lazy("Say what a point is worth first."),
    "duration": gettext_lazy("This is no duration: write P14D for 14 days, P12M for 12 months."),
    "unknown": gettext_lazy("This is not one of the choices."),
    "two_ends": gettext_lazy("Points end either after a time or on a day, not both."),
    "event": gettext_lazy("Choose the event, and only where the rule is set off by one."),
    "score": gettext_lazy("Answering earns points, what was answered never."),
    "needs_order": gettext_lazy("Only an order has goods, an amount and a number."),
    "times": gettext_lazy("A multiplier is more than 1."),
    "times_goods": gettext_lazy("A multiplier counts for whole orders; for some goods give points on them."),
    "currency": gettext_lazy("Choose the currency."),
    "whole_order": gettext_lazy("Shipping belongs to the whole order."),
    "before": gettext_lazy("The last day is before the first."),
    "half": gettext_lazy("Say both hours or none."),
    # of tiers
    "ascending": gettext_lazy("Each tier needs more than the one below it."),
    "keeps": gettext_lazy("Keeping a tier takes no more than reaching it."),
    "words": gettext_lazy("Say in words what a benefit of your own is."),
    "no_tiers": gettext_lazy("There is no tier in it yet."),
}
SEPARATOR: Final = " · "
SENTENCES_KEPT: Final = 5_000
UNNAMED: Final[Mapping[str, str]] = {}


def say_rule(rule: Earn, units: Mapping[str, str], names: Mapping[str, str] = UNNAMED) -> str:
    """One sentence of clauses; `units` are names by code, `names` those of tiers by "set:tier" and of segments by uuid."""
    unit = units.get(rule.unit, rule.unit)
    return _say_once(get_language() or "en", msgspec.json.encode(rule), unit, tuple(names.items()))


@lru_cache(maxsize=SENTENCES_KEPT)
def _say_once(_language: str, told: bytes, unit: str, names: tuple[tuple[str, str], ...]) -> str:
    """A quote says each of its rules, which seldom change; to put a sentence together takes a third of a millisecond."""
    rule = msgspec.json.decode(told, type=Earn)
    return SEPARATOR.join(
        [
            _say_effect(rule, unit),
            *_say_conditions(rule, dict(names)),
            *_say_limits(rule),
            *_say_life(rule),
        ]
    )


def name_rule(rule: Earn) -> str:
    """As staff called it, in the reader's language where it has one."""
    return choose_name(rule.name)


def list_tier_names(content: Content) -> dict[str, str]:
    """In the reader's language, by "set:tier"; with the set's where there are several."""
    return {
        code: choose_name(tier.name, tier.code)
        if len(content.tier_sets) == 1
        else f"{choose_name(one.name, one.code)}: {choose_name(tier.name, tier.code)}"
        for code, (one, tier) in name_tiers(content.tier_sets).items()
    }


def choose_name(words: Mapping[str, str], otherwise: str = "") -> str:
    """In the reader's language where it is written so, else in another."""
    ours = "ar" if (get_language() or "").startswith("ar") else "en"
    return words.get(ours) or next(iter(words.values()), otherwise)


def say_refusals(judged: Judged) -> list[str]:
    """Why it gave nothing, or less than it might; empty where it gave all."""
    return [str(REFUSALS[one]) for one in judged.refusals]


def say_missing(judged: Judged, units: Mapping[str, str]) -> str:
    """What would bring the next point, or open the rule; empty where nothing that the customer buys would."""
    rule, values = judged.rule, {"unit": units.get(judged.rule.unit, judged.rule.unit)}
    if (minor := judged.missing_minor) is not None and rule.currency:
        money = format_money(minor, rule.currency, get_language() or "en")
        if judged.verdict & Refusal.MINIMUM:
            return _("%(money)s more and the rule holds.") % {"money": money}
        return _("%(money)s more brings more (%(unit)s).") % {**values, "money": money}
    if pieces := judged.missing_pieces:
        return _("%(count)s more of these goods brings more (%(unit)s).") % {
            **values,
            "count": format_number(float(pieces), 0 if pieces == int(pieces) else 2),
        }
    return ""


def say_fault(fault: Fault) -> str:
    return str(FAULTS.get(fault.code, fault.code))


def say_faults(faults: Iterable[Fault], content: Content) -> str:
    """Each with the rule, or the set of tiers, that it is about."""
    names = {one.id: name_rule(one) for one in content.rules}
    sets = {one.code: choose_name(one.name) or _("Tiers") for one in content.tier_sets}
    told = []
    for one in faults:
        name = names.get(one.rule) or sets.get(one.field.partition(".")[0], "")
        told.append(f"{name}: {say_fault(one)}" if name else say_fault(one))
    return " ".join(dict.fromkeys(told))


def _say_effect(rule: Earn, unit: str) -> str:
    values = {"unit": unit, "points": format_number(rule.points), "when": _say_trigger(rule)}
    match rule.effect:
        case Effect.MONEY:
            money = format_money(rule.per, rule.currency, get_language() or "en")
            return _("%(unit)s: %(points)s for every %(money)s") % {**values, "money": money}
        case Effect.PIECE if rule.unit == NIGHTS:  # what hotels sell by the piece
            words = ngettext(
                "%(unit)s: %(points)s for each night",
                "%(unit)s: %(points)s for every %(count)s nights",
                rule.per,
            )
            return words % {**values, "count": format_number(rule.per)}
        case Effect.PIECE if rule.per == 1:
            return _("%(unit)s: %(points)s for each piece") % values
        case Effect.PIECE:
            return _("%(unit)s: %(points)s for every %(count)s pieces") % {
                **values,
                "count": format_number(rule.per),
            }
        case Effect.FIXED:
            return _("%(unit)s: %(points)s %(when)s") % values
        case Effect.TIMES:
            factor = rule.points / ONCE_BP
            return _("%(unit)s: %(factor)s times what the other rules give") % {
                **values,
                "factor": format_number(factor, 0 if factor == int(factor) else 2),
            }


def _say_trigger(rule: Earn) -> str:
    if rule.trigger is not Trigger.EVENT:
        return str(TRIGGERS[rule.trigger])
    event = str(EVENTS[rule.event]) if rule.event in EVENTS else str(LABELS.get(rule.event, rule.event))
    return _("for “%(event)s”") % {"event": event}


def _say_conditions(rule: Earn, names: Mapping[str, str]) -> Iterator[str]:
    yield from _say_goods(rule)
    yield from _say_times(rule)
    if rule.stores:
        yield _("in these stores: %(stores)s") % {"stores": _join_told(rule.stores)}
    if rule.channels:
        yield _("by these channels: %(channels)s") % {"channels": _join_told(rule.channels)}
    if rule.segments:
        known = [names[str(one)] for one in rule.segments if str(one) in names]
        yield (
            _("for these segments: %(segments)s") % {"segments": _join_told(known)}
            if known
            else _("for certain segments")
        )
    if rule.tiers:
        tiers = [names.get(one, one.partition(":")[2]) for one in rule.tiers]
        yield _("for these tiers: %(tiers)s") % {"tiers": _join_told(tiers)}
    if rule.effect in {Effect.MONEY, Effect.PIECE}:
        yield from _say_base(rule)


def _say_goods(rule: Earn) -> Iterator[str]:
    if rule.skus or rule.categories:
        yield _("on %(goods)s") % {"goods": _join_told([*rule.categories, *rule.skus])}
    if rule.not_skus or rule.not_categories:
        yield _("not on %(goods)s") % {"goods": _join_told([*rule.not_categories, *rule.not_skus])}
    if rule.minimum is not None:
        money = format_money(rule.minimum, rule.currency, get_language() or "en")
        yield _("from %(money)s on") % {"money": money}
    if rule.is_first:
        yield _("for the first order only")


def _say_times(rule: Earn) -> Iterator[str]:
    language = get_language() or "en"
    if rule.from_day:
        yield _("from %(day)s") % {"day": format_date(rule.from_day, language)}
    if rule.to_day:
        yield _("until %(day)s") % {"day": format_date(rule.to_day, language)}
    if rule.weekdays:
        days = [str(WEEKDAYS[one]) for one in sorted(rule.weekdays)]
        yield _("on these days: %(days)s") % {"days": join_words(days)}
    if rule.from_minute is not None and rule.to_minute is not None:
        hours = {"from": _say_minute(rule.from_minute), "to": _say_minute(rule.to_minute)}
        yield _("between %(from)s and %(to)s") % hours


def _say_base(rule: Earn) -> Iterator[str]:
    if rule.effect is Effect.MONEY:
        yield _("before discounts") if rule.before_discounts else _("after discounts")
        yield _("with tax") if rule.with_tax else _("without tax")
        yield _("with shipping") if rule.with_shipping else _("without shipping")
    yield str(ROUNDINGS[rule.rounding])


def _say_limits(rule: Earn) -> Iterator[str]:
    for span, count in rule.cap_points.items():
        yield _("at most %(count)s %(span)s") % {"count": format_number(count), "span": SPANS[span]}
    for span, count in rule.cap_uses.items():
        words = ngettext("at most once %(span)s", "at most %(count)s times %(span)s", count)
        yield words % {"count": format_number(count), "span": SPANS[span]}
    if rule.budget_points is not None:
        yield _("at most %(count)s for all customers together") % {"count": format_number(rule.budget_points)}
    if rule.budget_uses is not None:
        words = ngettext(
            "once for all customers together",
            "%(count)s times for all customers together",
            rule.budget_uses,
        )
        yield words % {"count": format_number(rule.budget_uses)}
    if rule.grouping:
        yield _("only the best of the group “%(group)s”") % {"group": isolate(rule.grouping)}


def _say_life(rule: Earn) -> Iterator[str]:
    if rule.pending:
        yield _("usable after %(duration)s") % {"duration": say_duration(rule.pending)}
    if rule.lives:
        after = _("ends after %(duration)s") % {"duration": say_duration(rule.lives)}
        yield f"{after} {LIVES_TO[rule.lives_to]}" if rule.lives_to else after
    if rule.ends_on:
        yield _("ends after %(day)s") % {"day": format_date(rule.ends_on, get_language() or "en")}


def say_duration(told: str) -> str:
    """P1Y6M as "1 year, 6 months"."""
    parts, number = [], ""
    for letter in told.removeprefix("P").removeprefix("T"):
        if letter.isdigit():
            number += letter
        else:
            parts.append(_say_part(letter, int(number)))
            number = ""
    return join_words(parts)


def _say_part(letter: str, count: int) -> str:
    match letter:
        case "Y":
            words = ngettext("%(count)s year", "%(count)s years", count)
        case "M":
            words = ngettext("%(count)s month", "%(count)s months", count)
        case "W":
            words = ngettext("%(count)s week", "%(count)s weeks", count)
        case "D":
            words = ngettext("%(count)s day", "%(count)s days", count)
        case _:
            words = ngettext("%(count)s hour", "%(count)s hours", count)
    return words % {"count": format_number(count)}


def _say_minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _join_told(names: Iterable[str]) -> str:
    """What the shop calls its own things, in letters of any direction."""
    return join_words([isolate(one) for one in names])


def join_words(words: list[str]) -> str:
    """With the comma of the reader's language."""
    return ("، " if (get_language() or "").startswith("ar") else ", ").join(words)
