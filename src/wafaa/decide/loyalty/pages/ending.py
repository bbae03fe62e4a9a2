"""When things end: the ladder of notices, idleness, an end put off for all after an outage, and what ended brought back."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.actions import extend_lots, reinstate_expired
from wafaa.act.points.models import Unit, Wallet
from wafaa.act.points.queries import find_wallets, list_expired, sum_ending
from wafaa.act.points.words import say_amount
from wafaa.decide.loyalty.actions import save_draft
from wafaa.decide.loyalty.actions.warning import list_ladders
from wafaa.decide.loyalty.ending_forms import BackForm, EndsForm, ExtendForm
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.pages.programmes import find_programme, read_draft
from wafaa.decide.loyalty.rules.content import list_units, write_content
from wafaa.decide.loyalty.rules.ending import BACK_DAYS
from wafaa.design.formats import format_number
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.text import choose_words
from wafaa.know.orders.queries import get_store_scope, get_visible_customer


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def ends(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """The steps go into the draft."""
    found = find_programme(programme_uuid)
    content = read_draft(found)
    form = EndsForm(request.POST if request.method == "POST" else None, content=content)
    if request.method == "POST" and form.is_valid():
        try:
            save_draft(programme=found, content=write_content(form.get_content()), by=request.staff)
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft was saved. It holds once you let it hold."))
            return redirect("loyalty-programme", found.uuid)
    return _show(request, found, form, ExtendForm(units=_list_units(found)))


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def extend(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """First shown how many it concerns, then done by a second press."""
    found = find_programme(programme_uuid)
    form = ExtendForm(request.POST, units=_list_units(found))
    ends_form = EndsForm(content=read_draft(found))
    if not form.is_valid():
        return _show(request, found, ends_form, form)
    told, (start, end) = form.cleaned_data, _read_days(form)
    if "confirm" not in request.POST:
        wallets, amount = sum_ending(told["unit"].pk, start, end)
        preview = {"wallets": format_number(wallets), "amount": say_amount(amount, told["unit"])}
        return _show(request, found, ends_form, form, preview=preview)
    lots = extend_lots(
        unit=told["unit"], start=start, end=end, days=told["days"], by=request.staff, key=str(told["key"])
    )
    words = ngettext("%(count)s amount ends later.", "%(count)s amounts end later.", lots)
    messages.success(request, words % {"count": format_number(lots)})
    return redirect("loyalty-ends", found.uuid)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def bring_back(request: StaffRequest, customer_uuid: uuid.UUID, wallet_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    found = find_wallets(customer.pk).filter(uuid=wallet_uuid).first()
    if found is None:
        raise Http404
    form = BackForm(request.POST)
    if form.is_valid():
        now = clock.now()
        amount = reinstate_expired(
            key=f"staff:{form.cleaned_data['key']}",
            wallet=found,
            since=_find_since(found),
            at=now,
            ends_at=now + timedelta(days=form.cleaned_data["days"]),
            by=request.staff,
        )
        messages.success(
            request,
            _("%(amount)s came back.") % {"amount": say_amount(amount, found.unit)}
            if amount
            else _("Nothing was left to bring back."),
        )
    else:
        messages.error(request, _("Say for how many days it can be used."))
    return redirect("customer-wallet", customer.uuid, found.uuid)


def show_expired(found: Wallet) -> dict[str, Any] | None:
    """What the wallet's page offers to bring back; None where there is nothing."""
    expired = list_expired(found.pk, _find_since(found))
    if not expired:
        return None
    return {"amount": say_amount(sum(one.amount for one in expired), found.unit), "form": BackForm()}


def _find_since(found: Wallet) -> datetime:
    """As long back as the programme lets staff reach."""
    days = next((one.content.back_days for one in list_ladders() if one.unit.pk == found.unit_id), BACK_DAYS)
    return clock.now() - timedelta(days=days)


def _list_units(found: Programme) -> QuerySet[Unit]:
    return Unit.objects.filter(Q(pk=found.unit_id) | Q(code__in=list_units(read_draft(found)))).order_by("pk")


def _read_days(form: ExtendForm) -> tuple[datetime, datetime]:
    """What can be used through a day ends at the first moment after it."""
    zone, told = get_business().zone, form.cleaned_data
    start, end = clock.start_of_day(told["first"], zone), clock.end_of_day(told["last"], zone)
    return start + timedelta(microseconds=1), end + timedelta(microseconds=1)


def _show(
    request: StaffRequest,
    found: Programme,
    form: EndsForm,
    extending: ExtendForm,
    *,
    preview: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "programme": found,
        "form": form,
        "extending": extending,
        "preview": preview,
        "trail": [
            (_("Loyalty"), reverse("loyalty")),
            (choose_words(found.name), reverse("loyalty-programme", args=[found.uuid])),
        ],
    }
    is_wrong = bool(form.errors or extending.errors)
    return render(request, "loyalty/ends.html", context, status=422 if is_wrong else 200)
