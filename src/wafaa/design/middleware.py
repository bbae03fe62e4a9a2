"""The one place where an expected failure becomes a page, and the headers that every answer carries."""

import logging
from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from wafaa.design.failures import show_trouble
from wafaa.kit.errors import CharacterBroken, WafaaError
from wafaa.kit.trouble import explain

log = logging.getLogger(__name__)

# What the database says of the one character that it keeps in no text; no keyboard makes it.
_NUL = "NUL (0x00)"


class HeadersMiddleware:
    """What Django's own security middleware has no setting for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class PolicyMiddleware(CSPMiddleware):
    """Builds the policy of pages; an answer that has its own keeps it, and nothing is built for it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if HEADER in response else super().process_response(request, response)


class ErrorPageMiddleware:
    """Shows a WafaaError that no view caught: what happened, in the reader's language, with the error's own status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and _NUL in str(exception):
            exception = CharacterBroken()
        if trouble := explain(exception):
            log.error("%s", trouble.code, exc_info=exception)
            return show_trouble(request, trouble)
        if not isinstance(exception, WafaaError):
            return None
        template = "design/error_panel.html" if request.headers.get("HX-Request") else "design/error.html"
        response = render(request, template, {"error": exception}, status=exception.status)
        if wait := getattr(exception, "retry_after_s", None):
            response.headers["Retry-After"] = str(wait)
        return response
