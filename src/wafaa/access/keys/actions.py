"""Making and revoking keys, and letting a request in by one."""

import contextlib
import hashlib
import hmac
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from wafaa.access.audit.actions import record_change
from wafaa.access.keys.errors import (
    ExpiryPassed,
    KeyExpired,
    KeyMissing,
    KeyNameMissing,
    KeyRevoked,
    KeyWrong,
    ScopeMissing,
)
from wafaa.access.keys.models import ApiKey
from wafaa.access.keys.queries import find_key
from wafaa.access.keys.rules import (
    Scope,
    allows,
    digest_secret,
    is_stale,
    make_public_id,
    make_secret,
    parse_key,
    read_authorization,
    write_key,
)
from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.addresses import limit_subject

NAME_MAX = 100
# A busy program would otherwise write its row with every request.
LAST_USE_PATIENCE_S = 60.0
# How long a process goes on to trust a key that it has checked. One that was revoked is dead at once; after so long for a process
# with another data directory.
TRUST_S = 3.0
TRUSTED_MAX = 1_000
# A program with a mistyped key retries a few times a minute; a guesser never stops.
WRONG_KEYS = Limit(name="wrong_keys", burst=30, every_s=10)
# What no key can have, so that an unknown id takes as long as a wrong secret.
_NO_DIGEST = "0" * 64


# By a digest of the whole key: the key, until when (time.monotonic) it need not be looked up again, and unless keys are revoked.
_trusted: dict[bytes, tuple[ApiKey, float, int]] = {}


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """`text` is the whole key; it exists here and nowhere else."""

    key: ApiKey
    text: str


@transaction.atomic
def create_key(
    *,
    name: str,
    scope: Scope,
    by: Staff | None,
    expires_at: datetime | None = None,
    is_public: bool = False,
) -> NewKey:
    """A new key; `by` is None for the command line, `is_public`: anybody may read it. Raises KeyNameMissing, ExpiryPassed."""
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_MAX or "\x00" in name:
        raise KeyNameMissing
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        raise ExpiryPassed
    secret = make_secret()
    key = ApiKey.objects.create(
        public_id=make_public_id(),
        name=name,
        scope=scope,
        is_public=is_public,
        secret_sha256=digest_secret(secret),
        created_at=now,
        created_by=by,
        expires_at=expires_at,
    )
    after = {
        "scope": "public" if is_public else str(scope),
        "expires_at": expires_at.isoformat() if expires_at else "",
    }
    record_change(staff=by, deed="create_key", subject=str(key), after=after)
    return NewKey(key=key, text=write_key(scope, key.public_id, secret))


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Staff | None) -> ApiKey:
    """The key opens nothing any more, from now on and for good. Doing it twice notes it once."""
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        key.save(update_fields=["revoked_at"])
        _trusted.clear()
        transaction.on_commit(_tell_revoked)
        record_change(staff=by, deed="revoke_key", subject=str(key))
    return key


def authenticate_key(*, authorization: str, address: str) -> ApiKey:
    """The key that this Authorization header carries, if it works; its use is noted, and find_trusted_key knows it for TRUST_S.

    Raises KeyMissing, KeyWrong, KeyRevoked, KeyExpired; instead of the last three TooManyAttempts when the address has
    sent too many such keys. A good key is never kept out by its neighbours' wrong ones.
    """
    if trusted := find_trusted_key(authorization):
        return trusted
    presented = read_authorization(authorization)
    if not presented:
        raise KeyMissing
    revoked_at = _see_revoked()  # before the look-up
    try:
        key = _find_working(presented)
    except (KeyWrong, KeyRevoked, KeyExpired):
        take(WRONG_KEYS, limit_subject(address))
        raise
    _note_use(key)
    _trust(presented, key, revoked_at)
    return key


def find_trusted_key(authorization: str) -> ApiKey | None:
    """The key of this header if this process checked it less than TRUST_S ago and none was revoked since, without a look-up; none
    that expired, or whose use is to be noted again.
    """
    key, until, revoked_at = _trusted.get(_digest(read_authorization(authorization)), (None, 0.0, 0))
    if key is None or time.monotonic() >= until or revoked_at != _see_revoked():
        return None
    now = clock.now()
    is_over = key.expires_at is not None and key.expires_at <= now
    return None if is_over or is_stale(key.last_used_at, now, LAST_USE_PATIENCE_S) else key


def require_scope(key: ApiKey, needed: Scope) -> None:
    """Raises ScopeMissing."""
    if not allows(Scope(key.scope), needed):
        raise ScopeMissing(held=key.scope, needed=str(needed))


def _find_working(presented: str) -> ApiKey:
    parsed = parse_key(presented)
    if parsed is None:
        raise KeyWrong
    key = find_key(parsed.public_id)
    kept = key.secret_sha256 if key else _NO_DIGEST
    matches = hmac.compare_digest(digest_secret(parsed.secret), kept)
    if key is None or not matches or key.scope != parsed.scope:
        raise KeyWrong
    if key.revoked_at is not None:
        raise KeyRevoked
    if key.expires_at is not None and key.expires_at <= clock.now():
        raise KeyExpired
    return key


def _see_revoked() -> int:
    """When a key was revoked last, as the data directory says; 0 where none ever was."""
    try:
        return os.stat(settings.KEYS_REVOKED).st_mtime_ns
    except OSError:
        return 0


def _tell_revoked() -> None:
    """To the other processes."""
    with contextlib.suppress(OSError):  # somebody else's file: then they look after TRUST_S
        settings.KEYS_REVOKED.touch()


def _trust(presented: str, key: ApiKey, revoked_at: int) -> None:
    """Only what works is remembered: a stranger's wrong keys take no room and are counted each time."""
    if len(_trusted) >= TRUSTED_MAX:
        _trusted.clear()
    _trusted[_digest(presented)] = key, time.monotonic() + TRUST_S, revoked_at


def _digest(presented: str) -> bytes:
    return hashlib.sha256(presented.encode()).digest()


def _note_use(key: ApiKey) -> None:
    now = clock.now()
    if not is_stale(key.last_used_at, now, LAST_USE_PATIENCE_S):
        return
    before = now - timedelta(seconds=LAST_USE_PATIENCE_S)
    stale = Q(last_used_at=None) | Q(last_used_at__lte=before)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    key.last_used_at = now
