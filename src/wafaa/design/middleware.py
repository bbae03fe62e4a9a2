"""The one place where an expected failure becomes a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from wafaa.kit.errors import WafaaError


class ErrorPageMiddleware:
    """Shows a WafaaError that no view caught: what happened, in the reader's language, with the error's own status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, WafaaError):
            return None
        template = "design/error_panel.html" if request.headers.get("HX-Request") else "design/error.html"
        return render(request, template, {"error": exception}, status=exception.status)
