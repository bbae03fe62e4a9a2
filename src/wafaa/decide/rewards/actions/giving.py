"""What a redemption gives besides what a till does: a code of a pool, a gift card; and how they are taken back while unused."""

from datetime import timedelta

from wafaa.access.staff.models import Staff
from wafaa.act.points.actions import reverse_award
from wafaa.act.points.models import Transfer
from wafaa.act.points.rules import Kind as Movement
from wafaa.act.vouchers.actions import Greeting, block_card, give_code, issue_card, withdraw_code
from wafaa.decide.rewards.errors import GiftUsed, RedemptionOver
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.rules import Kind
from wafaa.kit import clock


def give_gift(one: Redemption, *, by: Staff | None) -> None:
    """In the caller's transaction, which keeps what was given. Raises the vouchers' PoolEmpty."""
    if one.reward.pool is not None:
        if one.customer_id is None:
            raise RedemptionOver
        one.voucher = give_code(key=f"rewards:{one.uuid}", pool=one.reward.pool, customer_id=one.customer_id)
    elif one.terms["kind"] == Kind.CARD:
        days = one.terms.get("card_days")
        one.card = issue_card(
            key=f"rewards:{one.uuid}",
            amount_minor=one.value_minor,
            currency=one.currency,
            expires_at=clock.now() + timedelta(days=days) if days else None,
            greeting=Greeting(customer_id=one.customer_id) if one.customer_id else None,
            by=by,
        )


def take_gift(one: Redemption, *, by: Staff | None) -> None:
    """Whole, and only while nothing of it was used. Raises GiftUsed."""
    if one.voucher is not None:
        one.voucher = withdraw_code(code=one.voucher, by=by)
        if one.voucher.uses:
            raise GiftUsed
    if one.card is not None:
        block_card(card=one.card, is_blocked=True, by=by)
        award = Transfer.objects.get(target=one.card.wallet_id, kind=Movement.AWARD, amount=one.value_minor)
        back = reverse_award(
            key=f"rewards:{one.uuid}:card", award_id=award.pk, amount=one.value_minor, at=clock.now()
        )
        if back.own < one.value_minor:
            raise GiftUsed
