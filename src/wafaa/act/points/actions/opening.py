"""Units and wallets."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from wafaa.act.points.models import Unit, Wallet
from wafaa.act.points.rules import UnitKind
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.sql import load_sql


@transaction.atomic
def make_unit(
    *, code: str, name: Mapping[str, str], kind: UnitKind, scale: int = 0, currency: str = ""
) -> Unit:
    """The unit of this code, made where there is none; one that is there stays as it is."""
    values: dict[str, Any] = {"name": dict(name), "kind": kind, "scale": scale, "currency": currency}
    return Unit.objects.get_or_create(code=code, defaults=values)[0]


def open_wallets(*, unit_id: int, customer_ids: Sequence[int]) -> dict[int, int]:
    """Customer -> wallet of this unit, for all of them; those that are missing are made."""
    values: dict[str, Any] = {"unit_id": unit_id, "customer_ids": list(customer_ids), "now": clock.now()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", "find_wallets"), values)
        found: dict[int, int] = dict(cursor.fetchall())
        if missing := set(customer_ids) - found.keys():
            values["customer_ids"] = sorted(missing)
            cursor.execute(load_sql("wafaa.act.points", "open_wallets"), values)
            found |= dict(cursor.fetchall())
        if (
            missing - found.keys()
        ):  # somebody else made them meanwhile, and this statement's snapshot is older
            cursor.execute(load_sql("wafaa.act.points", "find_wallets"), values)
            found |= dict(cursor.fetchall())
    return found


def open_wallet(*, unit_id: int) -> Wallet:
    """A wallet without a customer, as a gift card has."""
    return Wallet.objects.create(uuid=new_id(), unit_id=unit_id, opened_at=clock.now())
