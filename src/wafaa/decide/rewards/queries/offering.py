"""What members may have at a moment, and what is missing for the rest. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from wafaa.access.business.queries import get_business
from wafaa.act.points.queries import find_wallets, get_balance
from wafaa.act.vouchers.models import Code
from wafaa.decide.loyalty.models import Member, Programme
from wafaa.decide.loyalty.queries import find_published
from wafaa.decide.loyalty.rules import State as ProgrammeState
from wafaa.decide.loyalty.rules.content import read_content
from wafaa.decide.rewards.models import Reward, Stock
from wafaa.decide.rewards.rules import Kind, Span, State
from wafaa.decide.rewards.rules.judging import (
    Asked,
    Found,
    Price,
    Refusal,
    Worth,
    judge,
    reckon_price,
)
from wafaa.decide.rewards.rules.terms import begin_spans
from wafaa.kit.sql import load_sql

ROOM: Final = "wafaa.decide.rewards"
_NONE: Final = (0,) * len(Span)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A reward as it stands for one member. `reasons` are all that stand against it; none, and they can have it."""

    reward: Reward
    price: Price
    available: int  # of its unit
    reasons: Sequence[Refusal] = ()
    name: str = ""
    text: str = ""
    worth: Worth | None = None  # of a payment with points

    @property
    def can(self) -> bool:
        return not self.reasons

    @property
    def points(self) -> int:
        return self.price.points

    @property
    def unit(self) -> str:
        return self.reward.unit.code

    @property
    def money_minor(self) -> int:
        """To be paid besides the points."""
        return self.price.price_minor

    @property
    def currency(self) -> str:
        return self.price.currency


def list_offers(
    *,
    customer_id: int | None,
    at: datetime,
    store: str = "",
    language: str = "",
    currency: str = "",
    cart_minor: int | None = None,
) -> list[Offer]:
    """All rewards that are offered in the programmes of the member (to nobody in particular: in all), in their order."""
    asked = Asked(at=at, store=store, currency=currency or get_business().currency, cart_minor=cart_minor)
    rewards = Reward.objects.filter(state=State.LIVE).select_related("unit", "programme", "pool", "picture")
    rewards = rewards.defer("picture__content").exclude(programme__state=ProgrammeState.DRAFT)
    if customer_id is not None:
        rewards = rewards.filter(
            programme__in=Member.objects.filter(customer=customer_id).values("programme")
        )
    return [
        make_offer(reward, found, asked, language)
        for reward, found in find_standings(list(rewards), customer_id=customer_id, asked=asked)
    ]


def make_offer(reward: Reward, found: Found, asked: Asked, language: str) -> Offer:
    terms = reward.terms
    return Offer(
        reward=reward,
        price=reckon_price(terms, found, asked),
        available=found.available,
        reasons=tuple(judge(terms, found, asked)),
        name=reward.say_name(language),
        text=reward.say_text(language),
        worth=found.worth,
    )


def find_standing(reward: Reward, *, customer_id: int | None, asked: Asked) -> Found:
    return find_standings([reward], customer_id=customer_id, asked=asked)[0][1]


def find_state(reward: Reward) -> State:
    """Nothing is offered while its programme is a draft."""
    is_waiting = reward.state == State.LIVE and reward.programme.state == ProgrammeState.DRAFT
    return State.DRAFT if is_waiting else State(reward.state)


def find_standings(
    rewards: Sequence[Reward], *, customer_id: int | None, asked: Asked
) -> list[tuple[Reward, Found]]:
    """In the same few statements however many rewards there are."""
    memberships, wallets = {}, []
    if customer_id is not None:
        memberships = dict(Member.objects.filter(customer=customer_id).values_list("programme_id", "tiers"))
        wallets = list(find_wallets(customer_id))
    units = {one.unit_id for one in rewards}
    balances = {
        one.unit_id: int(get_balance(one.pk, asked.at).available) for one in wallets if one.unit_id in units
    }
    stocks = dict(Stock.objects.filter(reward__in=rewards).values_list("reward_id", "remaining"))
    counts = _count_had(rewards, customer_id, asked.at)
    worths = _find_worths(rewards)
    return [
        (
            one,
            Found(
                state=find_state(one),
                is_member=one.programme_id in memberships,
                tiers=memberships.get(one.programme_id, ()),
                available=balances.get(one.unit_id, 0),
                worth=worths.get(one.programme_id) if one.kind == Kind.PAYMENT else None,
                remaining=0 if _is_empty(one) else stocks.get(one.pk),
                had=counts.get(one.pk, (_NONE, _NONE))[0],
                given=counts.get(one.pk, (_NONE, _NONE))[1],
            ),
        )
        for one in rewards
    ]


def _is_empty(reward: Reward) -> bool:
    """Whether its pool has only codes that were brought, and none of them is left."""
    pool = reward.pool
    if pool is None or pool.pattern:
        return False
    return not Code.objects.filter(pool=pool, is_personal=False, uses=0, is_withdrawn=False).exists()


def _count_had(
    rewards: Sequence[Reward], customer_id: int | None, at: datetime
) -> Mapping[int, tuple[Sequence[int], Sequence[int]]]:
    if not any(one.limits or one.member_limits for one in rewards):
        return {}
    day, month, year, _ever = begin_spans(at.astimezone(get_business().zone))
    values: dict[str, Any] = {
        "rewards": [one.pk for one in rewards if one.limits or one.member_limits],
        "limited": [one.pk for one in rewards if one.limits],
        "customer": customer_id,
        "moment": at,
        "day": day,
        "month": month,
        "year": year,
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "count_had"), values)
        return {reward: (told[:4], told[4:]) for reward, *told in cursor.fetchall()}


def _find_worths(rewards: Sequence[Reward]) -> dict[int, Worth]:
    """What points are worth in the programmes of rewards that are payments."""
    found = {}
    for programme_id in {one.programme_id for one in rewards if one.kind == Kind.PAYMENT}:
        if worth := find_worth(Programme(pk=programme_id)):
            found[programme_id] = worth
    return found


def find_worth(programme: Programme) -> Worth | None:
    """By the version that holds."""
    version = find_published(programme)
    told = read_content(version.content).worth if version else None
    return Worth(points=told.points, minor=told.minor, currency=told.currency) if told else None
