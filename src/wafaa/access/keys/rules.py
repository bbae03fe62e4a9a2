"""What a key looks like, what it may do, and how it is read from a request's header."""

import base64
import binascii
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """Their names in people's language stand in models.SCOPE_LABELS."""

    INGEST = "ingest"  # sends events, reads nothing: safe in a script that strangers may open
    READ = "read"
    WRITE = "write"  # reads too: whoever changes a customer has to see what they changed


_INCLUDES = {
    Scope.INGEST: {Scope.INGEST},
    Scope.READ: {Scope.READ},
    Scope.WRITE: {Scope.READ, Scope.WRITE},
}
_SHAPE = re.compile(r"wf_(ingest|read|write)_([0-9a-f]{12})_([0-9a-f]{64})")
ID_BYTES = 6
SECRET_BYTES = (
    32  # 256 bits: nobody guesses it, so a fast digest is enough (a password would need a slow one)
)


@dataclass(frozen=True, kw_only=True)
class PresentedKey:
    scope: Scope
    public_id: str
    secret: str


def allows(held: Scope, needed: Scope) -> bool:
    return needed in _INCLUDES[held]


def make_public_id() -> str:
    return secrets.token_hex(ID_BYTES)


def make_secret() -> str:
    return secrets.token_hex(SECRET_BYTES)


def digest_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def name_source(public_id: str) -> str:
    """What the stream calls it."""
    return f"key:{public_id}"


def show_prefix(scope: Scope | str, public_id: str) -> str:
    """What may be shown of a key for good."""
    return f"wf_{scope}_{public_id}"


def write_key(scope: Scope, public_id: str, secret: str) -> str:
    return f"{show_prefix(scope, public_id)}_{secret}"


def parse_key(text: str) -> PresentedKey | None:
    """None for anything that is no key of ours."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    return PresentedKey(scope=Scope(found[1]), public_id=found[2], secret=found[3])


def read_authorization(header: str) -> str:
    """The key in an Authorization header: `Bearer KEY`, or Basic with the key as user name and no password.

    "" where neither is given; a key that cannot be read comes back as something that is no key.
    """
    scheme, _space, rest = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        name, _colon, password = base64.b64decode(rest.strip(), validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        return "?"
    return "?" if password else name


def is_stale(last_used_at: datetime | None, now: datetime, patience_s: float) -> bool:
    """Whether the note of the last use is old enough to be written anew."""
    return last_used_at is None or (now - last_used_at).total_seconds() >= patience_s
