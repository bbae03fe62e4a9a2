"""What the reviews room gives to learning."""

from wafaa.kit.facts import FactTable
from wafaa.kit.sql import load_sql


def _sql(part: str) -> str:
    return load_sql("wafaa.listen.reviews", f"facts_reviews{part}")


REVIEW_FACTS: tuple[FactTable, ...] = (
    FactTable(
        name="reviews",
        key="review_id",
        columns={
            "review_id": "int64",
            "customer_id": "int64",
            "product_id": "int64",
            "order_id": "int64",
            "store_id": "int32",
            "rating": "int32",
            "state": "string",
            "origin": "string",
            "language": "string",
            "is_verified": "bool",
            "at": "timestamp",
            "day": "date",
        },
        rows_sql=_sql(""),
        changed_sql=_sql("_changed"),
        bounds_sql=_sql("_bounds"),
    ),
)
