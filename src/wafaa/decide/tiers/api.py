"""Tiers for programs: those of a programme, and where a customer stands."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from wafaa.access.keys.api import ReadKey
from wafaa.decide.loyalty.queries import get_programme, list_memberships
from wafaa.decide.loyalty.rules.tiers import Tier, TierSet
from wafaa.decide.tiers.queries import Missing, Standing, get_standing, list_defined
from wafaa.decide.tiers.words import say_benefit, say_missing, say_missing_to_keep, say_tier
from wafaa.kit import clock
from wafaa.kit.text import choose_words
from wafaa.know.customers.queries import get_customer

router = Router(auth=ReadKey(), tags=["loyalty"])


class TierItem(Schema):
    code: str = Field(description=gettext_noop("The tier's code; rules and rewards name it as set:tier."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    needs: int = Field(
        description=gettext_noop("What reaches it: minor units, the unit's smallest part, or orders.")
    )
    keeps: int = Field(description=gettext_noop("What keeps it."))
    colour: str = Field(description=gettext_noop("As #rrggbb, or empty."))
    sentence: str = Field(description=gettext_noop("The tier in words."))
    benefits: list[str] = Field(description=gettext_noop("What it brings, in words."))


class TierSetItem(Schema):
    code: str = Field(description=gettext_noop("The code of the set."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    basis: str = Field(description=gettext_noop("What counts: spend, earned or orders."))
    currency: str = Field(description=gettext_noop("ISO 4217 where money counts, else empty."))
    unit: str = Field(description=gettext_noop("The unit's code where what was earned counts, else empty."))
    span: str = Field(
        description=gettext_noop("The days that count: rolling, quarter, half, year, hijri_year or life.")
    )
    lasts: str = Field(description=gettext_noop("How long a rolling window is (ISO 8601), else empty."))
    tiers: list[TierItem] = Field(description=gettext_noop("From the lowest up."))


class MissingItem(Schema):
    amount: int = Field(description=gettext_noop("So much more of what the set counts."))
    basis: str = Field(description=gettext_noop("What counts: spend, earned or orders."))
    currency: str = Field(description=gettext_noop("ISO 4217 where money counts, else empty."))
    unit: str = Field(description=gettext_noop("The unit's code where what was earned counts, else empty."))
    by: datetime | None = Field(description=gettext_noop("Before this moment, where it counts anew then."))
    words: str = Field(description=gettext_noop("The same in words."))


class StandingItem(Schema):
    programme_id: uuid.UUID = Field(description=gettext_noop("Of which programme."))
    set: str = Field(description=gettext_noop("The code of the set."))
    set_name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    tier: str = Field(description=gettext_noop("The tier's code; empty below the lowest."))
    tier_name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    since: datetime | None = Field(description=gettext_noop("Since when."))
    until: datetime | None = Field(
        description=gettext_noop("Held for sure until then; null where nothing that is known ends it.")
    )
    is_in_grace: bool = Field(description=gettext_noop("Whether it ended and is held a while longer."))
    amount: int = Field(description=gettext_noop("What counts now."))
    next_tier: str = Field(description=gettext_noop("The code of the tier above; empty at the top."))
    missing: MissingItem | None = Field(description=gettext_noop("What is missing for the tier above."))
    missing_to_keep: MissingItem | None = Field(description=gettext_noop("What is missing to keep the tier."))
    benefits: list[str] = Field(description=gettext_noop("What it brings, in words."))


@router.get(
    "/programmes/{uuid:programme_id}/tiers",
    response=list[TierSetItem],
    summary=gettext_noop("Tiers of a programme"),
    description=gettext_noop("As they hold now."),
    operation_id="list_tiers",
)
def tiers(request: HttpRequest, programme_id: uuid.UUID) -> Any:
    programme = get_programme(programme_id)
    return [_say_set(tier_set) for one in list_defined([programme.pk]) for tier_set in one.sets]


@router.get(
    "/customers/{uuid:customer_id}/standings",
    response=list[StandingItem],
    summary=gettext_noop("Where a customer stands"),
    description=gettext_noop("In each set of tiers of each programme that they are a member of."),
    operation_id="list_standings",
)
def standings(request: HttpRequest, customer_id: uuid.UUID) -> Any:
    now = clock.now()
    return [
        {"programme_id": member.programme.uuid, **_say_standing(one)}
        for member in list_memberships(get_customer(customer_id).pk)
        for one in get_standing(member.pk, now)
    ]


def _say_set(one: TierSet) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "basis": one.basis,
        "currency": one.currency,
        "unit": one.unit,
        "span": one.span,
        "lasts": one.lasts if one.span == "rolling" else "",
        "tiers": [_say_tier(one, tier) for tier in one.tiers],
    }


def _say_tier(one: TierSet, tier: Tier) -> Mapping[str, Any]:
    return {
        "code": tier.code,
        "name": tier.name,
        "needs": tier.needs,
        "keeps": tier.least,
        "colour": tier.colour,
        "sentence": say_tier(one, tier),
        "benefits": [say_benefit(benefit) for benefit in tier.benefits],
    }


def _say_standing(one: Standing) -> dict[str, Any]:
    return {
        "set": one.set_code,
        "set_name": one.set_name,
        "tier": one.tier,
        "tier_name": one.tier_name,
        "since": one.since,
        "until": one.until,
        "is_in_grace": one.is_in_grace,
        "amount": one.amount,
        "next_tier": one.next_tier,
        "missing": _say_missing(one.missing, say_missing, choose_words(one.next_name) or one.next_tier),
        "missing_to_keep": _say_missing(
            one.missing_to_keep, say_missing_to_keep, choose_words(one.tier_name) or one.tier
        ),
        "benefits": [say_benefit(benefit) for benefit in one.benefits],
    }


def _say_missing(
    missing: Missing | None, say: Callable[[Missing, str], str], tier: str
) -> Mapping[str, Any] | None:
    if missing is None:
        return None
    return {
        "amount": missing.amount,
        "basis": missing.basis,
        "currency": missing.currency,
        "unit": missing.unit,
        "by": missing.by,
        "words": say(missing, tier),
    }
