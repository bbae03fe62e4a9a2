"""Who is asking, and in which language they read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation


class StaffMiddleware:
    """Sets `request.staff` (None for a stranger) and turns on the language that the person chose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.staff = request.user if request.user.is_authenticated else None
        if request.staff and request.staff.language in dict(settings.LANGUAGES):
            translation.activate(request.staff.language)
            request.LANGUAGE_CODE = request.staff.language
        return self.get_response(request)
