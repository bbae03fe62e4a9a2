"""Rewards as a member sees them: what they can have, what is missing for the rest, cards with stamps, what they had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wafaa.act.points.models import Unit
from wafaa.act.points.words import count_name
from wafaa.decide.rewards.models import Picture, Redemption, Reward
from wafaa.decide.rewards.queries import Offer, list_offers, list_redemptions
from wafaa.decide.rewards.rules import Kind, Reason, Standing
from wafaa.decide.rewards.rules.paying import list_parts
from wafaa.decide.rewards.words import say_gift, say_refusal, say_terms
from wafaa.kit import clock
from wafaa.kit.money import format_money
from wafaa.kit.text import choose_words
from wafaa.know.customers.models import Customer
from wafaa.show.portal.wallets import say_amount
from wafaa.show.portal.words import write_digits

# A card of more places than this is a bar.
PLACES_MAX = 30
REDEMPTIONS_SHOWN = 20
CHOICES_MAX = 12
_QUICK = {Kind.CARD, Kind.DONATION}


@dataclass(frozen=True, kw_only=True)
class OfferShown:
    """`missing` is of its unit; `why` is what else stands against it."""

    reward: Reward
    name: str
    text: str
    gift: str
    price: str
    money: str
    can: bool
    missing: str
    why: str
    available: int
    picture: Picture | None
    places: Sequence[bool] = ()  # of a card: which are filled
    full: int = 0  # how many whole cards

    @property
    def points(self) -> int:
        return self.reward.points


def list_shown(customer: Customer, *, language: str, digits: str) -> list[OfferShown]:
    offers = list_offers(customer_id=customer.pk, at=clock.now(), language=language)
    return [show_offer(one, language=language, digits=digits) for one in offers]


def show_offer(one: Offer, *, language: str, digits: str) -> OfferShown:
    short = next((each.facts["missing"] for each in one.reasons if each.reason is Reason.POINTS), 0)
    others = [each for each in one.reasons if each.reason is not Reason.POINTS]
    reward = one.reward
    is_drawn = reward.is_card and reward.points <= PLACES_MAX
    filled = min(one.available, reward.points)
    return OfferShown(
        reward=reward,
        name=one.name,
        text=one.text,
        gift=write_digits(say_gift(reward.terms), digits),
        price=say_points(one.points, reward.unit, language, digits),
        money=write_digits(format_money(one.money_minor, one.currency, language), digits)
        if one.money_minor
        else "",
        can=one.can,
        missing=say_points(short, reward.unit, language, digits) if short else "",
        why=write_digits(_say_why(others), digits),
        available=filled,
        picture=reward.picture,
        places=[place < filled for place in range(reward.points)] if is_drawn else (),
        full=one.available // reward.points,
    )


def _say_why(reasons: Sequence[Any]) -> str:
    return say_refusal(reasons[0].reason, reasons[0].facts) if reasons else ""


def say_points(points: int, unit: Unit, language: str, digits: str) -> str:
    """With what it is called."""
    amount = say_amount(points, unit, language, digits)
    if unit.currency:
        return amount
    return f"{amount} {count_name(points / 10**unit.scale, choose_words(unit.name, language) or unit.code)}"


def list_choices(one: Offer, *, language: str, digits: str) -> list[tuple[int, str]]:
    """Of a payment: how many points one may choose, and what they pay."""
    if one.worth is None:
        return []
    parts = list_parts(step=one.reward.points, most=one.available, worth=one.worth, at_most=CHOICES_MAX)
    currency = one.worth.currency
    return [
        (
            part.points,
            write_digits(format_money(part.minor, currency, language), digits)
            + f" · {say_points(part.points, one.reward.unit, language, digits)}",
        )
        for part in parts
    ]


def is_quick(reward: Reward) -> bool:
    """Whether it is given at once, as nobody at a till has to do anything."""
    return reward.pool_id is not None or reward.kind in _QUICK


def say_conditions(reward: Reward, digits: str) -> list[str]:
    """Its terms besides what stands on the page anyway."""
    return [write_digits(one, digits) for one in say_terms(reward.terms, reward.unit)[1:]]


def list_own(customer: Customer) -> list[Redemption]:
    return list(list_redemptions(customer_id=customer.pk)[:REDEMPTIONS_SHOWN])


def show_offers(*, customer: Customer, language: str) -> tuple[str, Mapping[str, Any]] | None:
    """As show.portal.panels asks: the first card with stamps, and how many rewards one can have now."""
    offers = list_shown(customer, language=language, digits="")
    waiting = list_redemptions(customer_id=customer.pk, state=Standing.PLACED).count()
    if not offers and not waiting:
        return None
    card = next((one for one in offers if one.places), None)
    can = sum(one.can for one in offers)
    return ("portal/rewards_panel.html", {"one": card, "can": can, "waiting": waiting})
