"""Requests that one program signs for another (Standard Webhooks 1.0), and how long whoever is asked wants to be left alone."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - what stands before every secret
SECRET_BYTES = 32
# The standard: at least 24 bytes, at most 64.
_SECRET_BYTES_RANGE = range(24, 65)
# What was signed longer ago, or by a clock that runs so far ahead, is not taken.
TOLERANCE = timedelta(minutes=5)


def make_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def read_secret(text: str) -> bytes:
    """The key that a secret stands for. ValueError where it is none."""
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is base64 behind whsec_") from error
    if len(key) not in _SECRET_BYTES_RANGE:
        raise ValueError("a secret has 24 to 64 bytes")
    return key


def sign(*, secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature: `v1,` and the base64 of an HMAC-SHA-256 over id, time and body."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(read_secret(secret), signed, hashlib.sha256)).decode()


def write_headers(
    *, secrets_now: Sequence[str], message_id: str, now: datetime, body: bytes
) -> dict[str, str]:
    """With a signature for each secret that is good now, so that a change of secrets loses nothing."""
    timestamp = int(now.timestamp())
    signatures = [
        sign(secret=secret, message_id=message_id, timestamp=timestamp, body=body) for secret in secrets_now
    ]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Wafaa-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def is_signed(*, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether one of the signatures is of this secret, and fresh. Names of headers in lower case."""
    try:
        timestamp = int(headers.get("webhook-timestamp", ""))
        moment = datetime.fromtimestamp(timestamp, UTC)
    except (ValueError, OverflowError, OSError):
        return False
    wanted = sign(
        secret=secret, message_id=headers.get("webhook-id", ""), timestamp=timestamp, body=body
    ).encode()
    given = headers.get("webhook-signature", "").split()
    return abs(now - moment) <= TOLERANCE and any(hmac.compare_digest(one.encode(), wanted) for one in given)


def read_retry_after(text: str, now: datetime) -> float:
    """Seconds to wait, given as such or as a date; 0 where nothing sensible is said."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
