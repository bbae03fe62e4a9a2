"""What a customer holds: a panel on their page, and a page for each wallet as an accountant reads it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.actions import adjust_as_staff
from wafaa.act.points.models import Transfer, Unit, Wallet
from wafaa.act.points.queries import (
    as_entry,
    find_limits,
    find_wallets,
    get_balance,
    is_alone,
    list_entries,
    sum_after,
)
from wafaa.act.points.rules import NOTE_LETTERS_MAX, Coming, Kind
from wafaa.act.points.words import (
    KINDS,
    REASONS,
    ROLES,
    count_unit,
    gather_days,
    name_unit,
    say_amount,
    say_limits,
)
from wafaa.decide.loyalty.forms import AdjustForm
from wafaa.decide.loyalty.pages.ending import show_expired
from wafaa.decide.loyalty.queries import RuleKey, name_rules
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.models import Order
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

ENTRIES_AT_ONCE = 50
COMING_SHOWN = 3


class NoteForm(forms.Form):
    """Beside what somebody puts right: read by the second person, if one is needed."""

    note = forms.CharField(
        label=gettext_lazy("Note for whoever decides"),
        required=False,
        max_length=NOTE_LETTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@requires(Capability.SEE_LOYALTY)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    label = say_customer(customer, request.staff.may(Capability.SEE_PERSONAL))
    context = {
        "customer": customer,
        "label": label,
        "wallets": [show_wallet(one) for one in find_wallets(customer.pk)],
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "loyalty/balances_panel.html" if request.htmx else "loyalty/balances_page.html"
    return render(request, template, context)


@requires(Capability.SEE_LOYALTY)
@require_GET
def wallet(request: StaffRequest, customer_uuid: uuid.UUID, wallet_uuid: uuid.UUID) -> HttpResponse:
    customer, found = _get(request, customer_uuid, wallet_uuid)
    return _show(request, customer, found, AdjustForm(scale=found.unit.scale))


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def put_right(request: StaffRequest, customer_uuid: uuid.UUID, wallet_uuid: uuid.UUID) -> HttpResponse:
    customer, found = _get(request, customer_uuid, wallet_uuid)
    form, note = AdjustForm(request.POST, scale=found.unit.scale), NoteForm(request.POST)
    if form.is_valid() and note.is_valid():
        try:
            done = adjust_as_staff(
                key=f"staff:{form.cleaned_data['key']}",
                wallet_id=found.pk,
                amount=form.get_amount(),
                at=clock.now(),
                reason=form.cleaned_data["reason"],
                by=request.staff,
                note=note.cleaned_data["note"],
            )
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            if done.posting:
                messages.success(request, _("The balance was put right. A line in the audit trail says so."))
            else:
                messages.info(
                    request, _("This is above your limit, so it waits until another person decides.")
                )
            return redirect("customer-wallet", customer.uuid, found.uuid)
    return _show(request, customer, found, form, status=422)


def show_wallet(one: Wallet) -> dict[str, Any]:
    """A wallet and its balance in words and figures."""
    balance, unit = get_balance(one.pk, clock.now()), one.unit
    ending, ripening = gather_days(balance.ending, ends=True), gather_days(balance.ripening)
    return {
        "wallet": one,
        "unit": name_unit(unit),
        "counted": count_unit(balance.available, unit),
        "available": say_amount(balance.available, unit),
        "pending": say_amount(balance.pending, unit) if balance.pending else "",
        "held": say_amount(balance.held, unit) if balance.held else "",
        "owed": say_amount(balance.owed, unit) if balance.owed else "",
        "ending": [(one.at, say_amount(one.amount, unit)) for one in ending[:COMING_SHOWN]],
        "ending_later": say_later(ending, unit),
        "ripening": [(one.at, say_amount(one.amount, unit)) for one in ripening[:COMING_SHOWN]],
        "ripening_later": say_later(ripening, unit),
    }


def say_later(coming: Sequence[Coming], unit: Unit) -> str:
    """What comes after those that are told singly, so that the lines add up."""
    later = sum(one.amount for one in coming[COMING_SHOWN:])
    return say_amount(later, unit) if later else ""


def _get(request: StaffRequest, customer_uuid: uuid.UUID, wallet_uuid: uuid.UUID) -> tuple[Customer, Wallet]:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    found = find_wallets(customer.pk).filter(uuid=wallet_uuid).first()
    if found is None:
        raise Http404
    return customer, found


def _show(
    request: StaffRequest, customer: Customer, found: Wallet, form: AdjustForm, *, status: int = 200
) -> HttpResponse:
    page = Paginator(list_entries(found.pk), ENTRIES_AT_ONCE).get_page(request.GET.get("page"))
    label = say_customer(customer, request.staff.may(Capability.SEE_PERSONAL))
    context = {
        "customer": customer,
        "label": label,
        "shown": show_wallet(found),
        "page": page,
        "rows": _show_entries(found, list(page)),
        "form": form,
        "note": NoteForm(request.POST or None)["note"],
        "may_change": request.staff.may(Capability.MANAGE_LOYALTY),
        "expired": show_expired(found),
        "limits": ""
        if is_alone(request.staff)
        else say_limits(find_limits(request.staff.role, found.unit), found.unit),
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    return render(request, "loyalty/wallet.html", context, status=status)


def _show_entries(found: Wallet, transfers: Sequence[Transfer]) -> list[dict[str, Any]]:
    asked = {one.cause["order"] for one in transfers if one.cause.get("order")}
    orders = {str(one.uuid): one for one in Order.objects.filter(uuid__in=asked)} if asked else {}
    rules = name_rules([one.cause for one in transfers])
    rows = []
    left = sum_after(found, transfers[0].pk) if transfers else 0
    for transfer in transfers:
        entry = as_entry(transfer, found.pk)
        rows.append(
            {
                "id": transfer.pk,
                "at": transfer.occurred_at,
                "kind": KINDS[entry.kind],
                "role": ROLES[entry.role],
                "amount": say_amount(entry.amount, found.unit, signed=True) if entry.amount else "",
                "moved": say_amount(transfer.amount, found.unit),
                "left": say_amount(left, found.unit),
                "order": orders.get(str(transfer.cause.get("order", ""))),
                "rule": rules.get(RuleKey.read(transfer.cause), ""),
                "reason": REASONS.get(transfer.cause.get("reason", ""), "")
                if entry.kind is Kind.ADJUST
                else "",
            }
        )
        left -= entry.amount
    return rows
