"""Limits of a request, and how its language and its idempotency are read: pure functions."""

import hashlib
import re
from collections.abc import Iterable

# The largest body that an endpoint takes is a customer of some 100 KB; events come by a way of their own.
BODY_BYTES_MAX = 1024**2
# As long as web servers and proxies take for granted.
ADDRESS_BYTES_MAX = 8 * 1024
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Addresses that keep their Idempotency-Keys for good and wait for effects themselves, because their answers tell of them.
OWN_WAY = frozenset({"orders", "orders/<order_id>/refunds"})
LANGUAGES = ("en", "ar")  # the first one where nothing is asked for
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_LANGUAGE_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*"
)


def choose_language(accepted: str) -> str:
    """The language that an Accept-Language header prefers among ours (RFC 9110); programs get English by default."""
    best, best_weight = LANGUAGES[0], 0.0
    for part in accepted[:200].split(","):
        found = _LANGUAGE_RANGE.fullmatch(part)
        if found is None:
            continue
        weight = float(found[2]) if found[2] else 1.0
        if found[1].lower() in LANGUAGES and weight > best_weight:
            best, best_weight = found[1].lower(), weight
    return best


def is_idempotency_key(text: str) -> bool:
    return _IDEMPOTENCY_KEY.fullmatch(text) is not None


def fingerprint_request(parts: Iterable[bytes]) -> str:
    """The same for requests that are the same in method, address and body."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def is_json(content_type: str) -> bool:
    """Whether a Content-Type says JSON in UTF-8, the only charset that JSON has (RFC 8259)."""
    kind, _semicolon, parameters = content_type.partition(";")
    charset = parameters.strip().lower().replace('"', "")
    return kind.strip().lower() == "application/json" and charset in {"", "charset=utf-8", "charset=utf8"}
