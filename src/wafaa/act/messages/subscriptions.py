"""What a browser tells of its push subscription, read before anything is kept of it."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from wafaa.act.messages.errors import SubscriptionWrong
from wafaa.kit.outbound import OutboundRefused, read_url

ENDPOINT_CHARS_MAX = 2_000
KEY_BYTES, AUTH_BYTES = 65, 16


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Where a browser is pushed to, and what its messages are sealed with (RFC 8291)."""

    endpoint: str
    p256dh: str
    auth: str
    expires_at: datetime | None = None


def read_subscription(
    endpoint: str, *, p256dh: str, auth: str, expiration_ms: float | None = None
) -> Subscription:
    """Raises SubscriptionWrong. Whether its network may be called is asked at each call anew (kit/outbound)."""
    try:
        url = read_url(endpoint)
        if len(endpoint) > ENDPOINT_CHARS_MAX or (
            url.scheme != "https" and not settings.OUTBOUND_ALLOW_PRIVATE
        ):
            raise SubscriptionWrong
        public, secret = decode(p256dh), decode(auth)
        if len(public) != KEY_BYTES or len(secret) != AUTH_BYTES:
            raise SubscriptionWrong
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)  # a point of the curve
        expires_at = datetime.fromtimestamp(expiration_ms / 1000, tz=UTC) if expiration_ms else None
    except (OutboundRefused, InvalidKey, ValueError, OverflowError, OSError) as error:
        raise SubscriptionWrong from error
    return Subscription(endpoint=endpoint, p256dh=encode(public), auth=encode(secret), expires_at=expires_at)


def encode(data: bytes) -> str:
    """Base64 for addresses, without padding, as push has all its keys."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, UnicodeError) as error:
        raise ValueError(text) from error
