"""Saving and removing views of the list."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.actions import remove_view, save_view
from wafaa.know.customers.errors import ViewNotYours
from wafaa.know.customers.queries import get_view
from wafaa.show.console.customers.forms import ViewForm
from wafaa.show.console.customers.views import is_view_key, read_asked


@requires(Capability.SEE_CUSTOMERS)
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keeps what the list was asked, anew or over the person's own view."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the view a name of up to 100 characters."))
        return redirect("customers")
    key = request.POST.get("view", "")
    former = get_view(uuid.UUID(key), request.staff) if is_view_key(key) else None
    asked = read_asked(QueryDict(form.cleaned_data["asked"]), request.staff)
    try:
        view = save_view(
            name=form.cleaned_data["name"],
            asked=asked.get_kept(),
            is_shared=form.cleaned_data["is_shared"],
            by=request.staff,
            view=former,
        )
    except ViewNotYours as error:
        messages.error(request, str(error))
        return redirect("customers")
    messages.success(request, _("The view is saved."))
    return redirect(f"{reverse('customers')}?view={view.uuid}")


@requires(Capability.SEE_CUSTOMERS)
@require_POST
def remove(request: StaffRequest, view_uuid: uuid.UUID) -> HttpResponse:
    try:
        remove_view(view=get_view(view_uuid, request.staff), by=request.staff)
        messages.success(request, _("The view is removed."))
    except ViewNotYours as error:
        messages.error(request, str(error))
    return redirect("customers")
