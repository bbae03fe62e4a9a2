"""Requests that are refused before any view sees them."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class RequestTooLarge(WafaaError):
    code = "request_too_large"
    status = 413
    message = _("This is too much to be sent at once: up to {limit_mb} MB of text fit. Nothing was saved.")


class RequestBroken(WafaaError):
    code = "request_broken"
    message = _("What was sent could not be read. Nothing was saved. Reload the page and try again.")


def refuse_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The handler of 400: in the reader's language, for a panel as for a page."""
    error: WafaaError = RequestBroken()
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        error = RequestTooLarge(limit_mb=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2)
    template = "design/error_panel.html" if request.headers.get("HX-Request") else "design/trouble.html"
    return render(request, template, {"error": error}, status=error.status)
