"""One gift card: what is on it and what moved, more money, blocked or open, its mail, a sheet to print."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.queries import as_entry, get_balance, list_entries
from wafaa.act.points.words import KINDS, REASONS, ROLES, say_amount
from wafaa.act.vouchers.actions import block_card, get_card, mail_card, top_up_card
from wafaa.act.vouchers.card_forms import MailForm, MoneyForm
from wafaa.act.vouchers.models import GiftCard
from wafaa.design.codes import draw_qr
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.queries import say_customer

ENTRIES = 50


@requires(Capability.MANAGE_LOYALTY)
@require_GET
def card(request: StaffRequest, card_uuid: uuid.UUID) -> HttpResponse:
    return _show(request, get_card(card_uuid))


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def add(request: StaffRequest, card_uuid: uuid.UUID) -> HttpResponse:
    found = get_card(card_uuid)
    form = MoneyForm(request.POST, currency=found.wallet.unit.currency, auto_id="id_add_%s")
    if form.is_valid():
        try:
            top_up_card(
                key=f"form:{form.cleaned_data['key']}",
                card=found,
                amount_minor=form.get_minor(),
                by=request.staff,
            )
        except WafaaError as error:
            form.add_error("amount", str(error))
        else:
            messages.success(request, _("There is more on the card now."))
            return redirect("gift-card", found.uuid)
    return _show(request, found, add_form=form)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def turn(request: StaffRequest, card_uuid: uuid.UUID) -> HttpResponse:
    is_blocked = request.POST.get("state") == "blocked"
    block_card(card=get_card(card_uuid), is_blocked=is_blocked, by=request.staff)
    told = (
        _("Blocked. What is on it stays, and nobody can spend it.")
        if is_blocked
        else _("The card is open again.")
    )
    messages.success(request, told)
    return redirect("gift-card", card_uuid)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def mail(request: StaffRequest, card_uuid: uuid.UUID) -> HttpResponse:
    found = get_card(card_uuid)
    form = MailForm(request.POST, auto_id="id_mail_%s")
    if form.is_valid():
        mail_card(card=found, mail_to=form.cleaned_data["mail_to"], at=clock.now(), by=request.staff)
        messages.success(request, _("The mail goes within a minute."))
        return redirect("gift-card", found.uuid)
    return _show(request, found, mail_form=form)


@requires(Capability.MANAGE_LOYALTY)
@require_GET
def sheet(request: StaffRequest, card_uuid: uuid.UUID) -> HttpResponse:
    """To print, in the language of whoever gets it."""
    found = get_card(card_uuid)
    context = {
        "card": found,
        "amount": say_amount(get_balance(found.wallet_id, clock.now()).available, found.wallet.unit),
        "drawn": draw_qr(found.text),
        "business": request.business,
        "trail": _trail(found),
    }
    with translation.override(found.language or translation.get_language()):
        return render(request, "vouchers/card_sheet.html", context)


def _trail(found: GiftCard) -> list[tuple[str, str]]:
    return [
        (_("Vouchers"), reverse("vouchers")),
        (_("Gift cards"), reverse("gift-cards")),
        (found.shown, reverse("gift-card", args=[found.uuid])),
    ]


def _show(request: StaffRequest, found: GiftCard, **forms: Any) -> HttpResponse:
    unit = found.wallet.unit
    balance = get_balance(found.wallet_id, clock.now())
    page = Paginator(list_entries(found.wallet_id), ENTRIES).get_page(request.GET.get("page"))
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    context: dict[str, Any] = {
        "card": found,
        "available": say_amount(balance.available, unit),
        "held": say_amount(balance.held, unit) if balance.held else "",
        "customer": say_customer(found.customer, sees_personal) if found.customer else "",
        "page": page,
        "rows": [_show_entry(one, found) for one in page],
        "add_form": MoneyForm(currency=unit.currency, auto_id="id_add_%s"),
        "mail_form": MailForm(initial={"mail_to": found.mail_to}, auto_id="id_mail_%s"),
        "trail": _trail(found)[:2],
        **forms,
    }
    return render(request, "vouchers/card.html", context, status=422 if forms else 200)


def _show_entry(transfer: Any, found: GiftCard) -> dict[str, Any]:
    entry = as_entry(transfer, found.wallet_id)
    unit = found.wallet.unit
    return {
        "at": transfer.occurred_at,
        "kind": KINDS[entry.kind],
        "role": ROLES[entry.role],
        "amount": say_amount(entry.amount, unit, signed=True)
        if entry.amount
        else say_amount(transfer.amount, unit),
        "order": transfer.cause.get("order_number", ""),
        "reason": REASONS.get(transfer.cause.get("reason", ""), ""),
    }
