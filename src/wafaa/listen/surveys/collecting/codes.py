"""QR codes of collectors: as pictures to download, and as cards to print and put up."""

import struct
import uuid
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from wafaa.access.business.queries import get_business
from wafaa.access.staff.http import StaffRequest
from wafaa.design.codes import draw_qr, list_modules
from wafaa.know.orders.queries import list_stores
from wafaa.listen.surveys.builder.frame import build_frame, edits
from wafaa.listen.surveys.models import Collector, Survey
from wafaa.listen.surveys.queries import get_collector, get_survey, list_collectors, make_url
from wafaa.listen.surveys.rules import CollectorKind

# Ways whose address one would scan.
SCANNED = frozenset({"qr", "link", "kiosk"})
CARDS_MAX = 200
# Printed at 300 dots an inch, a code of 37 modules is 5 cm wide.
PNG_DOTS = 16
SIZES = ("a4", "a6")
RTL = frozenset({"ar", "fa", "he", "ur"})
HOUSE = frozenset({"ar", "en"})


def paint(address: str) -> bytes:
    """As a PNG of one bit a dot (ISO 15948), so that no library of pictures is needed."""
    modules = list_modules(address)
    lines = []
    for row in modules:
        bits = "".join(("0" if dark else "1") * PNG_DOTS for dark in row)
        bits += "0" * (-len(bits) % 8)
        lines.append((b"\0" + int(bits, 2).to_bytes(len(bits) // 8)) * PNG_DOTS)
    side = len(modules) * PNG_DOTS
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = (_pack(b"IHDR", header), _pack(b"IDAT", zlib.compress(b"".join(lines), 9)), _pack(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _pack(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@edits
@require_GET
def picture(request: StaffRequest, collector_uuid: uuid.UUID, kind: str) -> HttpResponse:
    """The code as a file, for a designer's own leaflet."""
    shown = get_collector(collector_uuid)
    if shown.kind not in SCANNED:
        raise Http404
    address = read_address(request, shown)
    content: str | bytes = paint(address) if kind == "png" else f'<?xml version="1.0"?>\n{draw_qr(address)}'
    content_type = "image/png" if kind == "png" else "image/svg+xml"
    response = HttpResponse(content, content_type=content_type)
    name = slugify(" ".join((shown.survey.name, shown.store, shown.agent, shown.table_name)))[:60] or "code"
    response["Content-Disposition"] = f'attachment; filename="qr-{name}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def read_address(request: StaffRequest, shown: Collector) -> str:
    address = request.build_absolute_uri(make_url(shown.token))
    return f"{address}?kiosk=1" if shown.kind == "kiosk" else address


@edits
@require_GET
def sheets(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """Codes as cards to print: all of the survey, or that of one way (`way`), a page or a quarter of it each."""
    survey = get_survey(survey_uuid)
    frame = build_frame(request, survey, "survey-collect")
    codes = list_collectors(survey).filter(is_stopped=False, kind__in=SCANNED).order_by("id")
    way = request.GET.get("way", "")
    codes = codes.filter(uuid=way) if _is_uuid(way) else codes.filter(kind=CollectorKind.QR.value)
    size = request.GET.get("size", "")
    stores = name_stores()
    context = {
        **frame,
        "trail": [*frame["trail"], (survey.name, reverse("survey-collect", args=[survey.uuid]))],
        "size": size if size in SIZES else "a6",
        "way": way if _is_uuid(way) else "",
        "business": get_business(),
        "titles": _say_titles(survey),
        "codes": [
            {"place": say_place(one, stores), "drawn": draw_qr(read_address(request, one))}
            for one in codes[:CARDS_MAX]
        ],
    }
    return render(request, "survey_console/sheets.html", context)


def _is_uuid(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


def _say_titles(survey: Survey) -> list[dict[str, str]]:
    """The title and what to do, in each language of the survey."""
    content: Mapping[str, Any] = survey.current_version.content if survey.current_version else {}
    titles = []
    for language in content.get("languages", ()):
        with translation.override(language if language in HOUSE else "en"):
            how = gettext("Scan the code with your phone's camera.")
        text = content.get("title", {}).get(language) or survey.name
        direction = "rtl" if language in RTL else "ltr"
        titles.append({"language": language, "direction": direction, "text": text, "how": how})
    return titles or [{"language": "", "direction": "auto", "text": survey.name, "how": ""}]


def name_stores() -> dict[str, str]:
    """By code."""
    return {store.code: str(store) for store in list_stores()}


def say_place(one: Collector, stores: Mapping[str, str] | None = None) -> str:
    parts: Iterable[str] = ((stores or {}).get(one.store, one.store), one.agent, one.table_name)
    return " · ".join(part for part in parts if part)
