"""What a member uses at the till: rewards with their yes, gift cards and codes by whoever holds them."""

import uuid
from typing import Any

from wafaa.access.business.queries import get_business
from wafaa.act.points.actions import capture_hold, restore_capture
from wafaa.act.vouchers.actions import find_card, hold_on_card, redeem, roll_back
from wafaa.act.vouchers.errors import CardMissing, CardMistyped
from wafaa.act.vouchers.rules import Cart
from wafaa.decide.rewards.actions import confirm, place
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries import get_reward
from wafaa.decide.rewards.rules import Kind as RewardKind
from wafaa.kit import clock
from wafaa.kit.money import format_money
from wafaa.know.customers.models import Customer
from wafaa.show.till.actions.confirming import check_yes
from wafaa.show.till.actions.noting import Counter, note, record
from wafaa.show.till.actions.paying import HELD, hand_over
from wafaa.show.till.errors import AmountWrong, CodeEmpty
from wafaa.show.till.models import Deed
from wafaa.show.till.queries.finding import find_shown, find_who
from wafaa.show.till.rules import CHANNEL, SOURCE, Told, read_amount

HELD_SECONDS = int(HELD.total_seconds())


def redeem_reward(told: Told, counter: Counter) -> Deed:
    """With the member's yes: the points are set aside and spent in this one transaction, the reward is theirs.

    Raises ProofWrong, RewardMissing, what decide.rewards refuses, and what find_who raises.
    """
    customer = find_who(told)
    deed = note(told, counter, customer)
    confirmed_by = check_yes(customer, told.proof)
    reward = get_reward(told.reward or uuid.UUID(int=0))
    key, now = f"{SOURCE}:{deed.uuid}", clock.now()
    placed = place(
        key=f"{key}:place",
        customer_id=customer.pk,
        reward_id=reward.pk,
        at=now,
        by=counter.staff,
        store=counter.code,
        currency=get_business().currency,
        cart_minor=read_amount(told.amount, get_business().currency),
        ends_in=HELD,
    )
    confirm(key=f"{key}:confirm", redemption_id=placed.pk, at=now, by=counter.staff)
    deed.facts = {"redemption": str(placed.uuid)}
    deed.save(update_fields=["facts"])
    record(deed, counter, reward=str(placed.uuid)[:8], confirmed_by=confirmed_by)
    return deed


def redeem_code(told: Told, counter: Counter) -> Deed:
    """What a member shows, a gift card, or a voucher for this bill. Raises CodeEmpty, AmountWrong, RedemptionOver, and what
    act.vouchers raises.
    """
    if not told.code.strip():
        raise CodeEmpty
    if shown := find_shown(told.code):
        return _give_shown(told, shown, counter)
    customer = find_who(told) if told.customer else None
    currency = get_business().currency
    minor = read_amount(told.amount, currency)
    deed = note(told, counter, customer, amount_minor=minor, currency=currency)
    try:
        find_card(told.code)
    except (CardMissing, CardMistyped):
        facts, given = _use_voucher(deed, told.code, minor, counter.code, customer)
    else:
        facts, given = _use_card(deed, told.code, minor)
    deed.facts = {**facts, "given_minor": given}
    deed.save(update_fields=["facts"])
    record(deed, counter, amount=format_money(given, currency, "en"))
    return deed


def _give_shown(told: Told, shown: Redemption, counter: Counter) -> Deed:
    """What pays a part of a bill is entered with the bill. Raises RedemptionOver, AmountWrong."""
    if shown.terms["kind"] == RewardKind.PAYMENT:
        raise AmountWrong
    deed = note(told, counter, shown.customer)
    hand_over(shown, deed, counter)
    record(deed, counter, reward=str(shown.uuid)[:8], confirmed_by="code")
    return deed


def _use_card(deed: Deed, code: str, minor: int | None) -> tuple[dict[str, Any], int]:
    if minor is None:
        raise AmountWrong
    held = hold_on_card(key=f"{SOURCE}:{deed.uuid}", code=code, amount_minor=minor, seconds=HELD_SECONDS)
    capture_hold(key=f"{SOURCE}:{deed.uuid}:capture", hold=held.uuid, at=clock.now())
    return {"hold": str(held.uuid)}, minor


def _use_voucher(
    deed: Deed, code: str, minor: int | None, store: str, customer: Customer | None
) -> tuple[dict[str, Any], int]:
    """Without a bill only what needs none: credit for the member."""
    cart = Cart(currency=deed.currency, total_minor=minor, store=store, channel=CHANNEL) if minor else None
    used = redeem(
        key=f"{SOURCE}:{deed.uuid}",
        code=code,
        cart=cart,
        customer_id=customer.pk if customer else None,
        order_ref=str(deed.uuid),
    )
    return {"use": str(used.use.uuid)}, used.amount_minor


def free_code(deed: Deed, done: Deed) -> None:
    """Back on the card; the code can be used again."""
    key = f"{SOURCE}:{deed.uuid}"
    if "hold" in done.facts:
        amount = int(done.facts["given_minor"])
        restore_capture(key=key, hold=uuid.UUID(done.facts["hold"]), amount=amount, at=clock.now())
    else:
        roll_back(key=key, use=uuid.UUID(done.facts["use"]))
