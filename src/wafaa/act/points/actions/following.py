"""Wallets follow a customer who is merged into another; of one who is erased the amounts stay, without a name."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from wafaa.act.points.actions.opening import open_wallets
from wafaa.act.points.asking import ask
from wafaa.act.points.models import Request, Wallet
from wafaa.kit import clock
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {"wallets": Wallet.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    """What is left in the lots of each wallet goes over; returns unit -> the lots that were made."""
    return {
        str(wallet.unit_id): _merge(wallet.pk, kept, wallet.unit_id, None)
        for wallet in Wallet.objects.filter(customer=gone).order_by("unit_id")
    }


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What is left of those lots goes back; what was spent of them or is owed stays."""
    for wallet in Wallet.objects.filter(customer=kept, unit__in=[int(unit) for unit in moved]).order_by(
        "unit_id"
    ):
        if lots := moved[str(wallet.unit_id)]:
            _merge(wallet.pk, gone, wallet.unit_id, lots)


def _merge(source_id: int, customer_id: int, unit_id: int, lots: list[int] | None) -> list[int]:
    target_id = open_wallets(unit_id=unit_id, customer_ids=[customer_id])[customer_id]
    values: dict[str, Any] = {
        "source_id": source_id,
        "target_id": target_id,
        "at": clock.now(),
        "lots": lots,
    }
    return list(ask("merge", values)[0])


def follow_merged() -> int:
    """Moves on what came back into wallets of customers who were merged meanwhile, from a hold or a refund; how many wallets."""
    left = Wallet.objects.filter(
        Q(active__gt=0) | Q(pending__gt=0) | Q(owed__gt=0), customer__merged_into__isnull=False
    ).values_list("id", "unit_id", "customer__merged_into")
    moves = [(wallet_id, kept, unit_id) for wallet_id, unit_id, kept in left if kept is not None]
    for wallet_id, kept, unit_id in moves:
        _merge(wallet_id, kept, unit_id, None)
    return len(moves)


# How balances follow a customer who is merged into another.
WALLETS_FOLLOW = Mover(name="wallets", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Takes the name off a person's wallets, and the words that staff wrote about them; the ledger stays whole. Returns what ->
    how many.
    """
    Request.objects.filter(wallet__customer=customer_id).exclude(note="").update(note="")
    return {"wallets": Wallet.objects.filter(customer=customer_id).update(customer=None)}
