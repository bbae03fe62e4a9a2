"""The joins of a statement and its values: each thing that conditions ask of is read once, however many ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from wafaa.kit.sql import load_sql
from wafaa.learn.segments.rules import Moment
from wafaa.learn.segments.rules import tree as t

ROOM = "wafaa.learn.segments"
# What a condition will be when it changes, where that is not known beforehand.
UNKNOWN: Final = "NULL::boolean"


def fill(name: str, parts: Mapping[str, str]) -> str:
    """A statement of this room with /*name*/ replaced by each part."""
    sql = load_sql(ROOM, name).split("\n", 1)[1]  # without its comment, which stands once
    for key, part in parts.items():
        sql = sql.replace(f"/*{key}*/", part)
    return sql.strip()


@dataclass
class Items:
    """What happened, reduced for each customer by the columns that conditions asked for."""

    alias: str
    file: str
    parts: dict[str, str]
    columns: dict[str, str] = field(default_factory=dict)  # expression -> name
    starts: list[str | None] = field(
        default_factory=list
    )  # of the windows: what is older for all is not read
    time: str = "bought.ordered_at"
    customer: str = "bought.customer_id"

    def add(self, expression: str) -> str:
        """The column of an aggregate, as the statement names it."""
        name = self.columns.setdefault(expression, f"c{len(self.columns) + 1}")
        return f"{self.alias}.{name}"


class Flips(StrEnum):
    """How the moments are counted at which answers may change: to the microsecond, no later than that, or not at all."""

    EXACT = "exact"
    ROUGH = "rough"
    NONE = "none"


class Parts:
    """Collects what a statement needs. `ids`: for these customers only; `narrow`: what must hold of the customer's row."""

    def __init__(self, ids: Sequence[int] | None, moment: Moment, flips: Flips) -> None:
        self.moment, self.flips = moment, flips
        self.values: dict[str, Any] = {}
        self.narrow: list[str] = []
        self._items: dict[tuple[Any, ...], Items] = {}
        self._joins: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._known: dict[str, str] = {}
        self.ids = None if ids is None else self.add(list(ids), "bigint[]")

    def add(self, value: Any, kind: str) -> str:
        """A value's place in the statement; the same value stands there once."""
        key = f"{kind} {value!r}"
        if key not in self._known:
            name = f"v{len(self.values) + 1}"
            self.values[name] = value
            self._known[key] = f"%({name})s::{kind}"
        return self._known[key]

    def get_orders(self, where: t.Where) -> Items:
        if not where.asks_for_lines:
            return self._get_items(("orders",), "items_orders", {})
        asked = []
        for column, wanted in (("sku", where.products), ("category", where.categories)):
            if wanted:
                asked.append(f"product.{column} = ANY ({self.add(list(wanted), 'text[]')})")
        key = ("lines", where.products, where.categories)
        return self._get_items(key, "items_lines", {"products": " AND ".join(asked)})

    def get_events(self, name: str) -> Items:
        items = self._get_items(("events", name), "items_events", {"name": self.add(name, "varchar")})
        items.time, items.customer = "event.occurred_at", "known.customer_id"
        return items

    def _get_items(self, key: tuple[Any, ...], file: str, parts: dict[str, str]) -> Items:
        if key not in self._items:
            self._items[key] = Items(alias=f"i{len(self._items) + 1}", file=file, parts=parts)
        return self._items[key]

    def get_join(self, file: str, **parts: str) -> str:
        """The alias of a join that needs no columns of its own."""
        key = (file, *parts.values())
        if key not in self._joins:
            alias = f"j{len(self._joins) + 1}"
            ids = f"AND known.customer_id = ANY ({self.ids})" if self.ids else ""
            self._joins[key] = (alias, fill(file, {**parts, "alias": alias, "ids": ids}))
        return self._joins[key][0]

    def write_joins(self) -> str:
        return "\n".join(
            [*(sql for _alias, sql in self._joins.values()), *map(self._write_items, self._items.values())]
        )

    def write_narrow(self, row: str = "person") -> str:
        return "".join(f" AND {one.replace('person.', f'{row}.')}" for one in self.narrow)

    def _write_items(self, items: Items) -> str:
        # the narrowing is read along: the planner then starts from the few customers
        is_narrow = bool(self.narrow) and not self.ids
        whose = f"JOIN know_customers_customer AS whose ON whose.id = {items.customer}{self.write_narrow('whose')}"
        starts = [start for start in items.starts if start]
        within = f"AND {items.time} >= least({', '.join(starts)})" if len(starts) == len(items.starts) else ""
        inner = fill(
            items.file,
            {
                **items.parts,
                "whose": whose if is_narrow else "",
                "ids": f"AND {items.customer} = person.id" if self.ids else "",
                "within": within if starts else "",
            },
        )
        columns = ", ".join(f"{expression} AS {name}" for expression, name in items.columns.items())
        file = "join_items_each" if self.ids else "join_items"
        return fill(file, {"columns": columns, "items": inner, "alias": items.alias})
