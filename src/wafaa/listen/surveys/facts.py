"""What surveys give to learning: how people came through them, and one row for each number or choice that was answered.

Nothing that was written in words, no contact and no file goes into the facts.
"""

from collections.abc import Mapping

from wafaa.kit.facts import ColumnType, FactTable
from wafaa.kit.sql import load_sql


def _declare(name: str, key: str, columns: Mapping[str, ColumnType]) -> FactTable:
    def sql(part: str) -> str:
        return load_sql("wafaa.listen.surveys", f"facts_{name}{part}")

    return FactTable(
        name=name,
        key=key,
        columns=columns,
        rows_sql=sql(""),
        changed_sql=sql("_changed"),
        bounds_sql=sql("_bounds"),
        part_rows=131_072,
        part_rows_min=32_768,
    )


SURVEY_FACTS: tuple[FactTable, ...] = (
    _declare(
        "responses",
        "response_id",
        {
            "response_id": "int64",
            "survey_id": "int64",
            "version": "int32",
            "collector_id": "int64",
            "customer_id": "int64",
            "state": "string",
            "channel": "string",
            "touchpoint": "string",
            "agent": "string",
            "store_id": "int32",
            "product_id": "int64",
            "language": "string",
            "started_at": "timestamp",
            "at": "timestamp",
            "day": "date",
            "seconds": "int32",
            "last_page": "int32",
            "last_question": "string",
            "is_test": "bool",
            "is_flagged": "bool",
        },
    ),
    _declare(
        "answers",
        "answer_id",
        {
            "answer_id": "int64",
            "response_id": "int64",
            "survey_id": "int64",
            "version": "int32",
            "question": "string",
            "type": "string",
            "measure": "string",
            "value": "int32",
            "choice": "string",
            "points": "int32",
            "collector_id": "int64",
            "customer_id": "int64",
            "channel": "string",
            "touchpoint": "string",
            "agent": "string",
            "store_id": "int32",
            "product_id": "int64",
            "language": "string",
            "at": "timestamp",
            "day": "date",
            "is_complete": "bool",
            "is_test": "bool",
        },
    ),
)
