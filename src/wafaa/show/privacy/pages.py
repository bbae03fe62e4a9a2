"""Handing out and erasing what is held of one person, and the certificates."""

import uuid
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.decorators import confirmed, requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.pagination import Stretch, read_page
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_customer, say_customer
from wafaa.show.privacy.actions import start_erasure
from wafaa.show.privacy.errors import ErasureRuns
from wafaa.show.privacy.exporting import write_export
from wafaa.show.privacy.forms import ErasureForm
from wafaa.show.privacy.models import Erasure
from wafaa.show.privacy.queries import find_running, get_erasure, list_counts, list_erasures
from wafaa.show.privacy.rules import State
from wafaa.show.privacy.words import say_reason, say_table

PAGE_ROWS = 50


@requires(Capability.ERASE_CUSTOMERS)
@require_GET
def privacy(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """What can be done: a copy of everything, or the end of everything."""
    customer = get_customer(customer_uuid)
    context = {**_about(customer), "running": find_running(customer)}
    return render(request, "privacy/privacy.html", context)


@requires(Capability.ERASE_CUSTOMERS)
@require_POST
def export(request: StaffRequest, customer_uuid: uuid.UUID) -> FileResponse:
    """The ZIP; the audit trail says that it was taken."""
    customer = get_customer(customer_uuid)
    file = write_export(customer, business=str(request.business))
    record_change(
        staff=request.staff,
        deed="export_customer",
        subject=customer.external_id or str(customer.uuid)[:8],
    )
    return FileResponse(
        file, as_attachment=True, filename="personal-data.zip", content_type="application/zip"
    )


@requires(Capability.ERASE_CUSTOMERS)
@require_http_methods(["GET", "POST"])
@confirmed
def erase(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """Asked for with the password typed just now and the name typed out."""
    customer = get_customer(customer_uuid)
    about = _about(customer)
    form = ErasureForm(request.POST or None, wanted=about["label"])
    if request.method == "POST" and form.is_valid():
        try:
            erasure = start_erasure(customer=customer, by=request.staff, reason=form.cleaned_data["reason"])
        except ErasureRuns:
            running = find_running(customer)
            return redirect("erasure", running.uuid) if running else redirect("erasures")
        return redirect("erasure", erasure.uuid)
    context = {
        **about,
        "form": form,
        "trail": [*about["trail"], (_("Personal data"), reverse("privacy", args=[customer.uuid]))],
    }
    return render(request, "privacy/erase.html", context, status=422 if form.errors else 200)


@requires(Capability.ERASE_CUSTOMERS)
@require_GET
def erasure(request: StaffRequest, erasure_uuid: uuid.UUID) -> HttpResponse:
    """How far it is; in the end the certificate."""
    found = get_erasure(erasure_uuid)
    context = {
        "erasure": found,
        "is_running": found.state != State.DONE,
        "counts": [(say_table(what), count) for what, count in list_counts(found)],
        "reason": say_reason(found.reason),
        "business": request.business,
        "trail": [(_("Customers"), reverse("customers")), (_("Erasures"), reverse("erasures"))],
    }
    part = "progress" if request.htmx else "certificate"
    return render(request, f"privacy/{part}.html", context)


@requires(Capability.ERASE_CUSTOMERS)
@require_GET
def erasures(request: StaffRequest) -> HttpResponse:
    stretch: Stretch[Erasure] = Stretch(rows=list_erasures(), key="id", is_descending=True)
    page = read_page([stretch], cursor=request.GET.get("at", ""), size=PAGE_ROWS)
    context = {
        "page": page,
        "rows": [{"erasure": one, "reason": say_reason(one.reason)} for one in page.rows],
        "trail": [(_("Customers"), reverse("customers"))],
    }
    return render(request, "privacy/erasures.html", context)


def _about(customer: Customer) -> dict[str, Any]:
    label = say_customer(customer, sees_personal=True)
    return {
        "customer": customer,
        "label": label,
        "trail": [
            (_("Customers"), reverse("customers")),
            (label, reverse("customer", args=[customer.uuid])),
        ],
    }
