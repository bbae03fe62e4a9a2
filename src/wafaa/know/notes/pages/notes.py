"""The panel of a customer's notes."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.models import Customer
from wafaa.know.notes.actions import edit_note, write_note
from wafaa.know.notes.errors import NotYours
from wafaa.know.notes.forms import NoteForm
from wafaa.know.notes.models import Note
from wafaa.know.notes.pages.panels import Panel, go_back, make_deleting, show_panel
from wafaa.know.notes.queries import get_note, list_notes
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

NOTES = Panel(name="notes", title=_("Notes"), kind=Note, list_rows=list_notes)


@requires(Capability.SEE_PERSONAL)
@require_http_methods(["GET", "POST"])
def notes(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """The panel; a POST writes a note."""
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    if request.method != "POST":
        return _show(request, customer)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            write_note(customer=customer, text=form.cleaned_data["text"], staff=request.staff)
        except WafaaError as error:
            form.add_error("text", str(error))
        else:
            return _go_on(request, customer)
    return _show(request, customer, form=form)


@requires(Capability.SEE_PERSONAL)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, note_uuid: uuid.UUID) -> HttpResponse:
    """The panel with one note open for change; a POST keeps the change."""
    note = get_note(note_uuid, request.staff)
    if not note.may_be_changed_by(request.staff):
        raise NotYours
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"text": note.text})
    if request.method == "POST" and form.is_valid():
        try:
            edit_note(note=note, text=form.cleaned_data["text"], staff=request.staff)
        except WafaaError as error:
            form.add_error("text", str(error))
        else:
            return _go_on(request, note.customer)
    return _show(request, note.customer, editing=note, edit_form=form)


def _go_on(request: StaffRequest, customer: Customer) -> HttpResponse:
    return _show(request, customer) if request.htmx else go_back(NOTES, customer)


def _show(
    request: StaffRequest, customer: Customer, *, form: NoteForm | None = None, **context: Any
) -> HttpResponse:
    # two forms may stand on the page: their fields need ids of their own
    if (edit_form := context.get("edit_form")) is not None:
        edit_form.auto_id = "id_edit_note_%s"
    return show_panel(request, customer, NOTES, form=form or NoteForm(auto_id="id_note_%s"), **context)


delete, restore = make_deleting(NOTES, get_note, _show)
