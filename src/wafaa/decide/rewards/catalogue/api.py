"""The catalogue for programs: what there is, and for those that keep it written, changed, offered, withdrawn, counted anew."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Router, Schema
from pydantic import AwareDatetime
from pydantic import Field as Checked

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.act.vouchers.models import Pool
from wafaa.act.vouchers.queries import get_pool
from wafaa.act.vouchers.words import say_both
from wafaa.decide.loyalty.queries import get_programme
from wafaa.decide.rewards.actions import change_reward, make_reward, set_state, set_stock
from wafaa.decide.rewards.models import Reward
from wafaa.decide.rewards.queries import get_reward, list_rewards
from wafaa.decide.rewards.rules import (
    KEEPS_DEFAULT,
    KEEPS_MAX,
    LISTED_MAX,
    POINTS_MAX,
    STOCK_MAX,
    WHOLE_BP,
    Kind,
    Returning,
    Span,
    State,
)
from wafaa.decide.rewards.rules.terms import CARD_DAYS_MAX, Terms
from wafaa.decide.rewards.rules.terms import Money as Amounts
from wafaa.decide.rewards.words import say_terms
from wafaa.kit.api import CleanText, Closed, Minor, Money, ShortText, say_money

router = Router(auth=ReadKey(), tags=["rewards"])

Most = Annotated[int, Checked(ge=1, le=STOCK_MAX)]
Words = dict[Literal["ar", "en"], ShortText]
Kinds = Literal[
    "amount", "percent", "product", "shipping", "card", "experience", "donation", "code", "payment"
]
Names = Annotated[list[ShortText], Checked(max_length=LISTED_MAX)]


class AmountItem(Schema):
    value: Money = Field(description=gettext_noop("What it takes off, or is worth."))
    price: Money = Field(description=gettext_noop("What is to be paid besides the points."))
    minimum: Money = Field(description=gettext_noop("The cart it needs."))


class RewardItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    programme_id: uuid.UUID = Field(description=gettext_noop("Of which programme."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    text: dict[str, str] = Field(description=gettext_noop("Language to word."))
    sentences: dict[str, list[str]] = Field(
        description=gettext_noop("Its terms in plain words, by language.")
    )
    kind: str = Field(
        description=gettext_noop(
            "amount, percent, product, shipping, card, experience, donation, code or payment."
        )
    )
    state: str = Field(description=gettext_noop("draft, live or withdrawn."))
    unit: str = Field(description=gettext_noop("What it costs."))
    points: int = Field(description=gettext_noop("How much of it; of a payment the least, and its steps."))
    amounts: list[AmountItem] = Field(description=gettext_noop("One for each currency."))
    percent: str = Field(description=gettext_noop("The share off; 0 where it is none."))
    sku: str = Field(description=gettext_noop("The product that it gives."))
    is_stamp_card: bool = Field(
        description=gettext_noop("Whether it is drawn as a card with so many places.")
    )
    stock: int | None = Field(description=gettext_noop("What is left; null where it is not counted."))


class AmountTold(Closed):
    currency: Annotated[str, Checked(pattern=r"^[A-Z]{3}$")] = Field(description=gettext_noop("ISO 4217."))
    value_minor: Minor = Field(0, description=gettext_noop("What it takes off, or is worth, in minor units."))
    price_minor: Minor = Field(
        0, description=gettext_noop("What is to be paid besides the points, in minor units.")
    )
    minimum_minor: Minor = Field(0, description=gettext_noop("The cart it needs, in minor units."))
    most_minor: Minor | None = Field(
        None, description=gettext_noop("Of a share off, or of shipping: so much at most.")
    )


class LimitsTold(Closed):
    day: Most | None = Field(None, description=gettext_noop("In a day."))
    month: Most | None = Field(None, description=gettext_noop("In a month."))
    year: Most | None = Field(None, description=gettext_noop("In a year."))
    ever: Most | None = Field(None, description=gettext_noop("Altogether."))


class RewardTerms(Closed):
    name: Words = Field(description=gettext_noop("In one or both languages."))
    text: dict[Literal["ar", "en"], Annotated[CleanText, Checked(max_length=2_000)]] = Field(
        default={}, description=gettext_noop("What members read of it, by language.")
    )
    kind: Kinds = Field(description=gettext_noop("What it gives."))
    points: Annotated[int, Checked(ge=1, le=POINTS_MAX)] = Field(
        description=gettext_noop("How much it costs; of a payment the least, and its steps.")
    )
    unit: ShortText = Field("points", description=gettext_noop("What it costs: the code of a unit."))
    amounts: Annotated[list[AmountTold], Checked(max_length=50)] = Field(
        default=[], description=gettext_noop("One for each currency.")
    )
    percent: Annotated[Decimal, Checked(ge=0, le=100, decimal_places=2)] = Field(
        Decimal(0), description=gettext_noop("The share off.")
    )
    sku: ShortText = Field("", description=gettext_noop("The product that it gives."))
    pool_id: uuid.UUID | None = Field(
        None, description=gettext_noop("The vouchers whose next code it gives, if it gives one.")
    )
    card_days: Annotated[int, Checked(ge=1, le=CARD_DAYS_MAX)] | None = Field(
        None, description=gettext_noop("How long a gift card lives; null for ever.")
    )
    tiers: Names = Field([], description=gettext_noop("Who may have it, as set:tier; empty for all members."))
    stores: Names = Field([], description=gettext_noop("Codes of the stores; empty for all."))
    starts_at: AwareDatetime | None = Field(None, description=gettext_noop("Offered from this moment on."))
    ends_at: AwareDatetime | None = Field(None, description=gettext_noop("Offered before this moment."))
    keeps_minutes: Annotated[int, Checked(ge=1, le=KEEPS_MAX)] = Field(
        KEEPS_DEFAULT, description=gettext_noop("So long one that was redeemed may wait to be used.")
    )
    returning: Literal["whole", "share", "never"] = Field(
        "whole",
        description=gettext_noop("What comes back with a refund of its order: whole, share or never."),
    )
    member_limits: LimitsTold | None = Field(
        None, description=gettext_noop("How often each member may have it.")
    )
    limits: LimitsTold | None = Field(None, description=gettext_noop("How often all of them together may."))


class RewardBody(RewardTerms):
    programme_id: uuid.UUID = Field(description=gettext_noop("Of which programme."))
    stock: Annotated[int, Checked(ge=0, le=STOCK_MAX)] | None = Field(
        None, description=gettext_noop("How many there are; null where they are not counted.")
    )
    state: Literal["draft", "live"] = Field(
        "draft", description=gettext_noop("live: members see it at once.")
    )


class RewardState(Closed):
    state: Literal["live", "withdrawn"] = Field(
        description=gettext_noop(
            "withdrawn: nobody redeems it any more; what was redeemed may still be used."
        )
    )


class StockTold(Closed):
    remaining: Annotated[int, Checked(ge=0, le=STOCK_MAX)] | None = Field(
        description=gettext_noop("How many are left now; null where they are not counted any more.")
    )


@router.get(
    "/rewards", response=list[RewardItem], summary=gettext_noop("Rewards"), operation_id="list_rewards"
)
def rewards(request: HttpRequest) -> Any:
    return [say_reward(one) for one in list_rewards()]


@router.get(
    "/rewards/{uuid:reward_id}",
    response=RewardItem,
    summary=gettext_noop("One reward"),
    operation_id="get_reward",
)
def reward(request: HttpRequest, reward_id: uuid.UUID) -> Any:
    return say_reward(get_reward(reward_id))


@router.post(
    "/rewards",
    response=RewardItem,
    auth=WriteKey(),
    summary=gettext_noop("Write a reward"),
    description=gettext_noop("A draft that members do not see, unless it is told to be live."),
    operation_id="make_reward",
)
def write(request: HttpRequest, told: Annotated[RewardBody, Body()]) -> Any:
    made = make_reward(
        programme=get_programme(told.programme_id),
        terms=_read_terms(told, stock=told.stock),
        pool=_read_pool(told),
        state=State(told.state),
        by=None,
        via=str(identify_key(request)),
    )
    return say_reward(get_reward(made.uuid))


@router.put(
    "/rewards/{uuid:reward_id}",
    response=RewardItem,
    auth=WriteKey(),
    summary=gettext_noop("Change a reward"),
    description=gettext_noop(
        "All its terms are told anew, from now on; what was redeemed keeps those by which it was. Its picture stays."
    ),
    operation_id="change_reward",
)
def change(request: HttpRequest, reward_id: uuid.UUID, told: Annotated[RewardTerms, Body()]) -> Any:
    one = get_reward(reward_id)
    change_reward(
        reward=one,
        terms=_read_terms(told),
        pool=_read_pool(told),
        picture=one.picture,
        by=None,
        via=str(identify_key(request)),
    )
    return say_reward(get_reward(reward_id))


@router.post(
    "/rewards/{uuid:reward_id}/state",
    response=RewardItem,
    auth=WriteKey(),
    summary=gettext_noop("Offer or withdraw a reward"),
    operation_id="offer_reward",
)
def turn(request: HttpRequest, reward_id: uuid.UUID, told: Annotated[RewardState, Body()]) -> Any:
    via = str(identify_key(request))
    set_state(reward=get_reward(reward_id), state=State(told.state), by=None, via=via)
    return say_reward(get_reward(reward_id))


@router.put(
    "/rewards/{uuid:reward_id}/stock",
    response=RewardItem,
    auth=WriteKey(),
    summary=gettext_noop("Count a reward anew"),
    operation_id="count_reward",
)
def restock(request: HttpRequest, reward_id: uuid.UUID, told: Annotated[StockTold, Body()]) -> Any:
    via = str(identify_key(request))
    set_stock(reward=get_reward(reward_id), remaining=told.remaining, by=None, via=via)
    return say_reward(get_reward(reward_id))


def _read_pool(told: RewardTerms) -> Pool | None:
    return get_pool(told.pool_id) if told.pool_id else None


def _read_terms(told: RewardTerms, *, stock: int | None = None) -> Terms:
    return Terms(
        name={str(language): words for language, words in told.name.items()},
        text={str(language): words for language, words in told.text.items()},
        kind=Kind(told.kind),
        points=told.points,
        unit=told.unit,
        moneys={
            one.currency: Amounts(
                value=one.value_minor, price=one.price_minor, minimum=one.minimum_minor, most=one.most_minor
            )
            for one in told.amounts
        },
        share_bp=int(told.percent * WHOLE_BP / 100),
        sku=told.sku,
        card_days=told.card_days,
        tiers=told.tiers,
        stores=told.stores,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        keeps=told.keeps_minutes,
        returning=Returning(told.returning),
        member_limits=_read_limits(told.member_limits),
        limits=_read_limits(told.limits),
        stock=stock,
    )


def _read_limits(told: LimitsTold | None) -> dict[Span, int]:
    limits = told.model_dump() if told else {}
    return {Span(name): limit for name, limit in limits.items() if limit is not None}


def _say_sentences(terms: Terms, one: Reward) -> list[str]:
    return say_terms(terms, one.unit)


def say_reward(one: Reward) -> Mapping[str, Any]:
    terms = one.terms
    return {
        "id": one.uuid,
        "programme_id": one.programme.uuid,
        "name": one.name,
        "text": one.text,
        "sentences": say_both(_say_sentences, terms, one),
        "kind": one.kind,
        "state": State(one.state).value,
        "unit": one.unit.code,
        "points": one.points,
        "amounts": [
            {
                "value": say_money(money.value, code),
                "price": say_money(money.price, code),
                "minimum": say_money(money.minimum, code),
            }
            for code, money in terms.moneys.items()
        ],
        "percent": f"{one.share_bp / 100:g}",
        "sku": one.sku,
        "is_stamp_card": one.is_card,
        "stock": one.stock.remaining,
    }
