"""The only way out: HTTP to addresses that somebody else chose, and so never into one's own network by mistake.

A name is resolved once, every address that it stands for is checked, and the connection goes to the very address that was
checked, so that a name which changes its mind in between (DNS rebinding) gains nothing. Each redirect is a new such request.
"""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError
from urllib3.exceptions import TimeoutError as SlowError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from wafaa.kit.errors import WafaaError
from wafaa.kit.networks import Allowed, is_allowed

# Name and port to addresses, as getaddrinfo finds them.
Resolve = Callable[[str, int], list[str]]

URL_CHARS_MAX = 2_000
_BLOCK_BYTES = 16_384
_PORTS = {"http": 80, "https": 443}
# Below, servers speak other protocols, line by line, and could take our lines for theirs (mail above all).
_FREE_PORTS_FROM = 1024
# Above, what browsers refuse too (WHATWG Fetch, "port blocking").
_BAD_PORTS = {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080} | set(
    range(6665, 6670)
)
_METHOD = re.compile(r"[A-Z]{1,20}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Tabs and anything printable; a line break would begin a header of its own.
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# What belongs to the connection is ours to say.
_OWN_HEADERS = {
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "upgrade",
    "te",
    "trailer",
    "expect",
}
# What may go along to another host; everything else could be a key.
_HARMLESS_HEADERS = {"accept", "accept-language", "content-type", "user-agent"}
_BODY_HEADERS = {"content-type", "content-encoding"}
_REDIRECTS = {301, 302, 303, 307, 308}
_KEEPING_REDIRECTS = {307, 308}

_WHY_REFUSED: dict[str, str | Promise] = {
    "url": _("it is no complete web address"),
    "scheme": _("only http and https addresses are called"),
    "user": _("a user name or password in the address is not sent"),
    "port": _("this port is not one of the web"),
    "network": _("it leads into a private network"),
    "header": _("a header holds characters that are not allowed"),
    "redirects": _("it leads on to another address too often"),
    "downgrade": _("it leads from https to http"),
}
_WHY_FAILED: dict[str, str | Promise] = {
    "name": _("the name is not known"),
    "connection": _("nobody answers there"),
    "tls": _("its certificate or encryption is not in order"),
    "timeout": _("it did not answer in time"),
    "answer": _("what it answered is no HTTP"),
    "size": _("its answer is too large"),
}


class OutboundRefused(WafaaError):
    """We don't send this; trying again changes nothing unless the name comes to stand for another address."""

    code = "outbound_refused"
    status = 422
    message = _("{host} is not called: {because}.")

    def __init__(self, *, host: str, why: str) -> None:
        super().__init__(host=host, because=_WHY_REFUSED[why])
        self.why = why


class OutboundFailed(WafaaError):
    """We tried. Where it had `begun`, what came of it on the other side is not known; else nothing was sent."""

    code = "outbound_failed"
    status = 502
    message = _("{host} could not be reached: {because}.")

    def __init__(self, *, host: str, why: str, begun: bool = False) -> None:
        super().__init__(host=host, because=_WHY_FAILED[why])
        self.why = why
        self.begun = begun


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]  # names in lower case; of several with one name, all, with commas
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class _Request:
    method: str
    url: Url
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def host(self) -> str:
        return (self.url.host or "").strip("[]")

    @property
    def port(self) -> int:
        return self.url.port or _PORTS[self.url.scheme or ""]

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.url.scheme or "", self.host, self.port


@dataclass(frozen=True, kw_only=True, slots=True)
class _Terms:
    """Under which a request goes out."""

    ends_at: float  # of time.monotonic
    limit_bytes: int
    cut: bool
    allowed: Allowed
    resolve: Resolve
    tls: ssl.SSLContext | None


def resolve_by_system(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout_s: float = 15,
    limit_bytes: int = 5_000_000,
    cut: bool = False,
    redirects: int = 0,
    allow_private: Allowed | None = None,
    resolve: Resolve = resolve_by_system,
    tls: ssl.SSLContext | None = None,
) -> Reply:
    """One request and its answer, whatever its status; `timeout_s` counts for all of it, redirects and names included.

    An answer above `limit_bytes` (unpacked) fails; with `cut` what exceeds the limit, or comes too late, is left out instead.
    Up to `redirects` are followed, each checked like the first; to another host go harmless headers only.
    `allow_private` None stands for the operator's setting; `tls` for other certificates than the system trusts.
    Raises OutboundRefused, OutboundFailed.
    """
    allowed = settings.OUTBOUND_ALLOW_PRIVATE if allow_private is None else allow_private
    terms = _Terms(
        ends_at=time.monotonic() + timeout_s,
        limit_bytes=limit_bytes,
        cut=cut,
        allowed=allowed,
        resolve=resolve,
        tls=tls,
    )
    request = _Request(method=method, url=read_url(url), headers=dict(headers or {}), body=body)
    _check_headers(request)
    for hops_left in range(redirects, -1, -1):
        reply = _send_once(request, terms)
        if not redirects or reply.status not in _REDIRECTS or "location" not in reply.headers:
            return reply
        if hops_left:
            request = _follow(request, reply)
    raise OutboundRefused(host=request.host, why="redirects")


def read_url(url: str) -> Url:
    """The address as we understand it, checked but for where its name leads. Raises OutboundRefused."""
    shown = url[:100]
    if len(url) > URL_CHARS_MAX or any(ord(letter) <= 0x20 or letter in "\\\x7f" for letter in url):
        raise OutboundRefused(host=shown, why="url")
    try:
        parsed = parse_url(_encode_name(url))
    except (LocationParseError, ValueError) as error:
        raise OutboundRefused(host=shown, why="url") from error
    host = (parsed.host or "").strip("[]")
    if parsed.scheme not in _PORTS:
        raise OutboundRefused(host=shown, why="scheme")
    if not host or "%" in host:
        raise OutboundRefused(host=shown, why="url")
    if "@" in urlsplit(url).netloc:
        raise OutboundRefused(host=host, why="user")
    port = parsed.port
    if port is not None and port not in _PORTS.values() and (port < _FREE_PORTS_FROM or port in _BAD_PORTS):
        raise OutboundRefused(host=host, why="port")
    return parsed


def _encode_name(url: str) -> str:
    """Names in Arabic and other scripts as the name service knows them (IDNA). UnicodeError is a ValueError."""
    name = urlsplit(url).hostname or ""
    if name.isascii():
        return url
    spelled = urlsplit(url).netloc.rpartition("@")[2].partition(":")[0]
    return url.replace(spelled, name.encode("idna").decode(), 1)


def _check_headers(request: _Request) -> None:
    fine = _METHOD.fullmatch(request.method) and all(
        _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value) and name.lower() not in _OWN_HEADERS
        for name, value in request.headers.items()
    )
    if not fine:
        raise OutboundRefused(host=request.host, why="header")


def _follow(request: _Request, reply: Reply) -> _Request:
    """The request that a redirect asks for, as browsers make it."""
    try:
        url = read_url(urljoin(request.url.url, reply.headers["location"]))
    except ValueError as error:
        raise OutboundRefused(host=request.host, why="url") from error
    if request.url.scheme == "https" and url.scheme != "https":
        raise OutboundRefused(host=request.host, why="downgrade")
    keeps = reply.status in _KEEPING_REDIRECTS or request.method in {"GET", "HEAD"}
    following = _Request(
        method=request.method if keeps else "GET", url=url, headers={}, body=request.body if keeps else None
    )
    left_out = set() if keeps else _BODY_HEADERS
    stays = following.origin == request.origin
    kept = {
        name: value
        for name, value in request.headers.items()
        if name.lower() not in left_out and (stays or name.lower() in _HARMLESS_HEADERS)
    }
    return _Request(method=following.method, url=url, headers=kept, body=following.body)


def _send_once(request: _Request, terms: _Terms) -> Reply:
    late = threading.Event()
    begun = False
    try:
        connection = _connect(request, terms)
        begun = True
        try:
            with _ending_at(connection, terms.ends_at, late):
                return _talk(connection, request, terms, late)
        finally:
            connection.close()
    except (HTTPError, HTTPException, OSError) as error:
        raise OutboundFailed(host=request.host, why=_explain(error, late), begun=begun) from error


def _connect(request: _Request, terms: _Terms) -> HTTPConnection:
    """To the first of the name's addresses that answers; none at all if only one of them is not allowed."""
    addresses = _find_addresses(request, terms)
    for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        remaining_s = terms.ends_at - time.monotonic()
        if remaining_s <= 0:
            raise OutboundFailed(host=request.host, why="timeout")
        connection = _open(request, address, remaining_s / left, terms.tls)
        try:
            connection.connect()
        except (HTTPError, OSError):
            connection.close()
            if left == 1:
                raise
        else:
            return connection
    raise OutboundFailed(host=request.host, why="name")


def _find_addresses(request: _Request, terms: _Terms) -> list[str]:
    addresses = _in_time(lambda: terms.resolve(request.host, request.port), request, terms)
    if not all(is_allowed(address, terms.allowed) for address in addresses):
        raise OutboundRefused(host=request.host, why="network")
    return addresses


def _in_time(look_up: Callable[[], list[str]], request: _Request, terms: _Terms) -> list[str]:
    """The system's resolver knows no deadline, so it works beside us; who is too late finds nobody waiting."""
    found: Future[list[str]] = Future()

    def work() -> None:
        try:
            found.set_result(look_up())
        except Exception as error:
            found.set_exception(error)

    threading.Thread(target=work, daemon=True, name="resolve").start()
    try:
        return found.result(timeout=max(0.0, terms.ends_at - time.monotonic()))
    except TimeoutError as error:
        raise OutboundFailed(host=request.host, why="timeout") from error
    except (OSError, UnicodeError) as error:
        raise OutboundFailed(host=request.host, why="name") from error


def _open(request: _Request, address: str, timeout_s: float, tls: ssl.SSLContext | None) -> HTTPConnection:
    """A connection to the address itself; with TLS the certificate must still be the name's."""
    if request.url.scheme == "http":
        return HTTPConnection(address, request.port, timeout=timeout_s)
    return HTTPSConnection(
        address,
        request.port,
        timeout=timeout_s,
        ssl_context=tls or _trust_system(),
        # what OpenSSL checks the certificate against; urllib3's assert_hostname would turn that off for all
        server_hostname=request.host.rstrip("."),
    )


@cache
def _trust_system() -> ssl.SSLContext:
    """Reading the system's certificates takes tens of milliseconds: once."""
    return ssl.create_default_context()


@contextmanager
def _ending_at(connection: HTTPConnection, ends_at: float, late: threading.Event) -> Iterator[None]:
    """Cuts the line at the deadline: a socket's own timeout begins anew with each byte that drips in."""
    assert connection.sock is not None, "connected before"
    # a handle of its own on the same line, so that cutting never meets a reading half-way
    with socket.socket(fileno=socket.dup(connection.sock.fileno())) as line:

        def cut() -> None:
            late.set()
            with suppress(OSError):  # the other side was faster
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(max(0.0, ends_at - time.monotonic()), cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _talk(connection: HTTPConnection, request: _Request, terms: _Terms, late: threading.Event) -> Reply:
    given = {name.lower() for name in request.headers}
    own = {"Host": request.url.netloc or "", "Connection": "close"}
    if "user-agent" not in given:
        own["User-Agent"] = "Wafaa"
    if "accept-encoding" not in given:
        own["Accept-Encoding"] = "identity"
    connection.timeout = max(0.001, terms.ends_at - time.monotonic())
    connection.request(
        request.method,
        request.url.request_uri,
        body=request.body,
        headers={**own, **request.headers},
        preload_content=False,
    )
    answer = connection.getresponse()
    return Reply(
        status=answer.status,
        headers={name.lower(): value for name, value in answer.headers.itermerged()},
        body=_read(answer, request, terms, late),
    )


def _read(answer: BaseHTTPResponse, request: _Request, terms: _Terms, late: threading.Event) -> bytes:
    """Block by block, unpacked as well, so that a small answer can't swell into a large one."""
    content = bytearray()
    try:
        while block := answer.read(
            min(_BLOCK_BYTES, terms.limit_bytes + 1 - len(content)), decode_content=True
        ):
            content += block
            if len(content) > terms.limit_bytes:
                break
        if late.is_set():
            raise OutboundFailed(host=request.host, why="timeout", begun=True)
    except (HTTPError, HTTPException, OSError, OutboundFailed):
        if not terms.cut:
            raise
    if len(content) > terms.limit_bytes and not terms.cut:
        raise OutboundFailed(host=request.host, why="size", begun=True)
    return bytes(content[: terms.limit_bytes])


def _explain(error: Exception, late: threading.Event) -> str:
    causes = [error, *_list_causes(error)]
    if late.is_set() or any(isinstance(cause, TimeoutError) for cause in causes):
        return "timeout"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "tls"
    # urllib3 counts every failure to connect among the timeouts
    if any(isinstance(cause, OSError | NewConnectionError) for cause in causes):
        return "connection"
    return "timeout" if isinstance(error, SlowError) else "answer"


def _list_causes(error: BaseException) -> list[BaseException]:
    cause = error.__cause__ or error.__context__
    return [cause, *_list_causes(cause)] if cause else []
