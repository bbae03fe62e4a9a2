"""A part of a bill that the member pays with points: set aside, spent with the sale, and given back when the sale is undone."""

import uuid
from datetime import timedelta

from wafaa.decide.rewards.actions import confirm, place, take_back
from wafaa.decide.rewards.errors import REFUSALS, RedemptionMissing, RedemptionOver, RewardMissing
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries import find_redemption, get_redemption, get_reward
from wafaa.decide.rewards.rules import Kind, Reason
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.show.till.actions.confirming import check_yes
from wafaa.show.till.actions.noting import Counter
from wafaa.show.till.models import Deed
from wafaa.show.till.rules import SOURCE, Told

# From being set aside to being spent is one moment.
HELD = timedelta(seconds=60)


def pay(told: Told, deed: Deed, customer: Customer, counter: Counter) -> str:
    """With the member's yes, in the transaction of the sale; how they said it. The order is found by the deed's id, and what is
    paid so earns nothing. Raises ProofWrong, RewardMissing, what decide.rewards refuses.
    """
    confirmed_by = check_yes(customer, told.proof)
    reward = get_reward(told.reward or uuid.UUID(int=0))
    if reward.kind != Kind.PAYMENT:
        raise RewardMissing
    key, now = f"{SOURCE}:{deed.uuid}", clock.now()
    placed = place(
        key=f"{key}:place",
        customer_id=customer.pk,
        reward_id=reward.pk,
        at=now,
        by=counter.staff,
        store=counter.code,
        points=told.points,
        currency=deed.currency,
        cart_minor=deed.amount_minor,
        ends_in=HELD,
    )
    paid = confirm(
        key=f"{key}:confirm",
        redemption_id=placed.pk,
        at=now,
        by=counter.staff,
        order_source=SOURCE,
        order_ref=str(deed.uuid),
    )
    deed.facts = {"redemption": str(paid.uuid), "paid_minor": paid.paid_minor, "paid_points": paid.points}
    deed.save(update_fields=["facts"])
    return confirmed_by


def pay_as_shown(told: Told, deed: Deed, customer: Customer, counter: Counter) -> str:
    """By what the member set aside on their own page and shows, which is their yes. Raises RedemptionMissing, RedemptionOver, and
    what decide.rewards refuses.
    """
    shown = find_redemption(told.code)
    if shown.terms["kind"] != Kind.PAYMENT or shown.customer != customer:
        raise RedemptionMissing
    if shown.value_minor > (deed.amount_minor or 0) or shown.currency != deed.currency:
        raise REFUSALS[Reason.STEP](step=shown.points)
    hand_over(shown, deed, counter)
    return "code"


def hand_over(shown: Redemption, deed: Deed, counter: Counter) -> None:
    """In time and in one of its stores. Raises RedemptionOver, RewardStore."""
    stores = shown.terms.get("stores")
    if stores and counter.code not in stores:
        raise REFUSALS[Reason.STORE]
    if shown.ends_at <= clock.now():
        raise RedemptionOver
    is_payment = shown.terms["kind"] == Kind.PAYMENT
    done = confirm(
        key=f"{SOURCE}:{deed.uuid}:confirm",
        redemption_id=shown.pk,
        at=clock.now(),
        by=counter.staff,
        order_source=SOURCE if is_payment else "",
        order_ref=str(deed.uuid) if is_payment else "",
    )
    paid = {"paid_minor": done.paid_minor, "paid_points": done.points} if is_payment else {}
    deed.facts = {"redemption": str(done.uuid), **paid}
    deed.save(update_fields=["facts"])


def give_back(deed: Deed, done: Deed, counter: Counter) -> None:
    """The points return into the lots that they came from, whatever the reward says of refunds: there was no sale."""
    redemption = get_redemption(uuid.UUID(done.facts["redemption"]))
    take_back(
        key=f"{SOURCE}:{deed.uuid}",
        redemption_id=redemption.pk,
        at=clock.now(),
        by=counter.staff,
        with_order="paid_minor" in done.facts,
    )
