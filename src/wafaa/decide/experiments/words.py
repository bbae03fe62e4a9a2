"""What experiments are called and what is said of them, in people's language."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.decide.experiments.rules import (
    ACTIVE_MIN,
    CONTROL,
    PEOPLE_MIN,
    SHARE_WHOLE,
    TREATED,
    UNKNOWN_COSTS_MAX,
    Answer,
    Comparison,
    Group,
    Kind,
    Metric,
    Reading,
    State,
)
from wafaa.design.formats import format_change, format_date, format_number, format_percent
from wafaa.kit.money import format_money
from wafaa.kit.text import isolate

Words = str | Promise

KINDS: Final[dict[str, Words]] = {
    Kind.UNIVERSAL: _("Universal control group"),
    Kind.CAMPAIGN: pgettext_lazy("experiment", "Campaign"),
    Kind.AUTOMATION: pgettext_lazy("experiment", "Automation"),
    Kind.PAGE: pgettext_lazy("experiment", "Page"),
    Kind.OFFER: pgettext_lazy("experiment", "Offer"),
    Kind.PROGRAMME: pgettext_lazy("experiment", "Loyalty programme"),
}
STATES: Final[dict[str, Words]] = {
    State.DRAFT: pgettext_lazy("experiment", "Draft"),
    State.RUNNING: pgettext_lazy("experiment", "Running"),
    State.FINISHED: pgettext_lazy("experiment", "Ended"),
}
METRICS: Final[dict[str, Words]] = {
    "revenue": _("Net sales"),
    "margin": pgettext_lazy("experiment", "Profit margin"),
    "net_margin": pgettext_lazy("experiment", "Profit margin after points"),
    "orders": _("Orders"),
    "buyers": pgettext_lazy("experiment", "Buyers"),
    "unsubscribes": pgettext_lazy("experiment", "Unsubscribes"),
}
DEFINITIONS: Final[dict[str, Words]] = {
    "revenue": _(
        "What counted orders were charged after discounts, less what was refunded, for each person."
    ),
    "margin": _("Net sales without tax, less what the goods cost, for each person."),
    "net_margin": _(
        "Net sales without tax, less what the goods cost, less the points that were awarded and not taken back, at what they "
        "were worth at the beginning and as if all of them were spent, for each person."
    ),
    "orders": _("Counted orders for each person."),
    "buyers": _("The share of people with a counted order."),
    "unsubscribes": _("The share of people who took back a consent to marketing."),
}
TITLES: Final[dict[Answer, Words]] = {
    Answer.EFFECT: _("An effect is seen"),
    Answer.NO_EFFECT_SEEN: _("No effect is seen"),
    Answer.TOO_EARLY: _("Too early to say"),
    Answer.NO_CONTROL: _("Nobody was kept aside"),
    Answer.SAMPLE_RATIO_BROKEN: _("People were not divided as planned"),
    Answer.COSTS_UNKNOWN: _("Too many costs are unknown"),
}
TONES: Final[dict[Answer, str]] = {
    Answer.NO_CONTROL: "warning",
    Answer.SAMPLE_RATIO_BROKEN: "error",
    Answer.COSTS_UNKNOWN: "warning",
}
# The picture of an interval is so many units wide, with a little air at both ends.
PICTURE_WIDTH: Final = 400
PICTURE_AIR: Final = 16


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A comparison in words, and its interval as places of a picture."""

    name: str
    said: str
    low: str
    high: str
    relative: str
    total: str  # with its margin, where an effect is seen; else ""
    total_low: str
    total_high: str
    detectable: str
    gain: str
    zero_x: int
    low_x: int
    high_x: int
    value_x: int


def name_experiment(name: str, kind: str) -> str:
    """The universal group is called so in the reader's language; others as their makers called them."""
    return str(KINDS[Kind.UNIVERSAL]) if kind == Kind.UNIVERSAL else name


def say_variant(key: str, name: str) -> str:
    if name:
        return name
    return {
        CONTROL: gettext("Control group"),
        TREATED: pgettext("experiment", "Treated"),
    }.get(key, key)


def say_metric(metric: Metric) -> str:
    """An event without words of its own is shown as it is called."""
    return str(METRICS.get(metric.key, metric.event))


def say_definition(metric: Metric) -> str:
    told = DEFINITIONS.get(metric.key)
    return str(told) if told else gettext("The share of people with this event.")


def say_value(metric: Metric, value: float | None, currency: str) -> str:
    """A figure per person."""
    if value is None:
        return format_number(None)
    if metric.is_money:
        return isolate(format_money(round(value), currency, get_language() or ""))
    return isolate(format_percent(value, 2) if metric.shape == "share" else format_number(value, 3))


def say_difference(metric: Metric, value: float | None, currency: str) -> str:
    """In words, not by a sign that the other direction would turn over."""
    if value is None:
        return format_number(None)
    amount = _say_points(value) if metric.shape == "share" else say_value(metric, abs(value), currency)
    if value == 0:
        return gettext("no difference")
    if value > 0:
        return pgettext("difference", "%(amount)s more") % {"amount": amount}
    return pgettext("difference", "%(amount)s less") % {"amount": amount}


def _say_points(value: float) -> str:
    return gettext("%(points)s percentage points") % {"points": isolate(format_number(abs(value) * 100, 2))}


