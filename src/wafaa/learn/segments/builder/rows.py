"""One condition as it stands in a form: what it is about, and what was typed. Everything is text until it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

# What a row may be about that is no field of the profile; profile.<field> and profile.own.<key> come besides.
HISTORIES: Final = (
    "orders.count",
    "orders.sum",
    "orders.average",
    "orders.first",
    "orders.last",
    "store.ordered",
    "store.visited",
    "event.count",
    "event.first",
    "event.last",
)
MEMBERSHIPS: Final = ("rfm", "pareto", "segment", "consent")
FIRST_KIND: Final = "orders.count"
VALUES_MAX: Final = 1_000
TEXT_MAX: Final = 2_000

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """`id` names its fields in the form; rows of one `group` are joined the other way than groups are."""

    id: int
    group: int
    what: str
    is_not: bool = False
    values: Values = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        given = self.values.get(name, ())
        return given[0].strip() if given else default

    def list(self, name: str) -> list[str]:
        """What was typed or ticked, blanks left out."""
        return [text for one in self.values.get(name, ()) if (text := one.strip())]

    def named(self, name: str) -> str:
        return f"r{self.id}-{name}"

    def with_values(self, **values: Any) -> "Row":
        return replace(self, values={**self.values, **values})


def make_values(**given: Any) -> dict[str, list[str]]:
    """Values of a row as a form holds them; what is None is left out."""
    values: dict[str, list[str]] = {}
    for name, one in given.items():
        if one is None:
            continue
        many = one if isinstance(one, list | tuple) else [one]
        values[name] = [str(each) for each in many]
    return values
