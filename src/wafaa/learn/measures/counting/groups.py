"""Breakdowns: the counted orders and refunds with the group that each belongs to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import ibis
from ibis.expr.types import Table

from wafaa.learn.facts.engine import OpenFacts
from wafaa.learn.measures.counting.rfm import add_rfm_groups
from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.periods import month_of
from wafaa.learn.measures.rules import Breakdown, Question


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """Orders and refunds with the group that each belongs to.

    `touches`: (group, customer_id, place), every order at least once: enough to know who ordered and when.
    `list_orders`: the orders that a condition leaves, once per group, with what they brought there.
    `names`: what a value of `group` is called: (key, label).
    """

    touches: Table
    list_orders: Callable[[Callable[[Table], Any]], Table]
    refunds: Table
    names: dict[Any, tuple[str, str]] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        return ["group"] if "group" in self.touches.columns else []

    def find_name(self, group: Any) -> tuple[str, str]:
        return self.names.get(group) or (("", "") if group is None else (str(group), str(group)))


def _group_orders(
    scope: Scope, orders: Table, refunds: Table, names: dict[Any, tuple[str, str]] | None = None
) -> Grouped:
    """Where every order belongs to one group as a whole."""
    return Grouped(
        touches=orders,
        list_orders=lambda keep: scope.add_firsts(orders.filter(keep(orders))),
        refunds=refunds,
        names=names or {},
    )


def list_ungrouped(scope: Scope) -> Grouped:
    """All orders and refunds of the scope, as one group."""
    return _group_orders(scope, scope.orders, scope.refunds)


def list_grouped(scope: Scope, by: Breakdown) -> Grouped:
    """Store, channel and country choose orders; category chooses lines; RFM group and acquisition month choose customers."""
    if by == "store":
        return _group_by_store(scope)
    if by in {"channel", "country"}:
        return _group_by_word(scope, by)
    if by == "category":
        return _group_by_category(scope)
    if by == "rfm_group":
        groups = add_rfm_groups(scope).select("customer_id", "group")
        return _group_by_customer(scope, groups, {})
    return _group_by_acquisition_month(scope)


def _group_by_store(scope: Scope) -> Grouped:
    stores = scope.facts.tables["stores"]
    names = {row["store_id"]: (str(row["store_id"]), row["name"] or row["code"]) for row in scope.run(stores)}
    return _group_orders(
        scope,
        scope.orders.mutate(group=scope.orders.store_id),
        scope.refunds.mutate(group=scope.refunds.store_id),
        names,
    )


def _group_by_word(scope: Scope, column: str) -> Grouped:
    orders = scope.facts.tables["orders"]
    words = orders.select("order_id", group=orders[column].fill_null(""))
    return _group_orders(
        scope,
        scope.orders.join(words, "order_id"),
        scope.refunds.mutate(group=scope.refunds[column].fill_null("")),
    )


def _group_by_category(scope: Scope) -> Grouped:
    """The amounts of the category's lines stand for the order's; an order may be in several categories."""
    numbered = scope.facts.derive("numbered_categories", lambda: _number_categories(scope), scope.queries)
    found = scope.run(numbered.select("group", "category").distinct())
    names = {row["group"]: (row["category"],) * 2 for row in found}
    nameless = next((number for number, (name, _) in names.items() if not name), None)

    lines = scope.facts.tables["order_lines"]
    lines = lines.filter(lines.counted).select("order_id", "product_id", "amount_minor")

    def list_orders(keep: Callable[[Table], Any]) -> Table:
        orders = scope.add_firsts(scope.orders.filter(keep(scope.orders)))
        orders = orders.select("order_id", "customer_id", "day", "first_day", "is_repeat")
        joined = _add_group(orders.join(lines, "order_id"), numbered, nameless)
        return joined.group_by([*orders.columns, "group"]).aggregate(
            gross_minor=joined.amount_minor.sum(), lines=joined.count()
        )

    touched = scope.orders.select("order_id", "customer_id", "place").join(
        lines.drop("amount_minor"), "order_id"
    )
    given_back = scope.facts.tables["refund_lines"]
    given_back = _add_group(given_back.select("refund_id", "product_id", "amount_minor"), numbered, nameless)
    amounts = given_back.group_by(["refund_id", "group"]).aggregate(
        amount_minor=given_back.amount_minor.sum()
    )
    return Grouped(
        touches=_add_group(touched, numbered, nameless).drop("order_id"),
        list_orders=list_orders,
        refunds=scope.refunds.drop("amount_minor").join(amounts, "refund_id"),
        names=names,
    )


def _number_categories(scope: Scope) -> Table:
    """Products with a small number for their category: the engine groups by it with less work than by a name.

    As a table of its own, since only then the engine knows how small the numbers are.
    """
    products = scope.facts.tables["products"]
    products = products.select("product_id", category=products.category.fill_null(""))
    number = ibis.dense_rank().over(order_by=products.category)
    return products.mutate(group=number.cast("int32"))


def _add_group(lines: Table, numbered: Table, nameless: int | None) -> Table:
    """Lines without a product belong to those without a category."""
    joined = lines.left_join(numbered.drop("category"), "product_id")
    group = joined.group if nameless is None else joined.group.fill_null(nameless)
    return joined.select(*lines.drop("product_id").columns, group=group)


def _group_by_acquisition_month(scope: Scope) -> Grouped:
    customers = scope.customers
    months = customers.select("customer_id", group=index_month(customers.first_day))
    ends = scope.run_one(months.aggregate(first=months.group.min(), last=months.group.max()))
    if ends["first"] is None:
        return _group_by_customer(scope, months, {})
    keys = {index: f"{month_of(index):%Y-%m}" for index in range(ends["first"], ends["last"] + 1)}
    return _group_by_customer(scope, months, {index: (key, key) for index, key in keys.items()})


def list_customers_by(
    facts: OpenFacts, question: Question, by: Literal["rfm_group", "acquisition_month"], queries: list[str]
) -> Table:
    """(customer_id, group) of whoever ordered, for what is no order: an answer, say. The facts' lock must be held."""
    scope = Scope(facts=facts, question=question, queries=queries)
    if by == "rfm_group":
        return add_rfm_groups(scope).select("customer_id", "group")
    customers = scope.customers
    return customers.select("customer_id", group=customers.first_day.strftime("%Y-%m"))


def _group_by_customer(scope: Scope, groups: Table, names: dict[Any, tuple[str, str]]) -> Grouped:
    refunds = scope.refunds.left_join(groups, "customer_id").select(*scope.refunds.columns, "group")
    return _group_orders(scope, scope.orders.join(groups, "customer_id"), refunds, names)


def index_month(day: Any) -> Any:
    """Months since the year 0, as periods.month_index."""
    return day.year().cast("int32") * 12 + day.month().cast("int32") - 1
