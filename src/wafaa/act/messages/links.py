"""Addresses of ours in messages: short, of this message only, and not to be made up.

What stands in one is two numbers and the beginning of an HMAC over them. So a million mails need no row for each link, and
links in old mails work until the last secret key that made them is taken out of the settings.
"""

import base64
import binascii
import hashlib
import hmac
from enum import StrEnum
from functools import cache

from django.conf import settings

# 80 bits: nobody guesses one, at any rate that a server answers.
MAC_BYTES = 10
_TOKEN_CHARS_MAX = 60


class Use(StrEnum):
    """What a token is good for, and nothing else."""

    LINK = "l"
    PREFERENCES = "p"
    OPEN = "o"
    RECEIPT = "r"  # what a notification tells of itself


def make_token(use: Use, *numbers: int) -> str:
    """Letters, digits, `-` and `_`; some twenty of them."""
    body = b"".join(_pack(number) for number in numbers)
    return base64.urlsafe_b64encode(body + _sign(settings.SECRET_KEY, use, body)).rstrip(b"=").decode()


def read_token(use: Use, token: str) -> tuple[int, ...] | None:
    """The numbers; None where it is not one of ours."""
    if len(token) > _TOKEN_CHARS_MAX or not token.isascii():
        return None
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    body, mac = whole[:-MAC_BYTES], whole[-MAC_BYTES:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not body or not any(hmac.compare_digest(mac, _sign(key, use, body)) for key in keys):
        return None
    return _unpack(body)


def _pack(number: int) -> bytes:
    """Its length and its bytes."""
    size = (number.bit_length() + 7) // 8
    return bytes([size]) + number.to_bytes(size, "big")


def _unpack(body: bytes) -> tuple[int, ...]:
    numbers = []
    while body:
        size = body[0]
        numbers.append(int.from_bytes(body[1 : 1 + size], "big"))
        body = body[1 + size :]
    return tuple(numbers)


def _sign(secret: str, use: Use, body: bytes) -> bytes:
    return hmac.digest(_derive(secret), use.encode() + b"\0" + body, hashlib.sha256)[:MAC_BYTES]


@cache
def _derive(secret: str) -> bytes:
    """The secret key is long and random, so a plain digest with a purpose makes a good key of it."""
    return hashlib.sha256(f"wafaa message links\0{secret}".encode()).digest()
