"""What every page of the portal goes through: is it open, who is inside, did the form come from here, in which language, framed
by whom. Cookies of its own; nothing of the console's sign-in is looked at, but that staff see pages that are not open yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Literal, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.access.sessions.rules import Origin, name_device
from wafaa.access.staff.decorators import public
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.models import Look
from wafaa.kit.addresses import read_client, shorten
from wafaa.kit.errors import WafaaError
from wafaa.show.portal.actions import note_seen
from wafaa.show.portal.errors import NotFromHere, PortalClosed
from wafaa.show.portal.models import Portal
from wafaa.show.portal.queries import Visit, find_visit, get_look, get_portal
from wafaa.show.portal.rules import ABSOLUTE, CODE_LASTS, PROOF_LASTS, is_form_token, make_form_token

P = ParamSpec("P")
LANGUAGES = ("ar", "en")
# The prefix makes browsers refuse these cookies from subdomains and without TLS.
_PREFIX = "__Host-" if settings.SECURE_COOKIES else ""
MEMBER, BROWSER = f"{_PREFIX}wafaa_me", f"{_PREFIX}wafaa_door"
LANGUAGE = "wafaa_me_language"
BROWSER_S = int((CODE_LASTS + PROOF_LASTS).total_seconds())
YEAR_S = 365 * 24 * 3600
FORM_BYTES_MAX = 64 * 1024


@dataclass(kw_only=True)
class Door:
    """What is known of a request once it is inside."""

    portal: Portal
    business: Business
    look: Look
    visit: Visit | None
    language: str
    is_preview: bool = False


class PortalRequest(HttpRequest):
    door: Door


class MemberRequest(PortalRequest):
    """Of somebody who has signed in: `member` lets nobody else through."""

    visit: Visit


Page = Callable[..., HttpResponseBase]


def visitor(view: Callable[Concatenate[Any, P], HttpResponse]) -> Page:
    """For everybody."""
    return _guard(view, members_only=False)


def member(view: Callable[Concatenate[Any, P], HttpResponse]) -> Page:
    """For who has signed in; everybody else is led to the door."""
    return _guard(view, members_only=True)


def _guard(view: Page, *, members_only: bool) -> Page:
    @public
    @csrf_exempt  # cookies of ours may live in a frame of the shop's, where Django's does not; _check_form asks instead
    @wraps(view)
    def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        door = _open(request)
        request.door = door
        with translation.override(door.language), timezone.override(door.business.zone):
            try:
                response = _enter(view, request, args, kwargs, members_only=members_only)
            except WafaaError as error:
                response = show_trouble(request, error)
        return _dress(request, response)

    return checked


def _open(request: Any) -> Door:
    portal = get_portal()
    visit = find_visit(request.COOKIES.get(MEMBER, "")) if portal.is_on else None
    business = get_business()
    if visit:
        note_seen(visit.session)
    return Door(
        portal=portal,
        business=business,
        look=get_look(),
        visit=visit,
        language=_choose_language(request, visit, business),
    )


def _enter(view: Page, request: Any, args: Any, kwargs: Any, *, members_only: bool) -> HttpResponseBase:
    door: Door = request.door
    if not door.portal.is_on:
        door.is_preview = _is_setter(request)
        if not door.is_preview:
            raise PortalClosed
    if request.method not in {"GET", "HEAD"}:
        _check_form(request, door.visit if members_only else None)
    if members_only:
        if door.visit is None:
            return redirect("me-sign-in")
        request.visit = door.visit
    return view(request, *args, **kwargs)


def _is_setter(request: Any) -> bool:
    staff = getattr(request, "staff", None)
    return isinstance(staff, Staff) and staff.may(Capability.CHANGE_SETTINGS)


def _check_form(request: Any, visit: Visit | None) -> None:
    """Raises NotFromHere. Browsers say themselves whence a form comes; forms for members carry a token besides."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length[:12]) > FORM_BYTES_MAX:
        raise NotFromHere
    told = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if told is not None:
        is_ours = told in {"same-origin", "none"}
    elif origin is not None:
        is_ours = origin in settings.CSRF_TRUSTED_ORIGINS or urlsplit(origin).netloc == request.get_host()
    else:
        is_ours = True
    if not is_ours or (visit and not is_form_token(visit.token, request.POST.get("form", ""))):
        raise NotFromHere


