"""The wordings to which people say yes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit import clock
from wafaa.know.consents.actions import add_text
from wafaa.know.consents.errors import TextExists
from wafaa.know.consents.forms import TextForm
from wafaa.know.consents.queries import list_texts


@requires(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def texts(request: StaffRequest) -> HttpResponse:
    """All of them; a POST adds one."""
    form = TextForm(request.POST or None, initial={"since": clock.today(request.business.zone)})
    if request.method == "POST" and form.is_valid() and _add(form, request):
        messages.success(request, _("The wording is kept."))
        return redirect("consent-texts")
    context = {
        "form": form,
        "texts": list_texts(),
        "trail": [(_("Customers"), reverse("customers")), (_("Consents"), reverse("consents"))],
    }
    return render(request, "consents/texts.html", context, status=422 if form.errors else 200)


def _add(form: TextForm, request: StaffRequest) -> bool:
    given = form.cleaned_data
    try:
        add_text(**given, by=request.staff)
    except TextExists as error:
        form.add_error("version", str(error))
        return False
    return True
