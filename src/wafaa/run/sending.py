"""The short way of events into the stream: past Django's handler, with what that does around an answer."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from wafaa.kit import trace
from wafaa.stream.door import answer, is_sending

Application = Callable[..., Any]
_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class SendingFirst:
    """Answers those who send events; everything else is the application's.

    Programs send thousands a second, and Django takes longer to make a request and an answer than the stream to take the
    event in.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path = environ["PATH_INFO"]
        if not is_sending(path):
            return self._application(environ, start_response)
        from wafaa.run.health.metrics import observe_request
        from wafaa.run.health.tracing import note_answer

        started = time.perf_counter()
        request_id = trace.choose_request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        with trace.answering(None, request_id):
            reply = answer(environ, path, environ["wsgi.input"].read)
            note_answer(environ["REQUEST_METHOD"], path, reply.status, time.perf_counter() - started)
        observe_request(environ["REQUEST_METHOD"], path, reply.status, started)
        length = ("Content-Length", str(len(reply.body)))
        start_response(_LINES[reply.status], [*reply.headers, length, ("X-Request-ID", request_id)])
        return [reply.body]
