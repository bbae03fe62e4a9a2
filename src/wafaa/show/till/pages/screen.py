"""The page itself, at which store it stands, and what keeps it open while the line is down."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import public, requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.rules import State
from wafaa.design.files import find_static
from wafaa.design.formats import list_languages
from wafaa.kit.money import decimals_of, name_currency
from wafaa.know.consents.models import say_purpose
from wafaa.know.orders.models import Store
from wafaa.show.till.actions import ASKED
from wafaa.show.till.errors import StoreMissing
from wafaa.show.till.queries import get_store, list_keys, list_own_stores

_FOLDER = Path(__file__).parents[1] / "static" / "till"
SHELL = ("till/till.css", "design/select.css", "till/till.js", "till/queue.js")
# One device stands at one store, whoever signs in there.
STORE = "wafaa_till"
YEAR_S = 365 * 24 * 3600
# The till alone may look through the camera, to read a card.
CAMERA = settings.PERMISSIONS_POLICY.replace("camera=()", "camera=(self)")


@requires(Capability.USE_TILL)
@require_safe
def till(request: StaffRequest) -> HttpResponse:
    stores = list_own_stores(request.staff)
    chosen = _find_store(request, stores)
    is_ready = chosen is not None or (not stores and request.staff.sees_all_stores)
    context = {
        **_draw_shell(),
        "stores": stores,
        "store": chosen,
        "is_ready": is_ready,
        "is_idle": not Programme.objects.filter(state=State.LIVE).exists(),
        "keys": list_keys(chosen) if is_ready else [],
        "token": get_token(request),
    }
    response = render(request, "till/till.html", context)
    response.headers["Permissions-Policy"] = CAMERA
    return response


def _find_store(request: StaffRequest, stores: list[Store]) -> Store | None:
    """The one that was chosen on this device, or the only one there is."""
    code = request.COOKIES.get(STORE, "")
    found = next((one for one in stores if str(one.pk) == code), None)
    return found or (stores[0] if len(stores) == 1 else None)


@requires(Capability.USE_TILL)
@require_POST
def store(request: StaffRequest) -> HttpResponse:
    """Chosen once for this device; without one the page asks again. Raises StoreMissing."""
    response = redirect("till")
    code = request.POST.get("store", "")
    if "again" in request.POST:
        response.delete_cookie(STORE)
        return response
    found = get_store(request.staff, code)
    if found is None:
        raise StoreMissing
    response.set_cookie(
        STORE, str(found.pk), max_age=YEAR_S, httponly=True, secure=settings.SECURE_COOKIES, samesite="Lax"
    )
    return response


@requires(Capability.USE_TILL)
@require_safe
def status(request: StaffRequest) -> HttpResponse:
    """The line is there, and so is the cashier: with a fresh token for what waited."""
    return JsonResponse({"token": get_token(request)})


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The same page as the device keeps it: nobody's name, no store and no token stands in it."""
    response = render(
        request, "till/till.html", {**_draw_shell(), "is_offline": True, "is_ready": True, "keys": []}
    )
    response.headers["Permissions-Policy"] = CAMERA
    response.headers["Cache-Control"] = "no-store"
    return response


def _draw_shell() -> dict[str, Any]:
    business, language = get_business(), get_language() or "ar"
    names = dict(list_languages(language))
    return {
        "currency": business.currency,
        "currency_name": name_currency(business.currency, language),
        "sample": f"0.{'0' * decimals_of(business.currency)}" if decimals_of(business.currency) else "0",
        "asked": [(purpose, say_purpose(purpose)) for purpose in ASKED],
        "languages": [(code, names[code]) for code in ("ar", "en")],
        "usual": business.language,
    }


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Lies below /till/, so that it sees no other page. A new version or language gives it a new name for what it keeps."""
    shell = [
        reverse("till-offline"),
        *map(static, SHELL),
        static("design/icons.svg"),
        static("design/mark.svg"),
    ]
    listed = ", ".join(f'"{one}"' for one in shell)
    kept = f"till-{get_language() or 'ar'}-{_mark_shell()}"
    body = f'const KEPT = "{kept}";\nconst SHELL = [{listed}];\n'
    response = HttpResponse(
        body + (_FOLDER / "worker.js").read_text(), content_type="text/javascript; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _mark_shell() -> str:
    templates = _FOLDER.parents[1] / "templates" / "till"
    files = [*map(find_static, SHELL), _FOLDER / "worker.js", *sorted(templates.glob("*.html"))]
    return hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()[:12]


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    language = get_language() or "ar"
    told = {
        "id": reverse("till"),
        "name": _("Till"),
        "short_name": _("Till"),
        "start_url": reverse("till"),
        "scope": reverse("till"),
        "display": "standalone",
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
        "theme_color": "#0f6b5c",
        "background_color": "#ffffff",
        "icons": [{"src": static("design/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/manifest+json"
    return response
