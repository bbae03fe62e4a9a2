"""Hand-made answers of the measures, for tests of pages that need no facts."""

from datetime import date

from wafaa.learn.measures.rules import (
    Figure,
    Gaps,
    Pareto,
    Period,
    Receipt,
    Rfm,
    RfmGroup,
    Row,
    Standing,
)

AS_OF = date(2011, 12, 10)
PERIOD = Period(start=date(2011, 11, 10), end=AS_OF)
RECEIPT = Receipt(
    engine="duckdb",
    query="select 1",
    facts_version="v1",
    facts_at="2011-12-10T00:00:00+00:00",
    as_of=AS_OF,
    period=PERIOD,
    computed_ms=1.0,
)


def make_count(measure: str, value: int) -> Figure:
    return Figure(measure=measure, unit="count", value=value, n=value)


def make_money(measure: str, minor: int) -> Figure:
    return Figure(measure=measure, unit="money", value=minor, n=1)


def make_rate(
    measure: str, kept: int, of: int, low: float | None = None, high: float | None = None
) -> Figure:
    return Figure(
        measure=measure,
        unit="rate",
        value=kept / of if of else None,
        n=of,
        numerator=kept,
        denominator=of,
        low=low,
        high=high,
    )


def make_row(*figures: Figure, previous: tuple[Figure, ...] = ()) -> Row:
    return Row(
        group="",
        label="",
        figures={figure.measure: figure for figure in figures},
        previous={figure.measure: figure for figure in previous},
    )


def make_standing(**given) -> Standing:
    return Standing(
        **{
            "facts_version": "v1",
            "facts_at": "2011-12-10T00:00:00+00:00",
            "first_day": date(2010, 12, 1),
            "last_day": date(2011, 12, 9),
            "as_of": AS_OF,
            "orders": 1000,
            "counted_orders": 900,
            "counted_lines": 5000,
            "customers": 400,
            "orders_without_customer": 0,
            "gross_without_customer_minor": 0,
            "orders_in_other_currencies": {},
            **given,
        }
    )


def make_rfm(**customers: int) -> Rfm:
    groups = [
        RfmGroup(key=key, customers=count, gross_minor=count * 1000) for key, count in customers.items()
    ]
    return Rfm(cuts=None, cells=[], groups=groups, receipt=RECEIPT)


def make_gaps(median: float | None, upper: float | None = None) -> Gaps:
    return Gaps(histogram=[(7, 3)], lower_quartile=1.0, median=median, upper_quartile=upper, receipt=RECEIPT)


def make_pareto(customers: int, customers_for_80: int, top_20_share: float | None = 0.7459) -> Pareto:
    return Pareto(
        customers=customers,
        gross_minor=100_000,
        curve=[(0.0, 0.0), (0.2, top_20_share or 0.0), (1.0, 1.0)],
        top_20_share=top_20_share,
        customers_for_80=customers_for_80,
        receipt=RECEIPT,
    )
