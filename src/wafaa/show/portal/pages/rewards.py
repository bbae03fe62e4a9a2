"""Rewards on the member's own pages: the catalogue, one reward, redeeming in two taps, the code that is shown."""

from uuid import UUID, uuid5

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wafaa.decide.rewards.actions import cancel, confirm, place
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries import Offer, list_offers, list_redemptions
from wafaa.decide.rewards.rules import Kind, Standing
from wafaa.design.codes import draw_qr
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.ids import new_id
from wafaa.show.portal.door import MemberRequest, get_digits, member, show
from wafaa.show.portal.errors import PortalClosed
from wafaa.show.portal.rewards import (
    is_quick,
    list_choices,
    list_own,
    list_shown,
    say_conditions,
    say_points,
    show_offer,
)
from wafaa.show.portal.wallets import show_wallets

_SHOWN_AS_CODE = {Standing.PLACED, Standing.CONFIRMED}


@member
@require_safe
def rewards(request: MemberRequest) -> HttpResponse:
    """Cards with stamps, what one can have now, what is missing for the rest, what one had."""
    customer, language, digits = request.visit.customer, request.door.language, get_digits(request)
    offers = list_shown(customer, language=language, digits=digits)
    own = [(one, one.say_name(language)) for one in list_own(customer)]
    rest = [one for one in offers if not one.places]
    context = {
        "wallets": show_wallets(customer, language=language, digits=digits),
        "cards": [one for one in offers if one.places],
        "now": [one for one in rest if one.can],
        "later": sorted((one for one in rest if not one.can), key=lambda one: (bool(one.why), one.points)),
        "waiting": [pair for pair in own if pair[0].standing is Standing.PLACED],
        "had": [pair for pair in own if pair[0].standing is not Standing.PLACED],
    }
    return show(request, "rewards", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def reward(request: MemberRequest, reward_uuid: UUID) -> HttpResponse:
    """What it is and what it costs; a press redeems it, once however often it is pressed."""
    offer = _find_offer(request, reward_uuid)
    error = ""
    if request.method == "POST":
        try:
            made = _redeem(request, offer)
            return redirect("me-redemption", made.uuid)
        except WafaaError as refused:
            error = str(refused)
    language, digits = request.door.language, get_digits(request)
    unit = offer.reward.unit
    context = {
        "offer": show_offer(offer, language=language, digits=digits),
        "choices": list_choices(offer, language=language, digits=digits),
        "conditions": say_conditions(offer.reward, digits),
        "left": say_points(max(0, offer.available - offer.points), unit, language, digits),
        "available": say_points(offer.available, unit, language, digits),
        "key": new_id(),
        "error": error,
    }
    return show(request, "reward", context, status=422 if error else 200)


def _find_offer(request: MemberRequest, reward_uuid: UUID) -> Offer:
    """One that is offered to this member. Raises PortalClosed."""
    offers = list_offers(
        customer_id=request.visit.customer.pk, at=clock.now(), language=request.door.language
    )
    found = next((one for one in offers if one.reward.uuid == reward_uuid), None)
    if found is None:
        raise PortalClosed
    return found


@transaction.atomic
def _redeem(request: MemberRequest, offer: Offer) -> Redemption:
    customer, now = request.visit.customer, clock.now()
    told = request.POST.get("key", "")[:36]
    key = f"portal:{uuid5(customer.uuid, told)}"
    points = request.POST.get("points", "")
    made = place(
        key=key,
        customer_id=customer.pk,
        reward_id=offer.reward.pk,
        at=now,
        points=int(points) if offer.reward.kind == Kind.PAYMENT and points.isdecimal() else None,
    )
    if is_quick(offer.reward):
        confirm(key=key, redemption_id=made.pk, at=now)
    return made


@member
@require_safe
def redemption(request: MemberRequest, redemption_uuid: UUID) -> HttpResponse:
    """What is shown at the till, or typed in the shop."""
    one = _find_own(request, redemption_uuid)
    code = one.voucher.shown if one.voucher else one.card.shown if one.card else one.shown
    is_shown = one.standing in _SHOWN_AS_CODE and one.terms["kind"] != Kind.DONATION
    is_till = not one.voucher and not one.card
    has_code = is_shown and (one.standing is Standing.PLACED or not is_till)
    language, digits = request.door.language, get_digits(request)
    context = {
        "one": one,
        "name": one.say_name(language),
        "price": say_points(one.points, one.unit, language, digits),
        "back": say_points(one.returned, one.unit, language, digits) if one.returned else "",
        "code": code,
        "drawn": draw_qr(code.replace("-", "")) if has_code else "",
        "is_placed": one.standing is Standing.PLACED and one.ends_at > clock.now(),
        "is_till": is_till,
    }
    return show(request, "redemption", context)


@member
@require_POST
def give_up(request: MemberRequest, redemption_uuid: UUID) -> HttpResponse:
    """While it was not used; afterwards the page tells how it stands."""
    one = _find_own(request, redemption_uuid)
    if one.standing is Standing.PLACED:
        cancel(key=f"portal:{one.uuid}", redemption_id=one.pk, at=clock.now())
    return redirect("me-redemption", one.uuid)


def _find_own(request: MemberRequest, redemption_uuid: UUID) -> Redemption:
    """One's own, or none. Raises PortalClosed."""
    own = list_redemptions(customer_id=request.visit.customer.pk)
    found: Redemption | None = own.filter(uuid=redemption_uuid).first()
    if found is None:
        raise PortalClosed
    return found
