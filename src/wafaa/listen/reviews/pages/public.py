"""What every page for the public has: its language, its limits, and headers that keep its address to itself."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from wafaa.access.business.queries import get_business
from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.kit.addresses import limit_subject, read_client
from wafaa.kit.errors import BodyTooLarge
from wafaa.listen.reviews.rules import FORM_BYTES_MAX

# Who tries tokens has a hundred at once and one a second.
OPENING = Limit(name="review_opening", burst=100, every_s=1)
# A household shares an address and has several orders; nobody reviews for an hour without a pause.
WRITING = Limit(name="review_writing", burst=30, every_s=30)
# Whom nobody invited: a few at once, then one in ten minutes.
WEB_WRITING = Limit(name="review_web_writing", burst=6, every_s=600)
# Mails to a mailbox that a stranger typed.
CONFIRMING = Limit(name="review_confirming", burst=2, every_s=12 * 3600)


def choose_language(request: HttpRequest, known: str = "") -> str:
    """As asked for here, else as known of the reader, else the browser's."""
    codes = {code for code, _name in settings.LANGUAGES}
    for asked in (request.GET.get("language", ""), request.POST.get("language", ""), known):
        if asked in codes:
            return asked
    return translation.get_language_from_request(request)


def check_size(request: HttpRequest) -> None:
    """Before anything of the body is read. Raises BodyTooLarge."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isascii() or not length.isdigit() or len(length) > 12 or int(length) > FORM_BYTES_MAX:
        raise BodyTooLarge(limit=FORM_BYTES_MAX)


def count(request: HttpRequest, limit: Limit) -> None:
    """Raises TooManyAttempts."""
    take(limit, limit_subject(read_client(request)))


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The address of such a page is a right of its own: it goes to nobody else and into no search engine."""
    response = render(request, template, {"business": get_business(), **context}, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def say_unknown(request: HttpRequest) -> HttpResponse:
    """The same for a token that never was and one whose time is over. Raises TooManyAttempts for who tries tokens."""
    count(request, OPENING)
    with translation.override(choose_language(request)):
        return show(request, "reviews/unknown.html", {}, status=404)
