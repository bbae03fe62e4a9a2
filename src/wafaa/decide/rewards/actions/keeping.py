"""Keys: each names one deed, for good."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from wafaa.act.vouchers.rules import KEY_LETTERS_MAX, digest
from wafaa.decide.rewards.errors import KeyReused, KeyWrong
from wafaa.decide.rewards.models import Deed
from wafaa.decide.rewards.rules import Verb


def note_deed(
    verb: Verb, key: str, body: Mapping[str, Any], at: datetime, *, redemption_id: int | None = None
) -> tuple[Deed, bool]:
    """The deed under this key, and whether it was done before; whoever does it at the same moment is waited for.

    Raises KeyReused, KeyWrong.
    """
    found = find_deed(verb, key, body)
    return (found, True) if found is not None else write_deed(verb, key, body, at, redemption_id)


def find_deed(verb: Verb, key: str, body: Mapping[str, Any]) -> Deed | None:
    """Raises KeyReused, KeyWrong."""
    found = Deed.objects.filter(key=name_deed(verb, key)).first()
    if found is not None and found.body != digest(dict(body)):
        raise KeyReused
    return found


def write_deed(
    verb: Verb, key: str, body: Mapping[str, Any], at: datetime, redemption_id: int | None = None
) -> tuple[Deed, bool]:
    """As note_deed, for who has looked already."""
    kept, told = name_deed(verb, key), digest(dict(body))
    try:
        with transaction.atomic():
            made = Deed.objects.create(key=kept, body=told, verb=verb, redemption_id=redemption_id, at=at)
            return made, False
    except IntegrityError:
        if (found := find_deed(verb, key, body)) is not None:
            return found, True
        raise


def name_deed(verb: Verb, key: str) -> uuid.UUID:
    """As it is kept. Raises KeyWrong."""
    if not 0 < len(key) <= KEY_LETTERS_MAX:
        raise KeyWrong
    return digest(f"{verb}:{key}")
