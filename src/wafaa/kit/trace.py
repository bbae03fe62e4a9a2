"""Which request a line of a log belongs to, in whichever process it is written."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# As proxies make them: a UUID, a hash; nothing that could break a line or hide a word.
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_request: ContextVar[Any] = ContextVar("request", default=None)


def choose_request_id(given: str) -> str:
    """What a proxy gave, if it is sane; else a new one."""
    return given if _SANE.fullmatch(given) else secrets.token_hex(8)


def get_request_id() -> str:
    """Empty where nothing is done for a request."""
    return _request_id.get()


def take_over(request_id: str) -> None:
    """What this thread does from now on, it does for that request."""
    _request_id.set(request_id if _SANE.fullmatch(request_id) else "")


def get_request() -> Any:
    """The request that this thread answers; None elsewhere."""
    return _request.get()


@contextmanager
def answering(request: Any, request_id: str) -> Iterator[None]:
    """Inside, lines belong to this request."""
    tokens = _request_id.set(request_id), _request.set(request)
    try:
        yield
    finally:
        _request_id.reset(tokens[0])
        _request.reset(tokens[1])
