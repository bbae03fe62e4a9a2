"""The figures as cards, and what they mean: labels, margins and definitions come from the measures room."""

from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wafaa.learn.measures.definitions import MEASURES
from wafaa.learn.measures.rules import Figure
from wafaa.show import words
from wafaa.show.report.rules import Figures

# What an owner wants to know first; retention follows from the last lapse window
SHOWN = (
    "customers",
    "orders",
    "gross",
    "refunds",
    "net",
    "average_order_value",
    "purchase_frequency",
    "repeat_purchase_rate",
    "repeat_revenue_share",
    "live_customers",
)
IN_WINDOW = ("retention_rate",)
# Without refunds net is gross again
ONLY_WITH_REFUNDS = {"refunds", "net"}
# A longer number is set smaller, so that it stays in one line
LONG_TEXT = 10


@dataclass(frozen=True, kw_only=True)
class Card:
    key: str
    label: str
    value: SafeString
    margin: SafeString
    n: SafeString
    is_long: bool


@dataclass(frozen=True, kw_only=True)
class Definition:
    key: str
    label: str
    definition: str
    formula: str


def list_cards(figures: Figures) -> list[Card]:
    """The key figures; refunds only where there are any, rates only where there is something to divide by."""
    currency = figures.question.currency
    refunds = figures.whole.total.figures.get("refunds")
    left_out = set() if refunds and refunds.value else ONLY_WITH_REFUNDS
    chosen = [figures.whole.total.figures.get(key) for key in SHOWN if key not in left_out]
    chosen += [figures.window.total.figures.get(key) for key in IN_WINDOW]
    cards = [_make_card(found, currency) for found in chosen if found and found.value is not None]
    return [*cards, *_make_gap_card(figures)]


def _make_card(found: Figure, currency: str) -> Card:
    return Card(
        key=found.measure,
        label=str(MEASURES[found.measure].label),
        value=words.figure(found, currency),
        margin=_write_margin(found, currency),
        n=_write_base(found),
        is_long=len(strip_tags(words.figure(found, currency))) > LONG_TEXT,
    )


def _make_gap_card(figures: Figures) -> list[Card]:
    """The median gap has no measure of its own; its quartiles are its spread."""
    gaps = figures.gaps
    if gaps.median is None:
        return []
    spread = words.say(
        _("half lie between {low} and {high}"),
        low=words.number(gaps.lower_quartile),
        high=words.number(gaps.upper_quartile),
    )
    label, value = _("Days to the next order (median)"), words.number(gaps.median)
    return [Card(key="gaps", label=label, value=value, margin=spread, n=words.say(""), is_long=False)]


def _write_margin(found: Figure, currency: str) -> SafeString:
    if found.low is None or found.high is None:
        return words.say("")
    return words.say(
        _("95% margin: {low} to {high}"),
        low=words.quantity(found.low, found.unit, currency),
        high=words.quantity(found.high, found.unit, currency),
    )


def _write_base(found: Figure) -> SafeString:
    is_of_people = found.unit == "rate" and found.measure != "repeat_revenue_share"
    if not is_of_people or not found.denominator or found.numerator is None:
        return words.say("")
    return words.say(
        _("{part} of {whole}"), part=words.number(found.numerator), whole=words.number(found.denominator)
    )


def list_definitions() -> list[Definition]:
    """Every measure of the report, in the order of the cards, then the others."""
    first = [key for key in (*SHOWN, *IN_WINDOW) if key in MEASURES]
    keys = [*first, *(key for key in MEASURES if key not in first)]
    return [
        Definition(
            key=key,
            label=str(MEASURES[key].label),
            definition=str(MEASURES[key].definition),
            formula=str(MEASURES[key].formula),
        )
        for key in keys
    ]
