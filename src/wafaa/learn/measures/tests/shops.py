"""Small random shops as plain rows, and as facts."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from wafaa.learn.facts.actions import write_facts
from wafaa.learn.facts.parquet import make_schema

RIYADH = ZoneInfo("Asia/Riyadh")
FIRST_DAY = date(2024, 1, 15)

COLUMNS = {
    "orders": {
        "order_id": "int64", "customer_id": "int64", "at": "timestamp", "day": "date", "store_id": "int32",
        "channel": "string", "country": "string", "currency": "string", "counted": "bool", "counted_lines": "int32",
        "gross_minor": "int64", "cost_minor": "int64", "discount_minor": "int64", "tax_minor": "int64",
        "shipping_minor": "int64",
    },
    "order_lines": {
        "order_id": "int64", "ordinal": "int32", "product_id": "int64", "quantity": "decimal", "amount_minor": "int64",
        "cost_minor": "int64", "counted": "bool",
    },
    "refunds": {
        "refund_id": "int64", "order_id": "int64", "customer_id": "int64", "at": "timestamp", "day": "date",
        "store_id": "int32", "channel": "string", "country": "string", "currency": "string", "amount_minor": "int64",
    },
    "refund_lines": {"refund_id": "int64", "ordinal": "int32", "product_id": "int64", "amount_minor": "int64"},
    "customers": {"customer_id": "int64", "country": "string", "city": "string", "language": "string"},
    "products": {"product_id": "int64", "sku": "string", "name": "string", "category": "string"},
    "stores": {"store_id": "int32", "code": "string", "name": "string"},
}  # fmt: skip


@dataclass
class Shop:
    """Rows of every fact table, as dictionaries."""

    tables: dict[str, list[dict]]

    def write(self, folder: Path) -> None:
        write_facts(
            folder,
            {
                name: pa.Table.from_pylist(self.tables[name], schema=make_schema(columns))
                for name, columns in COLUMNS.items()
            },
        )


def make_shop(seed: int) -> Shop:
    """Few customers, many ties: equal times, equal days, orders and lines that do not count, two currencies."""
    chance = random.Random(seed)
    shop = Shop({name: [] for name in COLUMNS})
    shop.tables["stores"] = [{"store_id": n, "code": f"S{n}", "name": ""} for n in (1, 2, 3)]
    shop.tables["products"] = [
        {"product_id": n, "sku": f"P{n}", "name": f"Product {n}", "category": category}
        for n, category in enumerate(["cups", "cups", "plates", "", "قهوة"], start=1)
    ]
    people = chance.randint(1, 25)
    for order_id in range(1, chance.randint(0, 120) + 1):
        _add_order(shop, chance, order_id, people)
    for refund_id in range(1, chance.randint(0, 15) + 1):
        _add_refund(shop, chance, refund_id, people)
    return shop


def _when(chance: random.Random) -> dict:
    hours = chance.choice([0, 0, 12, 21, 22, 23])
    at = datetime(2024, 1, 15, tzinfo=RIYADH) + timedelta(days=chance.randint(0, 500), hours=hours)
    return {"at": at.astimezone(UTC).replace(tzinfo=None), "day": at.date()}


def _where(chance: random.Random) -> dict:
    return {
        "store_id": chance.choice([None, 1, 1, 2]),
        "channel": chance.choice(["", "web", "till"]),
        "country": chance.choice(["", "SA"]),
        "currency": chance.choice(["SAR", "SAR", "SAR", "USD"]),
        "customer_id": None,
    }


def _add_order(shop: Shop, chance: random.Random, order_id: int, people: int) -> None:
    lines = [
        {
            "order_id": order_id,
            "ordinal": ordinal,
            "product_id": chance.choice([None, 1, 2, 3, 4, 5]),
            "quantity": 1,
            "amount_minor": chance.choice([100, 250, 99_999_999_999, chance.randint(0, 10_000)]),
            "cost_minor": None,
            "counted": chance.random() < 0.9,
        }
        for ordinal in range(1, chance.randint(1, 4) + 1)
    ]
    counted = [line for line in lines if line["counted"]]
    order = {"order_id": order_id, **_when(chance), **_where(chance)}
    order["customer_id"] = (
        chance.choice([None, *range(1, people + 1)]) if chance.random() < 0.2 else chance.randint(1, people)
    )
    order |= {
        "counted": order["customer_id"] is not None and bool(counted),
        "counted_lines": len(counted),
        "gross_minor": sum(line["amount_minor"] for line in counted),
        "cost_minor": None,
        "discount_minor": 0,
        "tax_minor": 0,
        "shipping_minor": 0,
    }
    shop.tables["orders"].append(order)
    shop.tables["order_lines"] += lines


def _add_refund(shop: Shop, chance: random.Random, refund_id: int, people: int) -> None:
    lines = [
        {
            "refund_id": refund_id,
            "ordinal": n,
            "product_id": chance.choice([None, 1, 3, 4]),
            "amount_minor": chance.randint(1, 900),
        }
        for n in range(1, chance.randint(1, 3) + 1)
    ]
    refund = {"refund_id": refund_id, "order_id": None, **_when(chance), **_where(chance)}
    refund["customer_id"] = chance.choice([None, *range(1, people + 3)])
    refund["amount_minor"] = sum(line["amount_minor"] for line in lines)
    shop.tables["refunds"].append(refund)
    shop.tables["refund_lines"] += lines
