"""What comes into a wallet, and what takes it back."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.points.asking import ask, check_amount, post, refusals, write_cause
from wafaa.act.points.errors import TransferMissing
from wafaa.act.points.models import Hold, Wallet
from wafaa.act.points.rules import GRACE, Award, Kind, Policy, Posting, Reversal, Role, read_key
from wafaa.kit.sql import load_sql


def award(
    *,
    key: str,
    wallet_id: int,
    amount: int,
    at: datetime,
    usable_from: datetime | None = None,
    expires_at: datetime | None = None,
    cause: Mapping[str, Any] | None = None,
) -> Posting:
    """A lot for a wallet, pending where `usable_from` lies after `at`. What is owed is paid with it first.

    Raises WalletMissing, KeyReused, AmountWrong.
    """
    return post(
        "credit",
        {
            **_values(key, wallet_id, amount, at, cause or {}),
            "kind": int(Kind.AWARD),
            "role": int(Role.ISSUED),
            "usable_from": usable_from,
            "expires_at": expires_at,
        },
    )


def award_many(*, awards: Sequence[Award]) -> list[Posting]:
    """The same for many wallets in one statement, each under a key of its own; in the order given. Raises as award does."""
    if not awards:
        return []
    values: dict[str, Any] = {
        "keys": [read_key(one.key) for one in awards],
        "wallets": [one.wallet_id for one in awards],
        "amounts": [check_amount(one.amount) for one in awards],
        "moments": [one.at for one in awards],
        "usables": [one.usable_from for one in awards],
        "ends": [one.expires_at for one in awards],
        "causes": [write_cause(one.cause) for one in awards],
    }
    with refusals(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", "award_many"), values)
        made = dict(cursor.fetchall())
    return [
        Posting(transfer_id=abs(made[place]), is_replay=made[place] < 0)
        for place in range(1, len(awards) + 1)
    ]


def reverse_award(
    *,
    key: str,
    award_id: int,
    amount: int,
    at: datetime,
    policy: Policy = Policy.OWE,
    charged_max: int | None = None,
    cause: Mapping[str, Any] | None = None,
) -> Reversal:
    """Takes an award back, whole or in part: from its own lot, be it pending, active or ended, then from other active ones,
    and what is missing is owed or, by policy, forgiven; or from its own lot alone, and the rest is forgiven.

    Of what is charged so much is forgiven at most, all of it unless told, and the rest is owed.
    Raises TransferMissing, TooMuch (more than was awarded, all reversals together), KeyReused, AmountWrong.
    """
    values: dict[str, Any] = {
        "key": read_key(key),
        "award_id": award_id,
        "amount": check_amount(amount),
        "at": at,
        "takes_others": policy != Policy.FORGIVE,
        "forgives_max": _count_forgiven(policy, amount, charged_max),
        "cause": write_cause(cause or {}),
    }
    own, others, owed, forgiven, is_replay = ask("reverse", values)
    return Reversal(own=own, others=others, owed=owed, forgiven=forgiven, is_replay=is_replay)


def _count_forgiven(policy: Policy, amount: int, charged_max: int | None) -> int:
    if policy == Policy.OWE:
        return 0
    return amount if policy == Policy.FORGIVE or charged_max is None else charged_max


def restore(
    *, key: str, spend_id: int, amount: int, at: datetime, cause: Mapping[str, Any] | None = None
) -> Posting:
    """Puts back what a spend or a capture took, whole or in part, into the lots that it came from, the latest to end first.

    A lot that ended meanwhile can be used for 14 days more. Raises TransferMissing, TooMuch, KeyReused, AmountWrong.
    """
    values: dict[str, Any] = {
        "key": read_key(key),
        "spend_id": spend_id,
        "amount": check_amount(amount),
        "at": at,
        "ends_at": at + GRACE,
        "cause": write_cause(cause or {}),
    }
    return post("restore", values)


def restore_capture(*, key: str, hold: uuid.UUID, amount: int, at: datetime) -> Posting:
    """The same for what a hold captured. Raises TransferMissing where it captured nothing, and what restore raises."""
    capture = Hold.objects.filter(uuid=hold).values_list("capture_id", flat=True).first()
    if capture is None:
        raise TransferMissing
    return restore(key=key, spend_id=capture, amount=amount, at=at)


@transaction.atomic
def adjust(
    *,
    key: str,
    wallet_id: int,
    amount: int,
    at: datetime,
    reason: str,
    by: Staff | None,
    via: str = "",
    expires_at: datetime | None = None,
) -> Posting:
    """Puts right by hand: above 0 in, below 0 out of what is active. `reason` is a code. Noted in the audit trail;
    `via` names an API key.

    Raises WalletMissing, TooLittle, KeyReused, AmountWrong.
    """
    posting = post_adjustment(
        key=key, wallet_id=wallet_id, amount=amount, at=at, reason=reason, by=by, expires_at=expires_at
    )
    if not posting.is_replay:
        wallet = Wallet.objects.select_related("unit").get(pk=wallet_id)
        record_change(
            staff=by,
            deed="adjust_balance",
            subject=str(wallet.uuid),
            after={"amount": amount, "unit": wallet.unit.code, "reason": reason},
            via=via,
        )
    return posting


def post_adjustment(
    *,
    key: str,
    wallet_id: int,
    amount: int,
    at: datetime,
    reason: str,
    by: Staff | None,
    expires_at: datetime | None = None,
) -> Posting:
    """The movement alone, for who notes in words of their own who did it. Raises as adjust does."""
    values: dict[str, Any] = {
        **_values(key, wallet_id, abs(amount), at, {"reason": reason, **({"by": by.pk} if by else {})}),
        "kind": int(Kind.ADJUST),
        "role": int(Role.ADJUSTED),
    }
    ends = {"usable_from": None, "expires_at": expires_at}
    return post("credit", {**values, **ends}) if amount > 0 else post("debit", values)


def move(
    *,
    key: str,
    source_id: int,
    target_id: int,
    amount: int,
    at: datetime,
    cause: Mapping[str, Any] | None = None,
) -> Posting:
    """From one wallet to another of the same unit; each lot keeps its end.

    Raises WalletMissing, UnitsDiffer, TooLittle, KeyReused, AmountWrong.
    """
    values: dict[str, Any] = {
        "key": read_key(key),
        "source_id": source_id,
        "target_id": target_id,
        "amount": check_amount(amount),
        "at": at,
        "cause": write_cause(cause or {}),
    }
    return post("move", values)


def _values(key: str, wallet_id: int, amount: int, at: datetime, cause: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": read_key(key),
        "wallet_id": wallet_id,
        "amount": check_amount(amount),
        "at": at,
        "cause": write_cause(cause),
    }
