"""The addresses for machines, answered before sessions, languages and pages; and the clock that runs beside each request."""

import hmac
import ipaddress
import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
# A proxy on this machine connects from a local address too; these headers tell it from a local visitor.
FORWARDING = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")
LOOK_S = 1.0

_seen: tuple[float, dict[str, bool]] = (-LOOK_S, {})


class HealthMiddleware:
    """`/healthz`: the process answers. `/readyz`: so does everything behind it. `/metrics`: for Prometheus."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._answers: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "/healthz": answer_health,
            "/readyz": answer_readiness,
            "/metrics": answer_metrics,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if answer := self._answers.get(request.path_info):
            if request.method not in {"GET", "HEAD"}:
                return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
            response = answer(request)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Content-Type-Options"] = "nosniff"
            return response
        from wafaa.run.health.metrics import note_request

        started = time.perf_counter()
        response_of_page = self._get_response(request)
        note_request(request, response_of_page, started)
        return response_of_page


def answer_health(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def answer_readiness(request: HttpRequest) -> HttpResponse:
    """Which part fails, and no more: anybody may ask, but strangers cost one look a second at most."""
    found = _look(at_least_every_s=0.0 if is_from_here(request) else LOOK_S)
    told: dict[str, Any] = {"ready": all(found.values())}
    told["checks"] = {name: "ok" if is_well else "failing" for name, is_well in found.items()}
    return JsonResponse(told, status=200 if told["ready"] else 503)


def _look(*, at_least_every_s: float) -> dict[str, bool]:
    from wafaa.run.health.checks import check_all

    global _seen  # noqa: PLW0603  (one look serves all threads of the process)
    if time.monotonic() - _seen[0] >= at_least_every_s:
        _seen = (time.monotonic(), check_all())
    return _seen[1]


def answer_metrics(request: HttpRequest) -> HttpResponse:
    if not may_read_metrics(request):
        return HttpResponse("closed\n", status=403, content_type="text/plain")
    from wafaa.run.health.metrics import render_metrics

    return HttpResponse(render_metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_read_metrics(request: HttpRequest) -> bool:
    """Whoever has the token, where one is set; else this machine itself, not through a proxy on it."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    host = re.sub(r":\d+$", "", request.META.get("HTTP_HOST", ""))
    return is_from_here(request) and host in LOCAL_NAMES


def is_from_here(request: HttpRequest) -> bool:
    """From this machine itself, not through a proxy on it."""
    if any(name in request.META for name in FORWARDING):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
