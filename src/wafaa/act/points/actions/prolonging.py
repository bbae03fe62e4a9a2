"""Ends that are put off, and what ended that is brought back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Sum

from wafaa.access.audit.actions import record_change
from wafaa.access.audit.models import Change
from wafaa.access.staff.models import Staff
from wafaa.act.points.asking import ask, write_cause
from wafaa.act.points.models import Transfer, Unit, Wallet
from wafaa.act.points.queries import find_ending, list_expired
from wafaa.act.points.rules import Kind, read_key

EXTENDED: Final = "extend_balances"


@transaction.atomic
def extend_lots(
    *, unit: Unit, start: datetime, end: datetime, days: int, by: Staff | None, key: str = ""
) -> int:
    """Puts off the end of what would end from `start` up to `end`, as after an outage; returns how many lots.

    With a key it is done once, however often it is sent. Noted in the audit trail.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    if key and Change.objects.filter(deed=EXTENDED, subject=unit.code, after__receipt=key).exists():
        return 0
    due = find_ending(unit.pk, start, end)
    count = due.update(expires_at=F("expires_at") + timedelta(days=days))
    told = {"since": start.isoformat(), "until": end.isoformat(), "days": days, "lots": count}
    record_change(
        staff=by, deed=EXTENDED, subject=unit.code, after={**told, **({"receipt": key} if key else {})}
    )
    return count


def put_off_ends(*, ends: Mapping[int, datetime], cause: Mapping[str, Any], at: datetime) -> int:
    """Lots of these wallets end no sooner than told, if their award's cause holds this; what ended stays so. How many did."""
    if not ends:
        return 0
    wallets = sorted(ends)
    values: dict[str, Any] = {
        "wallets": wallets,
        "ends": [ends[one] for one in wallets],
        "cause": write_cause(cause),
        "at": at,
    }
    return int(ask("put_off", values)[0])


@transaction.atomic
def reinstate_expired(
    *,
    key: str,
    wallet: Wallet,
    since: datetime,
    at: datetime,
    ends_at: datetime,
    by: Staff | None,
    via: str = "",
) -> int:
    """Brings back what ended in the wallet from `since` on: into its own lots, which live until `ends_at`. What came back before
    does not come again, whatever key asks. Noted in the audit trail. Returns how much came back by this key.
    """
    told = read_key(key)
    cause = write_cause({"reason": "reinstated", **({"by": by.pk} if by else {})})
    amount: int = sum(
        ask(
            "reinstate",
            {
                "key": f"{told}:{one.transfer_id}",
                "transfer_id": one.transfer_id,
                "at": at,
                "ends_at": ends_at,
                "cause": cause,
            },
        )[0]
        for one in list_expired(wallet.pk, since)
    )
    if amount:
        record_change(
            staff=by,
            deed="reinstate_balance",
            subject=str(wallet.uuid),
            after={"amount": amount, "unit": wallet.unit.code, "until": ends_at.isoformat()},
            via=via,
        )
        return int(amount)
    before = Transfer.objects.filter(key__startswith=f"{told}:", target=wallet, kind=Kind.RESTORE)
    return int(before.aggregate(sum=Sum("amount"))["sum"] or 0)
