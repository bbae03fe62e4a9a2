"""Tiers as a version holds them: sets of rungs, what leads up to each, how long it lasts, what it gives. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

import msgspec

Words = dict[str, str]  # language -> words

SETS_MAX: Final = 10
TIERS_MAX: Final = 20
NEEDS_MAX: Final = 10**13
WARNS_DAYS_MAX: Final = 365
CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,24}")
CURRENCY: Final = re.compile(r"[A-Z]{3}")
UNIT: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Whole days and longer: a day is the least by which windows roll on.
LASTS: Final = re.compile(r"P(?=\d)(\d{1,2}Y)?(\d{1,3}M)?(\d{1,3}W)?(\d{1,4}D)?")
COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


class Basis(StrEnum):
    """What is counted. Earned is what rules of the programme gave and still stands: points, nights, visits."""

    SPEND = "spend"
    EARNED = "earned"
    ORDERS = "orders"


class Span(StrEnum):
    """The days that count."""

    ROLLING = "rolling"  # the last so long
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    HIJRI_YEAR = "hijri_year"
    LIFE = "life"


class Stays(StrEnum):
    """How long a reached tier stays at least."""

    WINDOW = "window"  # a rolling one: while the amount is there; else to the end of this year, quarter …
    NEXT = "next"  # a whole rolling window from then on; else to the end of the next year, quarter …


class Fall(StrEnum):
    """Where to, when it is kept no more."""

    STEP = "step"
    STRAIGHT = "straight"  # to what is earned


class Perk(StrEnum):
    FREE_SHIPPING = "free_shipping"
    EARLY_ACCESS = "early_access"
    EVENTS = "events"
    GIFT = "gift"
    OWN = "own"


class Why(StrEnum):
    """Why a member's tier became another one."""

    REACHED = "reached"
    ENDED = "ended"  # what counted is too long ago
    REVERSED = "reversed"  # what it came from was refunded
    PLACED = "placed"  # by new definitions


class Benefit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """`words` say more of it; a benefit of one's own is nothing but words. Multipliers are rules that name the tier."""

    kind: Perk
    words: Words = {}


class Tier(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A rung: reached with `needs`, kept with `keeps`, which is the same where it is not told. Who needs nothing has it."""

    code: str
    name: Words = {}
    needs: int = 0
    keeps: int | None = None
    colour: str = ""
    benefits: list[Benefit] = []

    @property
    def least(self) -> int:
        return self.needs if self.keeps is None else self.keeps


class TierSet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Tiers from the lowest up. Amounts are minor units of `currency`, the unit's smallest part, or orders."""

    code: str
    name: Words = {}
    basis: Basis = Basis.SPEND
    currency: str = ""
    unit: str = ""
    span: Span = Span.ROLLING
    lasts: str = "P12M"  # of a rolling window
    stays: Stays = Stays.NEXT
    falls: Fall = Fall.STEP
    grace: str = ""  # a duration in which a tier that ended is still held
    warns_days: int = 30  # so long before its end a member is told; 0: never
    counts_past: bool = False  # what was bought before joining, too
    tiers: list[Tier] = []

    @property
    def basis_key(self) -> str:
        """What amounts are amounts of: those of another basis cannot be compared."""
        return f"{self.basis}:{self.currency or self.unit}"

    def find(self, code: str) -> Tier | None:
        return next((one for one in self.tiers if one.code == code), None)

    def find_next(self, code: str) -> Tier | None:
        """The one above; above none the first that has to be reached."""
        codes = [one.code for one in self.tiers]
        place = codes.index(code) + 1 if code in codes else 0
        return self.tiers[place] if place < len(self.tiers) else None

    def find_below(self, code: str) -> Tier | None:
        codes = [one.code for one in self.tiers]
        place = codes.index(code) if code in codes else 0
        return self.tiers[place - 1] if place else None


def name_tiers(sets: Sequence[TierSet]) -> dict[str, tuple[TierSet, Tier]]:
    """As rules and members name them, "set:tier", from the lowest up."""
    return {f"{one.code}:{tier.code}": (one, tier) for one in sets for tier in one.tiers}


def find_wrong_tiers(sets: Sequence[TierSet]) -> Iterator[tuple[str, str]]:
    """(field, code of the fault); a field is <set>.<field> or <set>.<tier>.<field>."""
    if len(sets) > SETS_MAX:
        yield "tier_sets", "too_many"
    often = Counter(one.code for one in sets)
    for one in sets:
        if often[one.code] > 1 or not CODE.fullmatch(one.code):
            yield f"{one.code}.code", "not_unique"
        for field, code in (*_find_in_set(one), *_find_in_tiers(one)):
            yield f"{one.code}.{field}", code


def _find_in_set(one: TierSet) -> Iterator[tuple[str, str]]:
    if (one.basis is Basis.SPEND) is not bool(CURRENCY.fullmatch(one.currency)):
        yield "currency", "currency"
    if (one.basis is Basis.EARNED) is not bool(UNIT.fullmatch(one.unit)):
        yield "unit", "unknown"
    if one.span is Span.ROLLING and not _is_lasting(one.lasts):
        yield "lasts", "duration"
    if one.grace and not _is_lasting(one.grace):
        yield "grace", "duration"
    if not 0 <= one.warns_days <= WARNS_DAYS_MAX:
        yield "warns_days", "amount"
    if one.counts_past and one.basis is Basis.EARNED:
        yield "counts_past", "needs_order"


def _find_in_tiers(one: TierSet) -> Iterator[tuple[str, str]]:
    if not one.tiers or len(one.tiers) > TIERS_MAX:
        yield "tiers", "too_many" if one.tiers else "no_tiers"
    often, before = Counter(tier.code for tier in one.tiers), -1
    for tier in one.tiers:
        if often[tier.code] > 1 or not CODE.fullmatch(tier.code):
            yield f"{tier.code}.code", "not_unique"
        if not before < tier.needs <= NEEDS_MAX:
            yield f"{tier.code}.needs", "ascending"
        if not 0 <= tier.least <= tier.needs:
            yield f"{tier.code}.keeps", "keeps"
        if tier.colour and not COLOUR.fullmatch(tier.colour):
            yield f"{tier.code}.colour", "unknown"
        if any(perk.kind is Perk.OWN and not any(perk.words.values()) for perk in tier.benefits):
            yield f"{tier.code}.benefits", "words"
        before = tier.needs


def _is_lasting(told: str) -> bool:
    return bool(LASTS.fullmatch(told)) and any(letter in "123456789" for letter in told)
