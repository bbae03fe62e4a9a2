"""Time-ordered UUIDs (version 7, RFC 9562) for everything that is seen from outside."""

import os
import uuid

from wafaa.kit import clock


def new_id() -> uuid.UUID:
    """A UUID whose first 48 bits are the Unix time in milliseconds; the rest is random."""
    milliseconds = int(clock.now().timestamp() * 1000)
    value = int.from_bytes(milliseconds.to_bytes(6, "big") + os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)
