"""The page for what nobody foresaw, and for trouble of the machine: needs no database, no session and no disk."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.defaults import server_error as show_default

from wafaa.kit.trouble import MachineTrouble, explain

RETRY_AFTER_S = 30


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500: called while the error is being handled, also for one that a middleware raised."""
    trouble = explain(sys.exc_info()[1])
    return show_trouble(request, trouble) if trouble else show_default(request)


def show_trouble(request: HttpRequest, trouble: MachineTrouble) -> HttpResponse:
    """What happened, what was kept and what to do, in the language of the page; as JSON for a program."""
    # what failed may lie before the middleware that chooses the language
    chosen = getattr(request, "LANGUAGE_CODE", None) or translation.get_language_from_request(request)
    with translation.override(chosen):
        response = _render_trouble(request, trouble)
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    response.headers["Cache-Control"] = "no-store"
    return response


def _render_trouble(request: HttpRequest, trouble: MachineTrouble) -> HttpResponse:
    if not request.accepts("text/html"):
        told = {"type": f"about:blank#{trouble.code}", "title": str(trouble), "status": trouble.status}
        return JsonResponse(told, status=trouble.status, content_type="application/problem+json")
    is_panel = bool(request.headers.get("HX-Request"))
    template = "design/error_panel.html" if is_panel else "design/trouble.html"
    return render(request, template, {"error": trouble}, status=trouble.status)
