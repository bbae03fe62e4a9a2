"""Rewards that come ready with a preset of a programme: see settings.PROGRAMME_MADE."""

from collections.abc import Callable, Mapping
from typing import Final

from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.rewards.actions.making import make_reward
from wafaa.decide.rewards.models import Reward
from wafaa.decide.rewards.rules import Kind, Returning, State
from wafaa.decide.rewards.rules.terms import Money, Terms
from wafaa.kit.money import decimals_of

FIVE_OFF: Final = {"ar": "خصم 5", "en": "5 off"}
FIFTY_OFF: Final = {"ar": "خصم 50", "en": "50 off"}
SHIPPING: Final = {"ar": "توصيل مجاني", "en": "Free shipping"}
DRINK: Final = {"ar": "مشروب مجاني", "en": "A free drink"}
DRINK_TEXT: Final = {
    "ar": "اجمع عشرة أختام، ومشروبك التالي علينا.",
    "en": "Ten stamps, and your next drink is on us.",
}
NIGHT: Final = {"ar": "ليلة مجانية", "en": "A free night"}
VISIT: Final = {"ar": "زيارة مجانية", "en": "A free visit"}
STAMPS: Final = 10
NIGHTS: Final = 10
VISITS: Final = 10
DAYS_30: Final = 30 * 24 * 60


def _off(name: Mapping[str, str], points: int, amount: int, currency: str) -> Terms:
    return Terms(
        name=dict(name),
        kind=Kind.AMOUNT,
        points=points,
        moneys={currency: Money(value=amount * 10 ** decimals_of(currency))},
        keeps=DAYS_30,
        returning=Returning.SHARE,
    )


def _retail(currency: str) -> list[tuple[Terms, State]]:
    shipping = Terms(name=SHIPPING, kind=Kind.SHIPPING, points=200, keeps=DAYS_30)
    offers = [_off(FIVE_OFF, 100, 5, currency), _off(FIFTY_OFF, 1_000, 50, currency), shipping]
    return [(one, State.DRAFT) for one in offers]


def _cafe(currency: str) -> list[tuple[Terms, State]]:
    drink = Terms(name=DRINK, text=DRINK_TEXT, kind=Kind.EXPERIENCE, unit="stamps", points=STAMPS)
    return [(drink, State.LIVE)]


def _hotel(currency: str) -> list[tuple[Terms, State]]:
    night = Terms(name=NIGHT, kind=Kind.EXPERIENCE, unit="nights", points=NIGHTS, keeps=DAYS_30)
    return [(night, State.DRAFT)]


def _services(currency: str) -> list[tuple[Terms, State]]:
    visit = Terms(name=VISIT, kind=Kind.EXPERIENCE, unit="visits", points=VISITS, keeps=DAYS_30)
    return [(visit, State.DRAFT)]


READY: Final[Mapping[str, Callable[[str], list[tuple[Terms, State]]]]] = {
    "retail": _retail,
    "cafe": _cafe,
    "hotel": _hotel,
    "services": _services,
}


def make_ready(*, programme: Programme, by: Staff | None) -> None:
    """In the transaction that makes the programme."""
    if programme.preset in READY:
        for terms, state in READY[programme.preset](get_business().currency):
            make_reward(programme=programme, terms=terms, state=state, by=by)


def drop_ready(*, programme: Programme) -> None:
    """Of a programme that never held. Raises ProtectedError where somebody redeemed one nevertheless."""
    Reward.objects.filter(programme=programme).delete()
