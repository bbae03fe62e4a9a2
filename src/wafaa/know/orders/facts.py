"""What the orders room gives to learning."""

from collections.abc import Mapping

from wafaa.kit.facts import ColumnType, FactTable
from wafaa.kit.sql import load_sql


def _declare(name: str, key: str, columns: Mapping[str, ColumnType], *, part_rows: int = 65_536) -> FactTable:
    def sql(part: str) -> str:
        return load_sql("wafaa.know.orders", f"facts_{name}{part}")

    return FactTable(
        name=name,
        key=key,
        columns=columns,
        rows_sql=sql(""),
        changed_sql=sql("_changed"),
        bounds_sql=sql("_bounds"),
        part_rows=part_rows,
    )


ORDER_FACTS: tuple[FactTable, ...] = (
    _declare(
        "orders",
        "order_id",
        {
            "order_id": "int64",
            "customer_id": "int64",
            "at": "timestamp",
            "day": "date",
            "store_id": "int32",
            "channel": "string",
            "country": "string",
            "currency": "string",
            "counted": "bool",
            "counted_lines": "int32",
            "gross_minor": "int64",
            "cost_minor": "int64",
            "discount_minor": "int64",
            "tax_minor": "int64",
            "shipping_minor": "int64",
        },
    ),
    _declare(
        "order_lines",
        "order_id",
        {
            "order_id": "int64",
            "ordinal": "int32",
            "product_id": "int64",
            "quantity": "decimal",
            "amount_minor": "int64",
            "cost_minor": "int64",
            "counted": "bool",
        },
    ),
    _declare(
        "refunds",
        "refund_id",
        {
            "refund_id": "int64",
            "order_id": "int64",
            "customer_id": "int64",
            "at": "timestamp",
            "day": "date",
            "store_id": "int32",
            "channel": "string",
            "country": "string",
            "currency": "string",
            "amount_minor": "int64",
        },
    ),
    _declare(
        "refund_lines",
        "refund_id",
        {"refund_id": "int64", "ordinal": "int32", "product_id": "int64", "amount_minor": "int64"},
    ),
    _declare(
        "products",
        "product_id",
        {"product_id": "int64", "sku": "string", "name": "string", "category": "string"},
    ),
    _declare("stores", "store_id", {"store_id": "int32", "code": "string", "name": "string"}),
)
