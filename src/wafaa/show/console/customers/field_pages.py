"""The business's own fields of customers, defined under the settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.actions import define_field, move_field, remove_field
from wafaa.know.customers.errors import FieldKeyTaken
from wafaa.know.customers.models import OwnField
from wafaa.know.customers.queries import get_field, list_fields
from wafaa.know.customers.rules import Kind
from wafaa.show.console.customers.forms import KIND_LABELS, OwnFieldForm


@requires(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def fields(request: StaffRequest) -> HttpResponse:
    """The fields; a POST defines a new one."""
    form = OwnFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _define(form, request, None):
        messages.success(request, _("The field is defined."))
        return redirect("customer-fields")
    return _show(request, form, None)


@requires(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, field_id: int) -> HttpResponse:
    """Labels and choices; key and kind stay, for values are kept by them."""
    field = get_field(field_id)
    initial = {
        "key": field.key,
        "label_ar": field.label_ar,
        "label_en": field.label_en,
        "kind": field.kind,
        "choices": "\n".join(field.choices),
    }
    form = OwnFieldForm(request.POST or None, initial=initial, is_new=False)
    if request.method == "POST" and form.is_valid() and _define(form, request, field):
        messages.success(request, _("The field is changed."))
        return redirect("customer-fields")
    return _show(request, form, field)


@requires(Capability.CHANGE_SETTINGS)
@require_POST
def move(request: StaffRequest, field_id: int) -> HttpResponse:
    move_field(field=get_field(field_id), up=request.POST.get("to") == "up")
    return redirect("customer-fields")


@requires(Capability.CHANGE_SETTINGS)
@require_POST
def remove(request: StaffRequest, field_id: int) -> HttpResponse:
    remove_field(field=get_field(field_id), by=request.staff)
    messages.success(request, _("The field is removed; its values stay with the customers."))
    return redirect("customer-fields")


def _define(form: OwnFieldForm, request: StaffRequest, field: OwnField | None) -> bool:
    given = form.cleaned_data
    try:
        define_field(
            key=field.key if field else given["key"],
            label_ar=given["label_ar"],
            label_en=given["label_en"],
            kind=Kind(field.kind if field else given["kind"]),
            choices=given["choices"],
            by=request.staff,
            field=field,
        )
    except FieldKeyTaken as error:
        form.add_error("key", str(error))
        return False
    return True


def _show(request: StaffRequest, form: OwnFieldForm, field: OwnField | None) -> HttpResponse:
    trail = [(_("Settings"), reverse("settings"))]
    if field:
        trail.append((_("Own fields"), reverse("customer-fields")))
    context = {
        "form": form,
        "field": field,
        "rows": [{"field": one, "kind": KIND_LABELS[Kind(one.kind)]} for one in list_fields()],
        "trail": trail,
    }
    return render(request, "console/customers/fields.html", context, status=422 if form.errors else 200)
