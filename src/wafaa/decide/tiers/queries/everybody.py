"""All members of a programme, narrowed by tier and by who they are; a page costs the same among a million."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from wafaa.act.points.models import Wallet
from wafaa.act.points.queries import list_balances
from wafaa.act.points.rules import Balance
from wafaa.decide.loyalty.models import Member, Occasion, Programme
from wafaa.decide.loyalty.queries import list_members
from wafaa.decide.loyalty.rules import Trigger
from wafaa.decide.tiers.models import Standing
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import RARE_MAX


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a member holds of the programme's main unit, None where they never held any; and when they last did something."""

    wallet: Wallet | None
    balance: Balance | None
    active_at: datetime | None


def find_members(
    programme: Programme,
    *,
    tier: str = "",
    customers: QuerySet[Customer] | None = None,
    rare_max: int = RARE_MAX,
) -> QuerySet[Member]:
    """`tier` is set:tier. Who stands in a tier that few hold is looked up first, else the list is walked."""
    found = list_members(programme)
    if customers is not None:
        found = found.filter(customer__in=customers)
    if not tier:
        return found
    set_code, _colon, code = tier.partition(":")
    inside = Standing.objects.filter(programme=programme, set_code=set_code, tier=code)
    few = list(inside.order_by().values_list("member_id", flat=True)[: rare_max + 1])
    if len(few) <= rare_max:
        return found.filter(pk__in=few)
    return found.filter(Exists(inside.filter(member=OuterRef("pk"))))


def find_holdings(programme: Programme, members: Collection[Member], at: datetime) -> dict[int, Holding]:
    """By member, in three statements however many."""
    customers = {one.pk: one.customer_id for one in members}
    wallets = {
        one.customer_id: one
        for one in Wallet.objects.filter(unit=programme.unit_id, customer__in=customers.values())
    }
    balances = list_balances([one.pk for one in wallets.values()], at)
    # birthdays come by themselves
    did = Occasion.objects.filter(member=OuterRef("pk"), kind__in=(Trigger.ORDER, Trigger.EVENT))
    latest = did.order_by("-at").values("at")[:1]
    active = dict(
        Member.objects.filter(pk__in=customers)
        .annotate(active_at=Subquery(latest))
        .values_list("pk", "active_at")
    )
    return {
        member: Holding(
            wallet=(wallet := wallets.get(customer)),
            balance=balances.get(wallet.pk) if wallet else None,
            active_at=active.get(member),
        )
        for member, customer in customers.items()
    }
