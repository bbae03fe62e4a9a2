"""Times on pages are the business's."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from wafaa.access.business.queries import get_business, keep_business


class BusinessMiddleware:
    """Sets `request.business`, reads it once, and sets its time zone as the one in which templates show moments."""

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.business = SimpleLazyObject(get_business)
        with keep_business():
            if not request.staff:  # sign-in shows no times
                return self.get_response(request)
            with timezone.override(request.business.zone):
                return self.get_response(request)
