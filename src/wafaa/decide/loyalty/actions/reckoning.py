"""Orders and other occasions to earnings: what each should have earned is judged anew, and the difference moves.

There is one way for a first look, an update, a refund, a cancellation and a replay. Locks are taken in this order: members by id,
budgets by id, wallets (the ledger's). Nobody reckons for a member whom somebody else reckons for.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from wafaa.decide.loyalty.actions.holding import come_in
from wafaa.decide.loyalty.actions.moving import move_differences, tell_joined
from wafaa.decide.loyalty.actions.prolonging import prolong
from wafaa.decide.loyalty.models import Budget, Earning, Member, Occasion, Programme
from wafaa.decide.loyalty.rules import Trigger
from wafaa.decide.loyalty.rules.refunding import Taken
from wafaa.decide.loyalty.statements import ROOM, write_statement
from wafaa.kit import clock
from wafaa.kit.sql import load_sql, write_ids
from wafaa.know.orders.actions import list_decimals

# Moves and all, in a second or two on a small machine: so long the stream's others wait for such a set.
AT_ONCE: Final = 5_000
# Up to so many PostgreSQL plans as it likes.
FEW: Final = 50


class Row(NamedTuple):
    """A row of sql/list_occasions.sql."""

    id: int
    member_id: int
    programme_id: int
    is_capped: bool
    moved_to: int | None
    is_lost: bool


def reckon_orders(*, order_ids: Sequence[int], tells: bool = True) -> None:
    """Each chunk in its own transaction, or all in the caller's. Done again it changes nothing."""
    for first in range(0, len(order_ids), AT_ONCE):
        _reckon_orders(order_ids[first : first + AT_ONCE], tells)


@transaction.atomic
def _reckon_orders(order_ids: Sequence[int], tells: bool) -> None:
    is_many = len(order_ids) > FEW
    if is_many:
        _ask("plan_plainly", {})
    values: dict[str, Any] = {"orders": write_ids(order_ids), "now": clock.now()}
    come_in(order_ids)
    joined = [one for (one,) in _ask("join_buyers", values)]
    _lock_members(order_ids)
    if joined:
        welcome(joined, tells=tells)
        tell_joined(joined, tells=tells)
    _run("note_orders", values)
    rows = _list(orders=order_ids)
    settle(rows, tells=tells)
    prolong([one.id for one in rows])
    if is_many:
        _ask("plan_freely", {})


@transaction.atomic
def reckon_moments(moments: "Sequence[Moment]", *, tells: bool = True) -> int:
    """Events, birthdays and the like. Returns how many were new."""
    if not moments:
        return 0
    customers = sorted({one.customer_id for one in moments})
    members = list(Member.objects.filter(customer__in=customers).values_list("pk", flat=True))
    if not members:
        return 0
    _run("lock_members", {"orders": write_ids([]), "members": write_ids(members)})
    made = [one for (one,) in _ask("note_moments", _as_arrays(moments))]
    settle(_list(made), tells=tells)
    prolong(made)
    return len(made)


