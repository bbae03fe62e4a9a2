"""What to do today: rules that turn figures into advice, the most urgent first. Words and addresses come later."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from wafaa.learn.measures.rules import Figure, Gaps, Pareto, Rfm, Standing, Summary

Kind = Literal[
    "bring_orders",
    "bring_newer_orders",
    "win_back",
    "hold",
    "second_order",
    "refunds_up",
    "ask_for_phone",
    "lapse_window_short",
    "lapse_window_long",
    "depends_on_few",
    "other_currencies",
    "thank_the_best",
]

# The groups that one should speak to before they are gone, dearest first.
WIN_BACK_GROUP = "cannot_lose"
HOLD_GROUP = "at_risk"
BEST_GROUP = "champions"

# A week without orders is a closed shop or a file that was not brought.
STALE_DAYS = 7
# Beyond one order in ten the figures speak of a part of the shop only.
ANONYMOUS_SHARE = 0.10
# Refunds that grew by a quarter and by at least a point of gross are more than the usual up and down.
REFUND_GROWTH = 1.25
REFUND_POINTS = 0.01
# Fewer than one customer in ten bringing 80 % of gross is twice as steep as the rule of thumb, one in five.
FEW_SHARE = 0.10
FEW_CUSTOMERS_MIN = 50
# A window of more than four times the upper quartile sees a leaver long after the leaving.
WINDOW_TOO_LONG = 4


@dataclass(frozen=True, kw_only=True)
class Health:
    """Everything the rules look at. `single_buyers` bought once, longer ago than the median gap, and are still live.

    The standing is that of the whole shop: whoever sees some stores only gets no advice from it.
    """

    today: date
    lapse_window_days: int
    standing: Standing
    speaks_of_all_stores: bool = True
    summary: Summary | None = None
    rfm: Rfm | None = None
    gaps: Gaps | None = None
    pareto: Pareto | None = None
    single_buyers: int | None = None


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One thing to do: what was found, in numbers. Unused numbers stay None."""

    kind: Kind
    count: int = 0
    minor: int | None = None
    share: float | None = None
    share_before: float | None = None
    days: float | None = None
    days_upper: float | None = None
    day: date | None = None
    group: str = ""


def advise(health: Health) -> list[Advice]:
    """All advice that the figures give reason for, the most urgent first; never more than one of a kind."""
    if not health.standing.orders:
        return [Advice(kind="bring_orders")]
    return [
        *_on_stale_facts(health),
        *_on_group(health, WIN_BACK_GROUP, "win_back"),
        *_on_group(health, HOLD_GROUP, "hold"),
        *_on_second_orders(health),
        *_on_refunds(health),
        *_on_anonymous_orders(health),
        *_on_lapse_window(health),
        *_on_few(health),
        *_on_currencies(health),
        *_on_group(health, BEST_GROUP, "thank_the_best"),
    ]


def _on_stale_facts(health: Health) -> Iterator[Advice]:
    last = health.standing.last_day
    if last is not None and health.today - last > timedelta(days=STALE_DAYS):
        yield Advice(kind="bring_newer_orders", day=last)


def _on_group(health: Health, group: str, kind: Kind) -> Iterator[Advice]:
    for found in health.rfm.groups if health.rfm else ():
        if found.key == group and found.customers:
            yield Advice(kind=kind, group=group, count=found.customers, minor=found.gross_minor)


def _on_second_orders(health: Health) -> Iterator[Advice]:
    if health.single_buyers and health.gaps and health.gaps.median is not None:
        yield Advice(kind="second_order", count=health.single_buyers, days=health.gaps.median)


def _on_refunds(health: Health) -> Iterator[Advice]:
    if health.summary is None:
        return
    now = _share_of(health.summary.total.figures, "refunds", "gross")
    before = _share_of(health.summary.total.previous, "refunds", "gross")
    if now is None or before is None:
        return
    if now >= before * REFUND_GROWTH and now - before >= REFUND_POINTS:
        yield Advice(kind="refunds_up", share=now, share_before=before)


def _share_of(figures: dict[str, Figure], part: str, whole: str) -> float | None:
    if part not in figures or whole not in figures:
        return None
    above, below = figures[part].value, figures[whole].value
    return above / below if above is not None and below else None


def _on_anonymous_orders(health: Health) -> Iterator[Advice]:
    standing = health.standing
    if not health.speaks_of_all_stores:
        return
    share = standing.orders_without_customer / standing.orders
    if share >= ANONYMOUS_SHARE:
        yield Advice(
            kind="ask_for_phone",
            count=standing.orders_without_customer,
            minor=standing.gross_without_customer_minor,
            share=share,
        )


def _on_lapse_window(health: Health) -> Iterator[Advice]:
    gaps, window = health.gaps, health.lapse_window_days
    if gaps is None or gaps.median is None or not gaps.upper_quartile:
        return
    if window < gaps.upper_quartile:
        kind: Kind = "lapse_window_short"
    elif window > WINDOW_TOO_LONG * gaps.upper_quartile:
        kind = "lapse_window_long"
    else:
        return
    yield Advice(kind=kind, count=window, days=gaps.median, days_upper=gaps.upper_quartile)


def _on_few(health: Health) -> Iterator[Advice]:
    pareto = health.pareto
    if pareto is None or pareto.customers < FEW_CUSTOMERS_MIN:
        return
    share = pareto.customers_for_80 / pareto.customers
    if share <= FEW_SHARE:
        yield Advice(kind="depends_on_few", count=pareto.customers_for_80, share=share)


def _on_currencies(health: Health) -> Iterator[Advice]:
    apart = sum(health.standing.orders_in_other_currencies.values())
    if apart and health.speaks_of_all_stores:
        yield Advice(kind="other_currencies", count=apart)
