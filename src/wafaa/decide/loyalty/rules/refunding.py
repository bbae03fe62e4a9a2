"""What a refund undoes, in values. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from wafaa.decide.loyalty.rules.charging import Charge, add_charges


@dataclass(frozen=True, kw_only=True)
class RefundLine:
    """Goods that come back, by the product's number as the order names it."""

    sku: str
    pieces: Decimal
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was taken back of an earning, and where from; what was spent already is owed, forgiven or charged."""

    occasion_id: int
    rule: int
    unit: str
    amount: int
    own: int
    others: int
    owed: int
    forgiven: int
    charge: Charge | None

    @property
    def charged(self) -> int:
        return self.charge.points if self.charge else 0


@dataclass(frozen=True, kw_only=True)
class Given:
    """What comes in addition, where a better rule comes to hold."""

    unit: str
    points: int


@dataclass(frozen=True, kw_only=True)
class Returned:
    """Points that were spent for the order and would come back; told by rooms that stand on this one."""

    id: UUID
    name: dict[str, str]  # language -> words
    unit: str
    points: int


@dataclass(frozen=True, kw_only=True)
class Restood:
    """A tier that the member would hold afterwards instead of another, "" and no words being none; told in the same way."""

    programme_id: UUID
    set_code: str  # of its programme's sets
    before: str
    after: str
    before_name: dict[str, str]  # language -> words
    after_name: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would be taken back, part by part; and what would be given, by unit."""

    taken: tuple[Taken, ...]
    given: tuple[Given, ...]
    returned: tuple[Returned, ...] = ()
    tiers: tuple[Restood, ...] = ()

    @property
    def points(self) -> int:
        return sum(one.amount for one in self.taken) - sum(one.points for one in self.given)

    @property
    def charges(self) -> list[Charge]:
        return add_charges(one.charge for one in self.taken if one.charge)
