"""Asking the analyst: one request, one answer, over a Unix socket.

A room that needs the engine registers a function by name; a process with WAFAA_ANALYST_SOCKET set sends the call there, any
other runs it in place. So web processes never load DuckDB or the chart renderer.
"""

import socket
import struct
from collections.abc import Callable
from typing import Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError
from wafaa.kit.trace import get_request_id, take_over

_LENGTH = struct.Struct(">I")
# A cold question on ten million orders takes seconds; longer than this the page says that it is still counting.
TIMEOUT_S = 60.0

_functions: dict[str, Callable[[Any], Any]] = {}


class AnalystUnavailable(WafaaError):
    code = "analyst_unavailable"
    status = 503
    message = _(
        "The figures cannot be counted right now. Nothing is lost; the page will work again in a moment."
    )


class AnalystFailed(WafaaError):
    code = "analyst_failed"
    status = 500
    message = _("Counting failed: {reason}")


def register(name: str, function: Callable[[Any], Any]) -> None:
    """`function` takes and returns what msgspec can turn into JSON."""
    _functions[name] = function


def call(name: str, argument: Any, *, timeout_s: float = TIMEOUT_S) -> Any:
    """The answer of the named function as plain JSON values, wherever it runs; `timeout_s` counts at the analyst only.

    Raises AnalystUnavailable when nobody answers, AnalystFailed when the function itself failed.
    """
    if not settings.ANALYST_SOCKET:
        return msgspec.json.decode(run(msgspec.json.encode([name, argument])))[1]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout_s)
            connection.connect(settings.ANALYST_SOCKET)
            send_message(connection, msgspec.json.encode([name, argument, get_request_id()]))
            succeeded, answer = msgspec.json.decode(receive_message(connection))
    except (OSError, EOFError) as error:
        raise AnalystUnavailable from error
    if not succeeded:
        raise AnalystFailed(reason=answer)
    return answer


def run(message: bytes) -> bytes:
    """Decodes one request, runs its function, encodes [True, answer]; for the analyst's own loop."""
    name, argument, *request_id = msgspec.json.decode(message)
    for one in request_id:
        take_over(one)
    return msgspec.json.encode([True, _functions[name](argument)])


def send_message(connection: socket.socket, body: bytes) -> None:
    connection.sendall(_LENGTH.pack(len(body)) + body)


def receive_message(connection: socket.socket) -> bytes:
    """One length-prefixed message; EOFError when the other side went away."""
    (length,) = _LENGTH.unpack(_receive_exactly(connection, _LENGTH.size))
    return _receive_exactly(connection, length)


def _receive_exactly(connection: socket.socket, size: int) -> bytes:
    chunks = bytearray()
    while len(chunks) < size:
        chunk = connection.recv(min(size - len(chunks), 1 << 20))
        if not chunk:
            raise EOFError
        chunks += chunk
    return bytes(chunks)
