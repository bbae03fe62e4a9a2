"""Gift cards: what is outstanding, selling one or many, finding one by its code."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.vouchers.actions import find_card, issue_card, issue_cards
from wafaa.act.vouchers.card_forms import FindForm, IssueForm
from wafaa.act.vouchers.errors import CardMissing
from wafaa.act.vouchers.models import GiftCard
from wafaa.act.vouchers.queries import list_batch_cards, list_cards, measure_cards
from wafaa.design.formats import format_number
from wafaa.kit.errors import WafaaError
from wafaa.kit.money import from_minor
from wafaa.kit.tables import Cell, answer_table

ROWS = 30
HEAD = ("code", "balance", "currency", "expires_at", "is_blocked")


@requires(Capability.SEE_LOYALTY)
@require_GET
def cards(request: StaffRequest) -> HttpResponse:
    return show_cards(request, FindForm())


def show_cards(request: StaffRequest, form: FindForm, *, status: int = 200) -> HttpResponse:
    """Whoever may not give cards away reads figures, never a code."""
    may_change = request.staff.may(Capability.MANAGE_LOYALTY)
    page = Paginator(list_cards(), ROWS).get_page(request.GET.get("page")) if may_change else None
    context = {
        "figures": measure_cards(),
        "form": form,
        "page": page,
        "may_change": may_change,
        "trail": [(_("Vouchers"), reverse("vouchers"))],
    }
    return render(request, "vouchers/cards.html", context, status=status)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def find(request: StaffRequest) -> HttpResponse:
    form = FindForm(request.POST)
    if form.is_valid():
        try:
            return redirect("gift-card", find_card(form.cleaned_data["code"]).uuid)
        except WafaaError as error:
            form.add_error("code", str(error))
    return show_cards(request, form, status=422)


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    form = IssueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _issue(request, form)
        except WafaaError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "trail": [(_("Vouchers"), reverse("vouchers")), (_("Gift cards"), reverse("gift-cards"))],
    }
    return render(request, "vouchers/card_new.html", context, status=422 if form.errors else 200)


def _issue(request: StaffRequest, form: IssueForm) -> HttpResponse:
    told = form.cleaned_data
    money: dict[str, Any] = {
        "amount_minor": form.get_minor(),
        "currency": form.get_currency(),
        "expires_at": form.get_end(),
    }
    if told["count"] > 1:
        issue_cards(key=told["key"], count=told["count"], by=request.staff, **money)
        many = ngettext("%(count)s card was issued.", "%(count)s cards were issued.", told["count"])
        messages.success(request, many % {"count": format_number(told["count"])})
        return redirect("gift-card-batch", told["key"])
    card = issue_card(key=f"form:{told['key']}", greeting=form.get_greeting(), by=request.staff, **money)
    messages.success(request, _("The card was issued."))
    return redirect("gift-card", card.uuid)


@requires(Capability.MANAGE_LOYALTY)
@require_GET
def batch(request: StaffRequest, batch_uuid: uuid.UUID) -> HttpResponse:
    """Those that were issued together."""
    page = Paginator(_list_batch(batch_uuid), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "batch": batch_uuid,
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "trail": [(_("Vouchers"), reverse("vouchers")), (_("Gift cards"), reverse("gift-cards"))],
    }
    return render(request, "vouchers/card_batch.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest, batch_uuid: uuid.UUID) -> HttpResponseBase:
    """The codes, for those who may give them away."""
    if not request.staff.may(Capability.MANAGE_LOYALTY):
        raise CardMissing
    return answer_table(request, "gift-cards", HEAD, _cells(_list_batch(batch_uuid)))


def _list_batch(batch_uuid: uuid.UUID) -> Any:
    found = list_batch_cards(batch_uuid)
    if not found.exists():
        raise CardMissing
    return found


def _cells(found: Any) -> Iterator[list[Cell]]:
    one: GiftCard
    for one in found.iterator(chunk_size=2_000):
        currency = one.wallet.unit.currency
        yield [one.shown, from_minor(one.wallet.active, currency), currency, one.expires_at, one.is_blocked]
