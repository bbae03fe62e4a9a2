"""Vouchers in words, in both languages: what a pool gives, and why a code gives nothing and what would help."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.access.business.queries import get_business
from wafaa.act.vouchers.models import Pool, Use
from wafaa.act.vouchers.reasons import MESSAGES
from wafaa.act.vouchers.rules import WHOLE_BP, Kind, Reason, Refusal, Terms
from wafaa.design.formats import format_date, format_moment, format_number, format_percent, name_channel
from wafaa.kit.money import format_money
from wafaa.kit.text import isolate
from wafaa.know.orders.models import Product, Store

LANGUAGES = ("ar", "en")
NAMES_SHOWN = 6
STATES: dict[str, Promise] = {
    "running": pgettext_lazy("voucher", "running"),
    "paused": pgettext_lazy("voucher", "paused"),
    "coming": pgettext_lazy("voucher", "not started"),
    "ended": pgettext_lazy("voucher", "expired"),
}
REFUSED: dict[str, Promise] = {
    "unreadable": gettext_lazy("has signs that a code can't have"),
    "too_long": gettext_lazy("is longer than 64 signs"),
    "twice": gettext_lazy("stands in the list twice"),
    "taken": gettext_lazy("is a code already"),
}
# What helps; figures and names are put in.
HELP: dict[Reason, Promise] = {
    Reason.UNKNOWN: gettext_lazy("Look at it again where it was sent or printed."),
    Reason.MISTYPED: gettext_lazy("Type it again, sign by sign."),
    Reason.WITHDRAWN: gettext_lazy("Ask the shop for another one."),
    Reason.PAUSED: gettext_lazy("Try it again later."),
    Reason.NOT_STARTED: gettext_lazy("It is valid from %(at)s on."),
    Reason.EXPIRED: gettext_lazy("It was valid until %(at)s."),
    Reason.CUSTOMER_NEEDED: gettext_lazy("Sign in, or say who you are."),
    Reason.OTHER_CUSTOMER: gettext_lazy("Only the person it was given to can use it."),
    Reason.CODE_USED_UP: gettext_lazy("Another code may still be valid."),
    Reason.POOL_USED_UP: gettext_lazy("Another code may still be valid."),
    Reason.CUSTOMER_USED_UP: gettext_lazy("Another code may still be valid."),
    Reason.WRONG_CURRENCY: gettext_lazy("It is for purchases in %(currency)s."),
    Reason.WRONG_STORE: gettext_lazy("It is valid here: %(names)s."),
    Reason.WRONG_CHANNEL: gettext_lazy("It is valid here: %(names)s."),
    Reason.MINIMUM_NOT_REACHED: gettext_lazy("%(missing)s is missing to reach %(minimum)s."),
    Reason.WRONG_PRODUCTS: gettext_lazy("It is for: %(names)s."),
    Reason.PRODUCT_MISSING: gettext_lazy("Put this into the cart, and it costs nothing: %(names)s."),
    Reason.NO_SHIPPING: gettext_lazy("Use it for an order that is sent to you."),
}


def say_both(say: Any, *args: Any) -> dict[str, str]:
    """The words of a function of this file in both languages."""
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = say(*args)
    return told


def say_reason(refusal: Refusal) -> str:
    return str(MESSAGES[refusal.reason])


def say_help(refusal: Refusal) -> str:
    return str(HELP[refusal.reason]) % _say_facts(refusal)


def say_refusal(refusal: Refusal) -> str:
    return f"{say_reason(refusal)} {say_help(refusal)}" if _has_facts(refusal) else say_reason(refusal)


def _has_facts(refusal: Refusal) -> bool:
    """A limit that was met under the lock has no figures to tell."""
    return "%(" not in str(HELP[refusal.reason]) or bool(refusal.facts)


def _say_facts(refusal: Refusal) -> dict[str, str]:
    facts = refusal.facts
    told: dict[str, str] = {}
    if "at" in facts:
        is_end = refusal.reason is Reason.EXPIRED
        told["at"] = say_moment(facts["at"], is_end=is_end)
    if "names" in facts:
        told["names"] = _say_names(refusal.reason, facts["names"])
    if "currency" in facts:
        told["currency"] = facts["currency"]
    for name in ("missing", "minimum"):
        if f"{name}_minor" in facts:
            told[name] = _say_money(facts[f"{name}_minor"], facts["currency"])
    return told


def _say_names(reason: Reason, names: Collection[str]) -> str:
    match reason:
        case Reason.WRONG_STORE:
            return join_names(name_stores(names))
        case Reason.WRONG_CHANNEL:
            return join_names([name_channel(one) for one in names])
        case _:
            return join_names(name_products(names))


def name_stores(codes: Collection[str]) -> list[str]:
    """As people call them; what no order named yet stays its code."""
    known = {one.code: str(one) for one in Store.objects.filter(code__in=codes)}
    return [known.get(code, code) for code in codes]


def name_products(skus: Collection[str]) -> list[str]:
    """As people call them; categories stay what they are."""
    known = {one.sku: str(one) for one in Product.objects.filter(sku__in=skus)}
    return [known.get(sku, sku) for sku in skus]


def join_names(names: Collection[str]) -> str:
    """A list that is not too long to read."""
    shown = [isolate(one) for one in list(names)[:NAMES_SHOWN]]
    more = len(names) - len(shown)
    comma = "، " if (get_language() or "ar").startswith("ar") else ", "
    told = comma.join(shown)
    if not more:
        return told
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
        "names": told,
        "count": format_number(more),
    }


def say_pool(terms: Terms) -> str:
    """What it gives and under which conditions, in whole sentences."""
    return " ".join([_say_gift(terms), *_say_conditions(terms)])


def say_short(terms: Terms) -> str:
    """For a list's cell."""
    match terms.kind:
        case Kind.PERCENT:
            told = _("%(share)s off") % {"share": _say_share(terms)}
        case Kind.AMOUNT:
            told = _("%(amount)s off") % {"amount": _say_money(terms.amount_minor, terms.currency)}
        case Kind.PRODUCT:
            told = _("%(product)s for free") % {"product": join_names(name_products([terms.sku]))}
        case Kind.SHIPPING:
            told = _("Free shipping")
        case _:
            told = _("%(amount)s of credit") % {"amount": _say_money(terms.amount_minor, terms.currency)}
    return told


