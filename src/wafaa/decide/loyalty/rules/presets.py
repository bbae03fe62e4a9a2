"""Programmes that are ready to be changed: plain data, in both languages. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wafaa.act.points.rules import UnitKind
from wafaa.decide.loyalty.rules import ONCE_BP, REVIEWED, Effect, Span, Trigger
from wafaa.decide.loyalty.rules.content import Content, Earn, Worth
from wafaa.decide.loyalty.rules.tiers import Basis, Benefit, Perk, Tier, TierSet
from wafaa.decide.loyalty.rules.tiers import Span as TierSpan
from wafaa.kit.money import decimals_of


@dataclass(frozen=True, kw_only=True)
class ReadyUnit:
    name: dict[str, str]
    kind: UnitKind


@dataclass(frozen=True, kw_only=True)
class Preset:
    name: dict[str, str]
    unit: str
    is_automatic: bool
    write: Callable[[str], Content]  # by the business's currency


UNITS: Final[dict[str, ReadyUnit]] = {
    "points": ReadyUnit(name={"ar": "نقاط", "en": "Points"}, kind=UnitKind.POINTS),
    "stamps": ReadyUnit(name={"ar": "أختام", "en": "Stamps"}, kind=UnitKind.COUNT),
    "nights": ReadyUnit(name={"ar": "ليالٍ", "en": "Nights"}, kind=UnitKind.COUNT),
    "visits": ReadyUnit(name={"ar": "زيارات", "en": "Visits"}, kind=UnitKind.COUNT),
}
REVIEW_POINTS: Final = 50
BIRTHDAY_POINTS: Final = 100
WELCOME_POINTS: Final = 50
LEVELS: Final = "levels"  # the code of the presets' set of tiers


def _one(currency: str) -> int:
    """One riyal, dollar or dinar in minor units."""
    return int(10 ** decimals_of(currency))


def _spend(currency: str, *, number: int = 1, points: int = 1, pending: str = "P14D") -> Earn:
    return Earn(
        id=number,
        name={"ar": "نقاط على المشتريات", "en": "Points on purchases"},
        effect=Effect.MONEY,
        points=points,
        per=_one(currency),
        currency=currency,
        pending=pending,
        lives="P12M",
        lives_to="month",
    )


def _review(number: int) -> Earn:
    return Earn(
        id=number,
        name={"ar": "شكرًا على التقييم", "en": "Thanks for a review"},
        trigger=Trigger.EVENT,
        event=REVIEWED,
        effect=Effect.FIXED,
        points=REVIEW_POINTS,
        cap_uses={Span.MONTH: 3},
        lives="P12M",
        lives_to="month",
    )


def _birthday(number: int) -> Earn:
    return Earn(
        id=number,
        name={"ar": "هدية عيد الميلاد", "en": "Birthday gift"},
        trigger=Trigger.BIRTHDAY,
        effect=Effect.FIXED,
        points=BIRTHDAY_POINTS,
        lives="P1M",
    )


def _write_tiers(*, silver: int, gold: int, has_start: bool = False) -> list[Tier]:
    """Silver and gold, with bronze for everybody where the programme begins with a tier."""
    bronze = Tier(code="bronze", name={"ar": "برونزي", "en": "Bronze"}, colour="#8a5a3c")
    early = Benefit(kind=Perk.EARLY_ACCESS)
    free = Benefit(kind=Perk.FREE_SHIPPING)
    return [
        *([bronze] if has_start else []),
        Tier(
            code="silver",
            name={"ar": "فضي", "en": "Silver"},
            needs=silver,
            colour="#5f6b7a",
            benefits=[early],
        ),
        Tier(
            code="gold",
            name={"ar": "ذهبي", "en": "Gold"},
            needs=gold,
            colour="#8a6d1d",
            benefits=[early, free, Benefit(kind=Perk.EVENTS)],
        ),
    ]


def _times_for_gold(number: int) -> Earn:
    return Earn(
        id=number,
        name={"ar": "نقاط أكثر للذهبي", "en": "More points for gold"},
        effect=Effect.TIMES,
        points=ONCE_BP * 3 // 2,
        tiers=[f"{LEVELS}:gold"],
    )


def _retail(currency: str) -> Content:
    welcome = Earn(
        id=2,
        name={"ar": "هدية الانضمام", "en": "Welcome gift"},
        trigger=Trigger.JOINING,
        effect=Effect.FIXED,
        points=WELCOME_POINTS,
        lives="P12M",
        lives_to="month",
    )
    worth = Worth(points=100, minor=5 * _one(currency), currency=currency)
    levels = TierSet(
        code=LEVELS,
        name={"ar": "المستويات", "en": "Levels"},
        basis=Basis.SPEND,
        currency=currency,
        grace="P30D",
        tiers=_write_tiers(silver=1_000 * _one(currency), gold=5_000 * _one(currency), has_start=True),
    )
    rules = [_spend(currency), welcome, _birthday(3), _review(4), _times_for_gold(5)]
    return Content(rules=rules, worth=worth, tier_sets=[levels])


def _cafe(currency: str) -> Content:
    stamp = Earn(
        id=1,
        name={"ar": "ختم على كل مشروب", "en": "A stamp for each drink"},
        unit="stamps",
        effect=Effect.PIECE,
        points=1,
        cap_points={Span.DAY: 10},
        lives="P6M",
        lives_to="month",
    )
    return Content(rules=[stamp])


def _hotel(currency: str) -> Content:
    nights = Earn(
        id=1,
        name={"ar": "ليلة عن كل ليلة إقامة", "en": "A night for each night stayed"},
        unit="nights",
        effect=Effect.PIECE,
        points=1,
        lives="P24M",
        lives_to="year",
    )
    levels = TierSet(
        code=LEVELS,
        name={"ar": "المستويات", "en": "Levels"},
        basis=Basis.EARNED,
        unit="nights",
        span=TierSpan.YEAR,
        tiers=_write_tiers(silver=10, gold=25),
    )
    spend = _spend(currency, number=2, points=5, pending="")
    rules = [nights, spend, _birthday(3), _review(4), _times_for_gold(5)]
    return Content(rules=rules, tier_sets=[levels])


def _services(currency: str) -> Content:
    visit = Earn(
        id=1,
        name={"ar": "زيارة مكتملة", "en": "A visit"},
        unit="visits",
        effect=Effect.FIXED,
        points=1,
        cap_uses={Span.DAY: 1},
        lives="P12M",
    )
    levels = TierSet(
        code=LEVELS,
        name={"ar": "المستويات", "en": "Levels"},
        basis=Basis.EARNED,
        unit="visits",
        tiers=_write_tiers(silver=6, gold=12),
    )
    return Content(rules=[visit, _review(2), _birthday(3)], tier_sets=[levels])


PRESETS: Final[dict[str, Preset]] = {
    "retail": Preset(
        name={"ar": "متجر بنقاط", "en": "Shop with points"},
        unit="points",
        is_automatic=True,
        write=_retail,
    ),
    "cafe": Preset(
        name={"ar": "مقهى ببطاقة أختام", "en": "Cafe with a stamp card"},
        unit="stamps",
        is_automatic=False,
        write=_cafe,
    ),
    "hotel": Preset(
        name={"ar": "فندق بالليالي", "en": "Hotel with nights"},
        unit="nights",
        is_automatic=False,
        write=_hotel,
    ),
    "services": Preset(
        name={"ar": "خدمات بالزيارات", "en": "Services with visits"},
        unit="visits",
        is_automatic=True,
        write=_services,
    ),
}
