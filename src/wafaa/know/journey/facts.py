"""What the journey room gives to learning."""

from collections.abc import Mapping

from wafaa.kit.facts import ColumnType, FactTable
from wafaa.kit.sql import load_sql


def _declare(name: str, key: str, columns: Mapping[str, ColumnType]) -> FactTable:
    def sql(part: str) -> str:
        return load_sql("wafaa.know.journey", f"facts_{name}{part}")

    return FactTable(
        name=name,
        key=key,
        columns=columns,
        rows_sql=sql(""),
        changed_sql=sql("_changed"),
        bounds_sql=sql("_bounds"),
    )


JOURNEY_FACTS: tuple[FactTable, ...] = (
    _declare("travellers", "traveller_id", {"traveller_id": "int64", "customer_id": "int64"}),
    _declare(
        "touches",
        "touch_id",
        {"touch_id": "int64", "traveller_id": "int64", "name": "string", "at": "timestamp", "day": "date"},
    ),
    _declare(
        "visits",
        "visit_id",
        {
            "visit_id": "int64",
            "traveller_id": "int64",
            "at": "timestamp",
            "day": "date",
            "seconds": "int32",
            "pages": "int32",
            "events": "int32",
            "stages": "int32",
            "channel": "string",
        },
    ),
    _declare(
        "milestones",
        "milestone_id",
        {
            "milestone_id": "int64",
            "traveller_id": "int64",
            "order_id": "int64",
            "kind": "string",
            "subject": "string",
            "step": "string",
            "at": "timestamp",
            "day": "date",
            "due_at": "timestamp",
            "reason": "string",
        },
    ),
)
