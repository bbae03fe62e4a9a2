"""Visits, milestones and orders with the person whose they are: the ground that the journey is counted on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis
from ibis.expr.types import Table

from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.rules import Period

TABLES = ("travellers", "touches", "visits", "milestones")
# What counts as one interaction, besides a visit and an order.
INTERACTIONS = ("Support Conversation Started", "Support Call Ended", "Store Entered")


def within(day: Any, period: Period) -> Any:
    return (day >= ibis.literal(period.start)) & (day < ibis.literal(period.end))


@dataclass(frozen=True)
class Ways:
    """`person` is the customer's id, or the negative of the traveller's where nobody knows who that is."""

    scope: Scope

    @property
    def is_told(self) -> bool:
        """Facts of files, and those written before there were journeys, know of none."""
        return all(name in self.scope.facts.tables for name in TABLES)

    def count_told(self) -> dict[str, int]:
        """How many visits there are, and milestones by kind, up to as-of."""
        if not self.is_told:
            return {}
        tables, as_of = self.scope.facts.tables, ibis.literal(self.scope.question.as_of)
        visits = tables["visits"].filter(tables["visits"].day < as_of)
        milestones = tables["milestones"].filter(tables["milestones"].day < as_of)
        kinds = milestones.group_by("kind").aggregate(count=milestones.count())
        told = {row["kind"]: row["count"] for row in self.scope.run(kinds)}
        return told | self.scope.run_one(visits.aggregate(visits=visits.count()))

    @cached_property
    def people(self) -> Table:
        travellers = self.scope.facts.tables["travellers"]
        return travellers.select(
            "traveller_id",
            "customer_id",
            person=ibis.coalesce(travellers.customer_id, -travellers.traveller_id),
        )

    @cached_property
    def visits(self) -> Table:
        return self._up_to_now(self._derive("visits"))

    @cached_property
    def milestones(self) -> Table:
        return self._up_to_now(self._derive("milestones"))

    @cached_property
    def touches(self) -> Table:
        return self._up_to_now(self._with_people("touches"))

    @cached_property
    def orders(self) -> Table:
        return self.scope.counted

    @cached_property
    def interactions(self) -> Table:
        """(customer_id, day) of every visit, conversation, call, stay in a store and order of a known customer."""
        steps = self.milestones.filter(self.milestones.step.isin(INTERACTIONS))
        parts = [part.select("customer_id", "day") for part in (self.visits, steps, self.orders)]
        union = ibis.union(*parts)
        return union.filter(union.customer_id.notnull())

    def list_steps(self, *steps: str) -> Table:
        return self.milestones.filter(self.milestones.step.isin(steps))

    def _derive(self, name: str) -> Table:
        """With people once per version of the facts: a score of questions asks for it."""
        return self.scope.facts.derive(f"ways_{name}", lambda: self._with_people(name), self.scope.queries)

    def _with_people(self, name: str) -> Table:
        return self.scope.facts.tables[name].join(self.people, "traveller_id")

    def _up_to_now(self, table: Table) -> Table:
        return table.filter(table.day < ibis.literal(self.scope.question.as_of))


def seconds_between(later: Any, earlier: Any) -> Any:
    return later.delta(earlier, unit="second").cast("int64")


def count_histogram(scope: Scope, values: Table) -> tuple[list[int], list[int]]:
    """The different values of a table with one column, and how often each is there."""
    (name,) = values.columns
    rows = scope.run(values.group_by(name).aggregate(count=values.count()))
    return [int(row[name]) for row in rows], [row["count"] for row in rows]
