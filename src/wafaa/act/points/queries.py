"""What wallets hold, and what moved in them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from wafaa.act.points.errors import HoldMissing, WalletMissing
from wafaa.act.points.models import Hold, Seal, Transfer, Unit, Wallet
from wafaa.act.points.rules import Balance, Coming, Kind, Role
from wafaa.kit.sql import load_sql

# Roles whose amounts a member reads; held and owed are told apart.
SHOWN = (Role.ACTIVE, Role.PENDING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A movement as one wallet sees it: above 0 in, below 0 out, 0 where it only became active."""

    transfer: Transfer
    amount: int
    role: Role

    @property
    def kind(self) -> Kind:
        return Kind(self.transfer.kind)


def list_units() -> list[Unit]:
    return list(Unit.objects.order_by("id"))


def sum_unit(unit_id: int) -> dict[str, int]:
    """What is outstanding: all wallets' amounts by their state."""
    names = ("active", "pending", "held", "owed")
    sums = Wallet.objects.filter(unit=unit_id).aggregate(**{name: Sum(name) for name in names})
    return {name: sums[name] or 0 for name in names}


def find_wallets(customer_id: int) -> QuerySet[Wallet]:
    """A customer's wallets with their units, in the order of the units."""
    return Wallet.objects.filter(customer=customer_id).select_related("unit").order_by("unit_id")


def get_wallet(wallet: uuid.UUID) -> Wallet:
    """With its unit and customer. Raises WalletMissing."""
    found = Wallet.objects.select_related("unit", "customer").filter(uuid=wallet).first()
    if found is None:
        raise WalletMissing
    return found


def get_hold(hold: uuid.UUID) -> Hold:
    """Raises HoldMissing."""
    found = Hold.objects.filter(uuid=hold).first()
    if found is None:
        raise HoldMissing
    return found


def get_last_seal() -> Seal | None:
    return Seal.objects.order_by("-through").first()


def get_balance(wallet_id: int, at: datetime) -> Balance:
    """Raises WalletMissing."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", "get_balance"), {"wallet_id": wallet_id, "at": at})
        row = cursor.fetchone()
    if row is None:
        raise WalletMissing
    active, pending, held, owed, ended, ripe, ending, ripening = row
    free = active - ended + ripe
    return Balance(
        # what is owed is paid as soon as something ripens
        available=free - min(owed, free),
        pending=pending - ripe,
        held=held,
        owed=owed - min(owed, free),
        ending=_read_coming(ending),
        ripening=_read_coming(ripening),
    )


def _read_coming(told: Sequence[tuple[str, int]]) -> tuple[Coming, ...]:
    return tuple(Coming(at=datetime.fromisoformat(at), amount=int(amount)) for at, amount in told)


def list_entries(wallet_id: int) -> QuerySet[Transfer]:
    """All movements of a wallet, newest first; `as_entry` reads one."""
    return Transfer.objects.filter(Q(source=wallet_id) | Q(target=wallet_id)).order_by("-id")


def as_entry(transfer: Transfer, wallet_id: int) -> Entry:
    """What it did to what the wallet holds: active and pending together, so that ripening is 0."""
    amount = 0
    if transfer.target_id == wallet_id and transfer.target_role in SHOWN:
        amount += transfer.amount
    if transfer.source_id == wallet_id and transfer.source_role in SHOWN:
        amount -= transfer.amount
    role = transfer.target_role if transfer.target_id == wallet_id else transfer.source_role
    return Entry(transfer=transfer, amount=amount, role=Role(role))


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What a person's wallets hold and what moved in them, as plain values."""
    wallets = find_wallets(customer_id)
    moved = Transfer.objects.filter(
        Q(source__in=wallets.values("pk")) | Q(target__in=wallets.values("pk"))
    ).order_by("id")
    columns = ("uuid", "unit__code", "active", "pending", "held", "owed", "opened_at")
    moves = ("kind", "amount", "source__uuid", "target__uuid", "occurred_at", "cause")
    found: dict[str, tuple[Any, tuple[str, ...]]] = {
        "wallets": (wallets, columns),
        "movements": (moved, moves),
    }
    return {name: list(rows.values(*names)) for name, (rows, names) in found.items()}
