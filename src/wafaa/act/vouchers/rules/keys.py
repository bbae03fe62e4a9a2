"""What a caller's key and the body under it are kept as: digests, so that nothing of a person stays in them."""

import hashlib
import uuid
from typing import Any

import msgspec

KEY_LETTERS_MAX = 200


def digest(value: Any) -> uuid.UUID:
    """128 bits of SHA-256: of a text, or of plain values in a fixed order."""
    raw = value.encode() if isinstance(value, str) else msgspec.json.encode(value, order="sorted")
    return uuid.UUID(bytes=hashlib.sha256(raw).digest()[:16])
