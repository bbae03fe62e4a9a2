"""What stands on the page about a member, a bill, a deed: plain values for templates, in the reader's language."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from wafaa.access.staff.models import Staff
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import find_wallets, get_balance
from wafaa.act.points.rules import UnitKind
from wafaa.act.points.words import REASONS, count_unit, gather_days, name_unit, say_amount
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import Judged, Quote, list_memberships
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.words import name_rule, say_missing, say_refusals, say_rule
from wafaa.decide.rewards.queries import Offer, get_redemption, list_offers
from wafaa.decide.rewards.rules import Kind as RewardKind
from wafaa.decide.rewards.words import say_price, say_spent
from wafaa.decide.rewards.words import say_refusal as say_reward_refusal
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Store
from wafaa.show.portal.rules import shorten_name
from wafaa.show.till.actions import find_way
from wafaa.show.till.models import Deed
from wafaa.show.till.pages.greeting import draw_standings
from wafaa.show.till.queries import Brought, explain_deed, find_cart, list_undoable
from wafaa.show.till.queries.deeds import Moved
from wafaa.show.till.words import DEEDS

# On a till one reads a line, not a list.
WHY_SHOWN = 3
OFFERS_SHOWN = 6
# More than these are told as a number.
PLACES_MAX = 20


def draw_member(customer: Customer, *, store: Store | None, staff: Staff) -> dict[str, Any]:
    memberships, wallets = list_memberships(customer.pk), draw_wallets(customer)
    return {
        "customer": customer,
        "name": shorten_name(customer.name),
        "whole_name": customer.name,
        "is_member": bool(memberships),
        "can_join": not memberships and Programme.objects.filter(state=State.LIVE).exists(),
        "standings": draw_standings(memberships),
        "wallets": wallets,
        **draw_offers(customer, store),
        "cart": find_cart(customer),
        "may_right": bool(wallets),
        "reasons": list(REASONS.items()),
        "recent": [(one, str(DEEDS[one.kind])) for one in list_undoable(customer, store)],
        "way": find_way(customer),
    }


def draw_offers(customer: Customer, store: Store | None) -> dict[str, list[dict[str, Any]]]:
    """`offers` is what they can have now, and cards with places where the price is counted; `later` the rest, the nearest
    first, which is folded away: the bill comes next. Paying a part of the bill with points needs the shop's own till.
    """
    offers = list_offers(
        customer_id=customer.pk,
        at=clock.now(),
        store=store.code if store else "",
        language=(get_language() or "")[:2],
    )
    shown = [one for one in offers if one.reward.kind != RewardKind.PAYMENT]
    shown.sort(key=lambda one: (not one.can, one.points - one.available))
    drawn = [_draw_offer(one) for one in shown[:OFFERS_SHOWN]]
    return {
        "offers": [one for one in drawn if one["can"] or one["places"]],
        "later": [one for one in drawn if not one["can"] and not one["places"]],
    }


def _draw_offer(offer: Offer) -> dict[str, Any]:
    is_card = offer.reward.is_card and offer.points <= PLACES_MAX
    full = min(offer.available, offer.points)
    return {
        "uuid": offer.reward.uuid,
        "name": offer.name,
        "price": say_price(offer.reward),
        "can": offer.can,
        "why_not": [say_reward_refusal(one.reason, one.facts) for one in offer.reasons][:1],
        "places": [place < full for place in range(offer.points)] if is_card else [],
        "full": full,
        "count": offer.points,
    }


def draw_wallets(customer: Customer) -> list[dict[str, Any]]:
    """Points first, then money, then what is counted."""
    order = [UnitKind.POINTS.value, UnitKind.MONEY.value, UnitKind.COUNT.value]
    wallets = sorted(find_wallets(customer.pk), key=lambda one: (order.index(one.unit.kind), one.unit_id))
    now = clock.now()
    return [_draw_wallet(one, get_balance(one.pk, now)) for one in wallets]


def _draw_wallet(wallet: Any, balance: Any) -> dict[str, Any]:
    unit: Unit = wallet.unit

    def write(amount: int) -> str:
        return say_amount(amount, unit) if amount else ""

    coming = next(iter(balance.ripening), None)
    ending = next(iter(gather_days(balance.ending, ends=True)), None)
    return {
        "uuid": wallet.uuid,
        "name": name_unit(unit),
        "counted": count_unit(balance.available, unit),
        "is_money": bool(unit.currency),
        "figure": say_amount(balance.available, unit),
        "pending": write(balance.pending),
        "coming_at": coming.at if coming else None,
        "owed": write(balance.owed),
        "ending": write(ending.amount) if ending else "",
        "ending_at": ending.at if ending else None,
    }


def draw_quotes(quotes: Sequence[Quote]) -> dict[str, Any]:
    """By unit what is earned; why in sentences, or why not and what is missing."""
    units = {one.code: one for one in Unit.objects.all()}
    names = {code: name_unit(unit) for code, unit in units.items()}
    judged = [one for quote in quotes for one in quote.judged]
    totals: dict[str, int] = {}
    for quote in quotes:
        for code, points in quote.totals.items():
            totals[code] = totals.get(code, 0) + points
    return {
        "totals": [
            (count_unit(points, units[code]), say_amount(points, units[code]))
            for code, points in totals.items()
        ],
        "why": draw_why(judged, names),
        "missing": next((words for one in judged if (words := say_missing(one, names))), ""),
        "has_programme": bool(quotes),
    }


def draw_why(judged: Sequence[Judged], names: dict[str, str]) -> list[str]:
    """The rules that gave something, by their names; where none did, the first reasons why."""
    gave = [name_rule(one.rule) or say_rule(one.rule, names) for one in judged if one.target]
    if gave:
        return gave[:WHY_SHOWN]
    reasons = dict.fromkeys(words for one in judged for words in say_refusals(one))
    return list(reasons)[:WHY_SHOWN]


def draw_moved(moved: Sequence[Moved]) -> list[dict[str, Any]]:
    return [
        {
            "name": count_unit(one.amount, one.unit),
            "amount": say_amount(one.amount, one.unit),
            "usable_from": one.usable_from,
        }
        for one in moved
    ]


def draw_deed(deed: Deed) -> dict[str, Any]:
    """How a deed stands now, and what the member has after it."""
    brought: Brought = explain_deed(deed)
    names = {one.code: name_unit(one) for one in Unit.objects.all()} if brought.judged else {}
    return {
        "deed": deed,
        "kind": deed.kind,
        "words": str(DEEDS[deed.kind]),
        "earned": draw_moved(brought.earned),
        "why_not": draw_why(brought.judged, names),
        "is_settled": brought.is_settled,
        "wallets": draw_wallets(deed.customer) if deed.customer else [],
        "name": shorten_name(deed.customer.name) if deed.customer else "",
        "redeemed": _draw_redeemed(deed),
        "paid": draw_spent(deed) if "paid_minor" in deed.facts else "",
        "paid_minor": deed.facts.get("paid_minor", 0),
        "rest_minor": (deed.amount_minor or 0) - deed.facts.get("paid_minor", 0),
        "is_waiting": deed.facts.get("is_waiting", False),
        "given_minor": deed.facts.get("given_minor"),
        "currency": deed.currency,
        "language": get_language(),
    }


def draw_spent(deed: Deed) -> str:
    """What the member gave for a reward or a part of the bill; "" where nothing was spent."""
    told = deed.facts.get("redemption")
    return say_spent(get_redemption(uuid.UUID(told))) if told else ""


def _draw_redeemed(deed: Deed) -> dict[str, Any]:
    """What the member gets: its name, and the code where it gives one."""
    told = deed.facts.get("redemption")
    if not told:
        return {}
    redemption = get_redemption(uuid.UUID(told))
    return {
        "name": redemption.reward.say_name((get_language() or "")[:2]),
        "spent": say_spent(redemption),
        "code": redemption.voucher.shown if redemption.voucher else "",
    }
