"""Customers who may be one: suggestions, the preview of a merge, the merge, and taking it back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.errors import CustomerMissing, MergeRefused, UndoRefused
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_merge, list_customers, list_distinct_ids, say_customer
from wafaa.know.identity.actions import join_customers, part_customers
from wafaa.know.orders.queries import filter_by_stores, get_store_scope, get_visible_customer
from wafaa.show.console.customers.merging import MOVERS, count_moving, find_duplicates, show_pairs

# Offered to choose from when one looks for the other customer.
FOUND_MAX = 10
REASONS = ("phone", "email", "name")


@requires(Capability.CHANGE_CUSTOMERS)
@require_GET
def duplicates(request: StaffRequest) -> HttpResponse:
    """Customers with the same phone, the same mail, or the same name in the same city."""
    by = request.GET.get("by", "")
    by = by if by in REASONS else REASONS[0]
    stores = get_store_scope(request.staff)
    groups, next_place = find_duplicates(by, after=request.GET.get("after", ""), stores=stores)
    context = {
        "by": by,
        "reasons": [
            ("phone", _("Same phone")),
            ("email", _("Same e-mail")),
            ("name", _("Same name and city")),
        ],
        "groups": groups,
        "next_place": next_place,
        "trail": [(_("Customers"), reverse("customers"))],
    }
    return render(request, "console/customers/duplicates.html", context)


@requires(Capability.CHANGE_CUSTOMERS)
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """First whom to merge with, then both side by side; a POST merges."""
    kept = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    given = request.POST.get("with") or request.GET.get("with") or ""
    gone = _find_other(given, kept, request.staff)
    if gone is None:
        return _show_search(request, kept)
    if request.method == "POST":
        choices: Any = {pair.field: request.POST.get(pair.field) for pair in show_pairs(kept, gone)}
        try:
            join_customers(kept=kept, gone=gone, choices=choices, movers=MOVERS, by=request.staff)
        except MergeRefused as error:
            messages.error(request, str(error))
            return redirect("customer", kept.uuid)
        messages.success(request, _("The two are one customer now. It can be undone below."))
        return redirect("customer", kept.uuid)
    context = {
        "kept": kept,
        "gone": gone,
        "kept_label": say_customer(kept, sees_personal=True),
        "gone_label": say_customer(gone, sees_personal=True),
        "pairs": show_pairs(kept, gone),
        "moving": count_moving(gone),
        "moving_ids": list_distinct_ids([gone.pk])[gone.pk],
        "trail": _trail(kept),
    }
    return render(request, "console/customers/merge.html", context)


@requires(Capability.CHANGE_CUSTOMERS)
@require_POST
def undo(request: StaffRequest, merge_uuid: uuid.UUID) -> HttpResponse:
    found = get_merge(merge_uuid)
    kept = get_visible_customer(found.kept.uuid, get_store_scope(request.staff))
    try:
        part_customers(merge=found, movers=MOVERS, by=request.staff)
        messages.success(request, _("Both are customers of their own again."))
    except (UndoRefused, MergeRefused) as error:
        messages.error(request, str(error))
    return redirect("customer", kept.uuid)


def _find_other(given: str, kept: Customer, staff: Staff) -> Customer | None:
    try:
        other = get_visible_customer(uuid.UUID(given), get_store_scope(staff))
    except (ValueError, CustomerMissing):
        return None
    return None if other.pk == kept.pk else other


def _show_search(request: StaffRequest, kept: Customer) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    found: list[Customer] = []
    if asked:
        stores = get_store_scope(request.staff)
        matching = list_customers(search=asked[:200]).exclude(pk=kept.pk)
        matching = matching if stores is None else filter_by_stores(matching, stores)
        found = list(matching.order_by("name", "id")[:FOUND_MAX])
    context = {
        "kept": kept,
        "kept_label": say_customer(kept, sees_personal=True),
        "q": asked,
        "found": found,
        "trail": _trail(kept),
    }
    return render(request, "console/customers/merge_search.html", context)


def _trail(kept: Customer) -> list[tuple[str, str]]:
    return [
        (_("Customers"), reverse("customers")),
        (say_customer(kept, sees_personal=True), reverse("customer", args=[kept.uuid])),
    ]
