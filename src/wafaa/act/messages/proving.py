"""Who is before a page: a token that the shop's own server signed (a JWT of RFC 7519, HS256, by a secret of its key).

The key in a page's source is anybody's, and so is whatever a browser tells of itself: a customer's number, a device. Only the
shop's server knows who signed in, so only its word opens somebody's messages. Pure, but for the secret key of the settings.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings

from wafaa.act.messages.errors import UserTokenExpired, UserUnproven

# A page may stay open for a day; a token that got out is worth nothing tomorrow.
LIFETIME_MAX = timedelta(hours=24)
# Clocks of servers differ.
LEEWAY = timedelta(minutes=1)
TOKEN_CHARS_MAX = 2_000
DISTINCT_ID_CHARS_MAX = 200
# Visitors are known by what their browser made up: nobody can sign for that.
_VISITOR = "anonymous:"


class _Header(msgspec.Struct):
    alg: str
    crit: Any = None


class _Claims(msgspec.Struct):
    """Numbers of customers are text or number; moments are NumericDates, which may have a fraction."""

    sub: str | int
    exp: float
    nbf: float | None = None


_HEADER, _CLAIMS = msgspec.json.Decoder(_Header), msgspec.json.Decoder(_Claims)


def make_secret(public_id: str) -> str:
    """What the shop's server signs with, of one key. It is derived, so nothing lies in the database; it goes with its key."""
    return _derive(settings.SECRET_KEY, public_id)


def _derive(secret_key: str, public_id: str) -> str:
    told = f"wafaa user tokens\0{public_id}".encode()
    return hmac.digest(secret_key.encode(), told, hashlib.sha256).hex()


def read_user(token: str, *, public_id: str, now: datetime) -> str:
    """The distinct id that the token vouches for. Raises UserUnproven, UserTokenExpired."""
    if not token:
        raise UserUnproven(why="missing")
    signed, _dot, signature = token.rpartition(".")
    if len(token) > TOKEN_CHARS_MAX or not token.isascii() or signed.count(".") != 1:
        raise UserUnproven(why="form")
    header, _dot, claims = signed.partition(".")
    if not _is_signed(signed, _decode(signature), public_id):
        raise UserUnproven(why="signature")
    try:
        head, told = _HEADER.decode(_decode(header)), _CLAIMS.decode(_decode(claims))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UserUnproven(why="claims") from error
    if head.alg != "HS256" or head.crit is not None:
        raise UserUnproven(why="algorithm")
    _check_times(told, now)
    distinct_id = str(told.sub)
    is_fit = 0 < len(distinct_id) <= DISTINCT_ID_CHARS_MAX and "\x00" not in distinct_id
    if not is_fit or distinct_id.startswith(_VISITOR):
        raise UserUnproven(why="subject")
    return distinct_id


def _decode(part: str) -> bytes:
    """Raises UserUnproven."""
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise UserUnproven(why="form") from error


def _is_signed(signed: str, signature: bytes, public_id: str) -> bool:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(
        hmac.compare_digest(
            signature, hmac.digest(_derive(key, public_id).encode(), signed.encode(), hashlib.sha256)
        )
        for key in keys
    )


def _check_times(told: _Claims, now: datetime) -> None:
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    if told.exp <= at - leeway:
        raise UserTokenExpired
    if told.exp > at + leeway + LIFETIME_MAX.total_seconds():
        raise UserUnproven(why="lifetime")
    if told.nbf is not None and told.nbf > at + leeway:
        raise UserUnproven(why="early")
