"""What a webhook looks like (Standard Webhooks 1.0), and what an answer to it means."""

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

KIND = "webhook"
SECRET_PREFIX = "whsec_"  # noqa: S105 - what stands before every secret
SECRET_BYTES = 32
# The standard: at least 24 bytes, at most 64.
_SECRET_BYTES_RANGE = range(24, 65)
# While both signatures are sent, whoever receives them may change over.
OLD_SECRET_FOR = timedelta(hours=24)
# Three days of tries are over then for everything that waits: nobody is there.
OFF_AFTER = timedelta(days=5)
# What lies further back when it is told is history (an import, a backfill), not news.
NEWS_FOR = timedelta(days=7)
# So many that every one of them may be slow, and a sender is still free (stream.outbox: one at a time for who is slow).
ENDPOINTS_MAX = 50
SENDERS = 64
TIMEOUT_S = 15.0
ANSWER_BYTES_MAX = 2_048
NAMES_MAX = 200
NAME_CHARS_MAX = 200
TEST_NAME = "Test Event"


class State(StrEnum):
    """Their names in people's language stand in models.Endpoint."""

    ON = "on"
    PAUSED = "paused"  # what happens is kept and sent later
    OFF = "off"  # what happens meanwhile is never sent


class Why(StrEnum):
    """Why an endpoint is off."""

    HAND = "hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"


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


def make_message_id(endpoint: uuid.UUID, message_id: str) -> str:
    """The same for every try at one event for one endpoint; message ids of programs may hold what no header can."""
    return f"msg_{uuid.uuid5(endpoint, message_id).hex}"


def name_destination(endpoint: uuid.UUID) -> str:
    return f"{KIND}:{endpoint}"


def name_test_destination(endpoint: uuid.UUID) -> str:
    """Of its own, so that a test is sent at once whatever waits, rests or is paused."""
    return f"{KIND}-test:{endpoint}"


def read_endpoint_uuid(destination: str) -> uuid.UUID:
    return uuid.UUID(destination.partition(":")[2])


def is_test(destination: str) -> bool:
    return destination.startswith(f"{KIND}-test:")


def hears(names: Collection[str], name: str) -> bool:
    """An empty choice is all."""
    return not names or name in names


def is_news(*, occurred_at: datetime, received_at: datetime) -> bool:
    return received_at - occurred_at <= NEWS_FOR


def is_received(status: int) -> bool:
    return 200 <= status < 300


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


def read_names(text: str) -> list[str]:
    """One name a line, or separated by commas; each once, in the order given."""
    lines = text.replace(",", "\n").splitlines()
    return list(dict.fromkeys(name for line in lines if (name := " ".join(line.split()))))
