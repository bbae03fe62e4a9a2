"""Tiers as sentences: what leads up to one, how long it lasts, what it gives, what is missing."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit
from wafaa.decide.loyalty.rules.tiers import Basis, Benefit, Fall, Perk, Span, Stays, Tier, TierSet
from wafaa.decide.loyalty.words import say_duration
from wafaa.decide.tiers.queries.standing import Missing
from wafaa.design.formats import format_date, format_number
from wafaa.kit.money import format_money
from wafaa.kit.text import choose_words

PERKS: Final[Mapping[Perk, Promise]] = {
    Perk.FREE_SHIPPING: pgettext_lazy("benefit", "free shipping"),
    Perk.EARLY_ACCESS: pgettext_lazy("benefit", "early access to what is new"),
    Perk.EVENTS: pgettext_lazy("benefit", "invitations to events"),
    Perk.GIFT: pgettext_lazy("benefit", "a gift"),
    Perk.OWN: pgettext_lazy("benefit", "something of your own"),
}
BASES: Final[Mapping[Basis, Promise]] = {
    Basis.SPEND: gettext_lazy("What was spent and kept"),
    Basis.EARNED: gettext_lazy("What was earned by rules: points, nights, visits"),
    Basis.ORDERS: gettext_lazy("How many orders"),
}
SPANS: Final[Mapping[Span, Promise]] = {
    Span.ROLLING: gettext_lazy("The last so many months"),
    Span.YEAR: gettext_lazy("A calendar year"),
    Span.HALF: gettext_lazy("Half a year, from January or July"),
    Span.QUARTER: gettext_lazy("A quarter"),
    Span.HIJRI_YEAR: gettext_lazy("A Hijri year"),
    Span.LIFE: gettext_lazy("All time"),
}
WITHIN: Final[Mapping[Span, Promise]] = {
    Span.YEAR: pgettext_lazy("tier", "in a calendar year"),
    Span.HALF: pgettext_lazy("tier", "in half a year"),
    Span.QUARTER: pgettext_lazy("tier", "in a quarter"),
    Span.HIJRI_YEAR: pgettext_lazy("tier", "in a Hijri year"),
    Span.LIFE: pgettext_lazy("tier", "ever"),
}
STAYS: Final[Mapping[Stays, Promise]] = {
    Stays.WINDOW: gettext_lazy("No longer than the days that count"),
    Stays.NEXT: gettext_lazy("Through the next ones, too"),
}
FALLS: Final[Mapping[Fall, Promise]] = {
    Fall.STEP: gettext_lazy("One tier down"),
    Fall.STRAIGHT: gettext_lazy("Straight to what is earned"),
}
SEPARATOR: Final = " · "


def name_set(one: TierSet) -> str:
    return choose_words(one.name) or one.code


def name_tier(one: Tier | None, code: str = "") -> str:
    """Of one that is there no more its code, of none that it is none."""
    if one is not None:
        return choose_words(one.name) or one.code
    return code or _("no tier")


def say_tier(one: TierSet, tier: Tier) -> str:
    """One sentence of clauses."""
    return SEPARATOR.join(
        [name_tier(tier), *_say_way(one, tier), *_say_lasting(one, tier), *_say_benefits(tier)]
    )


def say_amount(amount: int, basis: Basis, *, currency: str = "", unit: str = "") -> str:
    """SAR 320.00, 3 orders, Nights: 5."""
    if basis is Basis.SPEND:
        return format_money(amount, currency, get_language() or "en")
    if basis is Basis.ORDERS:
        return ngettext("%(count)s order", "%(count)s orders", amount) % {"count": format_number(amount)}
    found = Unit.objects.filter(code=unit).first()
    written = format_number(amount / 10**found.scale, found.scale) if found else format_number(amount)
    return _("%(unit)s: %(count)s") % {"unit": name_unit(found) if found else unit, "count": written}


def say_missing(missing: Missing, tier: str) -> str:
    """What brings the tier of this name."""
    amount = say_amount(missing.amount, missing.basis, currency=missing.currency, unit=missing.unit)
    values = {"amount": amount, "tier": tier}
    if missing.by is None:
        return _("%(amount)s more for %(tier)s") % values
    return _("%(amount)s more by %(day)s for %(tier)s") % {
        **values,
        "day": say_last_day(missing.by),
    }


def say_missing_to_keep(missing: Missing, tier: str) -> str:
    """What keeps the tier of this name."""
    amount = say_amount(missing.amount, missing.basis, currency=missing.currency, unit=missing.unit)
    values = {"amount": amount, "tier": tier}
    if missing.by is None:
        return _("%(amount)s more to keep %(tier)s") % values
    return _("%(amount)s more by %(day)s to keep %(tier)s") % {**values, "day": say_last_day(missing.by)}


def say_last_day(end: datetime) -> str:
    """The last day of what ends with this moment, which is a midnight, in the business's zone."""
    return format_date((localtime(end) - timedelta(microseconds=1)).date(), get_language() or "en")


def say_benefit(one: Benefit) -> str:
    own = choose_words(one.words)
    if one.kind is Perk.OWN:
        return own
    return f"{PERKS[one.kind]}: {own}" if own else str(PERKS[one.kind])


def _say_way(one: TierSet, tier: Tier) -> Iterator[str]:
    if tier.needs == 0:
        yield _("for every member")
        return
    amount = say_amount(tier.needs, one.basis, currency=one.currency, unit=one.unit)
    yield _("from %(amount)s on, %(within)s") % {"amount": amount, "within": _say_within(one)}
    if tier.least < tier.needs:
        amount = say_amount(tier.least, one.basis, currency=one.currency, unit=one.unit)
        yield _("kept with %(amount)s") % {"amount": amount}


def _say_within(one: TierSet) -> str:
    if one.span is Span.ROLLING:
        return _("within %(duration)s") % {"duration": say_duration(one.lasts)}
    return str(WITHIN[one.span])


def _say_lasting(one: TierSet, tier: Tier) -> Iterator[str]:
    if tier.needs == 0:
        return
    if one.span is Span.LIFE:
        yield _("for good")
        return
    if one.stays is Stays.WINDOW:
        yield _("as long as that is so") if one.span is Span.ROLLING else _("to the end of it")
    elif one.span is Span.ROLLING:
        yield _("stays at least %(duration)s") % {"duration": say_duration(one.lasts)}
    else:
        yield _("stays to the end of the next one")
    if one.grace:
        yield _("held %(duration)s longer") % {"duration": say_duration(one.grace)}
    yield _("then one tier down") if one.falls is Fall.STEP else _("then to what is earned")


def _say_benefits(tier: Tier) -> Iterator[str]:
    told = [say_benefit(one) for one in tier.benefits]
    if told:
        comma = "، " if (get_language() or "").startswith("ar") else ", "
        yield _("brings %(benefits)s") % {"benefits": comma.join(told)}