def _say_gift(terms: Terms) -> str:
    facts = {
        "share": _say_share(terms),
        "amount": _say_money(terms.amount_minor, terms.currency),
        "most": _say_money(terms.cap_minor or 0, terms.currency),
        "product": join_names(name_products([terms.sku])) if terms.sku else "",
    }
    match terms.kind, terms.cap_minor is not None:
        case Kind.PERCENT, False:
            told = _("The voucher takes %(share)s off the cart.")
        case Kind.PERCENT, True:
            told = _("The voucher takes %(share)s off the cart, %(most)s at most.")
        case Kind.AMOUNT, _cap:
            told = _("The voucher takes %(amount)s off the cart.")
        case Kind.PRODUCT, _cap:
            told = _("The voucher gives one piece of this in the cart for free: %(product)s.")
        case Kind.SHIPPING, False:
            told = _("The voucher pays for shipping.")
        case Kind.SHIPPING, True:
            told = _("The voucher pays for shipping, %(most)s at most.")
        case _unused:
            told = _("The voucher gives %(amount)s of credit for later.")
    return told % facts


def _say_conditions(terms: Terms) -> Iterator[str]:
    if terms.is_narrowed and terms.kind is not Kind.PRODUCT:
        names = [*terms.categories, *name_products(terms.skus)]
        yield _("It counts for these only: %(names)s.") % {"names": join_names(names)}
    if terms.minimum_minor:
        least = _say_money(terms.minimum_minor, terms.currency)
        yield _("The cart has to come to %(least)s, without shipping.") % {"least": least}
    if terms.stores:
        yield _("It is valid in these stores: %(names)s.") % {"names": join_names(name_stores(terms.stores))}
    if terms.channels:
        names = [name_channel(one) for one in terms.channels]
        yield _("It is valid by these channels: %(names)s.") % {"names": join_names(names)}
    if dates := say_dates(terms):
        yield dates
    yield from _say_limits(terms)


def say_dates(terms: Terms) -> str:
    """ "" of what is valid for ever."""
    facts = {
        "start": say_moment(terms.starts_at) if terms.starts_at else "",
        "end": say_moment(terms.ends_at, is_end=True) if terms.ends_at else "",
    }
    if terms.starts_at and terms.ends_at:
        return _("It is valid from %(start)s to %(end)s.") % facts
    if terms.starts_at:
        return _("It is valid from %(start)s on.") % facts
    return _("It is valid until %(end)s.") % facts if terms.ends_at else ""


def _say_limits(terms: Terms) -> Iterator[str]:
    if terms.code_uses_max is None:
        yield _("Each code can be used any number of times.")
    elif terms.code_uses_max == 1:
        yield _("Each code can be used once.")
    else:
        yield ngettext(
            "Each code can be used %(count)s time.",
            "Each code can be used %(count)s times.",
            terms.code_uses_max,
        ) % {"count": format_number(terms.code_uses_max)}
    if terms.customer_uses_max == 1:
        yield _("Each customer can use these vouchers once.")
    elif terms.customer_uses_max is not None:
        yield ngettext(
            "Each customer can use these vouchers %(count)s time.",
            "Each customer can use these vouchers %(count)s times.",
            terms.customer_uses_max,
        ) % {"count": format_number(terms.customer_uses_max)}
    if terms.uses_max is not None:
        yield ngettext(
            "After %(count)s use of all codes together it is over.",
            "After %(count)s uses of all codes together it is over.",
            terms.uses_max,
        ) % {"count": format_number(terms.uses_max)}


def say_moment(moment: datetime, *, is_end: bool = False) -> str:
    """A day, where it begins at midnight of the business; of an end, the last day that counts."""
    local = moment.astimezone(get_business().zone)
    language = get_language() or "ar"
    if local.hour or local.minute:
        return isolate(format_moment(local, language))
    day = local.date() - timedelta(days=1) if is_end else local.date()
    return isolate(format_date(day, language))


def say_given(use: Use) -> str:
    return _say_money(use.given_minor - use.returned_minor, use.currency)


def say_pool_of(pool: Pool) -> str:
    return say_short(pool.terms)


def _say_money(minor: int, currency: str) -> str:
    return isolate(format_money(minor, currency, get_language() or "ar"))


def _say_share(terms: Terms) -> str:
    digits = 0 if terms.share_bp % 100 == 0 else 1 if terms.share_bp % 10 == 0 else 2
    # a number has no direction of its own, so it is told to run left to right
    return f"\u2066{format_percent(terms.share_bp / WHOLE_BP, digits)}\u2069"
