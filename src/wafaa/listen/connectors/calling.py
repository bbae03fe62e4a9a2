"""Asking a system's API: its answers as JSON, its refusals as ConnectorError. Pure around an injected `send`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from wafaa.listen.connectors.rules import Answer, ConnectorError, Send, Why

# Where a system says "too many" without saying for how long.
RATE_PATIENCE_S = 10.0
RATE_PATIENCE_S_MAX = 3600.0


def call(
    send: Send,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: Any = None,
) -> Answer:
    """One request, with `content` as JSON; any answer comes back, 429 too."""
    body = None if content is None else msgspec.json.encode(content)
    given = {"Accept": "application/json", **(headers or {})}
    if body is not None:
        given["Content-Type"] = "application/json"
    return send(method, url, headers=given, body=body)


def read_json(answer: Answer) -> Any:
    """Raises ConnectorError for what is no success and for what is no JSON; check `is_rate_limited` before."""
    if answer.status in _REFUSALS:
        raise ConnectorError(_REFUSALS[HTTPStatus(answer.status)], f"HTTP {answer.status}")
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise ConnectorError(Why.SYSTEM_FAILED, f"HTTP {answer.status}")
    if not answer.body:
        return {}
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ConnectorError(Why.SYSTEM_FAILED, "no JSON") from error


_REFUSALS: Mapping[HTTPStatus, Why] = {
    HTTPStatus.UNAUTHORIZED: Why.TOKEN_WRONG,
    HTTPStatus.FORBIDDEN: Why.FORBIDDEN,
    HTTPStatus.NOT_FOUND: Why.NOT_FOUND,
}


def is_rate_limited(answer: Answer) -> bool:
    return answer.status == HTTPStatus.TOO_MANY_REQUESTS


def read_wait_s(answer: Answer) -> float:
    """Retry-After in seconds (its other form, a date, no system that we know sends)."""
    try:
        wait_s = float(answer.headers.get("retry-after", RATE_PATIENCE_S))
    except ValueError:
        return RATE_PATIENCE_S
    return min(max(wait_s, 0.0), RATE_PATIENCE_S_MAX)


def read_next_link(answer: Answer) -> str | None:
    """The address behind rel="next" of the Link header (RFC 8288)."""
    for part in answer.headers.get("link", "").split(","):
        target, _, parameters = part.partition(";")
        if 'rel="next"' in parameters.replace("rel=next", 'rel="next"'):
            return target.strip().removeprefix("<").removesuffix(">")
    return None
