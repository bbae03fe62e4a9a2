"""The fork in the road: programs never meet sessions, cookies and forms."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from wafaa.show.api.answering import answer

# The one page under /v1 is for people and goes the way of pages.
PAGE = "/v1/docs"


class ApiMiddleware:
    """Answers everything under /v1/ itself. It stands before the session: no cookie is read or set on its way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if (path.startswith("/v1/") or path == "/v1") and path != PAGE:
            return answer(request)
        return self.get_response(request)
