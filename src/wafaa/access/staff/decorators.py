"""Every view says who may call it: `requires` a capability, or is `public`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.views.decorators.cache import never_cache

from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import EXPORT, UPLOAD
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]


def requires(
    capability: Capability,
) -> Callable[[Callable[Concatenate[StaffRequest, P], HttpResponseBase]], View]:
    """Lets staff with `capability` through; sends strangers to sign-in and answers 403 to everyone else.

    Exports and uploads are counted per person: too many raise TooManyAttempts, which becomes a page that says when again.

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
            _keep_measure(request, capability)
            return view(request, *args, **kwargs)

        guarded: Any = never_cache(checked)
        guarded.capability = capability
        return guarded  # type: ignore[no-any-return]

    return decorate


def _keep_measure(request: HttpRequest, capability: Capability) -> None:
    person = str(request.user.pk)
    if capability is Capability.EXPORT_FIGURES:
        take(EXPORT, person)
    if request.method == "POST" and request.content_type == "multipart/form-data":
        take(UPLOAD, person)


def public(view: View) -> View:
    """Marks a view that anybody may call."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    sign_in = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": sign_in})
    # After a POST there is nothing to return to.
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return redirect(f"{sign_in}?next={quote(wanted)}")
