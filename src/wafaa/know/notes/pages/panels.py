"""What the panels have in common: a fragment for HTMX, a page of its own for everybody else."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.models import Customer
from wafaa.know.notes.actions import delete_kept, restore_kept
from wafaa.know.notes.models import Kept
from wafaa.know.notes.queries import list_deleted

PANEL_ROWS = 10
View = Callable[..., HttpResponseBase]
# Answers (request, customer) with the panel, where `deleted_now` can be brought back at once.
Show = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """`name` stands in the address, in the template's name and in the names of the URLs."""

    name: str
    title: Promise
    kind: type[Kept]
    list_rows: Callable[[Customer], QuerySet[Any]]

    def get_url(self, customer: Customer) -> str:
        return reverse(f"customer-panel-{self.name}", args=[customer.uuid])


def show_panel(
    request: StaffRequest,
    customer: Customer,
    panel: Panel,
    *,
    form: Form,
    edit_form: Form | None = None,
    deleted_now: Kept | None = None,
    **context: Any,
) -> HttpResponse:
    """`deleted_now` has just gone and can be brought back at once; without JavaScript the address names it."""
    deleted = list_deleted(panel.kind, customer, request.staff)
    gone = str(deleted_now.uuid) if deleted_now else request.GET.get("deleted", "")
    context |= {
        "customer": customer,
        "panel": panel,
        "panel_url": panel.get_url(customer),
        "template": f"notes/{panel.name}.html",
        "page": Paginator(panel.list_rows(customer), PANEL_ROWS).get_page(request.GET.get("page")),
        "form": form,
        "edit_form": edit_form,
        "deleted": deleted,
        "undo": next((one for one in deleted if str(one.uuid) == gone), None),
        "restore_url": f"{panel.name}-restore",
        "trail": [
            (_("Customers"), reverse("customers")),
            (str(customer), reverse("customer", args=[customer.uuid])),
        ],
    }
    has_errors = bool(form.errors or (edit_form is not None and edit_form.errors))
    template = context["template"] if request.htmx else "notes/page.html"
    return render(request, template, context, status=422 if has_errors else 200)


def make_deleting(panel: Panel, get: Callable[..., Kept], show: Show) -> tuple[View, View]:
    """The two views of every panel that delete one of its rows and bring it back."""

    @requires(Capability.SEE_PERSONAL)
    @require_POST
    def delete(request: StaffRequest, kept_uuid: uuid.UUID) -> HttpResponse:
        one = delete_kept(one=get(kept_uuid, request.staff), staff=request.staff)
        if request.htmx:
            return show(request, one.customer, deleted_now=one)
        return go_back(panel, one.customer, deleted=one.uuid)

    @requires(Capability.SEE_PERSONAL)
    @require_POST
    def restore(request: StaffRequest, kept_uuid: uuid.UUID) -> HttpResponse:
        one = restore_kept(one=get(kept_uuid, request.staff, is_deleted=True), staff=request.staff)
        return show(request, one.customer) if request.htmx else go_back(panel, one.customer)

    return delete, restore


def go_back(panel: Panel, customer: Customer, **query: Any) -> HttpResponse:
    """After a deed without JavaScript: the panel's own page."""
    tail = f"?{urlencode(query)}" if query else ""
    return redirect(panel.get_url(customer) + tail)
