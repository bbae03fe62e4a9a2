"""Cohorts: customers by the month of their first order, and what they did in each month after."""

from datetime import timedelta

from wafaa.learn.measures.counting.groups import index_month
from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.periods import month_index, month_of
from wafaa.learn.measures.rules import Cohort, Cohorts


def count_cohorts(scope: Scope) -> Cohorts:
    """A period narrows to customers first seen in it, and to orders before its end."""
    end = min(scope.question.as_of, scope.period.end)
    orders = scope.orders.filter(scope.orders.day < end)
    monthly = orders.select("customer_id", "gross_minor", month=index_month(orders.day))
    per_month = monthly.group_by(["customer_id", "month"]).aggregate(gross_minor=monthly.gross_minor.sum())
    firsts = scope.customers.filter(scope.customers.first_day >= scope.period.start)
    firsts = firsts.select("customer_id", cohort=index_month(firsts.first_day))
    seen = per_month.join(firsts, "customer_id")
    cells = seen.group_by(["cohort", "month"]).aggregate(
        active=seen.count(), gross_minor=seen.gross_minor.sum()
    )
    found = {(row["cohort"], row["month"]): row for row in scope.run(cells)}
    if scope.question.stores is None:
        # everyone was active in their first month
        customers = {cohort: row["active"] for (cohort, month), row in found.items() if cohort == month}
    else:
        sizes = seen.group_by("cohort").aggregate(customers=seen.customer_id.nunique())
        customers = {row["cohort"]: row["customers"] for row in scope.run(sizes)}
    last = month_index(end - timedelta(days=1))
    nothing = {"active": 0, "gross_minor": 0}
    cohorts = []
    for cohort, size in sorted(customers.items()):
        cells_of_cohort = [found.get((cohort, month), nothing) for month in range(cohort, last + 1)]
        cohorts.append(
            Cohort(
                month=month_of(cohort),
                customers=size,
                active=[cell["active"] for cell in cells_of_cohort],
                gross_minor=[cell["gross_minor"] for cell in cells_of_cohort],
            )
        )
    return Cohorts(cohorts=cohorts, receipt=scope.write_receipt())
