"""The page under Settings where keys are listed, made and revoked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.keys.actions import NewKey, create_key, revoke_key
from wafaa.access.keys.errors import ExpiryPassed, KeyNameMissing
from wafaa.access.keys.forms import KINDS, PUBLIC, KeyForm
from wafaa.access.keys.queries import get_end_of_day, get_key, list_keys
from wafaa.access.keys.rules import Scope
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit import clock


@requires(Capability.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def keys(request: StaffRequest) -> HttpResponse:
    """Answers the form with the new key itself: this page is the only place where it is ever shown."""
    form = KeyForm(request.POST or None)
    made = _make(form, request) if request.method == "POST" and form.is_valid() else None
    context = {
        "form": KeyForm() if made else form,
        "made": made,
        "keys": list_keys(),
        "now": clock.now(),
        "scopes": list(KINDS.values()),
        "trail": [(_("Settings"), reverse("settings"))],
    }
    return render(request, "keys/keys.html", context, status=422 if form.errors else 200)


@requires(Capability.MANAGE_KEYS)
@require_POST
def revoke(request: StaffRequest, public_id: str) -> HttpResponse:
    key = revoke_key(key=get_key(public_id), by=request.staff)
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
    return redirect("keys")


def _make(form: KeyForm, request: StaffRequest) -> NewKey | None:
    """None where the room refused; the form then says why."""
    given = form.cleaned_data
    is_public = given["scope"] == PUBLIC
    try:
        return create_key(
            name=given["name"],
            scope=Scope.INGEST if is_public else Scope(given["scope"]),
            is_public=is_public,
            by=request.staff,
            expires_at=get_end_of_day(given["expires_on"]) if given["expires_on"] else None,
        )
    except ExpiryPassed as error:
        form.add_error("expires_on", str(error))
    except KeyNameMissing as error:
        form.add_error("name", str(error))
    return None
