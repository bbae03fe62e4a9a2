"""The tiers that rules ask for, as decide.tiers judges them; an occasion notes those that hold when it comes."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction

from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit.sql import load_sql, write_ids


def lock_members(member_ids: Collection[int]) -> None:
    """As whoever reckons for them does, so that nobody reckons meanwhile; to the end of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql(ROOM, "lock_members"), {"orders": write_ids([]), "members": write_ids(member_ids)}
        )


@transaction.atomic
def set_tiers(*, set_code: str, tiers: Mapping[int, str]) -> None:
    """Of members by id, "" being none, under the members' lock; done again it changes nothing."""
    if not tiers:
        return
    lock_members(tiers)
    values: dict[str, Any] = {"set": set_code, "members": list(tiers), "tiers": list(tiers.values())}
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "set_tiers"), values)
