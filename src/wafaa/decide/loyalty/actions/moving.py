"""What is between earnings and the ledger: the difference of what should be and what was awarded moves, and is told.

The one file that knows how points move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.db import connection

from wafaa.act.points.actions import open_wallets, reverse_award
from wafaa.act.points.rules import Policy, Reversal
from wafaa.decide.loyalty.models import Earning, Member, Programme
from wafaa.decide.loyalty.queries.charging import count_charged
from wafaa.decide.loyalty.rules import AWARDED, JOINED, REVERSED
from wafaa.decide.loyalty.rules.charging import Charge, Kept, add_charges
from wafaa.decide.loyalty.rules.content import Worth
from wafaa.decide.loyalty.rules.refunding import Taken
from wafaa.decide.loyalty.rules.telling import choose_distinct_id
from wafaa.decide.loyalty.statements import ROOM, write_statement
from wafaa.kit import clock
from wafaa.kit.money import from_minor
from wafaa.kit.sql import load_sql, write_ids
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.orders.actions import list_decimals
from wafaa.stream.actions import record_events, record_selected
from wafaa.stream.rules import NewEvent

SOURCE: Final = "loyalty"


def move_differences(
    occasion_ids: Sequence[int],
    *,
    given: Sequence[int] = (),
    is_even: bool = False,
    refunding: int = 0,
    tells: bool = True,
) -> list[Taken]:
    """Members of these occasions are locked. Afterwards what was awarded is what it should be. Returns what was taken back.

    `given` are transfers that moved already, and are told with the others; after them all may be even. `refunding` is what a
    refund that nobody told yet would give back, in minor units of the order's currency.
    """
    values: dict[str, Any] = {"occasions": write_ids(occasion_ids), "refunding": refunding}
    transfers, surplus = list(given), []
    with connection.cursor() as cursor:
        lacks, exceeds = (False, False) if is_even else _find_differences(cursor, values)
        if lacks:
            cursor.execute(load_sql(ROOM, "list_owners"), values)
            for unit_id, customer_ids in cursor.fetchall():
                open_wallets(unit_id=unit_id, customer_ids=customer_ids)
            cursor.execute(write_statement("award"), values)
            transfers += [transfer for (transfer,) in cursor.fetchall()]
        if exceeds:
            cursor.execute(load_sql(ROOM, "list_surplus"), values)
            surplus = [Surplus(*row) for row in cursor.fetchall()]
    note_refunded(occasion_ids)
    kept = _find_kept(surplus)
    taken = [part for one in surplus for part in _take_back(one, kept.get(one.order_id or 0))]
    if tells:
        _tell_awarded(transfers)
        _tell_reversed(surplus, taken)
    return taken


def _find_differences(cursor: Any, values: dict[str, Any]) -> tuple[bool, bool]:
    cursor.execute(load_sql(ROOM, "find_differences"), values)
    lacks, exceeds = cursor.fetchone()
    return lacks, exceeds


def note_refunded(occasion_ids: Sequence[int]) -> None:
    """What came back of their orders so far pays no charge later; minded only where a programme charges."""
    if Programme.objects.filter(policy=Policy.CHARGE).exists():
        with connection.cursor() as cursor:
            cursor.execute(load_sql(ROOM, "note_refunded"), {"occasions": write_ids(occasion_ids)})


def _tell_awarded(transfers: Sequence[int]) -> None:
    if transfers:
        record_selected(
            query=load_sql(ROOM, "tell_awarded"),
            values={
                "transfers": write_ids(transfers),
                "name": AWARDED,
                "now": clock.now(),
                "source": SOURCE,
                "decimals": list_decimals(),
            },
        )


def tell_joined(member_ids: Sequence[int], *, tells: bool = True) -> None:
    """Of those who became members by buying, at the moment of their order."""
    if tells:
        record_selected(
            query=load_sql(ROOM, "tell_joined"),
            values={"members": list(member_ids), "name": JOINED, "source": SOURCE},
        )


@dataclass(frozen=True)
class Surplus:
    """A row of sql/list_surplus.sql."""

    occasion_id: int
    rule: int
    amount: int
    moves: int
    transfers: list[int]
    lefts: list[int]
    policy: str
    programme: Any
    version: int
    kind: str
    order_id: int | None
    order: Any
    currency: str | None
    free: int
    member_id: int
    unit: str
    worth_points: int | None
    worth_minor: int | None
    worth_currency: str | None

    @property
    def worth(self) -> Worth | None:
        """By the version that awarded; of the main unit only."""
        if not (self.worth_points and self.worth_minor and self.worth_currency):
            return None
        return Worth(points=self.worth_points, minor=self.worth_minor, currency=self.worth_currency)

    @property
    def charge(self) -> Worth | None:
        """What is charged by, where there is a refund that can pay it; anything else is owed."""
        is_payable = self.policy == Policy.CHARGE and self.free > 0
        return self.worth if is_payable and self.worth and self.worth.currency == self.currency else None

    @property
    def holding(self) -> Policy:
        is_owed = self.policy == Policy.CHARGE and self.charge is None
        return Policy.OWE if is_owed else Policy(self.policy)

    @property
    def cause(self) -> dict[str, Any]:
        told = {
            "programme": str(self.programme),
            "version": self.version,
            "rule": self.rule,
            "occasion": self.occasion_id,
            "reason": "refund" if self.order else self.kind,
        }
        charge = {"charge": msgspec.to_builtins(self.charge)} if self.charge else {}
        return told | charge | ({"order": str(self.order)} if self.order else {})


def _find_kept(surplus: Sequence[Surplus]) -> dict[int, Kept]:
    """By orders, with what earlier refunds kept back."""
    charged = {one.order_id: one for one in surplus if one.charge and one.order_id}
    return {
        order_id: Kept(free_minor=one.free, points=count_charged(order_id=order_id))
        for order_id, one in charged.items()
    }


def _take_back(one: Surplus, kept: Kept | None) -> list[Taken]:
    """From the latest award of the earning first."""
    rest, lefts, taken, now = one.amount, list(one.lefts), [], clock.now()
    for place in reversed(range(len(lefts))):
        part = min(rest, lefts[place])
        if part == 0:
            continue
        back = reverse_award(
            key=f"loyalty:{one.occasion_id}:{one.rule}:{one.moves}:{place}",
            award_id=one.transfers[place],
            amount=part,
            at=now,
            policy=one.holding,
            charged_max=kept.count_payable(one.occasion_id, one.charge, part)
            if kept and one.charge
            else None,
            cause=one.cause,
        )
        lefts[place] -= part
        rest -= part
        charge = None
        if kept and one.charge and back.forgiven:
            charge = kept.keep(one.occasion_id, one.charge, back.forgiven, one.unit)
        taken.append(_make_taken(one, part, back, charge))
    Earning.objects.filter(occasion_id=one.occasion_id, rule=one.rule).update(
        awarded=sum(lefts), lefts=lefts, moves=one.moves + 1
    )
    return taken


def _make_taken(one: Surplus, amount: int, back: Reversal, charge: Charge | None) -> Taken:
    return Taken(
        occasion_id=one.occasion_id,
        rule=one.rule,
        unit=one.unit,
        amount=amount,
        own=back.own,
        others=back.others,
        owed=back.owed,
        forgiven=0 if charge else back.forgiven,
        charge=charge,
    )


def _tell_reversed(surplus: Sequence[Surplus], taken: Sequence[Taken]) -> None:
    """One event for each earning of a member who is known."""
    if not surplus:
        return
    customers = dict(
        Member.objects.filter(pk__in={one.member_id for one in surplus}, customer__isnull=False).values_list(
            "pk", "customer_id"
        )
    )
    ids = list_distinct_ids(set(customers.values()))
    now, events = clock.now(), []
    for one in surplus:
        known = ids.get(customers.get(one.member_id, 0))
        if not known:
            continue
        parts = [part for part in taken if (part.occasion_id, part.rule) == (one.occasion_id, one.rule)]
        events.append(
            NewEvent(
                message_id=f"points-back:{one.occasion_id}:{one.rule}:{one.moves}",
                type="track",
                name=REVERSED,
                distinct_id=choose_distinct_id(known),
                occurred_at=now,
                properties={
                    **{
                        key: value
                        for key, value in one.cause.items()
                        if key not in {"rule", "occasion", "charge"}
                    },
                    "rules": [one.rule],
                    "unit": one.unit,
                    "points": one.amount,
                    "owed": sum(part.owed for part in parts),
                    "forgiven": sum(part.forgiven for part in parts),
                    **_say_charge(parts),
                },
                source=SOURCE,
            )
        )
    record_events(events=events)


def _say_charge(parts: Sequence[Taken]) -> dict[str, Any]:
    """Of one earning there is at most one."""
    charges = add_charges(part.charge for part in parts if part.charge)
    if not charges:
        return {}
    one = charges[0]
    return {
        "charged": one.points,
        "charge": str(from_minor(one.minor, one.currency)),
        "currency": one.currency,
    }
