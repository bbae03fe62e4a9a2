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
    if not 0 < len(key) <= KEY_LETTERS_MAX:
        raise KeyWrong
    kept, told = digest(f"{verb}:{key}"), digest(dict(body))
    found = _find(kept, told)
    if found is not None:
        return found, True
    try:
        with transaction.atomic():
            made = Deed.objects.create(key=kept, body=told, verb=verb, redemption_id=redemption_id, at=at)
            return made, False
    except IntegrityError:
        if (found := _find(kept, told)) is not None:
            return found, True
        raise


def _find(kept: uuid.UUID, told: uuid.UUID) -> Deed | None:
    found = Deed.objects.filter(key=kept).first()
    if found is not None and found.body != told:
        raise KeyReused
    return found
