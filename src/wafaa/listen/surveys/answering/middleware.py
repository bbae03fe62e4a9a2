"""The way to the pages on which surveys are answered, before any cookie is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from wafaa.listen.surveys.answering.door import answer, is_answering


class SurveyMiddleware:
    """Answers below /s/ itself and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return answer(request) if is_answering(request.path_info) else self.get_response(request)
