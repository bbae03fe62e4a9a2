"""Changing what is known of one customer: profile, own fields, who is responsible, tags."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.actions import change_profile, set_owner, set_tags
from wafaa.know.customers.errors import TagNameWrong
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_fields, list_tags, list_tags_of, say_customer
from wafaa.know.customers.rules import PROFILE_FIELDS
from wafaa.know.orders.queries import get_store_scope, get_visible_customer
from wafaa.show.console.customers.edit_forms import CustomerForm


@requires(Capability.CHANGE_CUSTOMERS)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    shown = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    tags = list_tags_of([shown.pk])[shown.pk]
    form = CustomerForm(request.POST or None, customer=shown, tags=tags, own_fields=list_fields())
    if request.method == "POST" and form.is_valid() and _save(form, shown, request):
        messages.success(request, _("The changes are saved."))
        return redirect("customer", shown.uuid)
    label = say_customer(shown, sees_personal=True)
    context: dict[str, Any] = {
        "form": form,
        "customer": shown,
        "label": label,
        "known_tags": list_tags(),
        "trail": [
            (_("Customers"), reverse("customers")),
            (label, reverse("customer", args=[shown.uuid])),
        ],
    }
    return render(request, "console/customers/edit.html", context, status=422 if form.errors else 200)


def _save(form: CustomerForm, customer: Customer, request: StaffRequest) -> bool:
    """All of it or nothing; a tag that cannot be is the field's error."""
    changes = {name: form.cleaned_data[name] for name in PROFILE_FIELDS if name in form.changed_data}
    try:
        with transaction.atomic():
            change_profile(
                customer=customer, changes=changes, own_values=form.get_own_values(), by=request.staff
            )
            if "owner" in form.changed_data:
                set_owner(customer=customer, owner=form.cleaned_data["owner"], by=request.staff)
            if "tags" in form.changed_data:
                set_tags(customer=customer, names=form.cleaned_data["tags"], by=request.staff)
    except TagNameWrong as error:
        form.add_error("tags", str(error))
        return False
    return True
