"""The ways in which systems prove who they are, each compared in constant time. All raise ConnectorError(UNSIGNED | STALE)."""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from wafaa.listen.connectors.rules import ConnectorError, Why

# What was signed longer ago, or by a clock that runs so far ahead, is refused.
WINDOW = timedelta(minutes=5)
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}


def make_mac(secret: str, content: bytes, algorithm: str = "sha256") -> bytes:
    return hmac.new(secret.encode(), content, ALGORITHMS[algorithm]).digest()


def check_hex(
    given: str, secret: str, content: bytes, *, algorithm: str = "sha256", prefix: str = ""
) -> None:
    """`prefix` ("sha256=") has to stand there where it is asked for."""
    _check(given, prefix + make_mac(_need(secret), content, algorithm).hex(), prefix=prefix)


def check_base64(
    given: str, secret: str, content: bytes, *, algorithm: str = "sha256", prefix: str = ""
) -> None:
    """Compared as bytes: some libraries leave the padding out."""
    expected = make_mac(_need(secret), content, algorithm)
    if not given.startswith(prefix):
        raise ConnectorError(Why.UNSIGNED)
    text = given.removeprefix(prefix).strip()
    try:
        read = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConnectorError(Why.UNSIGNED) from error
    if not hmac.compare_digest(read, expected):
        raise ConnectorError(Why.UNSIGNED)


def check_token(given: str, secret: str) -> None:
    """A word that both know."""
    if not hmac.compare_digest(given.encode(), _need(secret).encode()):
        raise ConnectorError(Why.UNSIGNED)


def check_basic(given: str, name: str, password: str) -> None:
    """HTTP Basic authentication."""
    expected = base64.b64encode(f"{name}:{_need(password)}".encode()).decode()
    scheme, _, credentials = given.partition(" ")
    if scheme.lower() != "basic" or not hmac.compare_digest(credentials.strip().encode(), expected.encode()):
        raise ConnectorError(Why.UNSIGNED)


def check_window(given: str, now: datetime) -> None:
    """Unix time in seconds or milliseconds, at most 5 minutes off."""
    try:
        number = int(given)
        moment = datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ConnectorError(Why.UNSIGNED, "timestamp") from error
    if abs(now - moment) > WINDOW:
        raise ConnectorError(Why.STALE)


def _check(given: str, expected: str, *, prefix: str) -> None:
    # hex is told in both cases; the prefix is always lower case
    if not hmac.compare_digest(given.strip().lower().encode(), expected.lower().encode()):
        raise ConnectorError(Why.UNSIGNED, prefix)


def _need(secret: str) -> str:
    """Without a secret everybody could sign."""
    if not secret:
        raise ConnectorError(Why.UNSIGNED, "no secret")
    return secret
