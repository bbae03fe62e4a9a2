"""The way through Django to the ingest API, before sessions, cookies and forms; the server's own way lies in run/sending.py."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException, UnreadablePostError

from wafaa.kit.errors import BodyBroken
from wafaa.stream.door import answer, answer_settings, find_settings_key, is_sending


class IngestMiddleware:
    """Answers the ingest addresses itself and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if is_sending(path):
            reply = answer(request.META, path, lambda limit: _read(request))
        elif key := find_settings_key(path):
            reply = answer_settings(request.META, key, host=request.get_host(), scheme=str(request.scheme))
        else:
            return self.get_response(request)
        response = HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))
        response["Content-Length"] = str(len(reply.body))
        # Django writes addresses that were refused to the log, and this one holds a key
        response._has_been_logged = True  # type: ignore[attr-defined]  # what its log_response asks
        return response


def _read(request: HttpRequest) -> bytes:
    """Raises BodyBroken."""
    try:
        return request.body
    except (UnreadablePostError, RawPostDataException) as error:
        raise BodyBroken from error