def reckon_again(occasion_ids: Sequence[int]) -> None:
    """Quietly; their members are locked."""
    if occasion_ids:
        settle(_list(occasion_ids), tells=False)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that happened to a customer, once by its key."""

    customer_id: int
    key: str
    kind: Trigger
    at: Any
    name: str = ""
    given: str | None = None  # JSON


def _as_arrays(moments: "Sequence[Moment]") -> dict[str, list[Any]]:
    return {
        "customers": [one.customer_id for one in moments],
        "keys": [one.key for one in moments],
        "kinds": [one.kind.value for one in moments],
        "names": [one.name for one in moments],
        "times": [one.at for one in moments],
        "givens": [one.given for one in moments],
    }


def welcome(member_ids: Collection[int], *, tells: bool = True) -> None:
    """What joining itself earns."""
    rows = Member.objects.filter(pk__in=member_ids, customer__isnull=False)
    reckon_moments(
        [
            Moment(customer_id=customer, key=f"joined:{member}", kind=Trigger.JOINING, at=at)
            for member, customer, at in rows.values_list("pk", "customer_id", "joined_at")
            if customer is not None
        ],
        tells=tells,
    )


def settle(rows: Sequence[Row], *, tells: bool = True) -> list[Taken]:
    """Members are locked. Of one member no two occasions that a cap counts together are judged at once."""
    taken: list[Taken] = []
    moved = [one for one in rows if one.is_lost]
    if moved:
        taken += _settle_at_once(moved, tells)  # from whom the order was
        _hand_over(moved)
    for batch in _part(rows):
        taken += _settle_at_once(batch, tells)
    return taken


def _part(rows: Sequence[Row]) -> list[list[Row]]:
    """The first of each member, then the second …; without caps all at once."""
    batches: dict[int, list[Row]] = defaultdict(list)
    seen: dict[int, int] = defaultdict(int)
    for row in rows:
        batches[seen[row.member_id]].append(row)
        if row.is_capped:
            seen[row.member_id] += 1
    return [batches[place] for place in sorted(batches)]


def _settle_at_once(rows: Sequence[Row], tells: bool) -> list[Taken]:
    """Where the batch would give more than a budget has, one after another."""
    if not rows:
        return []
    ids = [one.id for one in rows]
    budgets = Budget.objects.filter(programme__in={one.programme_id for one in rows}).order_by("id")
    before = {one.pk: (one.points, one.uses) for one in budgets.select_for_update()}
    if not before:
        saved = save(ids, gives=True)
        return move_differences(ids, given=saved.transfers, is_even=saved.is_even, tells=tells)
    if len(ids) == 1:
        save(ids)
    elif not _save_within_budgets(ids, before):
        for one in ids:
            save([one])
    return move_differences(ids, tells=tells)


def _save_within_budgets(ids: Sequence[int], before: dict[int, tuple[int, int]]) -> bool:
    class Over(Exception):
        pass

    try:
        with transaction.atomic():
            save(ids)
            over = _ask("list_overdrawn", {"occasions": write_ids(ids)})
            for pk, points, uses in over:
                if points > before[pk][0] or uses > before[pk][1]:
                    raise Over
    except Over:
        return False
    return True


def lock_for_orders(order_ids: Sequence[int]) -> None:
    """Members, then budgets, of whoever bought these."""
    _lock_members(order_ids)
    keys = [f"order:{one}" for one in order_ids]
    mine = Occasion.objects.filter(programme__in=Programme.objects.all(), key__in=keys).values("programme")
    list(Budget.objects.filter(programme__in=mine).order_by("id").select_for_update().values_list("pk"))


class Saved(NamedTuple):
    """What moved at once, and whether every earning has what it should now."""

    transfers: list[int]
    is_even: bool


def save(occasion_ids: Sequence[int], *, refunds: str = "[]", gives: bool = False) -> Saved:
    """Targets as they should be now; members and budgets are locked.

    With `gives`, what is earned for the first time moves at once.
    """
    values: dict[str, Any] = {
        "occasions": write_ids(occasion_ids),
        "refunds": refunds,
        "decimals": list_decimals(),
        "traced": False,
        "gives": gives,
    }
    with connection.cursor() as cursor:
        cursor.execute(write_statement("save"), values)
        rows = cursor.fetchall()
    return Saved([transfer for transfer, _even in rows if transfer is not None], rows[0][1])


def _hand_over(rows: Sequence[Row]) -> None:
    """Occasions whose order is another member's now; where that customer is no member they stay as they are, with nothing."""
    for row in rows:
        if row.moved_to is not None:
            Occasion.objects.filter(pk=row.id).update(member_id=row.moved_to)
            Earning.objects.filter(occasion_id=row.id).update(member_id=row.moved_to)


def _lock_members(order_ids: Sequence[int]) -> None:
    _run("lock_members", {"orders": write_ids(order_ids), "members": write_ids([])})


def _list(occasion_ids: Sequence[int] = (), *, orders: Sequence[int] = ()) -> list[Row]:
    values = {"occasions": write_ids(occasion_ids), "orders": write_ids(orders)}
    return [Row._make(row) for row in _ask("list_occasions", values)]


def _ask(name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return list(cursor.fetchall())


def _run(name: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
