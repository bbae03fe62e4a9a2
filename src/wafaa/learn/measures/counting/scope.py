"""What a question is about: the counted orders, refunds and customers within its currency, stores and as-of day."""

import time
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import ibis
import numpy as np
from ibis.expr.types import Table

from wafaa.learn.facts.engine import OpenFacts
from wafaa.learn.measures.rules import Period, Question, Receipt

IntegerArray = np.ndarray[Any, np.dtype[np.int64]]
EPOCH = date(1970, 1, 1)
# More order ids than any shop will have, and room for a million days above them in 64 bits.
PLACES = 1 << 42


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One question to one version of the facts; collects the SQL that it runs. The facts' lock must be held."""

    facts: OpenFacts
    question: Question
    queries: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def run(self, expression: Any) -> list[dict[str, Any]]:
        """The rows of an expression that reduces the facts to few."""
        rows: list[dict[str, Any]] = self.facts.run(expression, self.queries).to_pylist()
        return rows

    def run_one(self, expression: Any) -> dict[str, Any]:
        return self.run(expression)[0]

    def count_values(self, values: Table) -> tuple[IntegerArray, IntegerArray]:
        """The different values of a table with one column of integers, and how often each is there.

        By DLPack, since Arrow's own to_numpy loads pandas, which takes longer than many a question.
        """
        counted = self.facts.run(
            values.group_by(values.columns).aggregate(count=values.count()), self.queries
        )
        found, counts = (np.from_dlpack(column.combine_chunks()) for column in counted.columns)
        return found.astype(np.int64, copy=False), counts.astype(np.int64, copy=False)

    @cached_property
    def counted(self) -> Table:
        """All counted orders of the shop in the currency up to as-of; made once per version of the facts.

        `place`: see place_in_time.
        """
        return self.facts.derive(f"counted_orders_{self._suffix}", self._make_counted, self.queries)

    @cached_property
    def customers(self) -> Table:
        """One row per customer with a counted order, over all stores: first and last, how many, how much."""
        return self.facts.derive(f"customer_base_{self._suffix}", self._make_customers, self.queries)

    @cached_property
    def orders(self) -> Table:
        """The counted orders of the question's stores."""
        return self.restrict(self.counted)

    @cached_property
    def refunds(self) -> Table:
        """Refunds to identified customers in the currency, of the question's stores."""
        refunds = self.facts.tables["refunds"]
        refunds = refunds.filter(
            refunds.customer_id.notnull(),
            refunds.currency == self.question.currency,
            refunds.day < self.question.as_of,
        )
        return self.restrict(refunds)

    @cached_property
    def scoped_customers(self) -> Table:
        """As `customers`, but of the question's stores only."""
        if self.question.stores is None:
            return self.customers
        orders = self.orders
        return orders.group_by("customer_id").aggregate(
            last_day=orders.day.max(), orders=orders.count(), gross_minor=orders.gross_minor.sum()
        )

    def add_firsts(self, orders: Table) -> Table:
        """Adds `first_day`, that of the customer's first counted order, and `is_repeat`: that one was strictly earlier."""
        joined = orders.join(self.customers.select("customer_id", "first_at", "first_day"), "customer_id")
        return joined.select(*orders.columns, "first_day", is_repeat=joined["at"] > joined.first_at)

    def restrict(self, table: Table) -> Table:
        if self.question.stores is None:
            return table
        if not self.question.stores:
            return table.filter(ibis.literal(False))
        return table.filter(table.store_id.isin(list(self.question.stores)))

    @cached_property
    def first_day(self) -> date | None:
        """The day of the first counted order."""
        day: date | None = self.run_one(self.customers.aggregate(day=self.customers.first_day.min()))["day"]
        return day

    @cached_property
    def period(self) -> Period:
        """The one asked for, else everything from the first counted order up to as-of."""
        as_of = self.question.as_of
        return self.question.period or Period(start=self.first_day or as_of, end=as_of)

    def write_receipt(self) -> Receipt:
        manifest = self.facts.manifest
        return Receipt(
            engine=self.facts.engine_name,
            query=";\n\n".join(dict.fromkeys(self.queries)),
            facts_version=manifest.version,
            facts_at=manifest.synced_at.isoformat(),
            as_of=self.question.as_of,
            period=self.period,
            computed_ms=round((time.perf_counter() - self.started) * 1000, 1),
        )

    @cached_property
    def _suffix(self) -> str:
        """What the derived tables depend on: nothing is cut off where as-of lies behind the last event."""
        last, as_of = self.facts.manifest.last_day, self.question.as_of
        day = "all" if last is None or as_of > last else f"{as_of:%Y%m%d}"
        return f"{self.question.currency.lower() or 'none'}_{day}"

    def _make_counted(self) -> Table:
        orders = self.facts.tables["orders"]
        orders = orders.filter(
            orders.counted, orders.currency == self.question.currency, orders.day < self.question.as_of
        )
        return orders.select(
            "order_id",
            "customer_id",
            "at",
            "day",
            "store_id",
            "gross_minor",
            lines=orders.counted_lines,
            place=place_in_time(orders.day, orders.order_id),
        )

    def _make_customers(self) -> Table:
        orders = self.counted
        return orders.group_by("customer_id").aggregate(
            first_at=orders["at"].min(),
            first_day=orders.day.min(),
            last_day=orders.day.max(),
            orders=orders.count(),
            gross_minor=orders.gross_minor.sum(),
        )


def place_in_time(day: Any, order_id: Any) -> Any:
    """Day and order as one number that sorts by day: its lowest and highest tell the days and whether there were two orders."""
    return day.delta(EPOCH, unit="day").cast("int64") * PLACES + order_id


def first_place(day: date) -> Any:
    """The lowest place that an order of this day can have."""
    return ibis.literal((day - EPOCH).days * PLACES, type="int64")
