"""Small surveys as plain rows, and as facts, for tests: what CORE's tables would hold."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from wafaa.learn.facts.actions import write_facts
from wafaa.learn.facts.parquet import make_schema
from wafaa.learn.measures.tests.shops import COLUMNS as SHOP_COLUMNS

COLUMNS = {
    "responses": {
        "response_id": "int64", "survey_id": "int64", "version": "int32", "collector_id": "int64",
        "customer_id": "int64", "state": "string", "channel": "string", "touchpoint": "string", "agent": "string",
        "store_id": "int32", "product_id": "int64", "language": "string", "started_at": "timestamp",
        "at": "timestamp", "day": "date", "seconds": "int32",
        "last_page": "int32", "last_question": "string", "is_test": "bool", "is_flagged": "bool",
    },
    "answers": {
        "answer_id": "int64", "response_id": "int64", "survey_id": "int64", "version": "int32", "question": "string",
        "type": "string", "measure": "string", "value": "int32", "choice": "string", "points": "int32",
        "collector_id": "int64", "customer_id": "int64", "channel": "string", "touchpoint": "string", "agent": "string",
        "store_id": "int32", "product_id": "int64", "language": "string", "at": "timestamp", "day": "date", "is_complete": "bool",
        "is_test": "bool",
    },
}  # fmt: skip
WHERE = {
    "channel": "mail",
    "touchpoint": "",
    "agent": "",
    "store_id": None,
    "product_id": None,
    "collector_id": None,
    "language": "ar",
}
# (question, type, value, choice) or with the measure and the points of the scale behind it
Said = tuple[Any, ...]


@dataclass
class Answered:
    """Responses as they would come in; `answer` adds one."""

    tables: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in (*COLUMNS, *SHOP_COLUMNS)}
    )

    def answer(
        self,
        *said: Said,
        day: date = date(2026, 3, 1),
        survey: int = 1,
        state: str = "complete",
        customer: int | None = None,
        seconds: int = 60,
        is_test: bool = False,
        is_flagged: bool = False,
        **where: Any,
    ) -> None:
        number = len(self.tables["responses"]) + 1
        shared = {
            "response_id": number,
            "survey_id": survey,
            "version": 1,
            "customer_id": customer,
            "at": datetime.combine(day, time(9), UTC).replace(tzinfo=None),
            "day": day,
            "is_test": is_test,
            **WHERE,
            **where,
        }
        self.tables["responses"].append(
            {
                **shared,
                "state": state,
                "started_at": shared["at"],
                "seconds": seconds,
                "last_page": 1,
                "last_question": said[-1][0] if said and state in {"started", "partial"} else "",
                "is_flagged": is_flagged,
            }
        )
        for one in said:
            question, type_, value, choice, measure, points = (*one, *(None,) * (6 - len(one)))
            self.tables["answers"].append(
                {
                    **shared,
                    "answer_id": len(self.tables["answers"]) + 1,
                    "question": question,
                    "type": type_,
                    "measure": measure or "",
                    "value": value,
                    "choice": choice or "",
                    "points": points,
                    "is_complete": state == "complete",
                }
            )

    def buy(self, customer: int, day: date, amount: int = 10_000, product: int | None = None) -> None:
        number = len(self.tables["orders"]) + 1
        self.tables["orders"].append(
            {
                "order_id": number, "customer_id": customer, "at": datetime.combine(day, time(10)), "day": day,
                "store_id": None, "channel": "web", "country": "SA", "currency": "SAR", "counted": True,
                "counted_lines": 1, "gross_minor": amount, "cost_minor": None, "discount_minor": 0, "tax_minor": 0,
                "shipping_minor": 0,
            }
        )  # fmt: skip
        self.tables["order_lines"].append(
            {
                "order_id": number, "ordinal": 1, "product_id": product, "quantity": 1, "amount_minor": amount,
                "cost_minor": None, "counted": True,
            }
        )  # fmt: skip

    def give_back(self, product: int, day: date, amount: int) -> None:
        number = len(self.tables["refunds"]) + 1
        self.tables["refunds"].append(
            {
                "refund_id": number, "order_id": 1, "customer_id": 1, "at": datetime.combine(day, time(10)), "day": day,
                "store_id": None, "channel": "web", "country": "SA", "currency": "SAR", "amount_minor": amount,
            }
        )  # fmt: skip
        self.tables["refund_lines"].append(
            {"refund_id": number, "ordinal": 1, "product_id": product, "amount_minor": amount}
        )

    def write(self, folder: Path) -> Path:
        write_facts(
            folder,
            {
                name: pa.Table.from_pylist(self.tables[name], schema=make_schema(columns))
                for name, columns in (COLUMNS | SHOP_COLUMNS).items()
            },
        )
        return folder
