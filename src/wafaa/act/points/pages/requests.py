"""What waits for a second person: who asked to put which balance right, and why; approved or declined by another."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.actions import approve_request, decline_request
from wafaa.act.points.models import Request
from wafaa.act.points.queries import find_open_requests, is_alone, list_requests
from wafaa.act.points.rules import REQUEST_LIVES, Outcome
from wafaa.act.points.words import REASONS, count_unit, say_amount
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.queries import say_customer

ROWS = 30
OUTCOMES: dict[int, tuple[Promise, str]] = {
    Outcome.APPROVED: (pgettext_lazy("request", "approved"), "good"),
    Outcome.DECLINED: (pgettext_lazy("request", "declined"), "bad"),
    Outcome.ENDED: (pgettext_lazy("request", "nobody decided in time"), ""),
}


@requires(Capability.MANAGE_LOYALTY)
@require_GET
def requests(request: StaffRequest) -> HttpResponse:
    now = clock.now()
    waiting = list(find_open_requests(now))
    page = Paginator(list_requests().exclude(outcome=Outcome.OPEN), ROWS).get_page(request.GET.get("page"))
    sees = request.staff.may(Capability.SEE_PERSONAL)
    context = {
        "waiting": [_show(one, request.staff.pk, sees) for one in waiting],
        "decided": [_show(one, request.staff.pk, sees) for one in page],
        "page": page,
        "is_alone": is_alone(request.staff),
        "trail": [(_("Loyalty"), reverse("loyalty"))],
    }
    return render(request, "points/requests.html", context)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def decide(request: StaffRequest, request_uuid: uuid.UUID) -> HttpResponse:
    deed = request.POST.get("deed")
    if deed not in {"approve", "decline"}:
        raise Http404
    try:
        if deed == "approve":
            approve_request(request=request_uuid, by=request.staff, at=clock.now())
            messages.success(request, _("Approved. The balance was put right."))
        else:
            decline_request(request=request_uuid, by=request.staff, at=clock.now())
            messages.success(request, _("Declined. Nothing was changed."))
    except WafaaError as error:
        messages.warning(request, str(error))
    return redirect("balance-requests")


def _show(one: Request, reader_id: int, sees_personal: bool) -> dict[str, Any]:
    outcome, tone = OUTCOMES.get(one.outcome, ("", ""))
    customer = one.wallet.customer
    return {
        "request": one,
        "amount": say_amount(one.amount, one.wallet.unit, signed=True),
        "unit": count_unit(one.amount, one.wallet.unit),
        "customer": say_customer(customer, sees_personal) if customer else "",
        "link": reverse("customer-wallet", args=[customer.uuid, one.wallet.uuid]) if customer else "",
        "reason": REASONS.get(one.reason, one.reason),
        "asker": str(one.asked_by or one.program or ""),
        "is_program": one.program_id is not None,
        "is_own": one.asked_by_id == reader_id,
        "ends_at": one.asked_at + REQUEST_LIVES,
        "outcome": outcome,
        "tone": tone,
    }
