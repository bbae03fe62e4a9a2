"""Addresses that get nothing any more: the list, one more by hand, and letting one in again with a reason."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability, mask
from wafaa.act.messages.actions import lift_suppression, suppress_address
from wafaa.act.messages.errors import AddressWrong
from wafaa.act.messages.forms import LiftForm, SuppressionForm
from wafaa.act.messages.page_queries import get_suppression
from wafaa.act.messages.pages.console import build_trail, sends
from wafaa.act.messages.queries import list_suppressions
from wafaa.act.messages.rules import Cause
from wafaa.know.consents.models import say_channel

PAGE_ROWS = 50


@sends
@require_http_methods(["GET", "POST"])
def suppressions(request: StaffRequest) -> HttpResponse:
    """The list; a POST adds one."""
    form = SuppressionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            suppress_address(
                channel=given["channel"],
                address=given["address"],
                cause=Cause.HAND,
                detail=given["detail"],
                by=request.staff,
            )
        except AddressWrong as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, _("Nothing goes there any more."))
            return redirect("message-suppressions")
    sees = request.staff.may(Capability.SEE_PERSONAL)
    search = request.GET.get("search", "").strip() if sees else ""
    page = Paginator(list_suppressions(search=search), PAGE_ROWS).get_page(request.GET.get("page"))
    rows = [
        {
            "row": row,
            "address": (row.address if sees else mask(row.address)),
            "way": say_channel(row.channel),
        }
        for row in page
    ]
    context = {"form": form, "rows": rows, "page": page, "search": search, "sees_personal": sees}
    return render(request, "messages/suppressions.html", context, status=422 if form.errors else 200)


@sends
@require_http_methods(["GET", "POST"])
def lift(request: StaffRequest, suppression_id: int) -> HttpResponse:
    """Asks why; then messages may go there again, where consent allows it."""
    found = get_suppression(suppression_id)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lift_suppression(suppression=found, reason=form.cleaned_data["reason"], by=request.staff)
        messages.success(request, _("Messages may go there again, where consent allows it."))
        return redirect("message-suppressions")
    sees = request.staff.may(Capability.SEE_PERSONAL)
    context = {
        "row": found,
        "address": found.address if sees else mask(found.address),
        "way": say_channel(found.channel),
        "form": form,
        "trail": build_trail((_("Blocked addresses"), reverse("message-suppressions"))),
    }
    return render(request, "messages/suppression_lift.html", context, status=422 if form.errors else 200)
