"""Gives each request an id, which its lines in the log and its answer carry."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from wafaa.kit import trace

log = logging.getLogger("wafaa.requests")

# Asked every few seconds by machines: their lines would hide the others.
PROBES = {"/healthz", "/readyz", "/metrics"}


class TraceMiddleware:
    """The outermost: what happens within belongs to the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request_id = trace.choose_request_id(request.headers.get("X-Request-ID", ""))
        request.trace_id = request_id
        started = time.perf_counter()
        with trace.answering(request, request_id):
            response = self._get_response(request)
            if log.isEnabledFor(logging.INFO) and request.path_info not in PROBES:
                _note(request, response, time.perf_counter() - started)
        response.headers["X-Request-ID"] = request_id
        return response


def _note(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """The route, never the address: that may hold what somebody searched for."""
    route = f"/{request.resolver_match.route}" if request.resolver_match else "unmatched"
    note_answer(request.method or "", route, response.status_code, seconds)


def note_answer(method: str, route: str, status: int, seconds: float) -> None:
    """A line of the log, where such lines are wanted."""
    if log.isEnabledFor(logging.INFO):
        facts = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
        log.info("%s %s %s %.3f s", method, route, status, seconds, extra={"facts": facts})