def say_answer(reading: Reading, currency: str) -> str:
    """Why this answer, and what to do."""
    match reading.answer:
        case Answer.EFFECT:
            return gettext("Chance alone would hardly bring such a difference: the interval leaves zero out.")
        case Answer.NO_EFFECT_SEEN:
            return _say_nothing_seen(reading, currency)
        case Answer.TOO_EARLY:
            return _say_early(reading)
        case Answer.NO_CONTROL:
            return gettext(
                "Without a control group nobody can tell what would have happened anyway, so no effect is claimed. "
                "Keep some people aside next time."
            )
        case Answer.SAMPLE_RATIO_BROKEN:
            return gettext(
                "Chance alone divides people so unevenly less than once in a thousand times. Something is broken, for instance "
                "messages that reach one group only, so no effect is read."
            )
        case Answer.COSTS_UNKNOWN:
            return gettext(
                "More than %(share)s of the orders don't tell what their goods cost, so no margin is told. Import a list "
                "of products with their costs."
            ) % {"share": isolate(format_percent(UNKNOWN_COSTS_MAX, 0))}


def _say_nothing_seen(reading: Reading, currency: str) -> str:
    told = gettext("The interval holds zero: what is seen may be chance.")
    least = min((one.detectable for one in reading.comparisons if one.detectable), default=None)
    if least is None:
        return told
    size = (
        _say_points(least) if reading.metric.shape == "share" else say_value(reading.metric, least, currency)
    )
    seen = gettext("So many people would have shown a difference of %(size)s in 4 of 5 cases.")
    return f"{told} {seen % {'size': size}}"


def _say_early(reading: Reading) -> str:
    few = gettext(
        "It takes at least %(people)s people in each group, of whom some %(active)s did something."
    ) % {
        "people": isolate(format_number(PEOPLE_MIN)),
        "active": isolate(format_number(ACTIVE_MIN)),
    }
    if reading.ready_at is None:
        return few
    day = isolate(format_date(reading.ready_at.date(), get_language() or ""))
    if min(group.people for group in reading.groups) < PEOPLE_MIN:
        told = gettext("On %(day)s everybody will have been watched to the end.") % {"day": day}
        return f"{told} {few}"
    return gettext("On %(day)s everybody will have been watched to the end; then it can be said.") % {
        "day": day
    }


def say_people(count: int) -> str:
    return ngettext("%(shown)s person", "%(shown)s people", count) % {"shown": isolate(format_number(count))}


def say_share(share_bp: int) -> str:
    digits = 0 if share_bp % 100 == 0 else 2
    return isolate(format_percent(share_bp / SHARE_WHOLE, digits))


def show_comparison(comparison: Comparison, group: Group, metric: Metric, currency: str) -> Shown | None:
    """None where there is no interval to show."""
    effect = comparison.effect
    if effect.value is None or effect.low is None or effect.high is None:
        return None
    left, right = min(effect.low, 0.0), max(effect.high, 0.0)
    width = (right - left) or 1.0

    def place(value: float) -> int:
        return round(PICTURE_AIR + (value - left) / width * (PICTURE_WIDTH - 2 * PICTURE_AIR))

    relative = effect.relative
    # of a difference that may be chance no sum is made: it would look like money that came in
    has_total = effect.is_seen and (metric.is_money or metric.key == "orders")
    return Shown(
        name=say_variant(group.key, group.name),
        said=_say_per_person(metric, say_difference(metric, effect.value, currency)),
        low=say_difference(metric, effect.low, currency),
        high=say_difference(metric, effect.high, currency),
        relative="" if relative.value is None else format_change(relative.value),
        total=_say_total(metric, effect.value * group.n, currency) if has_total else "",
        total_low=_say_total(metric, effect.low * group.n, currency) if has_total else "",
        total_high=_say_total(metric, effect.high * group.n, currency) if has_total else "",
        detectable=(
            ""
            if comparison.detectable is None
            else _say_points(comparison.detectable)
            if metric.shape == "share"
            else say_value(metric, comparison.detectable, currency)
        ),
        gain="" if not effect.gain or effect.gain < 0.005 else isolate(format_percent(effect.gain, 0)),
        zero_x=place(0.0),
        low_x=place(effect.low),
        high_x=place(effect.high),
        value_x=place(effect.value),
    )


def _say_per_person(metric: Metric, said: str) -> str:
    """A share is of all people, not of one."""
    if metric.shape == "share":
        return said
    return pgettext("experiment", "%(said)s per person") % {"said": said}


def name_column(metric: Metric) -> str:
    """Over the figures of the groups."""
    label = say_metric(metric)
    if metric.shape == "share":
        return label
    return pgettext("experiment", "%(metric)s per person") % {"metric": label}


def find_tone(reading: Reading) -> str:
    """The colour of the answer: an effect is good news only where every one that is seen is what one wishes for."""
    seen = [one.effect for one in reading.comparisons if one.effect.is_seen]
    if reading.answer is not Answer.EFFECT:
        return TONES.get(reading.answer, "")
    is_good = all(((one.value or 0) > 0) != reading.metric.is_harm for one in seen)
    return "good" if is_good else "warning"


def _say_total(metric: Metric, total: float, currency: str) -> str:
    if metric.is_money:
        return say_difference(metric, total, currency)
    count = isolate(format_number(abs(round(total))))
    more = pgettext("difference", "%(amount)s more")
    return (more if total >= 0 else pgettext("difference", "%(amount)s less")) % {"amount": count}
