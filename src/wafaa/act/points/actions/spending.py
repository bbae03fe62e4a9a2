"""What goes out of a wallet: spent at once, or held and then captured or released."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wafaa.act.points.asking import ask, check_amount, post, write_cause
from wafaa.act.points.models import Hold
from wafaa.act.points.rules import HoldState, Kind, Posting, Role, read_key
from wafaa.kit.ids import new_id


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedHold:
    """A hold as it stands; a replay may find it settled."""

    uuid: uuid.UUID
    amount: int
    state: HoldState
    ends_at: datetime
    is_replay: bool


def spend(
    *, key: str, wallet_id: int, amount: int, at: datetime, cause: Mapping[str, Any] | None = None
) -> Posting:
    """Takes from what is active, the soonest to end first. Raises WalletMissing, TooLittle, KeyReused, AmountWrong."""
    values = {**_values(key, wallet_id, amount, at, cause), "kind": int(Kind.SPEND), "role": int(Role.SPENT)}
    return post("debit", values)


def place_hold(
    *,
    key: str,
    wallet_id: int | uuid.UUID,
    amount: int,
    at: datetime,
    ends_at: datetime,
    cause: Mapping[str, Any] | None = None,
) -> PlacedHold:
    """Sets an amount aside until it is captured, voided or `ends_at` comes. Raises as spend does.

    `wallet_id` may be the one that programs know: it is found in the same statement.
    """
    made = new_id()
    values = {**_values(key, wallet_id, amount, at, cause), "uuid": made, "ends_at": ends_at}
    if isinstance(wallet_id, uuid.UUID):
        values |= {"wallet_id": None, "wallet": wallet_id}
    else:
        values["wallet"] = None
    placed, stood, stood_amount, state, stood_end = ask("hold", values)
    if placed > 0:
        return PlacedHold(uuid=made, amount=amount, state=HoldState.OPEN, ends_at=ends_at, is_replay=False)
    if stood is None:  # placed while we waited for the key: that statement's snapshot is older
        found = Hold.objects.get(pk=-placed)
        stood, stood_amount, state, stood_end = found.uuid, found.amount, found.state, found.ends_at
    return PlacedHold(
        uuid=stood, amount=stood_amount, state=HoldState(state), ends_at=stood_end, is_replay=True
    )


def capture_hold(
    *,
    key: str,
    hold: uuid.UUID,
    at: datetime,
    amount: int | None = None,
    cause: Mapping[str, Any] | None = None,
) -> Posting:
    """Spends what is held, or a part of it; the rest is free again. Once, and before its end.

    Raises HoldMissing, HoldOver, TooMuch, KeyReused, AmountWrong.
    """
    values: dict[str, Any] = {
        "key": read_key(key),
        "uuid": hold,
        "amount": None if amount is None else check_amount(amount),
        "at": at,
        "cause": write_cause(cause or {}),
    }
    return post("capture", values)


def void_hold(*, hold: uuid.UUID, at: datetime) -> bool:
    """Frees what is held; False where it was free already. Raises HoldMissing, and HoldOver where it was captured."""
    return bool(ask("void", {"uuid": hold, "at": at})[0])


def _values(
    key: str, wallet_id: int | uuid.UUID, amount: int, at: datetime, cause: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "key": read_key(key),
        "wallet_id": wallet_id,
        "amount": check_amount(amount),
        "at": at,
        "cause": write_cause(cause or {}),
    }
