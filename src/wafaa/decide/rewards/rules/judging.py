"""Whether somebody may have a reward, and all that stands against it, with what is missing. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wafaa.decide.rewards.rules import Kind, Reason, Span, State
from wafaa.decide.rewards.rules.terms import Money, Terms


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What so many points are worth when one pays with them."""

    points: int
    minor: int
    currency: str

    def value(self, points: int) -> int:
        """Rounded down."""
        return points * self.minor // self.points


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants. `points` is of a payment; `cart_minor` None is not known."""

    at: datetime
    store: str = ""
    currency: str = ""
    points: int | None = None
    cart_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """How things stand for a member and a reward. Counts by the order of the spans; `remaining` None is not counted."""

    state: State
    is_member: bool = True
    tiers: Collection[str] = ()
    available: int = 0
    worth: Worth | None = None
    remaining: int | None = None
    had: Sequence[int] = (0, 0, 0, 0)  # by the member
    given: Sequence[int] = (0, 0, 0, 0)  # to all


@dataclass(frozen=True, kw_only=True)
class Refusal:
    reason: Reason
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Price:
    """What it costs and gives in the currency that was asked for."""

    points: int
    currency: str = ""
    value_minor: int = 0
    price_minor: int = 0


def reckon_price(terms: Terms, found: Found, asked: Asked) -> Price:
    """Of a payment without points told: the least."""
    points = asked.points if terms.kind is Kind.PAYMENT and asked.points else terms.points
    if terms.kind is Kind.PAYMENT:
        worth = found.worth
        return Price(
            points=points,
            currency=worth.currency if worth else "",
            value_minor=worth.value(points) if worth else 0,
        )
    money = terms.moneys.get(asked.currency)
    if money is None:
        return Price(points=points)
    return Price(points=points, currency=asked.currency, value_minor=money.value, price_minor=money.price)


def judge(terms: Terms, found: Found, asked: Asked) -> list[Refusal]:
    """Everything that stands against it, what nothing helps against first."""
    return [
        *_judge_offer(terms, found, asked),
        *_judge_counts(terms, found),
        *_judge_price(terms, found, asked),
    ]


def _judge_offer(terms: Terms, found: Found, asked: Asked) -> Iterator[Refusal]:
    if found.state is not State.LIVE or (terms.kind is Kind.PAYMENT and found.worth is None):
        yield Refusal(reason=Reason.NOT_LIVE)
    if not found.is_member:
        yield Refusal(reason=Reason.NOT_MEMBER)
    if terms.ends_at and terms.ends_at <= asked.at:
        yield Refusal(reason=Reason.OVER)
    if terms.starts_at and terms.starts_at > asked.at:
        yield Refusal(reason=Reason.NOT_STARTED, facts={"at": terms.starts_at})
    if terms.tiers and not set(terms.tiers) & set(found.tiers):
        yield Refusal(reason=Reason.TIER, facts={"tiers": list(terms.tiers)})
    if terms.stores and asked.store and asked.store not in terms.stores:
        yield Refusal(reason=Reason.STORE)


def _judge_counts(terms: Terms, found: Found) -> Iterator[Refusal]:
    if found.remaining == 0:
        yield Refusal(reason=Reason.SOLD_OUT)
    for limits, counts, reason in (
        (terms.limits, found.given, Reason.LIMIT),
        (terms.member_limits, found.had, Reason.MEMBER_LIMIT),
    ):
        reached = [
            span for span, count in zip(Span, counts, strict=True) if span in limits and count >= limits[span]
        ]
        if reached:  # the longest is what one waits for
            yield Refusal(reason=reason, facts={"span": reached[-1].value, "limit": limits[reached[-1]]})


def _judge_price(terms: Terms, found: Found, asked: Asked) -> Iterator[Refusal]:
    price = reckon_price(terms, found, asked)
    if terms.kind is Kind.PAYMENT:
        wrong = price.points < terms.points or price.points % terms.points or not price.value_minor
        if wrong or (asked.cart_minor is not None and price.value_minor > asked.cart_minor):
            yield Refusal(reason=Reason.STEP, facts={"step": terms.points})
        if found.worth and asked.currency and found.worth.currency != asked.currency:
            yield Refusal(reason=Reason.CURRENCY)
    elif terms.moneys:
        money = terms.moneys.get(asked.currency)
        if money is None:
            yield Refusal(reason=Reason.CURRENCY)
        elif is_too_small(money, asked.cart_minor):
            missing = money.minimum - (asked.cart_minor or 0)
            yield Refusal(reason=Reason.MINIMUM, facts={"missing": missing, "currency": asked.currency})
    if found.available < price.points:
        yield Refusal(reason=Reason.POINTS, facts={"missing": price.points - found.available})


def is_too_small(money: Money, cart_minor: int | None) -> bool:
    """A cart that nobody tells is not judged."""
    return cart_minor is not None and cart_minor < money.minimum
