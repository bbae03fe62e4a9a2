"""The one place where gifts leave a budget and come back to it.

Locks are taken in this order: budgets by id, then (of what is taken back) codes, then wallets by id. So no two that give at once
exceed a budget, and none waits for the other in a circle.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from wafaa.act.points.actions import award_many, open_wallets, reverse_award
from wafaa.act.points.rules import Award, Policy
from wafaa.act.vouchers.actions import give_code, withdraw_code
from wafaa.act.vouchers.errors import PoolEmpty
from wafaa.act.vouchers.models import Use
from wafaa.act.vouchers.rules import UseState
from wafaa.decide.gifts.actions.telling import tell_given
from wafaa.decide.gifts.models import Budget, Gift, Month
from wafaa.decide.gifts.rules import State, split_cost
from wafaa.know.customers.models import Customer

USING = (UseState.RESERVED, UseState.REDEEMED)


def hold_budgets(budget_ids: Collection[int]) -> dict[int, Budget]:
    """Until the transaction ends nobody else gives from them."""
    held = Budget.objects.select_for_update(no_key=True).filter(pk__in=budget_ids).order_by("pk")
    return {one.pk: one for one in held}


def take_from(budget: Budget, gift: Gift) -> bool:
    """Whether the month had so much left; the budget is held."""
    month, _made = Month.objects.get_or_create(budget=budget, month=gift.month)
    fits = Month.objects.filter(pk=month.pk, spent__lte=budget.per_month - gift.cost)
    return bool(fits.update(spent=F("spent") + gift.cost))


def count_left(budget: Budget, gift: Gift) -> int:
    spent = Month.objects.filter(budget=budget, month=gift.month).values_list("spent", flat=True).first()
    return max(budget.per_month - (spent or 0), 0)


def hand_out(gifts: Sequence[Gift], at: datetime) -> list[Gift]:
    """Gives what was taken from their budgets already; the gifts are kept, each with its customer. Those that no code was left
    for are missed, and their cost goes back. Returns what was given, told to the stream.
    """
    _award([gift for gift in gifts if gift.present.unit_id is not None], at)
    given = [gift for gift in gifts if gift.present.pool_id is None or _give_code(gift)]
    for gift in given:
        gift.state, gift.given_at = State.GIVEN, at
        gift.save(update_fields=["state", "given_at", "posting", "voucher"])
    missed = [gift for gift in gifts if gift not in given]
    for gift in missed:
        _give_back_cost(gift, gift.cost)
        gift.state = State.MISSED
        gift.save(update_fields=["state"])
    tell_given(given)
    return given


def _award(gifts: Sequence[Gift], at: datetime) -> None:
    awards: list[tuple[Gift, Award]] = []
    for unit_id in sorted({gift.present.unit_id for gift in gifts if gift.present.unit_id is not None}):
        some = [gift for gift in gifts if gift.present.unit_id == unit_id]
        ids = sorted({gift.customer_id for gift in some if gift.customer_id is not None})
        wallets = open_wallets(unit_id=unit_id, customer_ids=ids)
        for gift in some:
            present = gift.present
            gift.given_at = at
            award = Award(
                key=f"gifts:{gift.uuid}",
                wallet_id=wallets[gift.customer_id or 0],
                amount=present.points,
                at=at,
                expires_at=gift.ends_at,
                cause={"gift": str(gift.uuid), **({"order": str(gift.order.uuid)} if gift.order else {})},
            )
            awards.append((gift, award))
    awards.sort(key=lambda pair: pair[1].wallet_id)
    postings = award_many(awards=[award for _gift, award in awards])
    for (gift, _told), posting in zip(awards, postings, strict=True):
        gift.posting_id = posting.transfer_id


def _give_code(gift: Gift) -> bool:
    pool = gift.present.pool
    assert pool is not None
    assert gift.customer_id is not None
    try:
        with transaction.atomic():
            gift.voucher = give_code(
                key=f"gifts:{gift.uuid}", pool=pool, customer_id=gift.customer_id, by=gift.by
            )
    except PoolEmpty:
        return False
    return True


def take_back(gifts: Iterable[Gift], at: datetime) -> int:
    """What is left of them: of points what was not spent, of codes those that nobody used. Their budgets are held. Returns of how
    many something came back.
    """
    ordered = sorted(
        gifts, key=lambda one: (one.posting_id is not None, one.voucher_id or 0, one.posting_id or 0)
    )
    return sum(_take_back(one, at) for one in ordered)


def _take_back(gift: Gift, at: datetime) -> bool:
    if gift.voucher is not None:
        back = 0 if _is_used(gift) else gift.cost
        if back:
            withdraw_code(code=gift.voucher, by=None)
    elif gift.posting_id is not None:
        reversal = reverse_award(
            key=f"gifts:{gift.uuid}:back",
            award_id=gift.posting_id,
            amount=gift.present.points,
            at=at,
            policy=Policy.FORGIVE,
            cause={"gift": str(gift.uuid), **({"order": str(gift.order.uuid)} if gift.order else {})},
        )
        back = split_cost(gift.cost, reversal.own, gift.present.points)
    else:
        return False
    gift.state, gift.taken_back_at, gift.returned = State.TAKEN_BACK, at, back
    gift.save(update_fields=["state", "taken_back_at", "returned"])
    _give_back_cost(gift, back)
    return back > 0


def _is_used(gift: Gift) -> bool:
    return Use.objects.filter(Q(code=gift.voucher_id), state__in=USING).exists()


def _give_back_cost(gift: Gift, cost: int) -> None:
    Month.objects.filter(budget=gift.budget_id, month=gift.month).update(spent=F("spent") - cost)


def find_kept(customer: Customer) -> Customer:
    """The customer, or the one into whom they were merged."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer
