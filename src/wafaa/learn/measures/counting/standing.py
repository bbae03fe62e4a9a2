"""What the facts hold in all, and what no figure counts."""

from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.rules import Standing


def count_standing(scope: Scope) -> Standing:
    """Over all stores and times."""
    currency, manifest = scope.question.currency, scope.facts.manifest
    orders = scope.facts.tables["orders"]
    reduced = orders.group_by("currency").aggregate(
        orders=orders.count(),
        counted=orders.count(where=orders.counted),
        lines=orders.counted_lines.sum(where=orders.counted),
        first=orders.day.min(where=orders.counted),
        last=orders.day.max(where=orders.counted),
        anonymous=orders.count(where=orders.customer_id.isnull() & (orders.counted_lines > 0)),
        anonymous_gross=orders.gross_minor.sum(
            where=orders.customer_id.isnull() & (orders.counted_lines > 0)
        ),
    )
    rows = {row["currency"]: row for row in scope.run(reduced)}
    own = rows.get(currency, {})
    counted = orders.filter(orders.counted, orders.currency == currency)
    customers = scope.run_one(counted.aggregate(customers=counted.customer_id.nunique()))["customers"]
    return Standing(
        facts_version=manifest.version,
        facts_at=manifest.synced_at.isoformat(),
        first_day=own.get("first"),
        last_day=own.get("last"),
        as_of=scope.question.as_of,
        orders=sum(row["orders"] for row in rows.values()),
        counted_orders=own.get("counted", 0),
        counted_lines=own.get("lines") or 0,
        customers=customers,
        orders_without_customer=sum(row["anonymous"] for row in rows.values()),
        gross_without_customer_minor=own.get("anonymous_gross") or 0,
        orders_in_other_currencies={
            name: row["counted"] for name, row in sorted(rows.items()) if name != currency and row["counted"]
        },
    )