def _choose_language(request: Any, visit: Visit | None, business: Business) -> str:
    """As pressed here, as pressed before, as the member's, as the browser's, as the shop's."""
    accepted = request.headers.get("Accept-Language", "")[:200].lower().split(",")
    wished = (
        request.GET.get("language", ""),
        request.COOKIES.get(LANGUAGE, ""),
        visit.customer.language[:2].lower() if visit else "",
        *(part.split(";")[0].strip()[:2] for part in accepted),
        business.language,
    )
    return next((one for one in wished if one in LANGUAGES), "ar")


def show(
    request: PortalRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page in the portal's frame. No context processor runs: nothing of the console stands in it."""
    door = request.door
    other = "en" if door.language == "ar" else "ar"
    whole = {
        "business": door.business.name or "Wafaa",
        "look": door.look,
        "colour": door.look.colour.removeprefix("#"),
        "language": door.language,
        "digits": get_digits(request),
        "dir": "rtl" if door.language == "ar" else "ltr",
        "other": {
            "code": other,
            "name": {"ar": "العربية", "en": "English"}[other],
            "address": f"{request.path}?language={other}",
        },
        "customer": door.visit.customer if door.visit else None,
        "form_token": make_form_token(door.visit.token) if door.visit else "",
        "is_preview": door.is_preview,
        "here": request.resolver_match.url_name if request.resolver_match else "",
        **(context or {}),
    }
    return HttpResponse(render_to_string(f"portal/{template}.html", whole), status=status)


def get_digits(request: PortalRequest) -> str:
    """Arabic ones only where the shop writes so, and only to who reads Arabic."""
    return request.door.look.digits if request.door.language == "ar" else ""


def show_trouble(request: PortalRequest, error: WafaaError) -> HttpResponse:
    response = show(request, "trouble", {"error": error}, status=error.status)
    if wait := getattr(error, "retry_after_s", None):
        response.headers["Retry-After"] = str(wait)
    return response


def get_origin(request: HttpRequest) -> Origin:
    return Origin(
        device=name_device(request.META.get("HTTP_USER_AGENT", "")), network=shorten(read_client(request))
    )


def set_member(request: PortalRequest, response: HttpResponse, token: str) -> None:
    _set(request, response, MEMBER, token, int(ABSOLUTE.total_seconds()))
    drop(response, BROWSER)


def set_browser(request: PortalRequest, response: HttpResponse, token: str) -> None:
    _set(request, response, BROWSER, token, BROWSER_S)


def drop(response: HttpResponseBase, name: str) -> None:
    response.set_cookie(name, "", max_age=0, httponly=True, secure=settings.SECURE_COOKIES, samesite="Lax")


def _set(request: PortalRequest, response: HttpResponseBase, name: str, value: str, age_s: int) -> None:
    """Within a frame of another site only cookies without SameSite come along, which browsers take with TLS alone."""
    same_site: Literal["Lax", "None"] = "Lax"
    if request.door.portal.frame_sites and settings.SECURE_COOKIES:
        same_site = "None"
    response.set_cookie(
        name, value, max_age=age_s, httponly=True, secure=settings.SECURE_COOKIES, samesite=same_site
    )


def _dress(request: PortalRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Kept by nobody between, found by no search engine, framed by the shop's own pages alone."""
    door = request.door
    if request.GET.get("language") == door.language and response.status_code < HTTPStatus.BAD_REQUEST:
        _set(request, response, LANGUAGE, door.language, YEAR_S)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Accept-Language, Cookie"
    sites = door.portal.frame_sites
    policy: dict[str, Any] = {"frame-ancestors": ["'self'", *sites]}
    if logo := _find_origin(door.look.logo_url):
        policy["img-src"] = ["'self'", logo]
    response._csp_replace = policy  # type: ignore[attr-defined]  # what csp.middleware reads
    response.xframe_options_exempt = True  # type: ignore[attr-defined]  # it knows no list; browsers go by the policy
    if sites:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _find_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


def go_home() -> HttpResponse:
    """Always the same place: no address of a request is followed."""
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": reverse("me")})
