"""From reduced integers to figures with their margins. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from wafaa.learn.measures.rules import Figure, Unit
from wafaa.science.intervals import Interval, mean_interval, ratio_interval, wilson_interval


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The sufficient statistics of one group in one period; the engine gives nothing else.

    `gross_squares` sums over orders; `orders_squares`, `part_squares`, `part_products` and `whole_squares` over the period's
    customers, where part is a customer's gross from repeat orders and whole all their gross.
    """

    orders: int = 0
    lines: int = 0
    gross: int = 0
    gross_squares: int = 0
    repeat_gross: int = 0
    customers: int = 0
    new_customers: int = 0
    orders_squares: int = 0
    part_squares: int = 0
    part_products: int = 0
    whole_squares: int = 0
    once_or_more: int = 0
    twice_or_more: int = 0
    live_at_start: int = 0
    live_at_end: int = 0
    retained: int = 0
    won_back: int = 0
    refund_count: int = 0
    refunds: int = 0


def make_figures(counts: Counts) -> dict[str, Figure]:
    """Every measure of the summary by its key."""
    plain = {figure.measure: figure for figure in _make_plain(counts)}
    return plain | {key: make(counts) for key, make in _RATIOS.items()}


def _make_plain(counts: Counts) -> list[Figure]:
    lapsed = counts.live_at_start - counts.retained
    return [
        _plain("gross", "money", counts.gross, counts.orders),
        _plain("refunds", "money", counts.refunds, counts.refund_count),
        _plain("net", "money", counts.gross - counts.refunds, counts.orders),
        _plain("orders", "count", counts.orders, counts.orders),
        _plain("lines", "count", counts.lines, counts.lines),
        _plain("customers", "count", counts.customers, counts.customers),
        _plain("new_customers", "count", counts.new_customers, counts.customers),
        _plain("returning_customers", "count", counts.customers - counts.new_customers, counts.customers),
        _plain("live_customers", "count", counts.live_at_end, counts.live_at_end),
        _plain("retained_customers", "count", counts.retained, counts.live_at_start),
        _plain("won_back_customers", "count", counts.won_back, counts.live_at_end),
        _plain("lapsed_customers", "count", lapsed, counts.live_at_start),
    ]


def _plain(measure: str, unit: Unit, value: int, n: int) -> Figure:
    return Figure(measure=measure, unit=unit, value=value, n=n)


def _average_order_value(counts: Counts) -> Figure:
    interval = mean_interval(counts.orders, counts.gross, counts.gross_squares)
    return _ratio("average_order_value", "money", interval, counts.gross, counts.orders)


def _purchase_frequency(counts: Counts) -> Figure:
    interval = mean_interval(counts.customers, counts.orders, counts.orders_squares)
    return _ratio("purchase_frequency", "orders", interval, counts.orders, counts.customers)


def _repeat_purchase_rate(counts: Counts) -> Figure:
    interval = wilson_interval(counts.twice_or_more, counts.once_or_more)
    return _ratio("repeat_purchase_rate", "rate", interval, counts.twice_or_more, counts.once_or_more)


def _repeat_revenue_share(counts: Counts) -> Figure:
    """A share of money, not of people: its margin comes from how customers differ, not from Wilson."""
    found = ratio_interval(
        counts.customers,
        part=counts.repeat_gross,
        whole=counts.gross,
        part_squares=counts.part_squares,
        products=counts.part_products,
        whole_squares=counts.whole_squares,
    )
    low = None if found.low is None else max(0.0, found.low)
    high = None if found.high is None else min(1.0, found.high)
    return Figure(
        measure="repeat_revenue_share",
        unit="rate",
        value=found.value,
        n=counts.customers,
        numerator=counts.repeat_gross,
        denominator=counts.gross,
        low=low,
        high=high,
    )


def _retention_rate(counts: Counts) -> Figure:
    interval = wilson_interval(counts.retained, counts.live_at_start)
    return _ratio("retention_rate", "rate", interval, counts.retained, counts.live_at_start)


def _churn_rate(counts: Counts) -> Figure:
    lapsed = counts.live_at_start - counts.retained
    return _ratio(
        "churn_rate", "rate", wilson_interval(lapsed, counts.live_at_start), lapsed, counts.live_at_start
    )


def _textbook_retention_rate(counts: Counts) -> Figure:
    """(E - N) / S. Not a share of the S, since E holds the won-back: no interval, and it may pass 1 or fall below 0."""
    kept, start = counts.live_at_end - counts.new_customers, counts.live_at_start
    interval = Interval(value=kept / start if start else None)
    return _ratio("textbook_retention_rate", "rate", interval, kept, start)


def _ratio(measure: str, unit: Unit, interval: Interval, numerator: int, denominator: int) -> Figure:
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


_RATIOS: dict[str, Callable[[Counts], Figure]] = {
    "average_order_value": _average_order_value,
    "purchase_frequency": _purchase_frequency,
    "repeat_purchase_rate": _repeat_purchase_rate,
    "repeat_revenue_share": _repeat_revenue_share,
    "retention_rate": _retention_rate,
    "churn_rate": _churn_rate,
    "textbook_retention_rate": _textbook_retention_rate,
}
