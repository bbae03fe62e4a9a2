"""Published reviews for the shop's pages, below /v1/public: open to pages of any origin, without keys and cookies, cacheable."""

import hashlib
import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import translation

from wafaa.kit.errors import WafaaError
from wafaa.kit.trouble import explain
from wafaa.listen.reviews.queries import find_product, list_testimonials
from wafaa.listen.reviews.showing import describe_page, describe_testimonials, read_page, show_product

log = logging.getLogger(__name__)

PREFIX = "/v1/public/"
REVIEWS, TESTIMONIALS = f"{PREFIX}reviews/", f"{PREFIX}testimonials"
TESTIMONIALS_MAX = 50
# What was published or withdrawn is everywhere after five minutes.
FRESH_S = 300
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def is_public(path: str) -> bool:
    """Whether an address is one of these."""
    return path.startswith(PREFIX)


def answer(request: HttpRequest) -> HttpResponse:
    """To any address of which is_public holds; never raises."""
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=_HEADERS)
    if request.method not in {"GET", "HEAD"}:
        return _fail("method_not_allowed", HTTPStatus.METHOD_NOT_ALLOWED)
    try:
        response = _answer(request)
    except Exception as error:
        known = explain(error) or (error if isinstance(error, WafaaError) else None)
        log.error("published reviews could not be given", exc_info=error)
        status = known.status if known else HTTPStatus.INTERNAL_SERVER_ERROR
        return _fail(known.code if known else "internal_error", status)
    if response.status_code != HTTPStatus.OK:
        return response
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified(headers=_HEADERS)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FRESH_S}, stale-while-revalidate=86400"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    path = request.path_info
    if path.rstrip("/") == TESTIMONIALS:
        return _reply(describe_testimonials(list(list_testimonials()[:TESTIMONIALS_MAX])))
    product = (
        find_product(unquote(path.removeprefix(REVIEWS)).rstrip("/")) if path.startswith(REVIEWS) else None
    )
    if product is None:
        return _fail("not_found", HTTPStatus.NOT_FOUND)
    asked = read_page(request.GET)
    if request.GET.get("format") == "html":
        language = request.GET.get("language", "")
        with translation.override(language if language in {"ar", "en"} else "ar"):
            body = render_to_string("reviews/fragment.html", show_product(request, product, asked))
        return HttpResponse(body, headers=_HEADERS, content_type="text/html; charset=utf-8")
    return _reply(describe_page(request, product, asked))


def _reply(content: Any, status: int = HTTPStatus.OK) -> HttpResponse:
    body = msgspec.json.encode(content)
    return HttpResponse(body, status=status, headers=_HEADERS, content_type="application/json")


def _fail(code: str, status: int) -> HttpResponse:
    response = _reply({"code": code}, status)
    response["Cache-Control"] = "no-store"
    return response
