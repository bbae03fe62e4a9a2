"""Rewards in words, in both languages: what one gives for what, and why one may not have it and what is missing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Unit
from wafaa.act.points.words import count_unit
from wafaa.act.vouchers.words import join_names, name_products, name_stores
from wafaa.decide.loyalty.models import Version
from wafaa.decide.loyalty.rules.content import read_content
from wafaa.decide.loyalty.words import list_tier_names
from wafaa.decide.rewards.models import KINDS, Redemption, Reward
from wafaa.decide.rewards.reasons import MESSAGES
from wafaa.decide.rewards.rules import WHOLE_BP, Kind, Reason, Returning, Span
from wafaa.decide.rewards.rules.terms import Money, Terms
from wafaa.design.formats import format_date, format_number, format_percent
from wafaa.kit.money import format_money
from wafaa.kit.text import choose_words, isolate

SPANS: dict[Span, Promise] = {
    Span.DAY: pgettext_lazy("limit", "a day"),
    Span.MONTH: pgettext_lazy("limit", "a month"),
    Span.YEAR: pgettext_lazy("limit", "a year"),
    Span.EVER: pgettext_lazy("limit", "in all"),
}
RETURNS: dict[Returning, Promise] = {
    Returning.WHOLE: gettext_lazy("All of the points, once the whole order is refunded or cancelled"),
    Returning.SHARE: gettext_lazy("As much of the points as of the order"),
    Returning.NEVER: gettext_lazy("Nothing by itself"),
}
# What helps besides what stands against it; figures are put in.
HELP: dict[Reason, Promise] = {
    Reason.POINTS: gettext_lazy("Still missing: %(missing)s."),
    Reason.MINIMUM: gettext_lazy("Still missing: %(missing)s."),
    Reason.STEP: gettext_lazy("Choose steps of %(step)s, up to what the order costs."),
    Reason.NOT_STARTED: gettext_lazy("It begins on %(at)s."),
}
AGAIN: dict[Span, Promise] = {
    Span.DAY: gettext_lazy("Tomorrow it can be had again."),
    Span.MONTH: gettext_lazy("Next month it can be had again."),
    Span.YEAR: gettext_lazy("Next year it can be had again."),
}


def say_refusal(reason: Reason, facts: Mapping[str, Any]) -> str:
    """Why not, and what would help where that is known."""
    told = say_help(reason, facts)
    return f"{MESSAGES[reason]} {told}" if told else str(MESSAGES[reason])


def say_help(reason: Reason, facts: Mapping[str, Any]) -> str:
    if reason in {Reason.LIMIT, Reason.MEMBER_LIMIT}:
        span = facts.get("span")
        return str(AGAIN.get(Span(span), "")) if span else ""
    if reason not in HELP or not facts:
        return ""
    said = {name: _say_fact(value, facts) for name, value in facts.items()}
    return str(HELP[reason]) % said


def _say_fact(value: Any, facts: Mapping[str, Any]) -> str:
    language = get_language() or "ar"
    if isinstance(value, datetime):
        return format_date(value.astimezone(get_business().zone).date(), language)
    if isinstance(value, int):
        currency = facts.get("currency")
        return isolate(format_money(value, currency, language) if currency else format_number(value))
    return str(value)


def say_points(points: int, unit: Unit) -> str:
    return f"{isolate(format_number(points / 10**unit.scale, unit.scale))} {count_unit(points, unit)}"


def say_price(reward: Reward, currency: str = "") -> str:
    """Points, and money besides where there is some."""
    money = reward.money.get(currency or get_business().currency)
    points = say_points(reward.points, reward.unit)
    if money is None or not money.price:
        return points
    paid = _say_money(money.price, currency or get_business().currency)
    return _("%(points)s and %(money)s") % {"points": points, "money": paid}


def _say_money(minor: int, currency: str) -> str:
    return isolate(format_money(minor, currency, get_language() or "ar"))


def say_gift(terms: Terms) -> str:
    """What it gives, in a few words."""
    worths = [_say_money(money.value, code) for code, money in terms.moneys.items() if money.value]
    amounts = " / ".join(worths)
    match terms.kind:
        case Kind.AMOUNT if amounts:
            return _("%(amount)s off") % {"amount": amounts}
        case Kind.PERCENT if terms.share_bp:
            return _("%(share)s off") % {"share": isolate(format_percent(terms.share_bp / WHOLE_BP, 0))}
        case Kind.PRODUCT if terms.sku:
            return _("%(product)s for free") % {"product": isolate(name_products([terms.sku])[0])}
        case Kind.CARD if amounts:
            return _("A gift card of %(amount)s") % {"amount": amounts}
        case _:
            return str(KINDS[terms.kind])


def say_terms(terms: Terms, unit: Unit, stock: int | None = None) -> list[str]:
    """A reward in plain sentences: what for what, then each condition."""
    first = _("%(gift)s for %(points)s.") % {
        "gift": say_gift(terms),
        "points": say_points(terms.points, unit),
    }
    if terms.kind is Kind.PAYMENT:
        first = _(
            "Paying with points, in steps of %(points)s, at what the programme says they are worth."
        ) % {"points": say_points(terms.points, unit)}
    return [first, *_say_moneys(terms.moneys), *_say_bounds(terms, stock), _say_return(terms)]


def _say_moneys(moneys: Mapping[str, Money]) -> list[str]:
    told = []
    for code, money in moneys.items():
        if money.price:
            told.append(_("Besides, %(money)s is to be paid.") % {"money": _say_money(money.price, code)})
        if money.minimum:
            told.append(_("For carts from %(money)s.") % {"money": _say_money(money.minimum, code)})
        if money.most:
            told.append(_("At most %(money)s.") % {"money": _say_money(money.most, code)})
    return told


def _say_bounds(terms: Terms, stock: int | None) -> list[str]:
    told = []
    zone, language = get_business().zone, get_language() or "ar"
    if terms.starts_at:
        day = format_date(terms.starts_at.astimezone(zone).date(), language)
        told.append(_("From %(day)s.") % {"day": day})
    if terms.ends_at:
        day = format_date(terms.ends_at.astimezone(zone).date(), language)
        told.append(_("Before %(day)s.") % {"day": day})
    if terms.tiers:
        known = list_tiers()
        names = join_names([known.get(one) or one.rpartition(":")[2] for one in terms.tiers])
        told.append(_("For these tiers: %(names)s.") % {"names": names})
    if terms.stores:
        names = join_names(name_stores(terms.stores))
        told.append(_("In these stores: %(names)s.") % {"names": names})
    for span, limit in terms.member_limits.items():
        told.append(_("Each member at most %(count)s %(span)s.") % _say_limit(span, limit))
    for span, limit in terms.limits.items():
        told.append(_("All members together at most %(count)s %(span)s.") % _say_limit(span, limit))
    if stock is not None:
        told.append(_("Left in stock: %(count)s.") % {"count": isolate(format_number(stock))})
    return told


def list_tiers(programme_ids: Collection[int] | None = None) -> dict[str, str]:
    """What tiers are called, by set:tier, as they hold or, before a programme began, as they are planned. Of all programmes,
    where none is named; with the programme's name where several have tiers.
    """
    versions = Version.objects.filter(is_silent=False).order_by(
        "programme_id", F("published_at").desc(nulls_last=True), "-number"
    )
    if programme_ids is not None:
        versions = versions.filter(programme__in=programme_ids)
    found = versions.distinct("programme_id").select_related("programme")
    told = [(one.programme, list_tier_names(read_content(one.content))) for one in found]
    told = [(programme, names) for programme, names in told if names]
    if len(told) == 1:
        return told[0][1]
    language, names = get_language() or "ar", dict[str, str]()
    for programme, tiers in told:
        for code, name in tiers.items():
            whole = f"{name} ({choose_words(programme.name, language)})"
            names[code] = f"{names[code]}, {whole}" if code in names else whole
    return names


def _say_limit(span: Span, limit: int) -> dict[str, str]:
    return {"count": isolate(format_number(limit)), "span": str(SPANS[span])}


def _say_return(terms: Terms) -> str:
    if terms.returning is Returning.NEVER:
        return _("If its order is refunded, no points come back by themselves.")
    if terms.returning is Returning.SHARE:
        return _("If its order is refunded, as much of the points comes back as of the order.")
    return _("If its whole order is refunded or cancelled, the points come back.")


def say_spent(one: Redemption) -> str:
    return say_points(one.points, one.unit)
