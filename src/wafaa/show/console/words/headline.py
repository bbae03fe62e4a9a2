"""The first sentence of Today: how many stayed, how many left, came back and came new."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wafaa.learn.measures.rules import Figure, Row
from wafaa.show.console.periods import MONTH, WHOLE, Chosen
from wafaa.show.words import number, say, within_days

# With fewer live customers at the start, "of 100" would pretend to a sample that was never there.
HUNDRED_MIN = 100


@dataclass(frozen=True, kw_only=True)
class Headline:
    """`sentence` says it, `margin` how sure that is, "" where there is nothing to be sure of."""

    sentence: SafeString
    margin: SafeString


def write_headline(row: Row, chosen: Chosen, *, is_too_early: bool = False) -> Headline:
    """What the figures of one period say about loyalty.

    Without customers who were live at the start (the whole history) or who could have lapsed (a young shop) it tells
    who came again instead.
    """
    retention = row.figures.get("retention_rate")
    if is_too_early or chosen.key == WHOLE or retention is None or retention.value is None:
        return _write_history(row)
    stayed = _say_stayed(retention, chosen)
    moves = _say_moves(row)
    return Headline(sentence=format_html("{} {}", stayed, moves), margin=_say_margin(retention))


def _say_stayed(retention: Figure, chosen: Chosen) -> SafeString:
    live, kept = retention.denominator or 0, retention.numerator or 0
    if live < HUNDRED_MIN:
        since = _say_since(chosen, live, exact=True)
        return say(since, live=number(live), kept=number(kept), days=within_days(chosen.period.days))
    share = round(100 * kept / live)
    if share == 100 and kept < live:
        share = 99
    since = _say_since(chosen, live, exact=False)
    return say(since, live=number(100), kept=number(share), days=within_days(chosen.period.days))


def _say_since(chosen: Chosen, live: int, *, exact: bool) -> str:
    if not exact:
        if chosen.key == MONTH:
            return _(
                "Of {live} customers who were live at the start of the month, {kept} still were at its end."
            )
        return _("Of {live} customers who were live {days} ago, {kept} still are.")
    if chosen.key == MONTH:
        return ngettext(
            "Of {live} customer who was live at the start of the month, {kept} still was at its end.",
            "Of {live} customers who were live at the start of the month, {kept} still were at its end.",
            live,
        )
    return ngettext(
        "Of {live} customer who was live {days} ago, {kept} still is.",
        "Of {live} customers who were live {days} ago, {kept} still are.",
        live,
    )


def _say_moves(row: Row) -> SafeString:
    lost, won_back, gained = (
        _count(row, key) for key in ("lapsed_customers", "won_back_customers", "new_customers")
    )
    return say(
        _("{lost}, {won_back} and {gained}."),
        lost=say_lost(lost),
        won_back=say_won_back(won_back),
        gained=say_gained(gained),
    )


def say_lost(count: int) -> SafeString:
    text = ngettext("You lost {count} customer", "You lost {count} customers", count)
    return say(text, count=number(count))


def say_won_back(count: int) -> SafeString:
    return say(ngettext("won back {count} customer", "won back {count}", count), count=number(count))


def say_gained(count: int) -> SafeString:
    text = ngettext("gained {count} new one", "gained {count} new ones", count)
    return say(text, count=number(count))


def say_customers(count: int) -> SafeString:
    return say(ngettext("{count} customer", "{count} customers", count), count=number(count))


def _say_margin(retention: Figure) -> SafeString:
    if retention.low is None or retention.high is None:
        return say("")
    return say(
        _("Margin of error: with 95% certainty between {low} and {high} of 100."),
        low=number(100 * retention.low, 1),
        high=number(100 * retention.high, 1),
    )


def _write_history(row: Row) -> Headline:
    customers = _count(row, "customers")
    if not customers:
        return Headline(sentence=say(_("No customer ordered in these days.")), margin=say(""))
    repeat = row.figures.get("repeat_purchase_rate")
    live = _count(row, "live_customers")
    text = ngettext(
        "{count} customer has ordered; {share} of 100 came again, {live} is live today.",
        "{count} customers have ordered; {share} of 100 came again, {live} are live today.",
        customers,
    )
    share = round(100 * repeat.value) if repeat and repeat.value is not None else 0
    return Headline(
        sentence=say(text, count=number(customers), share=number(share), live=number(live)), margin=say("")
    )


def _count(row: Row, key: str) -> int:
    figure = row.figures.get(key)
    return int(figure.value) if figure and figure.value is not None else 0
