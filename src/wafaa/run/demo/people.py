"""Who the demo customers are: names in two scripts, addresses, phones, birth dates."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from wafaa.run.demo.names import CITIES, FAMILIES, GUEST_FAMILY, GUEST_FIRST, MEN, NEAR_CITIES, WOMEN
from wafaa.run.demo.process import Bools

# Reserved for examples (RFC 2606): no mail to them ever reaches a person
_MAIL_DOMAINS = ("example.com", "example.net", "example.org")
_ARABIC_SHARE = 0.78


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    name: str
    latin_name: str
    language: str
    email: str
    phone: str
    country: str
    city: str
    birthday: date | None


def draw_people(*, far: Bools, end: date, chance: np.random.Generator) -> list[Person]:
    """One person per entry of `far`; those live where there is no branch. `end` dates their ages."""
    return [_draw_person(index, bool(is_far), end, chance) for index, is_far in enumerate(far)]


def _draw_person(index: int, far: bool, end: date, chance: np.random.Generator) -> Person:
    u = chance.random(9).tolist()
    arabic = u[0] < _ARABIC_SHARE
    name, latin_name = _arabic_name(u) if arabic else (_guest_name(u),) * 2
    city = _pick_city(far, u[4])
    mail_name = ".".join(latin_name.lower().split())
    # Not everyone leaves everything; whoever leaves no phone leaves a mail, so that each can be found again
    has_phone, has_birthday = u[6] < 0.9, u[8] < 0.68
    has_mail = u[5] < 0.82 or not has_phone
    age_days = int(365.25 * (19 + 46 * u[7] ** 1.6))
    return Person(
        number=f"C{10_001 + index}",
        name=name,
        latin_name=latin_name,
        language="ar" if arabic else "en",
        email=f"{mail_name}{101 + index}@{_MAIL_DOMAINS[index % 3]}" if has_mail else "",
        phone=f"+96650{index % 10}{index * 7919 % 1_000_000:06d}" if has_phone else "",
        country=city[2],
        city=city[0] if arabic else city[1],
        birthday=end - timedelta(days=age_days + int(u[8] * 365)) if has_birthday else None,
    )


def _arabic_name(u: list[float]) -> tuple[str, str]:
    firsts = WOMEN if u[1] < 0.54 else MEN
    first = firsts[int(u[2] * len(firsts))]
    family = FAMILIES[int(u[3] * len(FAMILIES))]
    return f"{first[0]} {family[0]}", f"{first[1]} {family[1]}"


def _guest_name(u: list[float]) -> str:
    return f"{GUEST_FIRST[int(u[2] * len(GUEST_FIRST))]} {GUEST_FAMILY[int(u[3] * len(GUEST_FAMILY))]}"


def _pick_city(far: bool, u: float) -> tuple[str, str, str, float]:
    cities = CITIES[NEAR_CITIES:] if far else CITIES[:NEAR_CITIES]
    shares = np.cumsum([city[3] for city in cities])
    return cities[int(np.searchsorted(shares, u * shares[-1]))]
