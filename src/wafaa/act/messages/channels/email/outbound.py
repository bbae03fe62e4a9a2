"""The way out for libraries that speak through `requests`: their requests leave by kit.outbound like all others."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from wafaa.act.messages.channels.calling import ANSWER_BYTES_MAX, TIMEOUT_S
from wafaa.kit.outbound import OutboundFailed, OutboundRefused, send

# What belongs to the connection is kit.outbound's to say.
_OWN = frozenset({"connection", "content-length", "host", "transfer-encoding", "accept-encoding"})


class NotSent(requests.ConnectionError):
    """Nothing was handed over; `why` as kit.outbound has it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Lost(requests.ConnectionError):
    """The line broke after the request: nobody knows."""


class _Out(BaseAdapter):
    def send(self, request: requests.PreparedRequest, *_args: Any, **_given: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body
        assert body is None or isinstance(body, bytes), "Anymail writes whole bodies"
        try:
            reply = send(
                request.method or "GET",
                request.url or "",
                headers={
                    name: value.decode() if isinstance(value, bytes) else str(value)
                    for name, value in request.headers.items()
                    if name.lower() not in _OWN
                },
                body=body,
                timeout_s=TIMEOUT_S,
                limit_bytes=ANSWER_BYTES_MAX,
            )
        except OutboundRefused as error:
            raise NotSent(f"refused_{error.why}") from error
        except OutboundFailed as error:
            if error.begun:
                raise Lost(error.why) from error
            raise NotSent("no_provider") from error
        response = requests.Response()
        response.status_code = reply.status
        response.headers = CaseInsensitiveDict(reply.headers)
        response.raw = BytesIO(reply.body)
        response.url = request.url or ""
        response.request = request
        response.reason = ""
        return response

    def close(self) -> None:
        """Nothing is kept."""


def make_session(headers: Mapping[str, str]) -> requests.Session:
    """That knows no proxy, no .netrc and no other way out."""
    session = requests.Session()
    session.trust_env = False
    session.headers.update(headers)
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Out())
    return session
