"""What was done at tills, what came of it, and what undoing it would take back."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from wafaa.act.points.models import Lot, Unit
from wafaa.decide.loyalty.actions import lock_for_orders, preview_refund
from wafaa.decide.loyalty.models import Earning, Occasion, Programme
from wafaa.decide.loyalty.queries import explain, find_occasions
from wafaa.decide.loyalty.queries.judging import Judged
from wafaa.decide.loyalty.rules.charging import Charge
from wafaa.decide.loyalty.rules.refunding import Preview
from wafaa.decide.rewards.actions import take_back
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries import find_refunded
from wafaa.kit import clock
from wafaa.know.customers.actions import find_family
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order, Store
from wafaa.show.till.errors import DeedMissing
from wafaa.show.till.models import Deed
from wafaa.show.till.rules import SOLD, SOURCE, UNDO_WITHIN, DeedKind
from wafaa.stream.queries import find_newest_place
from wafaa.stream.waiting import is_handled

# What a deed's undoing takes back where it stands: an order, a use of a code, a reward.
UNDOABLE = (DeedKind.EARN, DeedKind.STAMP, DeedKind.REWARD, DeedKind.CODE)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """An amount of one unit; `usable_from` where it waits for that."""

    unit: Unit
    amount: int
    usable_from: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a deed earned. Not settled: the rules have not come to it yet. `judged` says why nothing was earned."""

    earned: list[Moved] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    is_settled: bool = True


def get_deed(deed_uuid: uuid.UUID, store: Store | None) -> Deed:
    """Done at a till of this store. Raises DeedMissing."""
    found = Deed.objects.select_related("customer", "store").filter(uuid=deed_uuid, store=store).first()
    if found is None:
        raise DeedMissing
    return found


def list_undoable(customer: Customer, store: Store | None) -> list[Deed]:
    """What was done here for them a moment ago, the latest first."""
    found = Deed.objects.filter(
        customer__in=find_family([customer.pk]),
        store=store,
        kind__in=UNDOABLE,
        is_undone=False,
        heard_at__gt=clock.now() - UNDO_WITHIN,
    )
    return [one for one in found.order_by("-heard_at", "-id") if not is_event(one)]


def is_event(deed: Deed) -> bool:
    """Something that happened, which nothing on the stream takes back."""
    return deed.kind == DeedKind.STAMP and "event" in deed.facts


def find_order(deed: Deed) -> Order | None:
    """As soon as the orders know of it."""
    return Order.objects.filter(source=SOURCE, external_id=str(deed.uuid)).first()


def explain_deed(deed: Deed) -> Brought:
    occasions = _find_occasions(deed)
    if not occasions:
        return Brought(is_settled=is_handled(find_newest_place()))
    earnings = Earning.objects.filter(occasion__in=[one.pk for one in occasions], awarded__gt=0)
    sums: dict[int, int] = defaultdict(int)
    awards: dict[int, list[int]] = defaultdict(list)
    for one in earnings:
        sums[one.unit_id] += one.awarded
        awards[one.unit_id] += one.transfers
    units = Unit.objects.in_bulk(list(sums))
    earned = [
        Moved(unit=units[pk], amount=sums[pk], usable_from=_find_usable(awards[pk])) for pk in sorted(sums)
    ]
    judged = [] if earned else [told.judged for one in occasions for told in explain(one)]
    return Brought(earned=earned, judged=judged)


def _find_occasions(deed: Deed) -> list[Occasion]:
    if deed.kind not in SOLD:
        return []
    if is_event(deed):
        key = f"event:{name_message(deed.uuid)}"
        return list(Occasion.objects.filter(programme__in=Programme.objects.all(), key=key).order_by("id"))
    order = find_order(deed)
    return list(find_occasions(order.pk)) if order else []


def name_message(deed_uuid: uuid.UUID) -> str:
    """The id of the event that a deed tells: the stream takes it once, however often it comes."""
    return f"{SOURCE}:{deed_uuid}"


def _find_usable(awards: Sequence[int]) -> datetime | None:
    found: datetime | None = Lot.objects.filter(award__in=awards, is_pending=True, remaining__gt=0).aggregate(
        at=Max("usable_from")
    )["at"]
    return found


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """What undoing takes back, by unit; how much of it was spent and stays owed, or is kept back from the money."""

    taken: list[Moved]
    owed: list[Moved]
    charges: list[tuple[Moved, Charge]]


def look_back(deed: Deed) -> Undoing | None:
    """None where orders do not know it yet. Raises RedemptionOver and GiftUsed, as undoing would."""
    order = find_order(deed)
    if order is None:
        return None
    preview = _preview(deed, order)
    units = {one.code: one for one in Unit.objects.filter(code__in={one.unit for one in preview.taken})}
    taken, owed = Counter[str](), Counter[str]()
    for one in preview.taken:
        taken[one.unit] += one.amount
        owed[one.unit] += one.owed
    return Undoing(
        taken=[Moved(unit=units[code], amount=amount) for code, amount in taken.items()],
        owed=[Moved(unit=units[code], amount=amount) for code, amount in owed.items() if amount],
        charges=[(Moved(unit=units[one.unit], amount=one.points), one) for one in preview.charges],
    )


def _preview(deed: Deed, order: Order) -> Preview:
    """All that is left to give back, after the points that paid came back: these pay for what was spent. Nothing is kept.

    Locks, as rewards and loyalty do: the redemption, members, budgets, wallets.
    """
    with transaction.atomic():
        if paid := deed.facts.get("redemption"):
            held = Redemption.objects.select_for_update(of=("self",)).get(uuid=paid)
            lock_for_orders([order.pk])
            take_back(key=f"look:{deed.uuid}", redemption_id=held.pk, at=clock.now(), with_order=True)
        preview = preview_refund(order=order, amount_minor=find_refunded([order.pk])[order.pk].left)
        transaction.set_rollback(True)
    return preview


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What was done for a person at tills, as plain values."""
    found: QuerySet[Deed] = Deed.objects.filter(customer=customer_id).order_by("at", "id")
    columns = ("uuid", "kind", "at", "store__code", "amount_minor", "currency", "receipt", "is_undone")
    return {"till_deeds": [dict(one) for one in found.values(*columns)]}
