"""The way of the shop's pages to their messages, before any cookie is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from wafaa.act.messages.door import answer, is_asking


class OnsiteMiddleware:
    """Answers for the inbox and for push itself and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return answer(request) if is_asking(request.path_info) else self.get_response(request)
