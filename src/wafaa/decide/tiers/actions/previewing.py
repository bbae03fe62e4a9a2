"""Which tier a member would hold after a refund that nobody has told yet."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from wafaa.decide.loyalty.actions.reckoning import reckon_again
from wafaa.decide.loyalty.models import Member
from wafaa.decide.loyalty.queries import find_occasions
from wafaa.decide.loyalty.rules.refunding import Restood
from wafaa.decide.loyalty.rules.tiers import Basis, TierSet
from wafaa.decide.tiers.actions.judging import judge_members
from wafaa.decide.tiers.models import Standing
from wafaa.decide.tiers.queries.defining import list_defined
from wafaa.know.orders.actions import suppose_refund
from wafaa.know.orders.models import Order

Held = dict[tuple[int, str], str]


def preview_tiers(*, order: Order, amount_minor: int, goods_minor: int) -> list[Restood]:
    """As apply_events judges it. Only within loyalty's preview, which has moved the points and undoes all of it."""
    if order.customer_id is None:
        return []
    rows = Member.objects.filter(customer=order.customer_id)
    members = dict(rows.values_list("pk", "programme_id"))
    programmes = dict(rows.values_list("programme_id", "programme__uuid"))
    sets = {
        (one.programme_id, each.code): each for one in list_defined(members.values()) for each in one.sets
    }
    if not sets:
        return []
    before = _judge_without(order, list(members), {one.basis for one in sets.values()})
    suppose_refund(order=order, amount_minor=amount_minor)
    judge_members(member_ids=list(members), tells=False)
    return [
        _tell(programmes[members[member]], sets[members[member], code], before.get((member, code), ""), after)
        for (member, code), after in _list_held(list(members)).items()
        if before.get((member, code), "") != after and (members[member], code) in sets
    ]


def _judge_without(order: Order, members: list[int], bases: Collection[Basis]) -> Held:
    """Where they stand by now without the refund, which is not to blame for what time did. Nothing of it is kept."""
    with transaction.atomic():
        if Basis.EARNED in bases:  # the points have moved already
            reckon_again([one.pk for one in find_occasions(order.pk)])
        judge_members(member_ids=members, tells=False)
        held = _list_held(members)
        transaction.set_rollback(True)
    return held


def _list_held(members: list[int]) -> Held:
    rows = Standing.objects.filter(member__in=members).order_by("member_id", "set_code")
    return {(member, code): tier for member, code, tier in rows.values_list("member_id", "set_code", "tier")}


def _tell(programme_id: UUID, one: TierSet, before: str, after: str) -> Restood:
    tiers = {tier.code: tier for tier in one.tiers}
    return Restood(
        programme_id=programme_id,
        set_code=one.code,
        before=before,
        after=after,
        before_name=tiers[before].name if before in tiers else {},
        after_name=tiers[after].name if after in tiers else {},
    )
