"""Every view says who may call it: `requires` a capability, or is `public`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import quote, urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache

from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import EXPORT, UPLOAD
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import has_second_factor
from wafaa.access.staff.rules import Capability

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]


def requires(
    capability: Capability,
) -> Callable[[Callable[Concatenate[StaffRequest, P], HttpResponseBase]], View]:
    """Lets staff with `capability` through; sends strangers to sign-in and answers 403 to everyone else.

    Whoever still needs a second factor is sent to set it up. Exports and uploads are counted per person: too many raise
    TooManyAttempts, which becomes a page that says when again.

    A fetch by HTMX gets 401 with HX-Redirect, so that a panel never shows the sign-in page inside itself. Pages of
    staff are never cached: they are personal, and must be gone after sign-out.
    """

    def decorate(view: Callable[Concatenate[StaffRequest, P], HttpResponseBase]) -> View:
        @wraps(view)
        def checked(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            staff = getattr(request, "staff", None)
            if not isinstance(staff, Staff):
                return _ask_to_sign_in(request)
            if not staff.may(capability):
                raise PermissionDenied
            if capability is not Capability.OWN_ACCOUNT and _lacks_second_factor(request):
                return _lead(request, reverse("account-second-factor"))
            _keep_measure(request, capability)
            return view(request, *args, **kwargs)

        guarded: Any = never_cache(checked)
        guarded.capability = capability
        return cast("View", guarded)

    return decorate


def needs_second_factor(request: StaffRequest) -> bool:
    """Whether the business asks this person for one: owners and managers, who may change its settings."""
    return bool(request.business.leaders_need_second_factor) and request.staff.may(Capability.CHANGE_SETTINGS)


def confirmed(view: View) -> View:
    """Only for who has typed the password within the last quarter of an hour; a browser left open is not enough."""

    @wraps(view)
    def checked(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        wanted = request.path if request.method == "GET" else reverse("account")
        return redirect(f"{reverse('account-confirm')}?{urlencode({'next': wanted})}")

    return checked


def _lacks_second_factor(request: StaffRequest) -> bool:
    """One more question to the database, and only for whom it is needed."""
    return needs_second_factor(request) and not has_second_factor(request.staff)


def _keep_measure(request: HttpRequest, capability: Capability) -> None:
    person = str(request.user.pk)
    if capability is Capability.EXPORT_FIGURES:
        take(EXPORT, person)
    if request.method == "POST" and request.content_type == "multipart/form-data":
        take(UPLOAD, person)


def public(view: View) -> View:
    """Marks a view that anybody may call."""
    marked: Any = view
    marked.is_public = True
    return view


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    # After a POST there is nothing to return to.
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return _lead(request, resolve_url(settings.LOGIN_URL), query=f"?next={quote(wanted)}")


def _lead(request: HttpRequest, address: str, *, query: str = "") -> HttpResponse:
    """The whole window goes there; where a panel asked, without what leads back."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address + query)
