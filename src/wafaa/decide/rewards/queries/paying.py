"""How much of a bill a member may pay with points, and why not more. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wafaa.decide.loyalty.models import Member
from wafaa.decide.loyalty.rules import State as ProgrammeState
from wafaa.decide.rewards.models import Reward
from wafaa.decide.rewards.queries.offering import find_standings
from wafaa.decide.rewards.rules import Kind, State
from wafaa.decide.rewards.rules.judging import Asked, Refusal, Worth, judge
from wafaa.decide.rewards.rules.paying import Most, reckon_most


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One way of paying with points. `reasons` are all that stand against the smallest part; then `most` is None."""

    reward: Reward
    available: int
    worth: Worth | None
    reasons: Sequence[Refusal] = ()
    most: Most | None = None


def list_payments(
    *, customer_id: int, at: datetime, store: str, currency: str, bill_minor: int
) -> list[Payment]:
    """In the programmes of the member, in their order; none where no programme lets points pay."""
    asked = Asked(at=at, store=store, currency=currency, cart_minor=bill_minor)
    rewards = Reward.objects.filter(
        state=State.LIVE,
        kind=Kind.PAYMENT,
        programme__in=Member.objects.filter(customer=customer_id).values("programme"),
    )
    rewards = rewards.exclude(programme__state=ProgrammeState.DRAFT).select_related(
        "unit", "programme", "pool"
    )
    told = []
    for reward, found in find_standings(list(rewards), customer_id=customer_id, asked=asked):
        payment = Payment(
            reward=reward,
            available=found.available,
            worth=found.worth,
            reasons=judge(reward.terms, found, asked),
        )
        told.append(_reckon(payment, bill_minor))
    return told


def _reckon(one: Payment, bill_minor: int) -> Payment:
    if one.reasons or one.worth is None:
        return one
    step, available = one.reward.points, one.available
    return replace(
        one, most=reckon_most(step=step, available=available, worth=one.worth, bill_minor=bill_minor)
    )
