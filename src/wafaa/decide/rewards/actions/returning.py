"""Redemptions taken back: by hand, or as far as their order was refunded. What comes back never exceeds what was spent."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from wafaa.access.staff.models import Staff
from wafaa.act.points.actions import restore
from wafaa.act.points.models import Transfer
from wafaa.decide.rewards.actions.giving import take_gift
from wafaa.decide.rewards.actions.keeping import note_deed
from wafaa.decide.rewards.actions.paying import tell_paid_parts
from wafaa.decide.rewards.actions.redeeming import (
    hold_redemption,
    note_by_hand,
    put_back,
    read_redemption,
    write_cause,
)
from wafaa.decide.rewards.actions.telling import tell_returned
from wafaa.decide.rewards.errors import RedemptionMissing, RedemptionOver, TooMuchBack
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries.refunding import find_refunded, may_take_gift
from wafaa.decide.rewards.rules import Heed, Standing, Verb
from wafaa.decide.rewards.rules.sharing import Refunded, find_target, reckon_paid


@transaction.atomic
def take_back(
    *,
    key: str,
    redemption_id: int,
    at: datetime,
    amount: int | None = None,
    by: Staff | None = None,
    reason: str = "",
    with_order: bool = False,
) -> Redemption:
    """Points back into the lots that they came from: all that is left, or so many. With the last of them the code or gift card is
    withdrawn and the stock has one more. What its order's refund gave back already is not given again. `with_order`: its order
    is taken back in the same breath, and earns nothing in between.

    Raises RedemptionMissing, RedemptionOver, TooMuchBack, GiftUsed, KeyReused, KeyWrong.
    """
    if not Redemption.objects.filter(pk=redemption_id).exists():
        raise RedemptionMissing
    body = {"redemption": redemption_id, "amount": amount}
    _deed, is_replay = note_deed(Verb.TAKE_BACK, key, body, at, redemption_id=redemption_id)
    if is_replay:
        return read_redemption(redemption_id)
    one = hold_redemption(redemption_id)
    if one.standing is not Standing.CONFIRMED:
        raise RedemptionOver
    points = one.left if amount is None else amount
    if not 0 < points <= one.left:
        raise TooMuchBack(left=one.left)
    one.reason = reason[:200]
    targets = {one: one.returned + points} if with_order else _find_targets([one])
    _return({one: points}, [one], targets, at=at, by=by)
    note_by_hand("take_back_redemption", one, by)
    return one


@transaction.atomic
def return_orders(*, order_ids: Collection[int], at: datetime) -> int:
    """As much as by now should have come back of what was redeemed for these orders; how many redemptions that moved. Done again
    it changes nothing. What gave a code or a gift card that was used stays.
    """
    held = Redemption.objects.filter(order_id__in=order_ids, confirmed_at__isnull=False).order_by("id")
    ones = [read_redemption(pk) for pk in held.select_for_update(of=("self",)).values_list("pk", flat=True)]
    refunded = find_refunded({one.order_id for one in ones if one.order_id})
    targets = _read_targets(ones, refunded)
    confirmed = [one for one in ones if one.standing is Standing.CONFIRMED]
    owing = [one for one in confirmed if targets[one] > one.returned]
    used = {one for one in owing if not may_take_gift(one)}
    due = {one: targets[one] - one.returned for one in owing if one not in used}
    _return(due, ones, targets, at=at, by=None)
    out = (one for one in confirmed if one.is_handed or one in used)
    _call_for_heed(one for one in out if one.order_id in refunded and refunded[one.order_id].is_whole)
    return len(due)


def _call_for_heed(ones: Iterable[Redemption]) -> None:
    """Once: what was handed out does not come back with its points, and what was used keeps them."""
    for one in ones:
        if one.heed == Heed.NONE:
            one.heed = Heed.OPEN
            one.save(update_fields=["heed"])


@transaction.atomic
def see_to(*, redemption_id: int, by: Staff) -> None:
    """Somebody looked at it; again it changes nothing. Raises RedemptionMissing."""
    one = hold_redemption(redemption_id)
    if one.needs_heed:
        one.heed = Heed.SEEN
        one.save(update_fields=["heed"])
        note_by_hand("see_to_redemption", one, by)


def _find_targets(ones: Sequence[Redemption]) -> dict[Redemption, int]:
    return _read_targets(ones, find_refunded({one.order_id for one in ones if one.order_id}))


def _read_targets(ones: Sequence[Redemption], refunded: Mapping[int, Refunded]) -> dict[Redemption, int]:
    """What refunds of their orders should have given back of each by now."""
    return {
        one: find_target(one.points, one.returning, refunded[one.order_id])
        if one.order_id and one.order_id in refunded
        else 0
        for one in ones
    }


def _return(
    due: Mapping[Redemption, int],
    ones: Sequence[Redemption],
    targets: Mapping[Redemption, int],
    *,
    at: datetime,
    by: Staff | None,
) -> None:
    """Redemptions are locked; each step in the room's order of locks for all of them."""
    for one, points in due.items():
        one.returned += points
        one.returns += 1
        if one.left == 0:
            one.state, one.ended_at = Standing.RETURNED, at
            if one.needs_heed:
                one.heed = Heed.SEEN
    _tell_paid(ones, targets)
    spends = Transfer.objects.filter(pk__in=[one.spent_as for one in due])
    wallets = dict(spends.values_list("pk", "source_id"))
    for one in sorted(due, key=lambda each: (wallets[each.spent_as or 0] or 0, each.pk)):
        assert one.spent_as is not None
        restore(
            key=f"rewards:{one.uuid}:back:{one.returns}",
            spend_id=one.spent_as,
            amount=due[one],
            at=at,
            cause=write_cause(one.uuid, one.reward),
        )
    whole = [one for one in due if one.left == 0]
    for one in sorted(whole, key=lambda each: (each.voucher_id or 0, each.card_id or 0)):
        take_gift(one, by=by)
    put_back([one.reward_id for one in whole])
    for one, points in due.items():
        one.save(update_fields=["returned", "returns", "state", "ended_at", "reason", "heed"])
        tell_returned(one, points)


def _tell_paid(ones: Sequence[Redemption], targets: Mapping[Redemption, int]) -> None:
    """What still counts as paid by them: what refunds gave back is off the order by itself, what a hand gave beyond is not."""
    changed = set()
    for one in ones:
        earnless = reckon_paid(one.paid_minor, one.points, one.returned, targets[one])
        if one.order_id and earnless != one.earnless_minor:
            one.earnless_minor = earnless
            one.save(update_fields=["earnless_minor"])
            changed.add(one.order_id)
    if changed:
        tell_paid_parts(sorted(changed))
