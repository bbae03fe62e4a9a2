"""The way of shops' pages to published reviews, before any cookie is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from wafaa.listen.reviews.door import answer, is_public


class PublicReviewsMiddleware:
    """Answers for what is public below /v1 itself and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return answer(request) if is_public(request.path_info) else self.get_response(request)
