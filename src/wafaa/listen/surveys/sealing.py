"""Small structures in addresses and hidden fields, sealed with an HMAC of the installation's secret key."""

import base64
import binascii
import hashlib
import hmac
from functools import cache
from typing import TypeVar

import msgspec
from django.conf import settings

from wafaa.listen.surveys.rules.state import FormState, Person, Preview, Resume

S = TypeVar("S", FormState, Resume, Preview, Person)

# 128 bits: what is sealed decides whose answer something is.
MAC_BYTES = 16
SEALED_LETTERS_MAX = 24_000  # thirty hidden fields of 500 letters, hardly ever


def seal(state: FormState | Resume | Preview | Person) -> str:
    """Letters, digits, `-` and `_`."""
    body = msgspec.json.encode(state)
    return (
        base64.urlsafe_b64encode(body + _sign(settings.SECRET_KEY, type(state).__name__, body))
        .rstrip(b"=")
        .decode()
    )


def unseal(text: str, kind: type[S]) -> S | None:
    """None where it is not one of ours, or sealed for something else."""
    if not 0 < len(text) <= SEALED_LETTERS_MAX or not text.isascii():
        return None
    try:
        whole = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    body, mac = whole[:-MAC_BYTES], whole[-MAC_BYTES:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(mac, _sign(key, kind.__name__, body)) for key in keys):
        return None
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        return None


def _sign(key: str, kind: str, body: bytes) -> bytes:
    return hmac.digest(_derive(key, kind), body, "sha256")[:MAC_BYTES]


@cache
def _derive(key: str, kind: str) -> bytes:
    return hashlib.sha256(f"wafaa.listen.surveys.{kind}\0{key}".encode()).digest()
