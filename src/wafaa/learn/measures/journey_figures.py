"""From what was counted of visits, milestones and stages to figures with their margins. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from wafaa.know.journey.rules import STAGES, Stage
from wafaa.learn.measures.rules import Figure, StageRow, Unit
from wafaa.science.intervals import Interval, mean_interval, wilson_interval

MONTH_DAYS = 30
HOURS_A_DAY = 24
MINUTES_AN_HOUR = 60


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The median of `n` values."""

    n: int
    median: Interval


@dataclass(frozen=True, kw_only=True)
class JourneyCounts:
    """The sufficient statistics of one period; `silence` is in days, `first_reply` in minutes, `refund_time` in hours."""

    visits: int
    visitors: int
    pages: int
    page_squares: int
    active: int
    interactions: int
    interaction_squares: int
    checkouts: int
    paid_checkouts: int
    deliveries: int
    on_time: int
    returns: int
    undescribed: int
    silence: Spread
    first_reply: Spread
    refund_time: Spread


def make_journey_figures(counts: JourneyCounts, days: int) -> dict[str, Figure]:
    """Every measure of engagement and experience by its key, for a period of so many days."""
    often = mean_interval(counts.active, counts.interactions, counts.interaction_squares)
    figures = (
        Figure(measure="visits", unit="count", value=counts.visits, n=counts.visits),
        Figure(measure="visitors", unit="count", value=counts.visitors, n=counts.visitors),
        _mean(
            "pages_per_visit",
            mean_interval(counts.visits, counts.pages, counts.page_squares),
            counts.pages,
            counts.visits,
        ),
        _mean("interaction_frequency", _scale(often, MONTH_DAYS / days), counts.interactions, counts.active),
        _median("days_since_last_touch", "days", counts.silence, 1),
        make_rate("checkout_completion", counts.paid_checkouts, counts.checkouts),
        make_rate("delivered_on_time", counts.on_time, counts.deliveries),
        _median("first_reply_time", "hours", counts.first_reply, MINUTES_AN_HOUR),
        make_rate("not_as_described", counts.undescribed, counts.returns),
        _median("refund_time", "days", counts.refund_time, HOURS_A_DAY),
    )
    return {figure.measure: figure for figure in figures}


def make_stage_rows(masks: Mapping[int, int]) -> list[StageRow]:
    """The stages from how many people reached which of them: `masks` holds bits -> people."""
    return [_make_stage_row(stage, masks) for stage in STAGES]


def _make_stage_row(stage: Stage, masks: Mapping[int, int]) -> StageRow:
    base = next((one for one in STAGES if one.key == stage.base), None)
    before = _count_people(masks, base.bit) if base else 0
    both = _count_people(masks, base.bit | stage.bit) if base else 0
    return StageRow(
        stage=stage.key,
        base=stage.base,
        people=_count_people(masks, stage.bit),
        rate=make_rate(f"stage_{stage.key}", both, before),
    )


def _count_people(masks: Mapping[int, int], bits: int) -> int:
    return sum(people for mask, people in masks.items() if mask & bits == bits)


def make_rate(measure: str, numerator: int, denominator: int) -> Figure:
    return _figure(measure, "rate", wilson_interval(numerator, denominator), numerator, denominator)


def _mean(measure: str, interval: Interval, total: int, n: int) -> Figure:
    return _figure(measure, "number", interval, total, n)


def _median(measure: str, unit: Unit, spread: Spread, divisor: int) -> Figure:
    interval = _scale(spread.median, 1 / divisor)
    return Figure(
        measure=measure, unit=unit, value=interval.value, n=spread.n, low=interval.low, high=interval.high
    )


def _figure(measure: str, unit: Unit, interval: Interval, numerator: int, denominator: int) -> Figure:
    return Figure(
        measure=measure,
        unit=unit,
        value=interval.value,
        n=denominator,
        numerator=numerator,
        denominator=denominator,
        low=interval.low,
        high=interval.high,
    )


def _scale(interval: Interval, factor: float) -> Interval:
    value, low, high = (
        None if number is None else number * factor
        for number in (interval.value, interval.low, interval.high)
    )
    return Interval(value=value, low=low, high=high, reason=interval.reason)
