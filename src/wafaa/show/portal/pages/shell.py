"""What makes the page a thing on the phone's home screen: manifest, icons, colours, and a worker that keeps only the shell."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import Http404, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from wafaa.design.files import find_static
from wafaa.show.portal.colours import write_styles
from wafaa.show.portal.door import PortalRequest, show, visitor
from wafaa.show.portal.icons import SIZES, paint_icon

_FOLDER = Path(__file__).parents[1] / "static" / "portal"
_KEPT = "public, max-age=31536000, immutable"
SHELL = ("portal/portal.css", "design/select.css", "portal/portal.js")


@visitor
@require_safe
def manifest(request: PortalRequest) -> HttpResponse:
    door = request.door
    told = {
        "id": reverse("me"),
        "name": door.business.name or "Wafaa",
        "short_name": (door.business.name or "Wafaa")[:20],
        "start_url": reverse("me"),
        "scope": reverse("me"),
        "display": "standalone",
        "lang": door.language,
        "dir": "rtl" if door.language == "ar" else "ltr",
        "theme_color": door.look.colour,
        "background_color": "#ffffff",
        "icons": [
            {
                "src": _address_icon(door.look.colour, size),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in SIZES
        ],
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/manifest+json"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _address_icon(colour: str, size: int) -> str:
    return f"{reverse('me-icon', args=[size])}?v={colour.removeprefix('#')}"


@visitor
@require_safe
def icon(request: PortalRequest, size: int) -> HttpResponse:
    if size not in SIZES:
        raise Http404
    return _keep(HttpResponse(_paint(request.door.look.colour, size), content_type="image/png"))


@cache
def _paint(colour: str, size: int) -> bytes:
    return paint_icon(colour, size)


@visitor
@require_safe
def colours(request: PortalRequest) -> HttpResponse:
    """The shop's colour; its address changes with it."""
    styles = write_styles(request.door.look.colour)
    return _keep(HttpResponse(styles, content_type="text/css; charset=utf-8"))


def _keep(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = _KEPT
    return response


@visitor
@require_safe
def worker(request: PortalRequest) -> HttpResponse:
    """Lies below /me/, so that it sees no other page. A new version of the shell gives it a new name for what it keeps."""
    shell = [reverse("me-offline"), *map(static, SHELL), _address_colours(request)]
    listed = ", ".join(f'"{one}"' for one in shell)
    body = f'const KEPT = "me-{_mark_shell()}-{request.door.look.colour[1:]}";\nconst SHELL = [{listed}];\n'
    response = HttpResponse(
        body + (_FOLDER / "worker.js").read_text(), content_type="text/javascript; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def _address_colours(request: PortalRequest) -> str:
    return f"{reverse('me-colours')}?v={request.door.look.colour.removeprefix('#')}"


@cache
def _mark_shell() -> str:
    whole = b"".join(one.read_bytes() for one in (*map(find_static, SHELL), _FOLDER / "worker.js"))
    return hashlib.sha256(whole).hexdigest()[:12]


@visitor
@require_safe
def offline(request: PortalRequest) -> HttpResponse:
    """What the worker shows where the line is down; it holds nothing of anybody."""
    request.door.visit = None
    return show(request, "offline")
