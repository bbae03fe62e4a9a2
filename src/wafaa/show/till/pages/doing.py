"""Deeds: told, done once, answered with what came of them as soon as the rules have heard."""

import uuid
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from wafaa.access.limits.actions import give_back, take
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.vouchers.errors import REFUSALS, CardMissing, CardMistyped
from wafaa.act.vouchers.rules import Reason
from wafaa.decide.rewards.errors import RedemptionMissing
from wafaa.design.codes import draw_qr
from wafaa.show.portal.actions import give_card
from wafaa.show.portal.queries import get_portal, get_site
from wafaa.show.portal.words import group_number
from wafaa.show.till.actions import Done, do, give_try_back, take_try
from wafaa.show.till.errors import DeedMissing
from wafaa.show.till.models import Deed
from wafaa.show.till.pages.answers import answering, read, say
from wafaa.show.till.pages.drawing import draw_deed
from wafaa.show.till.queries import list_own_stores
from wafaa.show.till.rules import CODE_MISS, DO, DeedKind, Told
from wafaa.stream.waiting import OTHERS, read_wait

# What a drained stream needs is some tenths of a second; whoever waits longer asks again.
WAITS_MAX_S = 2.0
# What the stream has to hear before the answer can say what came of it.
WAITED = frozenset({DeedKind.EARN, DeedKind.STAMP, DeedKind.UNDO, DeedKind.ENROL, DeedKind.JOIN})
UNKNOWN_CODES = (
    RedemptionMissing,
    CardMissing,
    CardMistyped,
    REFUSALS[Reason.UNKNOWN],
    REFUSALS[Reason.MISTYPED],
)


@requires(Capability.USE_TILL)
@require_POST
@answering
@sensitive_variables("told")
def deeds(request: StaffRequest) -> HttpResponse:
    """One deed; told again it is the same one, and the answer says how it stands: with `Prefer: wait` what it earned, too."""
    told = read(request, Told)
    take(DO, str(request.staff.pk))
    done = _do(told, request)
    if (wait_s := read_wait(request.headers.get("Prefer", ""))) and told.kind in WAITED:
        OTHERS.wait_until_handled(min(wait_s, WAITS_MAX_S))
    return _show(request, done.deed, status=HTTPStatus.OK if done.is_replay else HTTPStatus.CREATED)


def _do(told: Told, request: StaffRequest) -> Done:
    """Wrong proofs and codes that are none cost a try; right ones give it back."""
    person = str(request.staff.pk)
    if told.needs_yes:
        take_try(str(told.customer))
        done = do(told=told, staff=request.staff)
        give_try_back(str(told.customer))
        return done
    if not told.code:
        return do(told=told, staff=request.staff)
    take(CODE_MISS, person)
    try:
        done = do(told=told, staff=request.staff)
    except UNKNOWN_CODES:
        raise
    except Exception:
        give_back((CODE_MISS, person))
        raise
    give_back((CODE_MISS, person))
    return done


@requires(Capability.USE_TILL)
@require_safe
@answering
def deed(request: StaffRequest, deed_uuid: uuid.UUID) -> HttpResponse:
    """How it stands: the page asks until the rules have heard. At the stores of who asks, else it is not there."""
    stores = list_own_stores(request.staff)
    found = Deed.objects.select_related("customer", "store", "undoes").filter(uuid=deed_uuid).first()
    if found is None or (found.store is not None and found.store not in stores):
        raise DeedMissing
    return _show(request, found)


def _show(request: StaffRequest, one: Deed, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context: dict[str, Any] = draw_deed(one)
    if one.kind in {DeedKind.ENROL, DeedKind.JOIN} and one.customer is not None:
        context |= _draw_card(one)
    return say(
        request,
        "deed",
        context,
        status=status,
        state="done",
        settled=context["is_settled"],
        customer=str(one.customer.uuid) if one.customer else "",
        name=context["name"],
    )


def _draw_card(one: Deed) -> dict[str, Any]:
    """What the new member takes along: their number, and the address of their own pages where those are open."""
    assert one.customer is not None  # asked by who calls
    address = get_site() + reverse("me") if get_portal().is_on else ""
    return {
        "number": group_number(give_card(customer=one.customer).number, ""),
        "address": address,
        "code": draw_qr(address) if address else "",
        "was_known": one.facts.get("was_known", False),
    }
