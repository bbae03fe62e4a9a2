"""Questions about how things are spread: days between orders, and gross over customers."""

import ibis

from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.rules import Gaps, Pareto
from wafaa.science.histogram import find_quantiles
from wafaa.science.pareto import find_concentration


def count_gaps(scope: Scope) -> Gaps:
    """Whole local days between consecutive counted orders of a customer; with a period, those whose later order lies in it."""
    orders = scope.orders
    # Orders of one day stand 0 days apart in whatever order they come, so that sorting by day alone is enough.
    in_time = ibis.window(group_by=orders.customer_id, order_by=orders.day)
    pairs = orders.select("day", before=orders.day.lag().over(in_time))
    pairs = pairs.filter(pairs.before.notnull())
    if scope.question.period:
        pairs = pairs.filter(pairs.day >= scope.period.start, pairs.day < scope.period.end)
    gaps = pairs.select(days=pairs.day.delta(pairs.before, unit="day").cast("int64"))
    reduced = gaps.group_by("days").aggregate(count=gaps.count())
    histogram = sorted((row["days"], row["count"]) for row in scope.run(reduced))
    quartiles = find_quantiles(
        [days for days, _ in histogram], [count for _, count in histogram], (0.25, 0.5, 0.75)
    )
    lower, median, upper = quartiles.values
    return Gaps(
        histogram=histogram,
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
        receipt=scope.write_receipt(),
    )


def count_pareto(scope: Scope) -> Pareto:
    """From the histogram of what customers spent in the period."""
    if scope.question.period is None and scope.question.stores is None:
        customers = scope.customers
    else:
        orders = scope.orders
        orders = orders.filter(orders.day >= scope.period.start, orders.day < scope.period.end)
        customers = orders.group_by("customer_id").aggregate(gross_minor=orders.gross_minor.sum())
    found = find_concentration(*scope.count_values(customers.select("gross_minor")))
    return Pareto(
        customers=found.members,
        gross_minor=found.total,
        curve=[(percent / 100, share) for percent, share in enumerate(found.shares)],
        top_20_share=found.shares[20] if found.shares else None,
        customers_for_80=found.members_for_80,
        receipt=scope.write_receipt(),
    )
