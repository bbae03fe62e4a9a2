"""Changing many customers at once: what is to be done, how far it is, and taking it back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.actions import ensure_tag
from wafaa.know.customers.errors import BulkEditBusy, BulkEditMissing, TagNameWrong
from wafaa.know.customers.models import BulkEdit
from wafaa.know.customers.queries import get_bulk_edit, list_fields, list_tags
from wafaa.know.customers.rules import BulkState, Deed
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.customers import bulk
from wafaa.show.console.customers.bulk_forms import DEED_LABELS, BulkForm

IDS_MAX = 1_000
MEANT_MAX = 100


@requires(Capability.CHANGE_CUSTOMERS)
@require_http_methods(["GET", "POST"])
@waits_for_figures
def choose(request: StaffRequest) -> HttpResponse:
    """How many are meant, and what may be done to them.

    Who opens the address itself, as switching the language does, has nobody ticked and is led to the list.
    """
    chosen = _read_chosen(request)
    if chosen is None:
        messages.error(request, _("Tick the customers first."))
        return redirect("customers")
    form = BulkForm(tags=list(list_tags()), own_fields=list_fields())
    return _show_form(request, form, chosen)


@requires(Capability.CHANGE_CUSTOMERS)
@require_http_methods(["GET", "POST"])
@waits_for_figures
def start(request: StaffRequest) -> HttpResponse:
    chosen = _read_chosen(request)
    if chosen is None:
        messages.error(request, _("Tick the customers first."))
        return redirect("customers")
    form = BulkForm(request.POST, tags=list(list_tags()), own_fields=list_fields())
    if not form.is_valid():
        return _show_form(request, form, chosen)
    try:
        deed, what = _read_deed(form, request)
    except TagNameWrong as error:
        form.add_error("new_tag", str(error))
        return _show_form(request, form, chosen)
    edit = bulk.start(deed=deed, what=what, chosen=chosen, staff=request.staff)
    return redirect("customers-bulk-edit", edit.uuid)


@requires(Capability.CHANGE_CUSTOMERS)
@require_GET
def progress(request: StaffRequest, edit_uuid: uuid.UUID) -> HttpResponse:
    """How far it is; fetched again and again while it runs."""
    edit = _get(edit_uuid, request)
    context = {
        "edit": edit,
        "deed": DEED_LABELS[Deed(edit.deed)],
        "is_running": edit.state in {BulkState.RUNNING, BulkState.UNDOING},
        "changed": edit.rows.count() if edit.state == BulkState.DONE else None,
        "trail": [(_("Customers"), reverse("customers"))],
        "back": f"{reverse('customers')}?{edit.chosen.get('asked', '')}",
    }
    part = "progress" if request.htmx else "bulk_edit"
    return render(request, f"console/customers/{part}.html", context)


@requires(Capability.CHANGE_CUSTOMERS)
@require_POST
def undo(request: StaffRequest, edit_uuid: uuid.UUID) -> HttpResponse:
    try:
        bulk.undo(_get(edit_uuid, request), request.staff)
    except BulkEditBusy as error:
        messages.error(request, str(error))
    return redirect("customers-bulk-edit", edit_uuid)


def _get(edit_uuid: uuid.UUID, request: StaffRequest) -> BulkEdit:
    """One's own; those of others for whoever may change the settings. Raises BulkEditMissing."""
    edit = get_bulk_edit(edit_uuid)
    if edit.staff_id != request.staff.pk and not request.staff.may(Capability.CHANGE_SETTINGS):
        raise BulkEditMissing
    return edit


def _read_chosen(request: StaffRequest) -> dict[str, Any] | None:
    """Whom the form means; None where it means nobody."""
    asked = request.POST.get("asked", "")
    if request.POST.get("scope") == "found":
        return {"asked": asked, "meant": request.POST.get("meant", "")[:MEANT_MAX]}
    ids = []
    for text in request.POST.getlist("ids")[:IDS_MAX]:
        try:
            ids.append(str(uuid.UUID(text)))
        except ValueError:
            continue
    return {"ids": ids} if ids else None


def _read_deed(form: BulkForm, request: StaffRequest) -> tuple[Deed, dict[str, Any]]:
    given = form.cleaned_data
    deed = Deed(given["deed"])
    if deed == Deed.SET_OWNER:
        owner = given["owner"]
        label = owner.email if owner else pgettext("responsible", "Nobody")
        return deed, {"owner": owner.pk if owner else None, "label": label}
    if deed == Deed.SET_FIELD:
        field = form.get_own_field()
        return deed, {"key": field.key, "value": form.own_value, "label": str(field)}
    tag = given["tag"]
    if deed == Deed.ADD_TAG and given["new_tag"]:
        tag = ensure_tag(name=given["new_tag"], by=request.staff)
    return deed, {"tag": tag.pk, "label": tag.name}


def _show_form(request: StaffRequest, form: BulkForm, chosen: dict[str, Any]) -> HttpResponse:
    meant = bulk.find_chosen(chosen, request.staff)
    context = {
        "form": form,
        "chosen": meant.as_json,
        "count": meant.found.order_by().count(),
        "at_once_max": bulk.AT_ONCE_MAX,
        "trail": [(_("Customers"), reverse("customers"))],
    }
    return render(request, "console/customers/bulk.html", context, status=422 if form.errors else 200)
